#include "runtime/timeline.h"

#include <stdlib.h>

struct lent {
    const struct change *changes;
    size_t count;
};

struct timelines {
    struct arena arena;
    struct map maps[KIND_COUNT];
    VECTOR(struct lent) lents;
    VECTOR(struct content_reader *) readers;
};

struct timelines *timelines_new(void)
{
    struct timelines *t = memory_new(sizeof *t);
    arena_init(&t->arena);
    for (int k = 0; k < KIND_COUNT; k++) map_init(&t->maps[k]);
    return t;
}

void timelines_free(struct timelines *t)
{
    for (int k = 0; k < KIND_COUNT; k++) map_release(&t->maps[k]);
    vector_release(&t->lents);
    for (size_t i = 0; i < t->readers.count; i++) content_reader_free(t->readers.at[i]);
    vector_release(&t->readers);
    arena_release(&t->arena);
    free(t);
}

static bool is_lent(const struct slot *slot, enum subject_kind lender)
{
    return slot->origin == SLOT_FOREIGN && slot->foreign == lender;
}

void timelines_keep(struct timelines *t, struct content_reader *reader)
{
    vector_push(&t->readers, reader);
}

bool timelines_wanted(const struct definition *d, enum subject_kind lender)
{
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t s = 0; s < d->kinds[k].slot_count; s++)
            if (is_lent(&d->kinds[k].slots[s], lender)) return true;
    return false;
}

void timelines_ask(const struct definition *d, enum subject_kind lender, struct folder *folder)
{
    bool *asked = memory_new(d->kinds[lender].slot_count * sizeof *asked);
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t s = 0; s < d->kinds[k].slot_count; s++) {
            const struct slot *slot = &d->kinds[k].slots[s];
            if (!is_lent(slot, lender) || asked[slot->index]) continue;
            asked[slot->index] = true;
            folder_lend(folder, slot->index);
        }
    free(asked);
}

void timelines_add(struct timelines *t, enum subject_kind kind, struct slice key, const struct change *changes,
                   size_t count)
{
    if (!count) return;
    struct change *copy = ARENA_ARRAY(&t->arena, struct change, count);
    memcpy(copy, changes, count * sizeof *copy);
    map_put_copy(&t->maps[kind], &t->arena, key, (uint32_t)t->lents.count);
    vector_push(&t->lents, ((struct lent){copy, count}));
}

/* ---- reading ---- */

static struct lent lent_by(const struct timelines *t, enum subject_kind lender, struct slice key)
{
    uint32_t at = map_get(&t->maps[lender], key);
    return at == MAP_NONE ? (struct lent){NULL, 0} : t->lents.at[at];
}

/* One of the borrower's slots over [from, until): its value when the relation begins, then every change. */
static void add_slot(struct lent lent, uint32_t lender_slot, uint32_t slot, int64_t from, int64_t until,
                     struct change_list *out)
{
    struct cell value = cell_absent();
    size_t i = 0;
    for (; i < lent.count && lent.changes[i].at <= from; i++)
        if (lent.changes[i].slot == lender_slot) value = lent.changes[i].value;
    if (value.kind != CELL_ABSENT || out->count) vector_push(out, ((struct change){from, slot, value}));
    for (; i < lent.count && lent.changes[i].at < until; i++)
        if (lent.changes[i].slot == lender_slot)
            vector_push(out, ((struct change){lent.changes[i].at, slot, lent.changes[i].value}));
}

/* How many persons are related, as it grew. */
static void add_contacts(struct relation_list persons, uint32_t slot, int64_t from, int64_t until,
                         struct change_list *out)
{
    for (size_t i = 0; i < persons.count && persons.at[i].at < until; i++) {
        int64_t at = persons.at[i].at < from ? from : persons.at[i].at;
        vector_push(out, ((struct change){at, slot, cell_int((int64_t)i + 1)}));
    }
}

static void add_lender(const struct timelines *t, const struct relations *relations, const struct definition *d,
                       enum subject_kind kind, enum subject_kind lender, struct slice key, int64_t from, int64_t until,
                       struct change_list *out)
{
    const struct kind_model *model = &d->kinds[kind];
    struct lent lent = lent_by(t, lender, key);
    for (uint32_t s = 0; s < model->slot_count; s++) {
        if (!is_lent(&model->slots[s], lender)) continue;
        const struct slot *theirs = &d->kinds[lender].slots[model->slots[s].index];
        if (theirs->origin == SLOT_CONTACTS)
            add_contacts(relations_persons_of(relations, key), s, from, until, out);
        else
            add_slot(lent, model->slots[s].index, s, from, until, out);
    }
}

static void add_accounts(const struct timelines *t, const struct relations *relations, const struct definition *d,
                         enum subject_kind kind, struct slice person, struct change_list *out)
{
    struct relation_list accounts = relations_accounts_of(relations, person);
    for (size_t i = 0; i < accounts.count; i++) {
        int64_t until = i + 1 < accounts.count ? accounts.at[i + 1].at : INSTANT_MAX;
        add_lender(t, relations, d, kind, KIND_ACCOUNT, accounts.at[i].other, accounts.at[i].at, until, out);
    }
}

/* Stable: of changes of one slot at one instant the one added last stays last, and so wins. Lists are short, or nearly
 * in order; glibc's qsort is no stable sort for large ones. */
static void sort_by_time(struct change_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        struct change moving = list->at[i];
        size_t k = i;
        for (; k && list->at[k - 1].at > moving.at; k--) list->at[k] = list->at[k - 1];
        list->at[k] = moving;
    }
}

bool timelines_borrowed(const struct definition *d, enum subject_kind kind)
{
    for (size_t s = 0; s < d->kinds[kind].slot_count; s++)
        if (d->kinds[kind].slots[s].origin == SLOT_FOREIGN || d->kinds[kind].slots[s].origin == SLOT_CONTACTS)
            return true;
    return false;
}

void timelines_changes(const struct timelines *t, const struct relations *relations, const struct definition *d,
                       enum subject_kind kind, struct slice key, struct change_list *out)
{
    if (kind != KIND_MARKET)
        add_lender(t, relations, d, kind, KIND_MARKET, SLICE("market"), INSTANT_NONE + 1, INSTANT_MAX, out);
    if (kind == KIND_PERSON) add_accounts(t, relations, d, kind, key, out);
    if (kind == KIND_DEAL || kind == KIND_SUBSCRIPTION) {
        const struct relation *primary = relation_primary(relations_contacts_of(relations, key));
        if (primary) {
            add_lender(t, relations, d, kind, KIND_PERSON, primary->other, primary->at, INSTANT_MAX, out);
            add_accounts(t, relations, d, kind, primary->other, out);
        }
    }
    for (uint32_t s = 0; s < d->kinds[kind].slot_count; s++)
        if (d->kinds[kind].slots[s].origin == SLOT_CONTACTS)
            add_contacts(relations_persons_of(relations, key), s, INSTANT_NONE + 1, INSTANT_MAX, out);
    sort_by_time(out);
}
