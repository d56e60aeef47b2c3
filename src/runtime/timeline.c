#include "runtime/timeline.h"

#include <stdlib.h>

struct lent {
    const struct change *changes;
    size_t count;
};

struct timelines {
    struct arena arena;
    struct map maps[KIND_COUNT + 1]; /* and LENT_BY_MEMBERS */
    VECTOR(struct lent) lents;
    VECTOR(struct content_reader *) readers;
};

struct timelines *timelines_new(void)
{
    struct timelines *t = memory_new(sizeof *t);
    arena_init(&t->arena);
    for (int k = 0; k <= LENT_BY_MEMBERS; k++) map_init(&t->maps[k]);
    return t;
}

void timelines_free(struct timelines *t)
{
    for (int k = 0; k <= LENT_BY_MEMBERS; k++) map_release(&t->maps[k]);
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

bool timelines_of_members(const struct definition *d)
{
    return d->kinds[KIND_ACCOUNT].member_signal_count > 0;
}

static uint32_t member_slot(const struct definition *d, const struct member_signal *m)
{
    return d->kinds[KIND_PERSON].signals[m->of].slot;
}

void timelines_ask_members(const struct definition *d, struct folder *folder)
{
    const struct kind_model *accounts = &d->kinds[KIND_ACCOUNT];
    for (size_t i = 0; i < accounts->member_signal_count; i++) {
        bool asked = false;
        for (size_t k = 0; k < i && !asked; k++)
            asked = accounts->member_signals[k].of == accounts->member_signals[i].of;
        if (!asked) folder_lend(folder, member_slot(d, &accounts->member_signals[i]));
    }
}

void timelines_add(struct timelines *t, int lender, struct slice key, const struct change *changes, size_t count)
{
    if (!count) return;
    struct change *copy = ARENA_ARRAY(&t->arena, struct change, count);
    memcpy(copy, changes, count * sizeof *copy);
    map_put_copy(&t->maps[lender], &t->arena, key, (uint32_t)t->lents.count);
    vector_push(&t->lents, ((struct lent){copy, count}));
}

/* ---- reading ---- */

static struct lent lent_by(const struct timelines *t, int lender, struct slice key)
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

/* ---- the people of an account, taken together ---- */

struct step {
    int64_t at, by;
};
typedef VECTOR(struct step) step_list;

static int by_instant(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* What a person with this value gives to the sum, or to the number of people. */
static int64_t share_of(const struct member_signal *m, struct cell value)
{
    if (value.kind != CELL_INT && value.kind != CELL_DECIMAL) return 0;
    if (m->sum) return value.number;
    const __int128 millionths = value.kind == CELL_INT ? (__int128)value.number * DECIMAL_ONE : value.number;
    return millionths >= m->at_least;
}

static void add_step(step_list *steps, int64_t at, int64_t from, int64_t to)
{
    if (from != to) vector_push(steps, ((struct step){at, to - from}));
}

/* One person over [from, until): what they have when they come counts, and is gone when they go. */
static void add_stay(const struct member_signal *m, uint32_t slot, struct lent lent, int64_t from, int64_t until,
                     step_list *steps)
{
    int64_t now = 0;
    for (size_t i = 0; i < lent.count && lent.changes[i].at < until; i++) {
        if (lent.changes[i].slot != slot) continue;
        const int64_t next = share_of(m, lent.changes[i].value), at = lent.changes[i].at;
        add_step(steps, at < from ? from : at, now, next);
        now = next;
    }
    if (until != INSTANT_MAX) add_step(steps, until, now, 0);
}

static void add_members(const struct timelines *t, const struct relations *relations, const struct definition *d,
                        const struct member_signal *m, struct slice account, struct change_list *out)
{
    const struct relation_list persons = relations_persons_of(relations, account);
    const bool whole = d->kinds[KIND_ACCOUNT].slots[m->slot].type.kind == FIELD_INT;
    step_list steps = {0};
    int64_t sum = 0;
    for (size_t p = 0; p < persons.count; p++) {
        const struct relation_list accounts = relations_accounts_of(relations, persons.at[p].other);
        const struct lent lent = lent_by(t, LENT_BY_MEMBERS, persons.at[p].other);
        for (size_t i = 0; i < accounts.count; i++)
            if (slice_equal(accounts.at[i].other, account))
                add_stay(m, member_slot(d, m), lent, accounts.at[i].at,
                         i + 1 < accounts.count ? accounts.at[i + 1].at : INSTANT_MAX, &steps);
    }
    if (steps.count) qsort(steps.at, steps.count, sizeof *steps.at, by_instant);
    for (size_t i = 0; i < steps.count; i++) {
        if (__builtin_add_overflow(sum, steps.at[i].by, &sum)) sum = INT64_MAX;
        if (i + 1 < steps.count && steps.at[i + 1].at == steps.at[i].at) continue;
        vector_push(out, ((struct change){steps.at[i].at, m->slot, whole ? cell_int(sum) : cell_decimal(sum)}));
    }
    vector_release(&steps);
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

/* Two halves that are in order, the first and the second, become one. */
static void merge_halves(struct change *at, size_t half, size_t count, struct change *scratch)
{
    size_t a = 0, b = half, n = 0;
    if (at[half - 1].at <= at[half].at) return;
    memcpy(scratch, at, half * sizeof *at);
    while (a < half) at[n++] = b < count && at[b].at < scratch[a].at ? at[b++] : scratch[a++];
}

static void sort_changes(struct change *at, size_t count, struct change *scratch)
{
    enum { FEW = 16 };
    if (count > FEW) {
        sort_changes(at, count / 2, scratch);
        sort_changes(at + count / 2, count - count / 2, scratch);
        merge_halves(at, count / 2, count, scratch);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct change moving = at[i];
        size_t k = i;
        for (; k && at[k - 1].at > moving.at; k--) at[k] = at[k - 1];
        at[k] = moving;
    }
}

/* Stable: of changes of one slot at one instant the one added last stays last, and so wins. (glibc's qsort is no stable
 * sort for large lists.) */
static void sort_by_time(struct change_list *list)
{
    size_t i = 1;
    while (i < list->count && list->at[i - 1].at <= list->at[i].at) i++;
    if (i >= list->count) return;
    struct change *scratch = memory_new(list->count * sizeof *scratch);
    sort_changes(list->at, list->count, scratch);
    free(scratch);
}

bool timelines_borrowed(const struct definition *d, enum subject_kind kind)
{
    for (size_t s = 0; s < d->kinds[kind].slot_count; s++)
        if (d->kinds[kind].slots[s].origin == SLOT_FOREIGN || d->kinds[kind].slots[s].origin == SLOT_CONTACTS ||
            d->kinds[kind].slots[s].origin == SLOT_MEMBERS)
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
    for (size_t i = 0; i < d->kinds[kind].member_signal_count; i++)
        add_members(t, relations, d, &d->kinds[kind].member_signals[i], key, out);
    sort_by_time(out);
}
