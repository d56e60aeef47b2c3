#include "report/why_words.h"

#include <stdlib.h>

const char *const missing_names[MISSING_KINDS] = {"count",    "value",    "unknown", "quiet",   "not",  "some",
                                                  "decision", "evidence", "time",    "by_hand", "stage"};

void teller_init(struct teller *t, const struct why *why)
{
    *t = (struct teller){.why = why, .chapter = &why->chapters[why->count - 1]};
    arena_init(&t->arena);
    t->catalogue = catalogue_new(t->chapter->definition->company.locale);
}

void teller_release(struct teller *t)
{
    catalogue_free(t->catalogue);
    arena_release(&t->arena);
}

/* ---- small words ---- */

struct words tell(struct teller *t, const char *key, const struct arguments *a)
{
    return catalogue_words(t->catalogue, &t->arena, slice_from(key), a ? a->at : NULL, a ? a->count : 0);
}

static struct speaker speaker_of(struct teller *t, int tongue)
{
    return (struct speaker){t->chapter->definition, tongue == HEBREW ? LANGUAGE_HE : LANGUAGE_EN, &t->arena,
                            .plain = true};
}

struct words tell_time(struct teller *t, int64_t at)
{
    if (at == INSTANT_NONE || at == INSTANT_MAX) return words_same(SLICE("—"));
    const struct civil c = civil_from_instant(zone_to_local(t->why->zone, at));
    const bool day = at + 1 == zone_day_start(t->why->zone, zone_day(t->why->zone, at) + 1);
    struct slice date = arena_printf(&t->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
    if (day) return words_same(date);
    struct slice text = arena_printf(&t->arena, "%.*s %02d:%02d", SLICE_ARG(date), c.hour, c.minute);
    if (c.second || c.micros) text = arena_printf(&t->arena, "%.*s:%02d", SLICE_ARG(text), c.second);
    if (c.micros) text = arena_printf(&t->arena, "%.*s.%06d", SLICE_ARG(text), c.micros);
    return words_same(text);
}

struct words tell_number(struct teller *t, int64_t millionths)
{
    struct speaker s = speaker_of(t, ENGLISH);
    return words_same(spoken_number(&s, millionths));
}

struct words tell_percent(struct teller *t, int64_t millionths)
{
    struct speaker s = speaker_of(t, ENGLISH);
    return words_same(spoken_percent(&s, floor_div(millionths + 500, 1000) * 1000));
}

struct words tell_role(struct teller *t, enum role role)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = spoken_role(&s, role);
    }
    return w;
}

struct words tell_code(struct teller *t, uint32_t code)
{
    if (!code) return tell(t, "why.nobody", NULL);
    return words_same(dictionary_text(teller_last(t)->definition->dictionary, code));
}

struct words tell_reason(struct teller *t, uint32_t funnel, uint32_t code)
{
    const struct definition *d = teller_last(t)->definition;
    if (!code) return (struct words){0};
    const struct label label = definition_reason(&d->funnels[funnel], dictionary_text(d->dictionary, code));
    return tell_label(t, &label);
}

struct words tell_label(struct teller *t, const struct label *label)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = spoken(&s, label);
    }
    return w;
}

/* "MEL (engaged)" */
static struct words code_and_name(struct teller *t, const struct label *label)
{
    struct words own = tell_label(t, label);
    for (int k = 0; k < TONGUES; k++)
        if (!slice_equal(own.in[k], label->name))
            own.in[k] = arena_printf(&t->arena, "%.*s (%.*s)", SLICE_ARG(label->name), SLICE_ARG(own.in[k]));
    return own;
}

struct words tell_stage(struct teller *t, uint32_t funnel, uint32_t stage)
{
    return code_and_name(t, &teller_last(t)->definition->funnels[funnel].stages[stage].label);
}

struct words tell_exit(struct teller *t, uint32_t funnel, struct slice name)
{
    const struct funnel *f = &teller_last(t)->definition->funnels[funnel];
    for (size_t i = 0; i < f->exit_count; i++)
        if (slice_equal(f->exits[i].label.name, name)) return tell_label(t, &f->exits[i].label);
    if (slice_is(name, "rejected")) return tell(t, "why.exit.rejected", NULL);
    return words_same(name);
}

enum { FIELDS_TOLD = 3 };

/* What a reader made of a row is a digest, which tells people nothing. */
static struct slice told_id(struct slice id)
{
    enum { DIGEST = 33 };
    return id.len > DIGEST && id.ptr[0] == '#' ? SLICE("") : id;
}

/* "viewed a page (m05: path /pricing, session s3)" */
struct words tell_event(struct teller *t, const struct told_event *e, bool says)
{
    struct words w = e->type == EVENT_IDENTIFY ? tell(t, "why.identify", NULL)
                     : e->type == EVENT_GROUP  ? tell(t, "why.group", NULL)
                                               : tell_label(t, &t->chapter->definition->events[e->type].label);
    const struct slice id = told_id(e->id);
    const size_t told = !says ? 0 : e->field_count < FIELDS_TOLD ? e->field_count : FIELDS_TOLD;
    if (!id.len && !told) return w;
    for (int k = 0; k < TONGUES; k++) {
        struct slice said = id;
        for (size_t i = 0; i < told; i++) {
            struct slice name = tell_label(t, e->fields[i].label).in[k], value = e->fields[i].plain;
            const char *between = i ? ", " : said.len ? ": " : "";
            said =
                arena_printf(&t->arena, "%.*s%s%.*s %.*s", SLICE_ARG(said), between, SLICE_ARG(name), SLICE_ARG(value));
        }
        w.in[k] = arena_printf(&t->arena, "%.*s (%.*s)", SLICE_ARG(w.in[k]), SLICE_ARG(said));
    }
    return w;
}

/* Within a second at least: nobody says "within 0 s". */
struct words tell_crowd(struct teller *t, const struct told_crowd *crowd)
{
    const int64_t span = (crowd->until - crowd->from + SECOND_US - 1) / SECOND_US;
    struct arguments a = {.count = 0};
    arguments_words(&a, "event", tell_label(t, &t->chapter->definition->events[crowd->type].label));
    arguments_words(&a, "at", tell_time(t, crowd->from));
    arguments_number(&a, "people", crowd->people);
    arguments_text(&a, "domain", crowd->domain);
    arguments_number(&a, "seconds", span ? (double)span : 1);
    return tell(t, "why.crowd", &a);
}

/* ---- rules ---- */

struct words tell_rule(struct teller *t, const struct rule *rule)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = speak_rule(&s, t->why->kind, rule);
    }
    return w;
}

struct words tell_clause(struct teller *t, const struct clause *clause)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = speak_clause(&s, t->why->kind, clause);
        const struct label *l = &clause->label;
        if (l->name.len || l->he.len || l->en.len) w.in[k] = fill2(&s, SAY_LABELLED, spoken(&s, l), w.in[k]);
    }
    return w;
}

struct words tell_slot(struct teller *t, uint32_t slot)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = speak_slot(&s, t->why->kind, slot);
    }
    return w;
}

struct words tell_value(struct teller *t, const struct input_trace *input)
{
    struct words w = {0};
    if (input->value.kind == CELL_ABSENT) return tell(t, "why.unknown_value", NULL);
    if (input->value.kind == CELL_INSTANT) return tell_time(t, input->value.number);
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = speak_cell(&s, t->why->kind, input->slot, input->value);
    }
    return w;
}

/* Items of both languages joined by a separator. */
static struct words joined(struct teller *t, const struct words *items, size_t count, const char *between)
{
    struct words w = {0};
    for (int k = 0; k < TONGUES; k++) {
        struct buffer out;
        buffer_init(&out, BUFFER_NO_LIMIT);
        for (size_t i = 0; i < count; i++) {
            if (i) buffer_text(&out, between);
            buffer_add(&out, items[i].in[k]);
        }
        w.in[k] = arena_slice(&t->arena, buffer_slice(&out));
        buffer_release(&out);
    }
    return w;
}

static struct words in_brackets(struct teller *t, struct words a, struct words b)
{
    if (words_empty(b)) return a;
    for (int k = 0; k < TONGUES; k++)
        a.in[k] = arena_printf(&t->arena, "%.*s (%.*s)", SLICE_ARG(a.in[k]), SLICE_ARG(b.in[k]));
    return a;
}

/* The account a person was with when a value was lent. */
static struct slice lender_at(const struct teller *t, int64_t at)
{
    struct slice key = {0};
    for (size_t i = 0; i < t->why->account_count && t->why->accounts[i].at <= at; i++) key = t->why->accounts[i].key;
    return key;
}

static int by_giving(const void *a, const void *b)
{
    const struct behind *x = a, *y = b;
    if (x->gives != y->gives) return x->gives > y->gives ? -1 : 1;
    return slice_compare(x->person, y->person);
}

struct behind_list tell_behind(struct teller *t, const struct input_trace *in)
{
    const struct told_share *share = t->chapter->shares, *end = share + t->chapter->share_count;
    struct behind *all = ARENA_ARRAY(&t->arena, struct behind, t->chapter->share_count);
    size_t count = 0;
    while (share < end) {
        struct behind one = {.person = share->person};
        const uint32_t slot = share->slot;
        const bool whole = t->chapter->definition->kinds[t->why->kind].slots[slot].type.kind == FIELD_INT;
        for (; share < end && share->slot == slot && slice_equal(share->person, one.person); share++)
            if (share->at <= in->at) one.gives += share->by;
        if (whole && __builtin_mul_overflow(one.gives, DECIMAL_ONE, &one.gives)) one.gives = INT64_MAX;
        if (slot == in->slot && one.gives) all[count++] = one;
    }
    if (count) qsort(all, count, sizeof *all, by_giving);
    return (struct behind_list){all, count};
}

/* "p1 3, p2 2 and 4 more"; of those who are counted the names alone. */
static struct words tell_people(struct teller *t, const struct input_trace *in, const struct member_signal *m)
{
    const struct behind_list all = tell_behind(t, in);
    struct words items[BEHIND_NAMED] = {0};
    const size_t named = all.count < BEHIND_NAMED ? all.count : BEHIND_NAMED;
    for (size_t i = 0; i < named; i++) {
        struct arguments a = {.count = 0};
        arguments_text(&a, "name", all.at[i].person);
        arguments_words(&a, "points", tell_number(t, all.at[i].gives));
        items[i] = m->sum ? tell(t, "why.made.term", &a) : words_same(all.at[i].person);
    }
    struct words text = joined(t, items, named, ", ");
    struct arguments more = {.count = 0};
    if (all.count == named) return text;
    arguments_words(&more, "people", text);
    arguments_number(&more, "more", (double)(all.count - named));
    return tell(t, "why.people_more", &more);
}

struct words tell_source(struct teller *t, const struct input_trace *in)
{
    struct arguments a = {.count = 0};
    arguments_words(&a, "at", tell_time(t, in->since));
    if (in->value.kind == CELL_ABSENT || in->since == INSTANT_NONE) return (struct words){0};
    if (!in->lent && in->events.count && t->chapter->event_count) {
        const struct told_event *e = &t->chapter->events[in->events.at[in->events.count - 1]];
        arguments_words(&a, "event", tell_event(t, e, false)); /* it said this value */
        return tell(t, "why.source.event", &a);
    }
    const struct kind_model *model = &t->chapter->definition->kinds[t->why->kind];
    const struct slot *slot = &model->slots[in->slot];
    if (slot->origin == SLOT_MEMBERS) {
        const struct words people = tell_people(t, in, &model->member_signals[slot->index]);
        arguments_words(&a, "people", people);
        return tell(t, words_empty(people) ? "why.source.since" : "why.source.people", &a);
    }
    struct slice key =
        slot->origin == SLOT_FOREIGN && slot->foreign == KIND_ACCOUNT ? lender_at(t, in->since) : SLICE("");
    arguments_text(&a, "key", key);
    return tell(t, key.len ? "why.source.account" : "why.source.since", &a);
}

/* What a computed value is made of: "fit 60, BANT 40", "4 yes, 3 wanted". */
static struct words tell_made(struct teller *t, const struct value_trace *v)
{
    const struct definition *d = t->chapter->definition;
    struct arguments a = {.count = 0};
    int64_t yes = 0;
    for (size_t i = 0; i < v->count; i++) yes += v->parts[i].truth == TRUTH_TRUE;
    arguments_number(&a, "yes", (double)yes);
    arguments_number(&a, "of", (double)v->count);
    if (v->kind == COMPUTED_PASSED) {
        arguments_number(&a, "wanted", (double)d->bants[v->owner].pass_at);
        return tell(t, "why.made.bant", &a);
    }
    if (v->kind == COMPUTED_FIT) {
        int64_t held = 0, all = 0;
        for (size_t i = 0; i < v->count; i++) {
            held += v->parts[i].points;
            all += d->icps[v->owner].criteria[i].weight;
        }
        arguments_words(&a, "fit", tell_percent(t, all ? held / all : 0));
        arguments_words(&a, "wanted", tell_percent(t, d->icps[v->owner].match_at));
        return tell(t, "why.made.fit", &a);
    }
    struct words *items = ARENA_ARRAY(&t->arena, struct words, v->count);
    for (size_t i = 0; i < v->count; i++) {
        struct arguments part = {.count = 0};
        arguments_words(&part, "name", tell_label(t, &d->scores[v->owner].terms[i].label));
        arguments_words(&part, "points", tell_number(t, v->parts[i].points));
        items[i] = tell(t, "why.made.term", &part);
    }
    return joined(t, items, v->count, ", ");
}

static struct words tell_inputs(struct teller *t, struct input_list inputs);

/* "employees: 45 (identify (m3), 2026-01-05)"; of a profile or a BANT that is asked for as a whole only what it is
 * made of, because the rule has named it. */
static struct words tell_input(struct teller *t, const struct input_trace *in)
{
    struct arguments a = {.count = 0};
    struct words source = in->part != NONE ? tell_inputs(t, in->made->parts[in->part].inputs)
                          : in->made       ? tell_made(t, in->made)
                                           : tell_source(t, in);
    if (in->made && in->part == NONE && in->made->kind != COMPUTED_SCORE && in->value.kind == CELL_BOOL) return source;
    arguments_words(&a, "name", tell_slot(t, in->slot));
    arguments_words(&a, "value", tell_value(t, in));
    return in_brackets(t, tell(t, "why.input", &a), source);
}

struct words tell_sources(struct teller *t, struct input_list inputs)
{
    struct words *items = ARENA_ARRAY(&t->arena, struct words, inputs.count);
    size_t count = 0;
    for (size_t i = 0; i < inputs.count; i++) {
        struct words source = inputs.at[i].made ? (struct words){0} : tell_source(t, &inputs.at[i]);
        if (!words_empty(source)) items[count++] = source;
    }
    return joined(t, items, count, "; ");
}

static struct words tell_inputs(struct teller *t, struct input_list inputs)
{
    struct words *items = ARENA_ARRAY(&t->arena, struct words, inputs.count);
    for (size_t i = 0; i < inputs.count; i++) items[i] = tell_input(t, &inputs.at[i]);
    return joined(t, items, inputs.count, "; ");
}

/* ---- what leaves came to ---- */

static struct words tell_count(struct teller *t, const struct clause_trace *c)
{
    struct arguments a = {.count = 0};
    const bool windowed = c->from != INSTANT_NONE, ends = c->until != INSTANT_MAX;
    arguments_number(&a, "have", (double)c->have);
    arguments_number(&a, "need", (double)c->need);
    arguments_words(&a, "from", tell_time(t, c->from));
    if (ends) arguments_words(&a, "until", tell_time(t, c->until - 1));
    const char *key = !windowed ? "why.count" : c->truth == TRUTH_TRUE && ends ? "why.count_until" : "why.count_from";
    struct words text = tell(t, key, &a);
    if (!c->events.count || !t->chapter->event_count) return text;
    struct arguments e = {.count = 0};
    const struct told_event *last = &t->chapter->events[c->events.at[c->events.count - 1]];
    arguments_words(&e, "event", tell_event(t, last, true));
    arguments_words(&e, "at", tell_time(t, last->at));
    return in_brackets(t, text, tell(t, "why.source.event", &e));
}

struct words tell_came_to(struct teller *t, const struct clause_trace *c)
{
    struct arguments a = {.count = 0};
    if (c->clause->kind == CLAUSE_COUNT) return tell_count(t, c);
    if (c->clause->kind == CLAUSE_RULE) return tell_inputs(t, c->inputs);
    if (c->clause->kind != CLAUSE_QUIET) return (struct words){0};
    if (c->until == INSTANT_MAX) return tell(t, "why.quiet_never", NULL);
    arguments_words(&a, "from", tell_time(t, c->from));
    arguments_words(&a, "until", tell_time(t, c->until));
    return tell(t, "why.quiet", &a);
}

struct words tell_how(struct teller *t, const struct interval *x)
{
    static const char *const keys[] = {"why.how.rule",     "why.how.carried", "why.how.decided",  "why.how.unproposed",
                                       "why.how.returned", "why.how.landed",  "why.how.inherited"};
    struct arguments a = {.count = 0};
    arguments_words(&a, "by", tell_code(t, x->by));
    if (x->reason) arguments_words(&a, "reason", tell_reason(t, x->funnel, x->reason));
    if (x->how == HOW_RETURNED && x->reason) return tell(t, "why.how.returned_reason", &a);
    if (x->landing) arguments_words(&a, "landing", tell_label(t, &x->landing->label));
    if (!x->because) return tell(t, keys[x->how], &a);
    arguments_words(&a, "because", tell_label(t, &x->because->label));
    return tell(t, x->landing ? "why.how.landed_because" : "why.how.because", &a);
}

/* ---- what is missing ---- */

static void add_unknown(struct teller *t, struct input_list inputs, struct words *names, size_t *count, size_t most)
{
    for (size_t i = 0; i < inputs.count; i++) {
        const struct input_trace *in = &inputs.at[i];
        if (in->value.kind != CELL_ABSENT) continue;
        const size_t before = *count;
        for (size_t k = 0; in->made && k < in->made->count; k++)
            if (in->made->parts[k].unknown && (in->part == NONE || in->part == k))
                add_unknown(t, in->made->parts[k].inputs, names, count, most);
        if (*count > before || *count == most) continue;
        struct words name = tell_slot(t, in->slot);
        bool known = false;
        for (size_t k = 0; k < *count; k++) known |= slice_equal(names[k].in[ENGLISH], name.in[ENGLISH]);
        if (!known) names[(*count)++] = name;
    }
}

enum { NAMES_MOST = 12 };

static void add_unknown_of_clause(struct teller *t, const struct clause_trace *c, struct words *names, size_t *count)
{
    add_unknown(t, c->inputs, names, count, NAMES_MOST);
    for (size_t i = 0; i < c->count; i++)
        if (c->members[i].truth == TRUTH_UNKNOWN) add_unknown_of_clause(t, &c->members[i], names, count);
}

static struct words unknown_of(struct teller *t, struct input_list inputs)
{
    struct words names[NAMES_MOST];
    size_t count = 0;
    add_unknown(t, inputs, names, &count, NAMES_MOST);
    return joined(t, names, count, ", ");
}

struct words tell_zero(struct teller *t, const struct part_trace *part, const struct rule *when)
{
    struct arguments a = {.count = 0};
    if (part->unknown) {
        struct words names = unknown_of(t, part->inputs);
        arguments_words(&a, "names", names);
        return words_empty(names) ? tell(t, "why.zero.note", NULL) : tell(t, "why.zero.unknown", &a);
    }
    if (part->truth != TRUTH_FALSE || !when) return (struct words){0};
    arguments_words(&a, "what", in_brackets(t, tell_rule(t, when), tell_inputs(t, part->inputs)));
    return tell(t, "why.zero.false", &a);
}

static struct words tell_counted(struct teller *t, const struct clause *clause)
{
    struct words w = {0};
    const struct kind_model *model = &t->chapter->definition->kinds[t->why->kind];
    const struct signal *signal = &model->signals[model->slots[clause->slot].index];
    for (int k = 0; k < TONGUES; k++) {
        struct speaker s = speaker_of(t, k);
        w.in[k] = speak_matcher(&s, &signal->match);
        if (signal->reduce == REDUCE_DISTINCT)
            w.in[k] = fill2(&s, SAY_EACH_COUNTED, w.in[k], speak_property(&s, signal));
        w.in[k] = speak_window(&s, w.in[k], signal);
        const struct label *l = &clause->label;
        if (l->name.len || l->he.len || l->en.len) w.in[k] = fill2(&s, SAY_LABELLED, spoken(&s, l), w.in[k]);
    }
    return w;
}

static struct missing missing_count(struct teller *t, const struct clause_trace *c)
{
    struct missing m = {.kind = MISSING_COUNT, .clause = c->clause, .need = c->need - c->have, .until = INSTANT_MAX};
    struct arguments a = {.count = 0};
    const bool lapsing = c->have && c->from != INSTANT_NONE && c->until != INSTANT_MAX;
    if (lapsing) m.until = c->until;
    arguments_number(&a, "n", (double)m.need);
    arguments_number(&a, "have", (double)c->have);
    if (lapsing) arguments_words(&a, "until", tell_time(t, m.until - 1));
    arguments_words(&a, "what", tell_counted(t, c->clause));
    m.text = tell(t, lapsing ? "why.missing.count_by" : c->have ? "why.missing.count" : "why.missing.count_all", &a);
    return m;
}

static struct missing missing_value(struct teller *t, const struct clause_trace *c)
{
    struct missing m = {.kind = MISSING_VALUE, .clause = c->clause, .need = 1, .until = INSTANT_MAX};
    struct arguments a = {.count = 0};
    struct words names[NAMES_MOST];
    size_t count = 0;
    arguments_words(&a, "what", tell_clause(t, c->clause));
    if (c->truth != TRUTH_UNKNOWN) {
        arguments_words(&a, "now", tell_inputs(t, c->inputs));
        m.text = tell(t, "why.missing.value", &a);
        return m;
    }
    m.kind = MISSING_UNKNOWN;
    add_unknown_of_clause(t, c, names, &count);
    arguments_words(&a, "names", joined(t, names, count, ", "));
    arguments_text(&a, "note", c->note);
    m.text = tell(t, count ? "why.missing.unknown" : "why.missing.note", &a);
    return m;
}

static struct missing missing_quiet(struct teller *t, const struct clause_trace *c)
{
    struct missing m = {.kind = MISSING_QUIET, .clause = c->clause, .need = 1, .until = c->until};
    struct arguments a = {.count = 0};
    arguments_words(&a, "what", tell_clause(t, c->clause));
    arguments_words(&a, "until", tell_time(t, c->until));
    m.text = tell(t, "why.missing.quiet", &a);
    return m;
}

static struct missing missing_not(struct teller *t, const struct clause_trace *c)
{
    if (c->truth == TRUTH_UNKNOWN) return missing_value(t, c);
    struct missing m = {.kind = MISSING_NOT, .clause = c->clause, .need = 1, .until = c->turns};
    struct arguments a = {.count = 0};
    arguments_words(&a, "what", in_brackets(t, tell_clause(t, c->members[0].clause), tell_came_to(t, &c->members[0])));
    m.text = tell(t, "why.missing.not", &a);
    return m;
}

typedef VECTOR(struct missing) missing_vector;

static void add_missing(struct teller *t, const struct clause_trace *c, missing_vector *out);

static struct missing_list kept(struct teller *t, missing_vector *list)
{
    struct missing *copy = ARENA_ARRAY(&t->arena, struct missing, list->count);
    if (list->count) memcpy(copy, list->at, list->count * sizeof *copy);
    struct missing_list out = {copy, list->count};
    vector_release(list);
    return out;
}

/* Of a choice: each member that does not hold, a whole one where several things are missing of it. */
static struct missing missing_some(struct teller *t, const struct clause_trace *c)
{
    missing_vector of = {0};
    struct missing m = {.kind = MISSING_SOME, .clause = c->clause, .need = c->need - c->have, .until = INSTANT_MAX};
    for (size_t i = 0; i < c->count; i++) {
        const struct clause_trace *member = &c->members[i];
        missing_vector inner = {0};
        if (member->truth == TRUTH_TRUE) continue;
        add_missing(t, member, &inner);
        if (inner.count == 1) {
            vector_push(&of, inner.at[0]);
            vector_release(&inner);
            continue;
        }
        struct missing all = {.kind = MISSING_SOME, .clause = member->clause, .until = INSTANT_MAX};
        all.need = (int64_t)inner.count;
        struct missing_list list = kept(t, &inner);
        all.of = list.at;
        all.count = list.count;
        all.text = tell_clause(t, member->clause);
        vector_push(&of, all);
    }
    struct missing_list list = kept(t, &of);
    struct arguments a = {.count = 0};
    arguments_number(&a, "n", (double)m.need);
    m.text = tell(t, "why.missing.some", &a);
    m.of = list.at;
    m.count = list.count;
    return m;
}

static void add_missing(struct teller *t, const struct clause_trace *c, missing_vector *out)
{
    if (c->truth == TRUTH_TRUE) return;
    switch (c->clause->kind) {
    case CLAUSE_ALL:
        for (size_t i = 0; i < c->count; i++) add_missing(t, &c->members[i], out);
        break;
    case CLAUSE_ANY:
    case CLAUSE_AT_LEAST: vector_push(out, missing_some(t, c)); break;
    case CLAUSE_NOT: vector_push(out, missing_not(t, c)); break;
    case CLAUSE_RULE: vector_push(out, missing_value(t, c)); break;
    case CLAUSE_COUNT: vector_push(out, missing_count(t, c)); break;
    case CLAUSE_QUIET: vector_push(out, missing_quiet(t, c)); break;
    }
}

static struct missing missing_decision(struct teller *t, const struct funnel_trace *f, const struct stage *stage)
{
    struct missing m = {.kind = MISSING_DECISION, .need = 1, .until = INSTANT_MAX};
    struct arguments a = {.count = 0};
    const struct facts *facts = t->chapter->trace->facts;
    arguments_words(&a, "role", tell_role(t, stage->decided_by));
    const struct handoff *open = NULL;
    for (size_t i = 0; i < facts->handoff_count; i++)
        if (facts->handoffs[i].funnel == f->funnel && facts->handoffs[i].outcome == HANDOFF_OPEN)
            open = &facts->handoffs[i];
    if (open) {
        m.until = open->due;
        arguments_words(&a, "submitted", tell_time(t, open->submitted));
        arguments_words(&a, "due", tell_time(t, open->due));
    }
    m.text = tell(t, open ? "why.missing.decision_due" : "why.missing.decision", &a);
    return m;
}

static void add_waiting(struct teller *t, const struct ahead_trace *a, missing_vector *out)
{
    static const char *const keys[] = {NULL, "why.missing.evidence", "why.missing.time", "why.missing.hand"};
    static const enum missing_kind kinds[] = {MISSING_COUNT, MISSING_EVIDENCE, MISSING_TIME, MISSING_HAND};
    struct arguments args = {.count = 0};
    if (a->waiting == WAIT_FOR_NOTHING) return;
    arguments_words(&args, "since", tell_time(t, a->waiting_since));
    arguments_words(&args, "until", tell_time(t, a->waiting_until));
    vector_push(out, ((struct missing){.kind = kinds[a->waiting],
                                       .text = tell(t, keys[a->waiting], &args),
                                       .need = 1,
                                       .until = a->waiting == WAIT_FOR_TIME ? a->waiting_until : INSTANT_MAX}));
}

struct missing_list tell_missing(struct teller *t, const struct funnel_trace *f, const struct ahead_trace *a)
{
    missing_vector list = {0};
    const struct funnel *funnel = &t->chapter->definition->funnels[f->funnel];
    const struct stage *stage = &funnel->stages[a->stage];
    if (!a->next) {
        struct arguments args = {.count = 0};
        arguments_words(&args, "before", tell_stage(t, f->funnel, a->stage - 1u));
        vector_push(&list,
                    ((struct missing){
                        .kind = MISSING_STAGE, .text = tell(t, "why.gate", &args), .need = 1, .until = INSTANT_MAX}));
    }
    if (!a->rule)
        vector_push(&list, missing_decision(t, f, stage));
    else
        add_missing(t, a->rule, &list);
    if (a->rule) add_waiting(t, a, &list);
    return kept(t, &list);
}

struct words tell_gate(struct teller *t, const struct funnel_trace *f, const struct ahead_trace *a)
{
    struct arguments args = {.count = 0};
    if (a->held_first == INSTANT_NONE || a->stage == 0 || a->waiting != WAIT_FOR_NOTHING) return (struct words){0};
    arguments_words(&args, "stage", tell_stage(t, f->funnel, a->stage));
    arguments_words(&args, "before", tell_stage(t, f->funnel, a->stage - 1u));
    arguments_words(&args, "first", tell_time(t, a->held_first));
    arguments_words(&args, "last", tell_time(t, a->held_last));
    if (a->rule && a->rule->truth == TRUTH_TRUE) return a->next ? (struct words){0} : tell(t, "why.gate_now", &args);
    return tell(t, a->held_first == a->held_last ? "why.gate_held" : "why.gate_held_until", &args);
}

/* ---- chapters ---- */

static bool same_funnel(const struct why *why, const struct why_chapter *c, uint32_t funnel, uint32_t theirs)
{
    const struct definition *last = why->chapters[why->count - 1].definition;
    return slice_equal(last->funnels[funnel].label.name, c->definition->funnels[theirs].label.name);
}

const struct clause_trace *why_entry(const struct why *why, const struct interval *x, const struct why_chapter **by)
{
    const struct definition *last = why->chapters[why->count - 1].definition;
    struct slice stage = last->funnels[x->funnel].stages[x->stage].label.name;
    for (size_t i = 0; i < why->count; i++) {
        const struct why_chapter *c = *by = &why->chapters[i];
        if (x->entered >= c->until) continue;
        for (size_t k = 0; k < c->trace->facts->interval_count; k++) {
            const struct interval *y = &c->trace->facts->intervals[k];
            if (y->entered == x->entered && y->lap == x->lap && same_funnel(why, c, x->funnel, y->funnel) &&
                slice_equal(stage, c->definition->funnels[y->funnel].stages[y->stage].label.name) && y->how == x->how)
                return c->trace->entries[k];
        }
        return NULL;
    }
    return NULL;
}

const struct clause_trace *why_leaving(const struct why *why, const struct leaving *l, const struct why_chapter **by)
{
    for (size_t i = 0; i < why->count; i++) {
        const struct why_chapter *c = *by = &why->chapters[i];
        if (l->at >= c->until) continue;
        for (size_t k = 0; k < c->trace->facts->leaving_count; k++) {
            const struct leaving *y = &c->trace->facts->leavings[k];
            if (y->at == l->at && y->lap == l->lap && same_funnel(why, c, l->funnel, y->funnel) &&
                slice_equal(y->name, l->name))
                return c->trace->exits[k];
        }
        return NULL;
    }
    return NULL;
}
