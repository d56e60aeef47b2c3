/* What the report is told: dimensions, bands, the mail sequence, channels, period. */
#include "definition/loader.h"

static const struct yaml_node *given(struct loader *l, const char *section, const char *keys)
{
    const struct yaml_node *node = yaml_get(l->root, section);
    return node && !yaml_is_null(node) && expect_map(l, node, section, keys) ? node : NULL;
}

/* ---- report ---- */

static bool digits_at(struct slice s, size_t at, size_t count)
{
    if (s.len < at + count) return false;
    for (size_t i = at; i < at + count; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return true;
}

static bool is_day(struct slice s)
{
    struct time_text time;
    return s.len == 10 && time_parse(s, &time) && time.day_only;
}

/* 2026, 2026-Q1, 2026-01, 2026-01-05 */
static bool is_date(struct slice s)
{
    int64_t n;
    if (!digits_at(s, 0, 4)) return false;
    if (s.len == 4) return true;
    if (s.ptr[4] != '-') return false;
    if (s.len == 7 && s.ptr[5] == 'Q') return s.ptr[6] >= '1' && s.ptr[6] <= '4';
    if (s.len == 7 && digits_at(s, 5, 2)) return slice_to_i64(slice_skip(s, 5), &n) && n >= 1 && n <= 12;
    return is_day(s);
}

/* One of these, two with .. between, last month, last 30 days */
static bool is_period(struct slice s)
{
    static const char *const words[] = {"last month", "last quarter", "last year"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(s, words[i])) return true;
    int64_t n;
    if (slice_starts(s, SLICE("last ")) && slice_ends(s, SLICE(" days")))
        return s.len > 10 && slice_to_i64(slice_of(s.ptr + 5, s.len - 10), &n) && n > 0 && n <= 36500;
    const char *dots = memmem(s.ptr, s.len, "..", 2);
    if (!dots) return is_date(s);
    const struct slice first = slice_of(s.ptr, (size_t)(dots - s.ptr)), last = slice_skip(s, first.len + 2);
    const size_t common = first.len < last.len ? first.len : last.len;
    return is_date(first) && is_date(last) && memcmp(first.ptr, last.ptr, common) <= 0;
}

static void read_period(struct loader *l, const struct yaml_node *node, const char *what, struct slice *out)
{
    static const char *const others[] = {"a year earlier", "the period before", "none"};
    bool compare = !strcmp(what, "compare");
    if (!read_text(l, node, what, out)) return;
    bool good = is_period(*out);
    for (size_t i = 0; compare && i < 3; i++) good = good || slice_is(*out, others[i]);
    if (!good)
        complain(l, node,
                 compare
                     ? SLICE("a period, a year earlier, the period before, or none")
                     : SLICE("2026, 2026-Q1, 2026-01, 2026-01-05..2026-02-04, last month, last quarter, last year, or "
                             "last 30 days"),
                 "`%.*s` is no period", SLICE_ARG(*out));
}

static void read_as_of(struct loader *l, const struct yaml_node *node, struct slice *out)
{
    struct time_text time;
    if (!read_text(l, node, "as_of", out)) return;
    if (!time_parse(*out, &time))
        complain(l, node, SLICE("for example 2026-04-20"), "`%.*s` is no date or time", SLICE_ARG(*out));
}

static uint32_t funnel_find(struct loader *l, const struct yaml_node *node, struct slice name)
{
    struct slice *known = ARENA_ARRAY(l->arena, struct slice, l->funnels.count);
    for (uint32_t i = 0; i < l->funnels.count; i++) {
        known[i] = l->funnels.at[i].funnel.label.name;
        if (slice_equal(known[i], name)) return i;
    }
    complain(l, node, suggest(l, name, known, l->funnels.count), "there is no funnel `%.*s`", SLICE_ARG(name));
    return NONE;
}

/* The last stage that does not carry. */
static uint32_t usual_end(const struct funnel *funnel)
{
    for (uint32_t i = (uint32_t)funnel->stage_count; i-- > 0;)
        if (!funnel->stages[i].carries) return i;
    return funnel->stage_count ? (uint32_t)funnel->stage_count - 1 : NONE;
}

static void load_report(struct loader *l)
{
    struct report_settings *out = &l->out->report;
    const struct yaml_node *node = given(l, "report", "funnel basis period compare as_of mode through min_n values"),
                           *value;
    struct slice name;
    int basis, mode;
    int64_t n;
    *out = (struct report_settings){.funnel = l->funnels.count ? 0 : NONE, .through = NONE, .min_n = 20, .values = -1};
    if ((value = yaml_get(node, "funnel")) && read_text(l, value, "funnel", &name))
        out->funnel = funnel_find(l, value, name);
    if (out->funnel == NONE && l->funnels.count) out->funnel = 0; /* one mistake, not one more of every KPI */
    if (out->funnel != NONE) out->through = usual_end(&l->funnels.at[out->funnel].funnel);
    if ((value = yaml_get(node, "basis")) && read_choice(l, value, "basis", "cohort flow", &basis))
        out->basis = (enum basis)basis;
    if ((value = yaml_get(node, "mode")) && read_choice(l, value, "mode", "if recorded", &mode)) out->recorded = mode;
    if ((value = yaml_get(node, "period"))) read_period(l, value, "period", &out->period);
    if ((value = yaml_get(node, "compare"))) read_period(l, value, "compare", &out->compare);
    if ((value = yaml_get(node, "as_of"))) read_as_of(l, value, &out->as_of);
    if ((value = yaml_get(node, "through")) && out->funnel != NONE && read_text(l, value, "through", &name))
        out->through = stage_find(l, value, out->funnel, name);
    if ((value = yaml_get(node, "min_n")) && read_int(l, value, "min_n", 1, 1000000, &n)) out->min_n = (int)n;
    if ((value = yaml_get(node, "values")) && read_int(l, value, "values", 0, 1000000, &n)) out->values = (int)n;
}

/* ---- dimensions ---- */

static void read_touch(struct loader *l, const struct yaml_node *node, bool first, struct dimension *out)
{
    struct slice text, field;
    if (!read_text(l, node, "a touch", &text)) return;
    struct signal signal = {.reduce = first ? REDUCE_FIRST : REDUCE_LAST,
                            .place = yaml_place(node),
                            .of = NONE,
                            .since_funnel = NONE,
                            .since_stage = NONE};
    struct field_type type = {.kind = FIELD_TEXT};
    out->kind = first ? DIMENSION_FIRST_TOUCH : DIMENSION_LAST_TOUCH;
    field = text;
    if (slice_starts(text, SLICE("context."))) {
        signal.match.any = true;
        signal.of = matcher_path(l, &signal.match, node, text, &type);
    } else {
        struct slice name = slice_cut(&field, '.');
        if (!memchr(text.ptr, '.', text.len)) {
            complain(l, node, SLICE("first_touch: context.campaign.source, or EVENT.property"),
                     "`%.*s` does not say of which event it is", SLICE_ARG(text));
            return;
        }
        uint32_t event = event_find(l, node, name);
        if (event == NONE) return;
        struct match *match = ARENA_NEW(l->arena, struct match);
        match->event = event;
        signal.match = (struct matcher){.alternatives = match, .count = 1};
        if (l->events.at[event].type.of != out->of)
            complain(l, node, SLICE(""), "`%.*s` is an event of the kind %s, and this dimension is of the kind %s",
                     SLICE_ARG(name), subject_kind_names[l->events.at[event].type.of], subject_kind_names[out->of]);
        else
            signal.of = matcher_path(l, &signal.match, node, field, &type);
    }
    if (signal.of == NONE) return;
    out->touch_path = signal.of;
    out->slot = signal_shared(l, out->of, signal, type);
}

static void read_bands(struct loader *l, const struct yaml_node *node, struct dimension *out)
{
    if (!expect_list(l, node, "bands")) return;
    int64_t *bands = ARENA_ARRAY(l->arena, int64_t, node->count);
    for (size_t i = 0; i < node->count; i++) {
        if (!read_int(l, node->items[i], "a border", INT64_MIN + 1, INT64_MAX - 1, &bands[i])) return;
        if (i && bands[i] <= bands[i - 1])
            complain(l, node->items[i], SLICE("borders go up: [100, 500, 1000]"), "bands out of order: %lld after %lld",
                     (long long)bands[i], (long long)bands[i - 1]);
    }
    out->bands = bands;
    out->band_count = node->count;
    enum field_kind kind = out->slot == NONE ? FIELD_INT : l->kinds[out->of].slots.at[out->slot].type.kind;
    if (kind != FIELD_INT && kind != FIELD_DECIMAL && kind != FIELD_MONEY)
        complain(l, node, SLICE("bands are for int, decimal and money values"), "these values are no numbers");
}

static void check_value(struct loader *l, const struct dimension *dimension, const struct yaml_node *key)
{
    if (dimension->slot == NONE) return;
    const struct field_type *type = &l->kinds[dimension->of].slots.at[dimension->slot].type;
    if (!is_choice(type, key->text))
        complain(l, key, suggest(l, key->text, type->choices, type->choice_count),
                 "`%.*s` is not among the declared values", SLICE_ARG(key->text));
}

static void read_values(struct loader *l, const struct yaml_node *node, struct dimension *out)
{
    if (!expect_map(l, node, "values", NULL)) return;

    struct label *values = ARENA_ARRAY(l->arena, struct label, node->count);
    for (size_t i = 0; i < node->count; i++) {
        expect_map(l, node->pairs[i].value, "a value's texts", "he en");
        values[i] = read_label(l, node->pairs[i].key->text, node->pairs[i].value);
        check_value(l, out, node->pairs[i].key);
    }
    out->values = values;
    out->value_count = node->count;
}

/* Can subjects be grouped by values of that type? Few share an amount or a day. */
static void check_groups(struct loader *l, const struct yaml_node *node, const struct field_type *type,
                         const struct yaml_node *bands)
{
    const enum field_kind kind = type->kind;
    struct slice remedy = {0};
    if (kind == FIELD_LIST || kind == FIELD_MAP)
        remedy = SLICE("a dimension has one value for each subject");
    else if ((kind == FIELD_MONEY || kind == FIELD_DECIMAL) && !bands)
        remedy = SLICE("bands: [1000, 5000], the borders between its rows");
    else if (kind == FIELD_INSTANT)
        remedy = SLICE("a dimension groups by words or numbers; by months: masa report --by month");
    if (remedy.len)
        complain(l, node, remedy, "`%.*s` is declared %.*s", SLICE_ARG(node->text), SLICE_ARG(type_words(type)));
}

static void read_dimension(struct loader *l, enum subject_kind kind, const struct yaml_node *key,
                           const struct yaml_node *node, struct dimension *out)
{
    *out = (struct dimension){.label = read_label(l, key->text, node), .of = kind, .slot = NONE, .touch_path = NONE};
    check_name(l, key, "a dimension", false);
    if (!expect_map(l, node, "a dimension", "first_touch last_touch value bands values of he en")) return;
    const struct yaml_node *of = yaml_get(node, "of"), *first = yaml_get(node, "first_touch");
    const struct yaml_node *last = yaml_get(node, "last_touch"), *value = yaml_get(node, "value");
    int which;
    if (of && read_choice(l, of, "of", "person account deal subscription", &which)) out->of = (enum subject_kind)which;
    if ((first != NULL) + (last != NULL) + (value != NULL) != 1)
        complain(l, key, SLICE("one of first_touch:, last_touch:, value:"), "`%.*s` must say one thing it is made of",
                 SLICE_ARG(key->text));
    struct slice name;
    if (first || last) read_touch(l, first ? first : last, first != NULL, out);
    if (value && read_text(l, value, "value", &name)) {
        out->kind = DIMENSION_VALUE;
        out->slot = slot_named(l, out->of, value, name);
        if (out->slot != NONE)
            check_groups(l, value, &l->kinds[out->of].slots.at[out->slot].type, yaml_get(node, "bands"));
    }
    if (yaml_get(node, "bands")) read_bands(l, yaml_get(node, "bands"), out);
    if (yaml_get(node, "values")) read_values(l, yaml_get(node, "values"), out);
}

static void load_dimensions(struct loader *l)
{
    const struct yaml_node *node = given(l, "dimensions", NULL);
    if (!node) return;
    uint32_t funnel = l->out->report.funnel;
    enum subject_kind kind = funnel == NONE ? KIND_PERSON : l->funnels.at[funnel].funnel.of;
    struct dimension *list = ARENA_ARRAY(l->arena, struct dimension, node->count);
    for (size_t i = 0; i < node->count; i++)
        read_dimension(l, kind, node->pairs[i].key, node->pairs[i].value, &list[i]);
    l->out->dimensions = list;
    l->out->dimension_count = node->count;
}

/* ---- kpis ---- */

static bool needs_funnel(struct loader *l, const struct yaml_node *node)
{
    if (l->out->report.funnel != NONE) return true;
    if (!l->told_no_funnel)
        complain(l, node, SLICE("declare one under funnels:"), "there is no funnel this could be measured in");
    l->told_no_funnel = true;
    return false;
}

/* The words on both sides of a >, without blanks. */
static bool cut_arrow(struct slice text, struct slice *from, struct slice *to)
{
    *to = text;
    *from = slice_trim(slice_cut(to, '>'));
    *to = slice_trim(*to);
    return from->len && to->len;
}

static void read_landing(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    struct landing *out = &l->out->landing;
    struct slice text, from, to;
    if (!expect_map(l, node, "landing", "rate visitor he en") || !needs_funnel(l, key)) return;
    const struct yaml_node *rate = yaml_get(node, "rate"), *visitor = yaml_get(node, "visitor"), *did = visitor;
    struct clause_context context = {l->funnels.at[l->out->report.funnel].funnel.of, l->out->report.funnel};
    if (!rate)
        complain(l, key, SLICE("rate: visitor > STAGE"), "landing says no rate");
    else if (read_text(l, rate, "rate", &text)) {
        if (!cut_arrow(text, &from, &to) || !slice_is(from, "visitor"))
            complain(l, rate, SLICE("rate: visitor > STAGE"), "`%.*s` is not the rate of visitors who reach a stage",
                     SLICE_ARG(text));
        else
            out->stage = stage_find(l, rate, context.funnel, to);
    }
    if (!visitor) {
        complain(l, key, SLICE("visitor: { did: page_viewed, where: { path: /landing } }"),
                 "no event says who is a visitor; what cannot be measured is no conversion");
        return;
    }
    if (visitor->kind == YAML_MAP && yaml_get(visitor, "did")) {
        expect_map(l, visitor, "visitor", "did where when human");
        did = yaml_get(visitor, "did");
    }
    out->given = read_matcher(l, context, did, visitor == did ? NULL : visitor, &out->visitor);
}

static void read_wanted(struct loader *l, const struct yaml_node *node, struct band *out)
{
    if (node->kind != YAML_LIST || node->count != 2) {
        complain(l, node, SLICE("wanted: [25%, 45%]"), "a wanted range is two percentages");
        return;
    }
    out->has_wanted = read_percent(l, node->items[0], "wanted", &out->wanted_low) &&
                      read_percent(l, node->items[1], "wanted", &out->wanted_high);
    if (out->has_wanted && out->wanted_low >= out->wanted_high)
        complain(l, node, SLICE("the lower one first"), "bands out of order: the wanted range is empty");
}

static void read_band_levels(struct loader *l, const struct yaml_node *node, struct band *out)
{
    const struct yaml_node *failing = yaml_get(node, "failing"), *good = yaml_get(node, "good");
    const struct yaml_node *excellent = yaml_get(node, "excellent"), *wanted = yaml_get(node, "wanted"),
                           *days = yaml_get(node, "days");
    if (failing) out->has_failing = read_percent(l, failing, "failing", &out->failing);
    if (good) out->has_good = read_percent(l, good, "good", &out->good);
    if (excellent) out->has_excellent = read_percent(l, excellent, "excellent", &out->excellent);
    if (wanted) read_wanted(l, wanted, out);
    if (days) read_int(l, days, "days", 1, 36500, &out->target_days);
    if (out->has_failing && out->has_good && out->failing > out->good)
        complain(l, good, SLICE("failing: 50%, good: 70%, excellent: 85%"),
                 "bands out of order: good lies below failing");
    if (out->has_good && out->has_excellent && out->good > out->excellent)
        complain(l, excellent, SLICE("failing: 50%, good: 70%, excellent: 85%"),
                 "bands out of order: excellent lies below good");
    if (!out->has_good && out->has_failing && out->has_excellent && out->failing > out->excellent)
        complain(l, excellent, SLICE("failing: 50%, excellent: 85%"),
                 "bands out of order: excellent lies below failing");
    if (wanted && (failing || good || excellent))
        complain(l, wanted, SLICE("a rate has either levels or a wanted range"), "two kinds of bands for one rate");
    if (!failing && !good && !excellent && !wanted && !days)
        complain(l, node, SLICE("failing:, good:, excellent:, wanted:, days:"), "this kpi sets no level");
}

/* Whose transition it is: of the funnel that is named (FUNNEL.STAGE>STAGE), of the report's, or of the only other one
 * that has both stages. Cuts the name off. */
static uint32_t band_funnel(struct loader *l, const struct yaml_node *key, struct slice *from, struct slice to)
{
    const uint32_t usual = l->out->report.funnel;
    uint32_t found = NONE;
    struct slice stage = *from, name = slice_cut(&stage, '.');
    if (name.len < from->len) {
        *from = stage;
        return funnel_find(l, key, name);
    }
    if (stage_named(l, usual, *from) != NONE || stage_named(l, usual, to) != NONE) return usual;
    for (uint32_t i = 0; i < l->funnels.count; i++) {
        if (stage_named(l, i, *from) == NONE || stage_named(l, i, to) == NONE) continue;
        if (found != NONE) {
            complain(l, key,
                     arena_printf(l->arena, "%.*s.%.*s", SLICE_ARG(l->funnels.at[found].funnel.label.name),
                                  SLICE_ARG(key->text)),
                     "more than one funnel has `%.*s`", SLICE_ARG(key->text));
            return NONE;
        }
        found = i;
    }
    return found == NONE ? usual : found;
}

static bool read_band(struct loader *l, const struct yaml_node *key, const struct yaml_node *node, struct band *out)
{
    struct slice from, to;
    *out = (struct band){.place = yaml_place(key)};
    if (!cut_arrow(key->text, &from, &to)) {
        const struct slice near = suggest(l, key->text, &SLICE("landing"), 1);
        complain(l, key, near.len ? near : SLICE("STAGE>STAGE: the names of two stages"),
                 "`%.*s` is neither landing nor STAGE>STAGE", SLICE_ARG(key->text));
        return false;
    }
    if (!needs_funnel(l, key)) return false;
    out->funnel = band_funnel(l, key, &from, to);
    if (out->funnel == NONE) return false;
    out->from = stage_find(l, key, out->funnel, from);
    out->to = stage_find(l, key, out->funnel, to);
    bool good = out->from != NONE && out->to != NONE;
    if (good && out->from >= out->to)
        complain(l, key, SLICE("the earlier stage first"), "`%.*s` is not before `%.*s`", SLICE_ARG(from),
                 SLICE_ARG(to));
    if (expect_map(l, node, "a kpi", "failing good excellent wanted days he en")) read_band_levels(l, node, out);
    return good;
}

static void load_kpis(struct loader *l)
{
    const struct yaml_node *node = given(l, "kpis", NULL);
    l->out->landing.stage = NONE;
    if (!node) return;
    struct band *bands = ARENA_ARRAY(l->arena, struct band, node->count);
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->pairs[i].key;
        if (slice_is(key->text, "landing"))
            read_landing(l, key, node->pairs[i].value);
        else if (read_band(l, key, node->pairs[i].value, &bands[count]))
            count++;
        for (size_t k = 0; count && k + 1 < count; k++)
            if (bands[k].funnel == bands[count - 1].funnel && bands[k].from == bands[count - 1].from &&
                bands[k].to == bands[count - 1].to)
                complain_at(l, bands[count - 1].place, SLICE("keep one of them"), "this transition has two kpis");
    }
    l->out->bands = bands;
    l->out->band_count = count;
}

/* ---- sequence ---- */

/* The path of a property that each of the sequence's events has. */
static uint32_t sequence_path(struct loader *l, const struct yaml_node *node, enum field_kind kind)
{
    const struct sequence *s = &l->out->sequence;
    const uint32_t events[] = {s->sent, s->opened, s->clicked};
    struct match matches[3];
    struct matcher matcher = {.alternatives = matches};
    struct field_type type;
    struct slice name;
    for (size_t i = 0; i < 3; i++)
        if (events[i] != NONE) matches[matcher.count++] = (struct match){.event = events[i]};
    if (!matcher.count || !read_text(l, node, "a property", &name)) return NONE;
    uint32_t path = matcher_path(l, &matcher, node, name, &type);
    if (path != NONE && type.kind != kind)
        complain(l, node, SLICE("which: a string, step: an int"), "`%.*s` is declared %.*s", SLICE_ARG(name),
                 SLICE_ARG(type_words(&type)));
    return path;
}

static void read_steps(struct loader *l, const struct yaml_node *node, struct sequence *out)
{
    if (!expect_map(l, node, "steps", NULL)) return;
    struct sequence_step *steps = ARENA_ARRAY(l->arena, struct sequence_step, node->count);
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value;
        if (!read_int(l, key, "a step", 0, 1000000, &steps[count].step)) continue;
        if (!yaml_is_null(value)) expect_map(l, value, "a step", "he en");
        steps[count++].label = read_label(l, key->text, value);
    }
    out->steps = steps;
    out->step_count = count;
}

static void load_sequence(struct loader *l)
{
    struct sequence *out = &l->out->sequence;
    *out = (struct sequence){
        .sent = NONE, .opened = NONE, .clicked = NONE, .which_path = NONE, .step_path = NONE, .until = NONE};
    const struct yaml_node *node = given(l, "sequence", "name sent opened clicked which step until steps"), *value;
    if (!node) return;
    static const char *const keys[] = {"sent", "opened", "clicked"};
    uint32_t *const events[] = {&out->sent, &out->opened, &out->clicked};
    struct slice name;
    out->given = true;
    for (size_t i = 0; i < 3; i++)
        if ((value = yaml_get(node, keys[i])) && read_text(l, value, keys[i], &name))
            *events[i] = event_find(l, value, name);
    if (!yaml_get(node, "sent"))
        complain(l, node, SLICE("sent: email_sent"), "the sequence does not say which event is a mail sent");
    if ((value = yaml_get(node, "which"))) out->which_path = sequence_path(l, value, FIELD_TEXT);
    if ((value = yaml_get(node, "step")))
        out->step_path = sequence_path(l, value, FIELD_INT);
    else
        complain(l, node, SLICE("step: the property that holds the mail's number"),
                 "the sequence does not say which mail is which");
    if ((value = yaml_get(node, "name"))) {
        read_text(l, value, "name", &out->name);
        if (!yaml_get(node, "which"))
            complain(l, value, SLICE("which: the property that holds the sequence's name"),
                     "no property tells this sequence from others");
    }
    if ((value = yaml_get(node, "until")) && needs_funnel(l, value) && read_text(l, value, "until", &name))
        out->until = stage_find(l, value, l->out->report.funnel, name);
    if ((value = yaml_get(node, "steps"))) read_steps(l, value, out);
}

/* ---- channels ---- */

/* Are there events of that type among those of the funnel's subjects? */
static bool brings(const struct event_type *event, const struct funnel *funnel)
{
    return event->of == funnel->of || (event->of == KIND_DEAL && funnel->credit != CREDIT_NONE);
}

static void check_revenue(struct loader *l, const struct yaml_node *node, const struct event_type *event)
{
    const uint32_t usual = l->out->report.funnel;
    if (usual == NONE || brings(event, &l->funnels.at[usual].funnel)) return;
    const struct funnel *funnel = &l->funnels.at[usual].funnel;
    const bool credit = event->of == KIND_DEAL && funnel->of == KIND_PERSON;
    complain(l, node,
             credit ? SLICE("credit: { deal: primary } in the funnel")
                    : SLICE("an event that the funnel's subjects have"),
             "`%.*s` is an event of the kind %s, and none reaches the funnel `%.*s`", SLICE_ARG(event->label.name),
             subject_kind_names[event->of], SLICE_ARG(funnel->label.name));
}

static void read_revenue(struct loader *l, const struct yaml_node *node, struct channels *out)
{
    struct slice text, name;
    if (!read_text(l, node, "revenue", &text)) return;
    name = text;
    struct slice event_name = slice_cut(&name, '.');
    uint32_t event = event_find(l, node, event_name);
    if (event == NONE) return;
    check_revenue(l, node, &l->events.at[event].type);
    const struct field *field = field_find(&l->events.at[event].type, name);
    bool number = field && (field->type.kind == FIELD_MONEY || field->type.kind == FIELD_INT ||
                            field->type.kind == FIELD_DECIMAL);
    if (!field)
        complain(l, node, SLICE("EVENT.property"), "`%.*s` has no property `%.*s`", SLICE_ARG(event_name),
                 SLICE_ARG(name));
    else if (!number)
        complain(l, node, SLICE("declare it money"), "`%.*s` is declared %.*s", SLICE_ARG(text),
                 SLICE_ARG(type_name(l, field)));
    else {
        out->revenue_event = event;
        out->revenue_path = field->path;
    }
}

/* first touch, or position 40/20/40 */
static void read_channel_credit(struct loader *l, const struct yaml_node *node, struct channels *out)
{
    struct slice text, rest;
    if (!read_text(l, node, "credit", &text)) return;
    out->first_touch_credit = slice_is(text, "first touch");
    if (out->first_touch_credit) return;
    int64_t part[3] = {0};
    bool good = slice_starts(text, SLICE("position "));
    rest = good ? slice_trim(slice_skip(text, 9)) : text;
    for (size_t i = 0; good && i < 3; i++)
        good = slice_to_i64(slice_cut(&rest, '/'), &part[i]) && part[i] >= 0 && part[i] <= 100;
    if (good && !rest.len && part[0] + part[1] + part[2] == 100) {
        out->credit_first = (int)part[0];
        out->credit_middle = (int)part[1];
        out->credit_last = (int)part[2];
        return;
    }
    complain(l, node, SLICE("first touch, or position 40/20/40, which add up to 100"),
             "`%.*s` is no way to share credit", SLICE_ARG(text));
}

/* Channels of persons have brought no deals. */
static void check_channel_kind(struct loader *l, const struct yaml_node *node, uint32_t by)
{
    if (by == NONE || l->out->report.funnel == NONE) return;
    const struct funnel *funnel = &l->funnels.at[l->out->report.funnel].funnel;
    const struct dimension *dimension = &l->out->dimensions[by];
    if (dimension->of == funnel->of) return;
    complain(l, node, arena_printf(l->arena, "a dimension with of: %s", subject_kind_names[funnel->of]),
             "the dimension `%.*s` is of the kind %s, and the funnel `%.*s` counts another",
             SLICE_ARG(dimension->label.name), subject_kind_names[dimension->of], SLICE_ARG(funnel->label.name));
}

static void load_channels(struct loader *l)
{
    struct channels *out = &l->out->channels;
    *out = (struct channels){.by = NONE, .revenue_event = NONE, .revenue_path = NONE, .first_touch_credit = true};
    const struct yaml_node *node = given(l, "channels", "by spend revenue credit"), *value;
    if (!node) return;
    out->given = true;
    struct slice name = SLICE("source");
    struct slice *known = ARENA_ARRAY(l->arena, struct slice, l->out->dimension_count);
    if ((value = yaml_get(node, "by"))) read_text(l, value, "by", &name);
    for (uint32_t i = 0; i < l->out->dimension_count; i++) {
        known[i] = l->out->dimensions[i].label.name;
        if (slice_equal(known[i], name)) out->by = i;
    }
    struct slice hint = suggest(l, name, known, l->out->dimension_count);
    if (out->by == NONE)
        complain(l, value ? value : node, hint.len ? hint : SLICE("declare it under dimensions:"),
                 "there is no dimension `%.*s`", SLICE_ARG(name));
    check_channel_kind(l, value ? value : node, out->by);
    if ((value = yaml_get(node, "spend"))) read_text(l, value, "spend", &out->spend_file);
    if ((value = yaml_get(node, "revenue"))) read_revenue(l, value, out);
    if ((value = yaml_get(node, "credit"))) read_channel_credit(l, value, out);
}

/* ---- a report on another funnel ---- */

/* Without channels the revenue stays, where the funnel's subjects bring any. */
static void settle_channels(struct definition *d, const struct funnel *funnel)
{
    struct channels *c = &d->channels;
    if (c->given && d->dimensions[c->by].of != funnel->of)
        *c = (struct channels){
            .by = NONE, .revenue_event = c->revenue_event, .revenue_path = c->revenue_path, .first_touch_credit = true};
    if (c->revenue_event != NONE && !brings(&d->events[c->revenue_event], funnel))
        c->revenue_event = c->revenue_path = NONE;
}

void settle_reported(struct arena *arena, struct definition *d)
{
    struct definition *all = ARENA_ARRAY(arena, struct definition, d->funnel_count);
    for (uint32_t i = 0; i < d->funnel_count; i++) {
        all[i] = *d;
        if (i == d->report.funnel) continue;
        all[i].report.funnel = i;
        all[i].report.through = usual_end(&d->funnels[i]);
        all[i].landing = (struct landing){.stage = NONE};
        all[i].sequence = (struct sequence){.until = NONE};
        settle_channels(&all[i], &d->funnels[i]);
    }
    d->reported = all;
}

const struct definition *definition_reported(const struct definition *definition, uint32_t funnel)
{
    return definition->reported ? &definition->reported[funnel] : definition;
}

void load_settings(struct loader *l)
{
    load_report(l);
    load_dimensions(l);
    load_kpis(l);
    load_sequence(l);
    load_channels(l);
}
