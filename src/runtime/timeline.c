#include "runtime/timeline.h"

#include <stdlib.h>

#include "base/bisect.h"

struct lent {
    const struct change *changes; /* by slot */
    size_t count;
    const uint32_t *crossings; /* those of the changes, in order, that rules can tell from the one before */
    size_t crossing_count;
};

/* How a reader's rules use a slot that another kind lends. */
struct use {
    bool rests, rests_scored; /* engine_rests_on, without and with scores */
    bool computed;            /* something is computed from it */
    bool cut;                 /* rules only compare it with numbers: changes between two of them are all alike */
};

struct timelines {
    struct arena arena;
    const struct definition *definition;
    struct {
        struct map map;
        VECTOR(struct lent) lents;
    } of[KIND_COUNT + 1]; /* and LENT_BY_MEMBERS: by lender, for accounts lend while what members lent is read */
    VECTOR(struct content_reader *) readers;
    struct use *uses[KIND_COUNT];       /* by the reader's slot */
    struct rule_cuts *cuts[KIND_COUNT]; /* by the lender's slot: the numbers of all readers */
    bool crossed[KIND_COUNT];           /* somebody's rules only compare some slot of the lender's */
    VECTOR(uint32_t) crossings;         /* scratch */
};

/* ---- how readers use what is lent ---- */

/* Only whole numbers and decimals are compared so that the numbers say all. */
static bool is_cut(const struct engine *engine, enum subject_kind kind, uint32_t s, struct rule_cuts *cuts)
{
    const enum field_kind type = engine_definition(engine)->kinds[kind].slots[s].type.kind;
    return (type == FIELD_INT || type == FIELD_DECIMAL) && engine_cuts(engine, kind, s, cuts);
}

static void learn_use(struct timelines *t, const struct engine *engine, enum subject_kind kind, uint32_t s)
{
    const struct slot *slot = &engine_definition(engine)->kinds[kind].slots[s];
    struct use *use = &t->uses[kind][s];
    struct rule_cuts own = {0}, *all = &t->cuts[slot->foreign][slot->index];
    *use = (struct use){.rests = engine_rests_on(engine, kind, s, false),
                        .rests_scored = engine_rests_on(engine, kind, s, true),
                        .computed = engine_computes_from(engine, kind, s),
                        .cut = is_cut(engine, kind, s, &own)};
    for (size_t i = 0; use->cut && i < own.count; i++) vector_push(all, own.at[i]);
    t->crossed[slot->foreign] |= use->cut;
    vector_release(&own);
}

struct timelines *timelines_new(const struct engine *engine)
{
    const struct definition *d = engine_definition(engine);
    struct timelines *t = memory_new(sizeof *t);
    arena_init(&t->arena);
    t->definition = d;
    for (int k = 0; k <= LENT_BY_MEMBERS; k++) map_init(&t->of[k].map);
    for (int k = 0; k < KIND_COUNT; k++) {
        t->uses[k] = ARENA_ARRAY(&t->arena, struct use, d->kinds[k].slot_count);
        t->cuts[k] = ARENA_ARRAY(&t->arena, struct rule_cuts, d->kinds[k].slot_count);
    }
    for (int k = 0; k < KIND_COUNT; k++)
        for (uint32_t s = 0; s < d->kinds[k].slot_count; s++)
            if (d->kinds[k].slots[s].origin == SLOT_FOREIGN) learn_use(t, engine, (enum subject_kind)k, s);
    return t;
}

void timelines_free(struct timelines *t)
{
    for (int k = 0; k <= LENT_BY_MEMBERS; k++) {
        map_release(&t->of[k].map);
        vector_release(&t->of[k].lents);
    }
    for (size_t i = 0; i < t->readers.count; i++) content_reader_free(t->readers.at[i]);
    vector_release(&t->readers);
    vector_release(&t->crossings);
    for (int k = 0; k < KIND_COUNT; k++)
        for (uint32_t s = 0; s < t->definition->kinds[k].slot_count; s++) vector_release(&t->cuts[k][s]);
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

/* What deals and subscriptions read of their contacts is lent with all else that persons lend. */
static bool reads_contacts(const struct definition *d, int kind)
{
    return kind != KIND_ACCOUNT && d->kinds[kind].member_signal_count;
}

bool timelines_wanted(const struct definition *d, enum subject_kind lender)
{
    for (int k = 0; k < KIND_COUNT && lender == KIND_PERSON; k++)
        if (reads_contacts(d, k)) return true;
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t s = 0; s < d->kinds[k].slot_count; s++)
            if (is_lent(&d->kinds[k].slots[s], lender)) return true;
    return false;
}

static uint32_t member_slot(const struct definition *d, const struct member_signal *m)
{
    return d->kinds[KIND_PERSON].signals[m->of].slot;
}

/* Asks for a slot once; `asked` is by slot. */
static void ask(struct folder *folder, bool *asked, uint32_t slot)
{
    if (!asked[slot]) folder_lend(folder, slot);
    asked[slot] = true;
}

static void ask_members(const struct definition *d, int kind, struct folder *folder, bool *asked)
{
    const struct kind_model *readers = &d->kinds[kind];
    for (size_t i = 0; i < readers->member_signal_count; i++)
        ask(folder, asked, member_slot(d, &readers->member_signals[i]));
}

void timelines_ask(const struct definition *d, enum subject_kind lender, struct folder *folder)
{
    bool *asked = memory_new(d->kinds[lender].slot_count * sizeof *asked);
    for (int k = 0; k < KIND_COUNT; k++) {
        for (size_t s = 0; s < d->kinds[k].slot_count; s++)
            if (is_lent(&d->kinds[k].slots[s], lender)) ask(folder, asked, d->kinds[k].slots[s].index);
        if (lender == KIND_PERSON && reads_contacts(d, k)) ask_members(d, k, folder, asked);
    }
    free(asked);
}

bool timelines_of_members(const struct definition *d)
{
    return d->kinds[KIND_ACCOUNT].member_signal_count > 0;
}

void timelines_ask_members(const struct definition *d, struct folder *folder)
{
    bool *asked = memory_new(d->kinds[KIND_PERSON].slot_count * sizeof *asked);
    ask_members(d, KIND_ACCOUNT, folder, asked);
    free(asked);
}

static void group_by_slot(const struct change *changes, size_t count, struct change *out)
{
    uint32_t slot = 0, next;
    do {
        next = UINT32_MAX;
        for (size_t i = 0; i < count; i++)
            if (changes[i].slot == slot)
                *out++ = changes[i];
            else if (changes[i].slot > slot && changes[i].slot < next)
                next = changes[i].slot;
        slot = next;
    } while (next != UINT32_MAX);
}

/* Whether two values compare alike with each number. */
static bool is_alike(const struct rule_cuts *cuts, enum field_kind type, struct cell a, struct cell b)
{
    const enum cell_kind kind = type == FIELD_INT ? CELL_INT : CELL_DECIMAL; /* as the numbers are */
    if (a.kind != kind || b.kind != kind) return cell_same(a, b);
    for (size_t i = 0; i < cuts->count; i++)
        if ((a.number > cuts->at[i]) != (b.number > cuts->at[i]) ||
            (a.number < cuts->at[i]) != (b.number < cuts->at[i]))
            return false;
    return true;
}

static void find_crossings(struct timelines *t, enum subject_kind lender, struct lent *lent)
{
    struct cell before = cell_absent();
    vector_clear(&t->crossings);
    for (size_t i = 0; i < lent->count; i++) {
        const struct change *c = &lent->changes[i];
        if (i && c->slot != c[-1].slot) before = cell_absent();
        const enum field_kind type = t->definition->kinds[lender].slots[c->slot].type.kind;
        if (!is_alike(&t->cuts[lender][c->slot], type, before, c->value)) vector_push(&t->crossings, (uint32_t)i);
        before = c->value;
    }
    uint32_t *kept = ARENA_ARRAY(&t->arena, uint32_t, t->crossings.count);
    if (t->crossings.count) memcpy(kept, t->crossings.at, t->crossings.count * sizeof *kept);
    lent->crossings = kept;
    lent->crossing_count = t->crossings.count;
}

void timelines_add(struct timelines *t, int lender, struct slice key, const struct change *changes, size_t count)
{
    if (!count) return;
    struct change *copy = ARENA_ARRAY(&t->arena, struct change, count);
    group_by_slot(changes, count, copy);
    map_put_copy(&t->of[lender].map, &t->arena, key, (uint32_t)t->of[lender].lents.count);
    struct lent lent = {.changes = copy, .count = count};
    if (lender < KIND_COUNT && t->crossed[lender]) find_crossings(t, (enum subject_kind)lender, &lent);
    vector_push(&t->of[lender].lents, lent);
}

/* ---- reading ---- */

static struct lent lent_by(const struct timelines *t, int lender, struct slice key)
{
    const uint32_t at = map_get(&t->of[lender].map, key);
    return at == MAP_NONE ? (struct lent){0} : t->of[lender].lents.at[at];
}

/* One value as it changed, in order of time: changes of one slot, or how many persons are related, as they came. */
struct series {
    const struct change *changes; /* NULL: of persons */
    const struct relation *persons;
    size_t count;
    const uint32_t *crossings; /* of its changes, counted from `base` */
    size_t crossing_count, base;
    const struct rule_cuts *cuts; /* of persons, of whom there are as many as these where it crosses */
};

static int64_t series_at(const struct series *s, size_t i)
{
    return s->changes ? s->changes[i].at : s->persons[i].at;
}

static struct cell series_value(const struct series *s, size_t i)
{
    return s->changes ? s->changes[i].value : cell_int((int64_t)i + 1);
}

/* The first of its changes from i on that rules can tell from the one before; none: the number of changes. */
static size_t next_crossing(const struct series *s, size_t i)
{
    size_t next = s->count;
    if (s->changes) {
        const size_t at = bisect(k, s->crossing_count, s->crossings[k] - s->base < i);
        return at < s->crossing_count ? s->crossings[at] - s->base : next;
    }
    for (size_t k = 0; k < s->cuts->count; k++)
        for (int64_t people = s->cuts->at[k]; people <= s->cuts->at[k] + 1; people++)
            if (people > (int64_t)i && people <= (int64_t)next) next = (size_t)people - 1;
    return next;
}

/* How many of its changes are not after the instant. */
static size_t series_until(const struct series *s, int64_t at)
{
    return bisect(i, s->count, series_at(s, i) <= at);
}

/* Where the changes of the slots before this one end. */
static size_t group_start(struct lent lent, uint32_t slot)
{
    return bisect(i, lent.count, lent.changes[i].slot < slot);
}

static struct series series_of(struct lent lent, uint32_t slot)
{
    const size_t first = group_start(lent, slot);
    const size_t end = group_start(lent, slot + 1);
    const size_t crossing = bisect(i, lent.crossing_count, lent.crossings[i] < first);
    const size_t last = bisect(i, lent.crossing_count, lent.crossings[i] < end);
    return (struct series){.changes = lent.changes + first,
                           .count = end - first,
                           .crossings = lent.crossings + crossing,
                           .crossing_count = last - crossing,
                           .base = first};
}

/* Where a value is looked at: of one of the borrower's slots, over [from, until). */
struct looking {
    const struct timeline_reader *reader;
    uint32_t slot;
    bool whole, crosses; /* crosses: where rules can tell */
    int64_t from, until;
    struct change_list *out;
    bool *left_out; /* set when crossings were told alone */
};

static void tell(const struct looking *l, const struct series *s, size_t i)
{
    vector_push(l->out, ((struct change){series_at(s, i), l->slot, series_value(s, i)}));
}

/* Up to change i, which is told, those before it that rules can tell. */
static void tell_up_to(const struct looking *l, const struct series *s, size_t told, size_t i)
{
    for (size_t c = l->crosses ? next_crossing(s, told) : i; c < i; c = next_crossing(s, c + 1)) tell(l, s, c);
    tell(l, s, i);
}

/* Of the changes from `first` to before `end` those that the reader's events see, and what it sees in the end; besides,
 * the next one after that, which tells when it will see another. */
static void add_seen(const struct looking *l, const struct series *s, size_t first, size_t end)
{
    const struct timeline_reader *r = l->reader;
    size_t told = first; /* all before that are told or passed over */
    for (size_t i = 0; i < r->count && told < end; i++) {
        if (r->events[i].at < series_at(s, told)) continue;
        size_t seen = series_until(s, r->events[i].at);
        if (seen > end) seen = end;
        if (seen > told) tell_up_to(l, s, told, seen - 1);
        if (seen > told) told = seen;
    }
    size_t last = series_until(s, r->as_of);
    if (last > end) last = end;
    if (last > told) tell_up_to(l, s, told, last - 1);
    if (last > told) told = last;
    if (told < end) tell(l, s, told);
}

/* The value when the relation begins, then every change, or those that can be seen. */
static void add_series(const struct looking *l, const struct series *s)
{
    const size_t first = series_until(s, l->from),
                 end = l->until == INSTANT_MAX ? s->count : series_until(s, l->until - 1);
    const struct cell value = first ? series_value(s, first - 1) : cell_absent();
    if (value.kind != CELL_ABSENT || l->out->count) vector_push(l->out, ((struct change){l->from, l->slot, value}));
    if (!l->whole && end > first + 2 * l->reader->count) {
        add_seen(l, s, first, end);
        *l->left_out |= l->crosses;
        return;
    }
    for (size_t i = first; i < end; i++) tell(l, s, i);
}

/* ---- the people of an account, the contacts of a deal, taken together ---- */

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

/* The members of one subject. */
struct membership {
    const struct timelines *lenders;
    const struct relations *relations;
    const struct member_signal *signal;
    step_list steps;
    struct member_shares *shares; /* NULL: nobody asks who they are */
};

static void add_member(struct membership *m, int lender, struct slice person, int64_t from, int64_t until)
{
    size_t i = m->steps.count;
    const uint32_t slot = member_slot(m->lenders->definition, m->signal);
    add_stay(m->signal, slot, lent_by(m->lenders, lender, person), from, until, &m->steps);
    for (; m->shares && i < m->steps.count; i++)
        vector_push(m->shares, ((struct member_share){person, m->steps.at[i].at, m->steps.at[i].by}));
}

/* Those who belong to an account: each from being named with it until named with another one. */
static void add_people(struct membership *m, struct slice account)
{
    const struct relation_list persons = relations_persons_of(m->relations, account);
    for (size_t p = 0; p < persons.count; p++) {
        const struct relation_list accounts = relations_accounts_of(m->relations, persons.at[p].other);
        for (size_t i = 0; i < accounts.count; i++)
            if (slice_equal(accounts.at[i].other, account))
                add_member(m, LENT_BY_MEMBERS, persons.at[p].other, accounts.at[i].at,
                           i + 1 < accounts.count ? accounts.at[i + 1].at : INSTANT_MAX);
    }
}

/* The contacts of a deal or a subscription: each from being named with it on. */
static void add_contacts(struct membership *m, struct slice deal)
{
    const struct relation_list contacts = relations_contacts_of(m->relations, deal);
    for (size_t i = 0; i < contacts.count; i++)
        if (relations_reach(contacts, i) >> m->signal->role & 1)
            add_member(m, KIND_PERSON, contacts.at[i].other, contacts.at[i].at, INSTANT_MAX);
}

static void take_members(struct membership *m, enum subject_kind kind, struct slice key)
{
    if (kind == KIND_ACCOUNT)
        add_people(m, key);
    else
        add_contacts(m, key);
}

void timelines_shares(const struct timelines *t, const struct relations *relations, enum subject_kind kind,
                      struct slice key, const struct member_signal *signal, struct member_shares *out)
{
    struct membership m = {.lenders = t, .relations = relations, .signal = signal, .shares = out};
    take_members(&m, kind, key);
    vector_release(&m.steps);
}

static void add_members(const struct timelines *t, const struct relations *relations, const struct timeline_reader *r,
                        const struct member_signal *signal, struct change_list *out)
{
    const bool whole = t->definition->kinds[r->kind].slots[signal->slot].type.kind == FIELD_INT;
    struct membership m = {.lenders = t, .relations = relations, .signal = signal};
    int64_t sum = 0;
    take_members(&m, r->kind, r->key);
    const struct step *at = m.steps.at;
    if (m.steps.count) qsort(m.steps.at, m.steps.count, sizeof *at, by_instant);
    for (size_t i = 0; i < m.steps.count; i++) {
        if (__builtin_add_overflow(sum, at[i].by, &sum)) sum = INT64_MAX;
        if (i + 1 < m.steps.count && at[i + 1].at == at[i].at) continue;
        vector_push(out, ((struct change){at[i].at, signal->slot, whole ? cell_int(sum) : cell_decimal(sum)}));
    }
    vector_release(&m.steps);
}

static struct series persons_of(const struct timelines *t, const struct relations *relations, struct slice account,
                                uint32_t slot)
{
    const struct relation_list persons = relations_persons_of(relations, account);
    return (struct series){.persons = persons.at, .count = persons.count, .cuts = &t->cuts[KIND_ACCOUNT][slot]};
}

/* What a reader is told of a value. */
static void choose_telling(const struct timelines *t, const struct timeline_reader *r, struct looking *l)
{
    const struct use *use = &t->uses[r->kind][l->slot];
    const bool matters = (r->scores ? use->rests_scored : use->rests) || (r->lends && use->computed);
    l->whole = r->whole || (matters && !use->cut);
    l->crosses = matters && use->cut;
}

static void add_lender(const struct timelines *t, const struct relations *relations, const struct looking *over,
                       enum subject_kind lender, struct slice key)
{
    const struct kind_model *model = &t->definition->kinds[over->reader->kind];
    const struct lent lent = lent_by(t, lender, key);
    struct looking l = *over;
    for (l.slot = 0; l.slot < model->slot_count; l.slot++) {
        const struct slot *slot = &model->slots[l.slot];
        if (!is_lent(slot, lender)) continue;
        const bool people = t->definition->kinds[lender].slots[slot->index].origin == SLOT_CONTACTS;
        const struct series series = people ? persons_of(t, relations, key, slot->index) : series_of(lent, slot->index);
        choose_telling(t, l.reader, &l);
        add_series(&l, &series);
    }
}

static void add_accounts(const struct timelines *t, const struct relations *relations, const struct looking *over,
                         struct slice person)
{
    struct relation_list accounts = relations_accounts_of(relations, person);
    struct looking l = *over;
    for (size_t i = 0; i < accounts.count; i++) {
        l.from = accounts.at[i].at;
        l.until = i + 1 < accounts.count ? accounts.at[i + 1].at : INSTANT_MAX;
        add_lender(t, relations, &l, KIND_ACCOUNT, accounts.at[i].other);
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
        if (slot_is_borrowed(&d->kinds[kind].slots[s])) return true;
    return false;
}

bool timelines_changes(const struct timelines *t, const struct relations *relations, const struct timeline_reader *r,
                       struct change_list *out)
{
    const struct kind_model *model = &t->definition->kinds[r->kind];
    bool left_out = false;
    struct looking l = {.reader = r, .from = INSTANT_NONE + 1, .until = INSTANT_MAX, .out = out, .left_out = &left_out};
    if (r->kind != KIND_MARKET) add_lender(t, relations, &l, KIND_MARKET, SLICE("market"));
    if (r->kind == KIND_PERSON) add_accounts(t, relations, &l, r->key);
    if (r->kind == KIND_DEAL || r->kind == KIND_SUBSCRIPTION) {
        const struct relation *primary = relation_primary(relations_contacts_of(relations, r->key));
        if (primary) {
            struct looking theirs = l;
            theirs.from = primary->at;
            add_lender(t, relations, &theirs, KIND_PERSON, primary->other);
            add_accounts(t, relations, &theirs, primary->other);
        }
    }
    l.whole = true;
    for (l.slot = 0; l.slot < model->slot_count; l.slot++) {
        if (model->slots[l.slot].origin != SLOT_CONTACTS) continue;
        const struct series persons = persons_of(t, relations, r->key, l.slot);
        add_series(&l, &persons);
    }
    for (size_t i = 0; i < model->member_signal_count; i++)
        add_members(t, relations, r, &model->member_signals[i], out);
    sort_by_time(out);
    return left_out;
}
