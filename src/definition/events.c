/* What arrives and what is known of a subject: events, the types of their properties, traits. */
#include "definition/loader.h"
#include "definition/reserved.h"

/* ---- types ---- */

static const struct {
    const char *word;
    enum field_kind kind;
    bool answer, day;
} plain_types[] = {
    {"string", FIELD_TEXT, false, false},     {"int", FIELD_INT, false, false},
    {"decimal", FIELD_DECIMAL, false, false}, {"bool", FIELD_BOOL, false, false},
    {"instant", FIELD_INSTANT, false, false}, {"day", FIELD_INSTANT, false, true},
    {"money", FIELD_MONEY, false, false},     {"answer", FIELD_BOOL, true, false},
};
enum { PLAIN_TYPES = sizeof plain_types / sizeof *plain_types };

static bool read_range(struct slice text, struct field *out)
{
    const char *dots = text.len > 2 ? memmem(text.ptr, text.len, "..", 2) : NULL;
    if (!dots) return false;
    size_t at = (size_t)(dots - text.ptr);
    out->ranged = slice_to_i64(slice_of(text.ptr, at), &out->low) &&
                  slice_to_i64(slice_skip(text, at + 2), &out->high) && out->low <= out->high;
    out->type.kind = FIELD_INT;
    return out->ranged;
}

static bool read_plain_type(struct loader *l, const struct yaml_node *node, struct field *out)
{
    struct slice text, known[PLAIN_TYPES];
    if (!read_text(l, node, "a type", &text)) return false;
    for (size_t i = 0; i < PLAIN_TYPES; i++) {
        known[i] = slice_from(plain_types[i].word);
        if (!slice_equal(text, known[i])) continue;
        out->type.kind = plain_types[i].kind;
        out->answer = plain_types[i].answer;
        out->day = plain_types[i].day;
        return true;
    }
    if (read_range(text, out)) return true;
    struct slice hint = suggest(l, text, known, PLAIN_TYPES);
    complain(l, node,
             hint.len ? hint
                      : SLICE("string, int, decimal, bool, instant, day, money, answer, 1..5, { one_of: [a, b] }, "
                              "{ list_of: string }, { map_of: int }"),
             "`%.*s` is not a type", SLICE_ARG(text));
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool read_choices(struct loader *l, const struct yaml_node *node, struct field *out)
{
    if (!expect_list(l, node, "one_of") || !check_length(l, node, "choices")) return false;
    struct slice *choices = ARENA_ARRAY(l->arena, struct slice, node->count);
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        struct slice word;
        if (!read_text(l, node->items[i], "a choice", &word)) continue;
        char *folded = arena_alloc(l->arena, word.len);
        for (size_t k = 0; k < word.len; k++) folded[k] = lower(word.ptr[k]);
        choices[count] = slice_of(folded, word.len);
        bool twice = false;
        for (size_t k = 0; k < count && !twice; k++) twice = slice_equal(choices[k], choices[count]);
        if (twice)
            complain(l, node->items[i], SLICE("case does not matter; keep one of them"), "`%.*s` is given twice",
                     SLICE_ARG(word));
        else
            count++;
    }
    if (!count) complain(l, node, SLICE("[a, b]"), "one_of needs at least one choice");
    out->type = (struct field_type){.kind = FIELD_TEXT, .choices = choices, .choice_count = count};
    return count > 0;
}

static bool read_element(struct loader *l, const struct yaml_node *node, enum field_kind outer, struct field *out)
{
    struct field element = {0};
    if (!read_plain_type(l, node, &element)) return false;
    if (element.answer || element.day || element.ranged) {
        complain(l, node, SLICE("string, int, decimal, bool, instant or money"), "a list or map cannot hold this type");
        return false;
    }
    out->type = (struct field_type){.kind = outer, .element = element.type.kind};
    return true;
}

static const char *const shapes[] = {"type", "one_of", "list_of", "map_of"};

/* The one key of the map that says its type, NULL when it is not a type but a group. */
static const struct yaml_node *type_key(const struct yaml_node *map, const char **which)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct yaml_node *value = yaml_get(map, shapes[i]);
        if (!value) continue;
        *which = shapes[i];
        return value;
    }
    return NULL;
}

/* A word, or a map with one of type:, one_of:, list_of:, map_of: (other keys are the caller's to check). */
static bool read_type(struct loader *l, const struct yaml_node *node, struct field *out)
{
    const char *which = NULL;
    if (node->kind != YAML_MAP) return read_plain_type(l, node, out);
    const struct yaml_node *value = type_key(node, &which);
    if (!value) {
        complain(l, node, SLICE("one of the keys type, one_of, list_of, map_of"), "this says no type");
        return false;
    }
    if (!strcmp(which, "type"))
        return value->kind == YAML_MAP ? read_type(l, value, out) : read_plain_type(l, value, out);
    if (!strcmp(which, "one_of")) return read_choices(l, value, out);
    return read_element(l, value, !strcmp(which, "list_of") ? FIELD_LIST : FIELD_MAP, out);
}

/* ---- events ---- */

const struct field *field_find(const struct event_type *event, struct slice name)
{
    for (size_t i = 0; i < event->field_count; i++)
        if (slice_equal(event->fields[i].label.name, name)) return &event->fields[i];
    return NULL;
}

static const struct {
    const char *name;
    enum decision decision;
} decision_events[] = {
    {"lead_accepted", DECISION_ACCEPT},
    {"lead_rejected", DECISION_REJECT},
    {"lead_returned", DECISION_RETURN},
    {"lead_disqualified", DECISION_DISQUALIFY},
};
enum { DECISION_EVENTS = sizeof decision_events / sizeof *decision_events };

static enum decision decision_named(struct slice name)
{
    for (size_t i = 0; i < DECISION_EVENTS; i++)
        if (slice_is(name, decision_events[i].name)) return decision_events[i].decision;
    return DECISION_NONE;
}

bool event_speaks_for_people(struct slice name)
{
    return decision_named(name) != DECISION_NONE || slice_starts(name, SLICE("masa:"));
}

static const char *const decision_fields[] = {"stage", "funnel", "by", "role", "reason", "team"};
enum { DECISION_FIELDS = sizeof decision_fields / sizeof *decision_fields };

/* An event with an amount may say beside it what it is in, as Segment's calls do, declared or not. */
static bool names_no_currency(const struct event_type *event)
{
    bool money = false;
    for (size_t i = 0; i < event->field_count; i++) money |= event->fields[i].type.kind == FIELD_MONEY;
    return money && !field_find(event, SLICE("currency"));
}

/* The file's own properties, then the currency of amounts, then for decisions those every decision has. */
static void read_properties(struct loader *l, const struct yaml_node *node, struct event_type *event)
{
    if (node && !expect_map(l, node, "properties", NULL)) node = NULL;
    size_t wanted = node ? node->count : 0;
    struct field *fields = ARENA_ARRAY(l->arena, struct field, wanted + 1 + DECISION_FIELDS);
    size_t count = 0;
    for (size_t i = 0; i < wanted; i++) {
        const struct yaml_node *key = node->pairs[i].key, *value = node->pairs[i].value;
        struct field *field = &fields[count];
        *field = (struct field){0};
        if (!check_name(l, key, "a property", true)) continue;
        if (value->kind == YAML_MAP) expect_map(l, value, "a property", "type one_of list_of map_of he en");
        if (!read_type(l, value, field)) field->type = (struct field_type){.kind = FIELD_TEXT};
        field->label = read_label(l, key->text, value);
        field->path = path_of(l, "properties", key->text);
        count++;
    }
    event->fields = fields;
    event->field_count = count;
    if (names_no_currency(event)) {
        fields[count++] = (struct field){.label = {.name = SLICE("currency")},
                                         .path = path_of(l, "properties", SLICE("currency")),
                                         .type = {.kind = FIELD_TEXT}};
        event->field_count = count;
    }
    for (size_t i = 0; event->decision && i < DECISION_FIELDS; i++) {
        struct slice name = slice_from(decision_fields[i]);
        if (field_find(event, name)) continue;
        fields[count++] = (struct field){
            .label = {.name = name}, .path = path_of(l, "properties", name), .type = {.kind = FIELD_TEXT}};
        event->field_count = count;
    }
}

static uint32_t event_add(struct loader *l, struct event_builder event)
{
    uint32_t index = (uint32_t)l->events.count;
    map_put(&l->event_names, event.type.label.name, index);
    vector_push(&l->events, event);
    return index;
}

static void read_event_kind(struct loader *l, const struct yaml_node *node, struct event_type *event)
{
    const struct yaml_node *of = yaml_get(node, "of"), *key = yaml_get(node, "key");
    int kind;
    if (of && read_choice(l, of, "of", "person account deal subscription market", &kind))
        event->of = (enum subject_kind)kind;
    bool keyed = event->of == KIND_DEAL || event->of == KIND_SUBSCRIPTION;
    if (keyed) event->key_path = path_of(l, "properties", slice_from(subject_kind_names[event->of]));
    if (!key) return;
    if (!keyed)
        complain(l, key, SLICE("remove it: persons come by userId, accounts by groupId"),
                 "only events of a deal or a subscription have a key");
    else if (check_name(l, key, "the key property", false))
        event->key_path = path_of(l, "properties", key->text);
}

/* So many in so long, which only machines do. */
struct many {
    const char *what, *count; /* names of the key, and of the number in it */
    struct slice hint;
};

static void read_many(struct loader *l, const struct yaml_node *node, const struct many *form,
                      const struct event_type *event, uint32_t *many, int64_t *in)
{
    const struct yaml_node *times = NULL, *within = NULL;
    struct duration window = {0};
    int64_t count = 0;
    char keys[32];
    snprintf(keys, sizeof keys, "%s within", form->count);
    if (!expect_map(l, node, form->what, keys)) return;
    times = yaml_get(node, form->count);
    within = yaml_get(node, "within");
    if (!times || !within) {
        complain(l, node, form->hint, "a %s is so many in so long", form->what);
        return;
    }
    if (!read_int(l, times, form->count, 2, 1000, &count) || !read_duration(l, within, "within", &window)) return;
    if (window.unit != DURATION_EXACT || window.amount > HOUR_US) {
        complain(l, within, SLICE("a length of time such as 10s, an hour at most"), "no machine needs that long");
    } else if (event->of != KIND_PERSON) {
        complain(l, node, SLICE("remove it"), "only what persons do can be a machine's");
    } else {
        *many = (uint32_t)count;
        *in = window.amount;
    }
}

/* burst: { times: 3, within: 10s } */
static void read_burst(struct loader *l, const struct yaml_node *node, struct event_type *event)
{
    const struct many form = {.what = "burst", .count = "times", .hint = SLICE("burst: { times: 3, within: 10s }")};
    read_many(l, node, &form, event, &event->burst_times, &event->burst_within);
}

/* crowd: { people: 5, within: 2s } */
static void read_crowd(struct loader *l, const struct yaml_node *node, struct event_type *event)
{
    const struct many form = {.what = "crowd", .count = "people", .hint = SLICE("crowd: { people: 5, within: 2s }")};
    read_many(l, node, &form, event, &event->crowd_people, &event->crowd_within);
}

static void read_event(struct loader *l, const struct yaml_node *key, const struct yaml_node *node)
{
    if (!check_name(l, key, "an event", false)) return;
    struct slice name = key->text;
    if (slice_is(name, "identify") || slice_is(name, "group")) {
        complain(l, key, SLICE("they arrive anyway; say what they bring under traits:"), "`%.*s` needs no declaration",
                 SLICE_ARG(name));
        return;
    }
    bool empty = yaml_is_null(node);
    if (!empty && !expect_map(l, node, "an event", "of key properties touch prefetch burst crowd outcome he en"))
        empty = true;
    struct event_builder event = {.type = {.label = read_label(l, name, node),
                                           .rank = RANK_BEHAVIOUR,
                                           .key_path = NONE,
                                           .decision = decision_named(name)},
                                  .place = yaml_place(key)};
    if (!empty) read_event_kind(l, node, &event.type);
    const struct yaml_node *touch = empty ? NULL : yaml_get(node, "touch"),
                           *outcome = empty ? NULL : yaml_get(node, "outcome");
    bool is_outcome = false;
    event.type.prefetched = slice_ends(name, SLICE("mail_opened"));
    const struct yaml_node *prefetch = empty ? NULL : yaml_get(node, "prefetch");
    const struct yaml_node *burst = empty ? NULL : yaml_get(node, "burst");
    const struct yaml_node *crowd = empty ? NULL : yaml_get(node, "crowd");
    if (burst) read_burst(l, burst, &event.type);
    if (crowd) read_crowd(l, crowd, &event.type);
    if (prefetch) read_bool(l, prefetch, "prefetch", &event.type.prefetched);
    if (touch) event.touch_given = read_bool(l, touch, "touch", &event.type.touch);
    if (outcome) read_bool(l, outcome, "outcome", &is_outcome);
    if (is_outcome) event.type.rank = RANK_OUTCOME;
    if (event.type.decision) event.type.rank = RANK_DECISION;
    if (event.type.decision && is_outcome) complain(l, outcome, SLICE("remove it"), "a decision is no outcome");
    read_properties(l, empty ? NULL : yaml_get(node, "properties"), &event.type);
    event_add(l, event);
}

/* The fixed events of human decisions, those the file did not declare itself, and their paths. */
void need_decisions(struct loader *l)
{
    struct decision_paths *paths = &l->out->decisions;
    if (paths->stage != NONE) return;
    for (size_t i = 0; i < DECISION_EVENTS; i++) {
        struct slice name = slice_from(decision_events[i].name);
        if (map_get(&l->event_names, name) != MAP_NONE) continue;
        struct event_builder event = {.type = {.label = {.name = name},
                                               .rank = RANK_DECISION,
                                               .key_path = NONE,
                                               .decision = decision_events[i].decision}};
        read_properties(l, NULL, &event.type);
        event_add(l, event);
    }
    uint32_t *const out[] = {&paths->stage, &paths->funnel, &paths->by, &paths->role, &paths->reason, &paths->team};
    for (size_t i = 0; i < DECISION_FIELDS; i++) *out[i] = path_of(l, "properties", slice_from(decision_fields[i]));
}

static void need_declarations(struct loader *l)
{
    l->out->declarations = (struct declaration_paths){.with = path_of(l, "properties", SLICE("with")),
                                                      .by = path_of(l, "properties", SLICE("by")),
                                                      .role = path_of(l, "properties", SLICE("role")),
                                                      .definition = path_of(l, "properties", SLICE("definition")),
                                                      .residue = path_of(l, "properties", SLICE("residue"))};
    for (size_t i = 0; i < WORD_FIELDS; i++)
        l->out->declarations.words[i] = path_of(l, "properties", slice_from(word_fields[i]));
}

void load_events(struct loader *l)
{
    l->out->decisions = (struct decision_paths){NONE, NONE, NONE, NONE, NONE, NONE};
    struct event_builder identify = {
        .type = {.label = {.name = SLICE("identify")}, .rank = RANK_TRAIT, .key_path = NONE}};
    struct event_builder group = {
        .type = {.label = {.name = SLICE("group")}, .of = KIND_ACCOUNT, .rank = RANK_TRAIT, .key_path = NONE}};
    event_add(l, identify);
    event_add(l, group);
    const struct yaml_node *events = yaml_get(l->root, "events");
    bool decides = false;
    if (events && expect_map(l, events, "events", NULL))
        for (size_t i = 0; i < events->count; i++) {
            read_event(l, events->pairs[i].key, events->pairs[i].value);
            decides = decides || decision_named(events->pairs[i].key->text);
        }
    if (decides) need_decisions(l);
    need_declarations(l);
    l->out->machine_path = path_of(l, "properties", SLICE("machine"));
    l->out->agent_path = path_of(l, "context", SLICE("userAgent"));
}

/* What a person does is a touch; what we send and decide is not. The file's own word goes first. */
void settle_touches(struct loader *l)
{
    for (size_t i = EVENT_GROUP + 1; i < l->events.count; i++) {
        struct event_builder *event = &l->events.at[i];
        bool ours = event->type.decision || slice_ends(event->type.label.name, SLICE("_sent"));
        if (!event->touch_given) event->type.touch = event->type.of == KIND_PERSON && !ours;
    }
}

uint32_t event_find(struct loader *l, const struct yaml_node *node, struct slice name)
{
    uint32_t at = map_get(&l->event_names, name);
    if (at == MAP_NONE && decision_named(name)) {
        need_decisions(l);
        at = map_get(&l->event_names, name);
    }
    if (at != MAP_NONE && at != EVENT_IDENTIFY && at != EVENT_GROUP) return at;
    VECTOR(struct slice) words = {0};
    for (size_t i = EVENT_GROUP + 1; i < l->events.count; i++) vector_push(&words, l->events.at[i].type.label.name);
    struct slice hint = suggest(l, name, words.at, words.count);
    vector_release(&words);
    complain(l, node, hint.len ? hint : SLICE("declare it under events:"), "there is no event `%.*s`", SLICE_ARG(name));
    return NONE;
}

/* ---- traits ---- */

static bool same_shape(const struct field *a, const struct field *b)
{
    return a->type.kind == b->type.kind && a->type.element == b->type.element;
}

static bool read_feed(struct loader *l, enum subject_kind kind, const struct yaml_node *node, const struct field *field,
                      struct feed *out)
{
    struct slice text, name;
    if (!read_text(l, node, "from", &text)) return false;
    name = text;
    struct slice event_name = slice_cut(&name, '.');
    uint32_t event = event_find(l, node, event_name);
    if (event == NONE) return false;
    const struct event_type *type = &l->events.at[event].type;
    const struct field *source = field_find(type, name);
    if (!source) {
        complain(l, node, SLICE("written EVENT.property, the property being declared"), "`%.*s` has no property `%.*s`",
                 SLICE_ARG(event_name), SLICE_ARG(name));
        return false;
    }
    if (type->of != kind) {
        complain(l, node, SLICE("a trait takes from events of its own kind"),
                 "`%.*s` is an event of the kind %s, not %s", SLICE_ARG(event_name), subject_kind_names[type->of],
                 subject_kind_names[kind]);
        return false;
    }
    if (!same_shape(source, field)) {
        complain(l, node, hint_printf(l, "the property is declared %.*s", SLICE_ARG(type_name(l, source))),
                 "`%.*s` does not fit a trait of type %.*s", SLICE_ARG(text), SLICE_ARG(type_name(l, field)));
        return false;
    }
    *out = (struct feed){event, source->path};
    return true;
}

/* Without from: identify and group calls, or every event of the kind that has a property of that name. */
static size_t usual_feeds(struct loader *l, enum subject_kind kind, struct slice dotted, const struct field *field,
                          struct feed *out)
{
    if (kind == KIND_PERSON || kind == KIND_ACCOUNT) {
        out[0] = (struct feed){kind == KIND_PERSON ? EVENT_IDENTIFY : EVENT_GROUP, path_of(l, "traits", dotted)};
        return 1;
    }
    size_t count = 0;
    for (uint32_t i = 0; i < l->events.count; i++) {
        const struct event_type *event = &l->events.at[i].type;
        const struct field *source = event->of == kind && i > EVENT_GROUP ? field_find(event, dotted) : NULL;
        if (source && same_shape(source, field)) out[count++] = (struct feed){i, source->path};
    }
    return count;
}

static void read_trait(struct loader *l, enum subject_kind kind, struct slice dotted, const struct yaml_node *node)
{
    struct field field = {0};
    if (node->kind == YAML_MAP) expect_map(l, node, "a trait", "type one_of list_of map_of from he en");
    if (!read_type(l, node, &field)) field.type = (struct field_type){.kind = FIELD_TEXT};
    const struct yaml_node *from = node->kind == YAML_MAP ? yaml_get(node, "from") : NULL;
    bool list = from && from->kind == YAML_LIST;
    size_t wanted = list ? from->count : from ? 1 : l->events.count, count = 0;
    struct feed *feeds = ARENA_ARRAY(l->arena, struct feed, wanted);
    for (size_t i = 0; from && i < wanted; i++)
        if (read_feed(l, kind, list ? from->items[i] : from, &field, &feeds[count])) count++;
    if (!from) count = usual_feeds(l, kind, dotted, &field, feeds);
    if (!from && !count)
        complain(l, node,
                 hint_printf(l, "declare a property `%.*s` of an event of the %s, or say from: EVENT.property",
                             SLICE_ARG(dotted), subject_kind_names[kind]),
                 "nothing brings `%s.%.*s`", subject_kind_names[kind], SLICE_ARG(dotted));
    struct trait trait = {.label = read_label(l, dotted, node), .feeds = feeds, .feed_count = count};
    field.label = trait.label;
    field.path = count ? feeds[0].path : NONE;
    trait.field = field;
    struct slice name = arena_printf(l->arena, "%s.%.*s", subject_kind_names[kind], SLICE_ARG(dotted));
    trait.slot = slot_new(l, kind,
                          (struct slot){.name = name,
                                        .label = trait.label,
                                        .type = field.type,
                                        .origin = SLOT_TRAIT,
                                        .index = (uint32_t)l->kinds[kind].traits.count});
    vector_push(&l->kinds[kind].traits, trait);
}

static void read_trait_group(struct loader *l, enum subject_kind kind, struct slice prefix, const struct yaml_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key, *value = map->pairs[i].value;
        if (!check_name(l, key, "a trait", true)) continue;
        struct slice dotted = key->text;
        if (prefix.len) dotted = arena_printf(l->arena, "%.*s.%.*s", SLICE_ARG(prefix), SLICE_ARG(key->text));
        const char *which;
        if (kind == KIND_ACCOUNT && slice_is(dotted, "contacts"))
            complain(l, key, SLICE("it is always there"), "`account.contacts` is the number of related persons");
        else if (value->kind == YAML_MAP && !type_key(value, &which))
            read_trait_group(l, kind, dotted, value);
        else
            read_trait(l, kind, dotted, value);
    }
}

void load_traits(struct loader *l)
{
    const struct yaml_node *traits = yaml_get(l->root, "traits");
    slot_new(l, KIND_ACCOUNT,
             (struct slot){.name = SLICE("account.contacts"),
                           .label = {SLICE("contacts"), SLICE("אנשי קשר"), SLICE("contacts")},
                           .type = {.kind = FIELD_INT},
                           .origin = SLOT_CONTACTS});
    if (!traits || !expect_map(l, traits, "traits", "person account deal subscription market")) return;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct yaml_node *group = yaml_get(traits, subject_kind_names[kind]);
        if (group && !yaml_is_null(group) && expect_map(l, group, subject_kind_names[kind], NULL))
            read_trait_group(l, (enum subject_kind)kind, SLICE(""), group);
    }
}
