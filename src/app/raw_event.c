#include "app/raw_event.h"

#include "app/component.h"
#include "report/json_put.h"
#include "store/read.h"
#include "value/json.h"

struct looking {
    const struct dossier *dossier;
    struct slice id;
    struct arena arena; /* of what was found */
    struct slice found;
    bool own; /* it came under a name of the subject's: no other can be it */
};

static bool is_said_to_be(const struct value *event, const char *field, struct slice text)
{
    const struct value *value = value_map_field(event->map, slice_from(field));
    return value && value->kind == VALUE_STRING && slice_equal(value->text, text);
}

static bool is_own(const struct dossier *o, const struct value *event)
{
    bool own = is_said_to_be(event, "userId", o->id) || is_said_to_be(event, "groupId", o->id);
    for (size_t i = 0; i < o->alias_count; i++) own |= is_said_to_be(event, "userId", o->aliases[i]);
    for (size_t i = 0; i < o->identity_count; i++) own |= is_said_to_be(event, "anonymousId", o->identities[i].value);
    return own;
}

/* Where nothing is escaped, a line that says the id has its bytes. */
static bool may_say(struct slice line, struct slice id)
{
    return memchr(line.ptr, '\\', line.len) || memmem(line.ptr, line.len, id.ptr, id.len);
}

/* Two senders may have events of one id: the subject's own goes before. */
static void look_at(struct looking *l, struct slice line)
{
    struct arena arena;
    struct value event;
    struct error error;
    if (l->own || !line.len || !may_say(line, l->id)) return;
    arena_init(&arena);
    if (json_parse(&arena, line, &event, &error) == OK && event.kind == VALUE_MAP &&
        is_said_to_be(&event, "messageId", l->id)) {
        l->own = is_own(l->dossier, &event);
        if (l->own || !l->found.len) l->found = arena_slice(&l->arena, line);
    }
    arena_release(&arena);
}

static void take_lines(void *context, struct slice lines)
{
    struct looking *l = context;
    while (lines.len) look_at(l, slice_cut(&lines, '\n'));
}

static enum outcome read_lines(struct run *run, const struct run_options *options, struct looking *l,
                               struct error *error)
{
    const struct input_plan plan = {0};
    struct senders only;
    bool some = false;
    struct store_kept *kept = kept_links_borrow(options->links);
    senders_init(&only);
    enum outcome outcome = component_find(run, options, kept, &only, &some, error);
    kept_links_return(options->links, kept);
    const struct store_reading reading = {.path = options->db,
                                          .names = run->names,
                                          .sources = run->sources,
                                          .plan = &plan,
                                          .zone = &run->zone,
                                          .threads = 1,
                                          .only = some ? &only : NULL,
                                          .context = l};
    if (outcome == OK) outcome = store_lines(&reading, take_lines, error);
    senders_release(&only);
    return outcome;
}

static bool has_event(const struct dossier *o, struct slice id)
{
    for (size_t i = 0; i < o->event_count; i++)
        if (id.len && slice_equal(o->events[i].told.id, id)) return true;
    return false;
}

static void write_found(const struct looking *l, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_put_text(&w, "id", l->id);
    json_put_int(&w, "bytes", (int64_t)l->found.len);
    json_put_key(&w, "event");
    if (l->found.len > RAW_EVENT_MOST)
        json_null(&w);
    else
        json_raw(&w, l->found);
    json_end(&w);
}

enum outcome raw_event_write(struct standing_state *state, const struct dossier *dossier, struct slice id,
                             struct buffer *out, bool *absent, struct error *error)
{
    struct looking l = {.dossier = dossier, .id = id};
    struct run_options options;
    struct run run;
    *absent = !has_event(dossier, id);
    if (*absent) return OK;
    standing_reading(state, &options);
    options.subject = dossier->id;
    options.threads = 1;
    run_init(&run);
    arena_init(&l.arena);
    enum outcome outcome = run_prepare(&run, &options, error);
    if (outcome == OK) outcome = run_open_store(&run, &options, error);
    if (outcome == OK) outcome = read_lines(&run, &options, &l, error);
    *absent = outcome == OK && !l.found.len;
    if (outcome == OK && l.found.len) write_found(&l, out);
    arena_release(&l.arena);
    run_release(&run);
    return outcome;
}
