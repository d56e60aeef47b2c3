/* From a file to a checked definition. First every name is declared, then whatever reads names is compiled, then what
 * only shows when all is there is checked: circles, and what can never be. */
#include "definition/load.h"

#include <sodium.h>

#include "definition/loader.h"

struct definition_file {
    struct arena arena;
    struct dictionary dictionary;
    struct definition definition;
    struct slice text; /* all of it */
    const struct yaml_node *root;
};

static const char *const top_keys =
    "masa company agreed include events traits audience signals dimensions icp bant scores "
    "funnels teams brief playbooks buying_group kpis sequence channels report";

static void check_version(struct loader *l)
{
    const struct yaml_node *version = yaml_get(l->root, "masa");
    if (!version)
        complain(l, l->root, SLICE("masa: 1"), "the version of the language is missing");
    else if (!node_is(version, "1"))
        complain(l, version, SLICE("masa: 1"), "this program reads version 1 of the language");
}

/* Whose mail is whose company's is told by the addresses. */
static void check_crowds(struct loader *l)
{
    const struct kind_builder *persons = &l->kinds[KIND_PERSON];
    for (size_t i = 0; i < persons->traits.count; i++) {
        const struct field *field = &persons->traits.at[i].field;
        if (slice_is(field->label.name, "email") && field->type.kind == FIELD_TEXT && !field->type.choices) return;
    }
    for (size_t i = 0; i < l->events.count; i++)
        if (l->events.at[i].type.crowd_people)
            complain_at(l, l->events.at[i].place, SLICE("traits: { person: { email: string } }"),
                        "people are of one company by their addresses, and no trait `person.email` is declared");
}

static void check_slots(struct loader *l)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (l->kinds[kind].slots.count > SLOTS_MAX)
            complain(l, l->root, SLICE("leave out traits and signals that nothing reads"),
                     "the rules of the kind %s read more than %d values", subject_kind_names[kind], SLOTS_MAX);
}

static void load_audience(struct loader *l)
{
    const struct yaml_node *audience = yaml_get(l->root, "audience");
    if (audience) l->out->audience = read_clause(l, (struct clause_context){KIND_PERSON, NONE}, audience);
}

static void compile(struct loader *l)
{
    if (!expect_map(l, l->root, "a definition", top_keys)) return;
    check_version(l);
    load_company(l);
    load_events(l);
    settle_touches(l);
    load_teams(l);
    declare_funnels(l);
    load_traits(l);
    check_crowds(l);
    load_signals(l);
    declare_qualification(l);
    load_qualification(l);
    load_audience(l);
    load_funnels(l);
    load_handover(l);
    load_settings(l);
    check_slots(l);
    if (l->diagnostics->error_count) return;
    order_computed(l);
    if (l->diagnostics->error_count) return;
    check_stage_cycles(l);
    check_reach(l);
}

/* ---- handing over ---- */

#define HAND_OVER(l, vector, type, list, number)                                                                       \
    do {                                                                                                               \
        type *copy_ = ARENA_ARRAY((l)->arena, type, (vector)->count);                                                  \
        if ((vector)->count) memcpy(copy_, (vector)->at, (vector)->count * sizeof(type));                              \
        (list) = copy_;                                                                                                \
        (number) = (vector)->count;                                                                                    \
    } while (0)

static void hand_over_kind(struct loader *l, struct kind_builder *k, struct kind_model *out)
{
    HAND_OVER(l, &k->slots, struct slot, out->slots, out->slot_count);
    HAND_OVER(l, &k->traits, struct trait, out->traits, out->trait_count);
    HAND_OVER(l, &k->signals, struct signal, out->signals, out->signal_count);
    HAND_OVER(l, &k->computed, struct computed, out->computed, out->computed_count);
    HAND_OVER(l, &k->member_signals, struct member_signal, out->member_signals, out->member_signal_count);
}

static void hand_over(struct loader *l)
{
    struct definition *out = l->out;
    struct event_type *events = ARENA_ARRAY(l->arena, struct event_type, l->events.count);
    for (size_t i = 0; i < l->events.count; i++) events[i] = l->events.at[i].type;
    out->events = events;
    out->event_count = l->events.count;
    struct slice *paths = ARENA_ARRAY(l->arena, struct slice, l->paths.count);
    for (size_t i = 0; i < l->paths.count; i++) paths[i] = l->paths.entries[i].key;
    out->paths = paths;
    out->path_count = l->paths.count;
    struct funnel *funnels = ARENA_ARRAY(l->arena, struct funnel, l->funnels.count);
    for (size_t i = 0; i < l->funnels.count; i++) funnels[i] = l->funnels.at[i].funnel;
    out->funnels = funnels;
    out->funnel_count = l->funnels.count;
    HAND_OVER(l, &l->icps, struct icp, out->icps, out->icp_count);
    HAND_OVER(l, &l->bants, struct bant, out->bants, out->bant_count);
    HAND_OVER(l, &l->scores, struct score, out->scores, out->score_count);
    for (int kind = 0; kind < KIND_COUNT; kind++) hand_over_kind(l, &l->kinds[kind], &out->kinds[kind]);
}

static void loader_release(struct loader *l)
{
    map_release(&l->paths);
    map_release(&l->event_names);
    map_release(&l->symbol_names);
    vector_release(&l->events);
    vector_release(&l->symbols);
    vector_release(&l->funnels);
    vector_release(&l->icps);
    vector_release(&l->bants);
    vector_release(&l->scores);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct kind_builder *k = &l->kinds[kind];
        vector_release(&k->slots);
        vector_release(&k->traits);
        vector_release(&k->signals);
        vector_release(&k->computed);
        vector_release(&k->member_signals);
        vector_release(&k->computed_places);
        map_release(&k->shared);
        map_release(&k->foreign);
    }
}

static void loader_init(struct loader *l)
{
    map_init(&l->paths);
    map_init(&l->event_names);
    map_init(&l->symbol_names);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        map_init(&l->kinds[kind].shared);
        map_init(&l->kinds[kind].foreign);
    }
}

/* ---- hash ---- */

static struct slice digest(struct arena *arena, struct slice text)
{
    unsigned char hash[16];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.ptr, text.len, NULL, 0);
    char *hex = arena_alloc(arena, 2 * sizeof hash + 1);
    sodium_bin2hex(hex, 2 * sizeof hash + 1, hash, sizeof hash);
    return slice_of(hex, 2 * sizeof hash);
}

static struct slice content_hash(struct arena *arena, const struct yaml_node *root)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    canonical_print(root, &text);
    struct slice hash = digest(arena, buffer_slice(&text));
    buffer_release(&text);
    return hash;
}

struct slice definition_version(const struct definition *definition, struct slice tables, struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_add(&text, definition->hash);
    buffer_char(&text, '/');
    buffer_add(&text, tables);
    struct slice version = digest(arena, buffer_slice(&text));
    buffer_release(&text);
    return version;
}

/* ---- the public functions ---- */

static struct definition_file *file_new(void)
{
    struct definition_file *file = memory_new(sizeof *file);
    arena_init(&file->arena);
    dictionary_init(&file->dictionary);
    file->definition.dictionary = &file->dictionary;
    return file;
}

static struct slice base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slice_from(slash ? slash + 1 : path);
}

static struct definition_file *finish(struct definition_file *file, const struct yaml_node *root, const char *name,
                                      struct diagnostics *diagnostics)
{
    if (root) {
        struct loader l = {.arena = &file->arena, .diagnostics = diagnostics, .out = &file->definition, .root = root};
        loader_init(&l);
        compile(&l);
        if (!diagnostics->error_count) hand_over(&l);
        loader_release(&l);
    }
    if (diagnostics->error_count) {
        definition_free(file);
        return NULL;
    }
    file->definition.name = arena_slice(&file->arena, base_name(name));
    file->definition.hash = content_hash(&file->arena, root);
    settle_reported(&file->arena, &file->definition);
    file->text = flat_text(root, &file->arena);
    file->root = root;
    return file;
}

struct definition_file *definition_load(const char *path, struct diagnostics *diagnostics)
{
    struct definition_file *file = file_new();
    return finish(file, read_definition_file(&file->arena, path, diagnostics), path, diagnostics);
}

struct definition_file *definition_parse(struct slice text, const char *name, struct diagnostics *diagnostics)
{
    struct definition_file *file = file_new();
    const struct yaml_node *root = yaml_parse(&file->arena, text, slice_from(name), diagnostics);
    const struct yaml_node *include = root ? yaml_get(root, "include") : NULL;
    if (include)
        diagnostics_error(diagnostics, yaml_place(include), SLICE("load the file by its path"),
                          "a text on its own cannot include files");
    return finish(file, root, name, diagnostics);
}

const struct definition *definition_of(const struct definition_file *file)
{
    return &file->definition;
}

struct slice definition_text(const struct definition_file *file)
{
    return file->text;
}

const struct yaml_node *definition_root(const struct definition_file *file)
{
    return file->root;
}

/* Paths, each once. */
struct path_list {
    struct arena *arena;
    struct map seen;
    struct slice *at;
};

static void list_path(struct path_list *list, struct slice prefix, struct slice name)
{
    struct slice path = arena_printf(list->arena, "%.*s%.*s", SLICE_ARG(prefix), SLICE_ARG(name));
    const uint32_t count = list->seen.count;
    if (map_put(&list->seen, path, count) == count) list->at[count] = path;
}

size_t definition_declared(const struct definition *d, struct arena *arena, const struct slice **paths)
{
    size_t most = d->path_count;
    for (size_t i = 0; i < d->event_count; i++) most += d->events[i].field_count;
    for (int kind = 0; kind < KIND_COUNT; kind++) most += d->kinds[kind].trait_count;
    struct path_list list = {.arena = arena, .at = ARENA_ARRAY(arena, struct slice, most)};
    map_init(&list.seen);
    for (size_t i = 0; i < d->path_count; i++) list_path(&list, SLICE(""), d->paths[i]);
    for (size_t i = 0; i < d->event_count; i++)
        for (size_t k = 0; k < d->events[i].field_count; k++)
            list_path(&list, i > EVENT_GROUP ? SLICE("properties.") : SLICE("traits."),
                      d->events[i].fields[k].label.name);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (size_t i = 0; i < d->kinds[kind].trait_count; i++)
            list_path(&list, SLICE("traits."), d->kinds[kind].traits[i].label.name);
    const size_t count = list.seen.count;
    map_release(&list.seen);
    *paths = list.at;
    return count;
}

uint32_t definition_slot(const struct definition *definition, enum subject_kind reader, enum subject_kind of,
                         uint32_t slot)
{
    const struct kind_model *model = &definition->kinds[reader];
    if (reader == of) return slot;
    for (uint32_t i = 0; i < model->slot_count; i++)
        if (model->slots[i].origin == SLOT_FOREIGN && model->slots[i].foreign == of && model->slots[i].index == slot)
            return i;
    return NONE;
}

void definition_free(struct definition_file *file)
{
    if (!file) return;
    dictionary_release(&file->dictionary);
    arena_release(&file->arena);
    free(file);
}
