#include "runtime/gather.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bisect.h"
#include "intake/instant.h"

static struct slice key_name(uint64_t key, char out[16])
{
    return slice_of(out,
                    (size_t)snprintf(out, 16, "%015llx", (unsigned long long)(key & ~ID_LONG) & 0xfffffffffffffffu));
}

static void keep_long_id(struct gather_thread *t, uint64_t key, struct slice id)
{
    char name[16];
    if (!(key & ID_LONG)) return;
    struct slice hex = key_name(key, name);
    if (map_get(&t->long_ids, hex) != MAP_NONE) return;
    map_put_copy(&t->long_ids, &t->arena, hex, (uint32_t)t->id_texts.count);
    vector_push(&t->id_texts, arena_slice(&t->arena, id));
}

struct slice gather_id(const struct gather *g, uint64_t key, struct arena *arena)
{
    char name[16], text[8];
    size_t n = 0;
    key = id_whole(key);
    if (key & ID_LONG) {
        struct slice hex = key_name(key, name);
        for (int i = 0; i < g->thread_count; i++) {
            uint32_t at = map_get(&g->threads[i].long_ids, hex);
            if (at != MAP_NONE) return g->threads[i].id_texts.at[at];
        }
        return slice_of("", 0);
    }
    for (int shift = 48; shift >= 0; shift -= 8)
        if (key >> shift & 0xff) text[n++] = (char)(key >> shift & 0xff);
    return arena_slice(arena, slice_of(text, n));
}

/* ---- edges ---- */

/* Names an edge in the map: kind, length of the person's id, both ids. They are not too long. */
static struct slice pair_name(char out[2 * STREAM_KEY_MAX + 8], enum edge_kind kind, struct slice person,
                              struct slice other)
{
    out[0] = (char)kind;
    out[1] = (char)person.len;
    memcpy(out + 2, person.ptr, person.len);
    memcpy(out + 2 + person.len, other.ptr, other.len);
    return slice_of(out, 2 + person.len + other.len);
}

static bool too_long(struct slice person, struct slice other)
{
    return person.len > STREAM_KEY_MAX || other.len > STREAM_KEY_MAX;
}

/* An edge that a call was made for. */
static void add_call_edge(struct gather_thread *t, enum edge_kind kind, struct slice person, struct slice other,
                          int64_t at)
{
    if (at > t->gather->horizon || too_long(person, other)) return;
    struct edge e = {kind, arena_slice(&t->arena, person), arena_slice(&t->arena, other), at, at, false, false};
    vector_push(&t->edges, e);
}

/* An edge that an event mentions. */
static void add_edge(struct gather_thread *t, enum edge_kind kind, struct slice person, struct slice other, int64_t at,
                     bool primary)
{
    char name[2 * STREAM_KEY_MAX + 8];
    if (at > t->gather->horizon || too_long(person, other)) return;
    struct slice key = pair_name(name, kind, person, other);
    uint32_t known = map_get(&t->edge_map, key);
    if (known == MAP_NONE) {
        struct edge e = {kind, arena_slice(&t->arena, person), arena_slice(&t->arena, other), at, at, primary, true};
        map_put_copy(&t->edge_map, &t->arena, key, (uint32_t)t->edges.count);
        vector_push(&t->edges, e);
        return;
    }
    struct edge *e = &t->edges.at[known];
    if (at < e->first) e->first = at;
    if (at > e->last) e->last = at;
    e->primary |= primary;
}

/* ---- one event ---- */

static inline uint32_t event_named(struct gather_thread *t, struct slice name)
{
    const uint64_t word = slice_load(name.ptr, name.len < 8 ? name.len : 8) + name.len;
    struct remembered_name *r = &t->names[word * HASH_K0 >> (64 - NAMES_REMEMBERED_BITS)];
    if (name.len && slice_equal_key(r->name, name)) return r->event;
    const struct gather *g = t->gather;
    const uint32_t event = map_get(&g->event_names, name);
    if (event != MAP_NONE) *r = (struct remembered_name){g->definition->events[event].label.name, event};
    return event;
}

static inline uint32_t event_of(struct gather_thread *t, const struct input_event *in)
{
    uint32_t own = MAP_NONE;
    switch (in->call) {
    case CALL_TRACK: return event_named(t, in->name);
    case CALL_IDENTIFY: return EVENT_IDENTIFY;
    case CALL_GROUP: return EVENT_GROUP;
    case CALL_ALIAS: return MAP_NONE;
    case CALL_PAGE:
    case CALL_SCREEN:
        own = in->name.len ? event_named(t, in->name) : MAP_NONE;
        if (own != MAP_NONE) return own;
        return event_named(t, in->call == CALL_PAGE ? SLICE("page_viewed") : SLICE("screen_viewed"));
    }
    return MAP_NONE;
}

static inline unsigned said_flags(const struct input_event *in)
{
    return (in->at.day_only ? CONTENT_DAY : 0) | (in->sent_at != INSTANT_NONE ? CONTENT_CORRECTED : 0);
}

static struct slice text_value(const struct input_event *in, uint32_t path, char digits[24])
{
    if (path == NONE) return slice_of("", 0);
    const struct input_value *v = &in->values[path];
    if (v->kind == INPUT_INT) return slice_of(digits, (size_t)snprintf(digits, 24, "%lld", (long long)v->number));
    return v->kind == INPUT_TEXT ? v->text : slice_of("", 0);
}

static struct stream *new_partitions(struct gather_thread *t, enum subject_kind kind)
{
    return t->partitions[kind] = memory_new(PARTITIONS * sizeof *t->partitions[kind]);
}

/* Told apart by digest; nobody names such a subject by hand. */
static struct slice shorten(struct slice key, char digest[24])
{
    int n = snprintf(digest, 24, "long:%016llx", (unsigned long long)slice_hash(key));
    return slice_of(digest, (size_t)n);
}

static void put_record(struct gather_thread *t, enum subject_kind kind, struct slice key, struct record *r)
{
    char digest[24];
    struct stream *partitions = t->partitions[kind];
    if (!partitions) partitions = new_partitions(t, kind);
    r->key = key.len > STREAM_KEY_MAX ? shorten(key, digest) : key;
    const uint32_t partition = partition_of(slice_hash(r->key));
    stream_put(&partitions[partition], &t->rooms[kind == KIND_PERSON ? partition / ROOM_PARTITIONS : GATHER_ROOMS], r);
}

/* A group call is about the person too, who exists from then on, although nothing of it is theirs. */
static void put_marker(struct gather_thread *t, const struct input_event *in, struct record r)
{
    struct input_event nothing = *in;
    nothing.values = t->gather->nothing;
    r.content = content_put(&t->store, EVENT_GROUP, in->source, 0, &nothing);
    r.id = id_whole(r.id);
    r.id = slice_hash(slice_of((const char *)&r.id, sizeof r.id)) | ID_LONG; /* no event of the person's own */
    put_record(t, KIND_PERSON, in->user, &r);
}

static struct slice person_of(const struct input_event *in, char name[STREAM_KEY_MAX])
{
    if (in->user.len || !in->anonymous.len || in->anonymous.len > STREAM_KEY_MAX - 8) return in->user;
    int n = snprintf(name, STREAM_KEY_MAX, "anon:%.*s", SLICE_ARG(in->anonymous));
    return slice_of(name, (size_t)n);
}

static void relate(struct gather_thread *t, const struct input_event *in, const struct record *r)
{
    char name[STREAM_KEY_MAX];
    struct slice person = person_of(in, name);
    if (in->call == CALL_ALIAS && in->user.len && in->previous.len)
        add_call_edge(t, EDGE_IDENTITY, in->user, in->previous, r->at);
    if (in->user.len && in->anonymous.len) {
        if (in->call == CALL_IDENTIFY)
            add_call_edge(t, EDGE_IDENTITY, in->user, in->anonymous, r->at);
        else
            add_edge(t, EDGE_IDENTITY, in->user, in->anonymous, r->at, false);
    }
    if (!in->group.len || !person.len) return;
    if (in->call == CALL_GROUP) {
        add_call_edge(t, EDGE_ACCOUNT, person, in->group, r->at);
        if (in->user.len) put_marker(t, in, *r);
    } else {
        add_edge(t, EDGE_ACCOUNT, person, in->group, r->at, false);
    }
}

static void put_person(struct gather_thread *t, const struct input_event *in, struct record *r)
{
    if (in->user.len)
        put_record(t, KIND_PERSON, in->user, r);
    else if (in->anonymous.len && in->anonymous.len <= STREAM_KEY_MAX) {
        r->key = in->anonymous;
        stream_put(&t->anonymous, &t->rooms[GATHER_ROOMS], r);
    }
}

/* Whoever reads the event from a file rejects its row for it, and it was never accepted. */
static void tell_lack(struct gather_thread *t, const struct input_event *in, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void tell_lack(struct gather_thread *t, const struct input_event *in, const char *format, ...)
{
    if (!in->lacks) {
        t->counts.no_subject++;
        return;
    }
    t->counts.accepted--;
    va_list args;
    va_start(args, format);
    vsnprintf(t->lack, sizeof t->lack, format, args);
    va_end(args);
    *in->lacks = slice_from(t->lack);
}

/* An event of a deal or a subscription, whose own key stands among its properties. */
static void put_keyed(struct gather_thread *t, const struct input_event *in, const struct event_type *type,
                      struct record *r)
{
    char digits[24];
    struct slice key = text_value(in, type->key_path, digits);
    if (!key.len) {
        const struct slice path = t->gather->definition->paths[type->key_path];
        tell_lack(t, in, "%.*s, of a %s, without %.*s", SLICE_ARG(in->name), subject_kind_names[type->of],
                  SLICE_ARG(path));
        return;
    }
    put_record(t, type->of, key, r);
    bool primary = t->gather->role_path != NONE && in->values[t->gather->role_path].kind == INPUT_TEXT &&
                   slice_equal_fold(in->values[t->gather->role_path].text, SLICE("primary"));
    if (in->user.len) add_edge(t, EDGE_DEAL, in->user, key, r->at, primary);
}

static void put_event(struct gather_thread *t, const struct input_event *in, const struct event_type *type,
                      struct record *r)
{
    switch (type->of) {
    case KIND_PERSON: put_person(t, in, r); break;
    case KIND_ACCOUNT:
        if (in->group.len)
            put_record(t, KIND_ACCOUNT, in->group, r);
        else if (in->call != CALL_GROUP)
            tell_lack(t, in, "%.*s, of an account, without groupId", SLICE_ARG(in->name));
        break;
    case KIND_MARKET: put_record(t, KIND_MARKET, SLICE("market"), r); break;
    default: put_keyed(t, in, type, r); break;
    }
}

static void note_unknown(struct gather_thread *t, struct slice name)
{
    t->counts.unknown_event++;
    uint32_t at = map_get(&t->unknown, name);
    if (at == MAP_NONE) {
        if (t->unknown.count == UNKNOWN_NAMES_MAX) return;
        at = map_put_copy(&t->unknown, &t->arena, name, t->unknown.count);
        vector_push(&t->unknown_counts, 0);
    }
    t->unknown_counts.at[at]++;
}

static __attribute__((noinline)) void note_arrival(struct gather_thread *t, int64_t at, int64_t received_at)
{
    const struct zone *zone = t->gather->zone;
    const struct arrival arrival = {(int32_t)zone_day(zone, at), (int32_t)zone_day(zone, received_at)};
    const struct slice key = slice_of((const char *)&arrival, sizeof arrival);
    uint32_t i = map_get(&t->arrivals, key);
    if (i == MAP_NONE) {
        i = map_put_copy(&t->arrivals, &t->arena, key, (uint32_t)t->arrival_counts.count);
        vector_push(&t->arrival_counts, 0);
    }
    t->arrival_counts.at[i]++;
}

/* As the records of that subject have it. */
static struct slice known_key(struct gather_thread *t, struct slice key)
{
    char digest[24];
    return key.len > STREAM_KEY_MAX ? arena_slice(&t->arena, shorten(key, digest)) : key;
}

/* An event that the definition does not have may be one of masa's own. */
static void take_other(struct gather_thread *t, const struct input_event *in, const struct record *r)
{
    char name[STREAM_KEY_MAX];
    struct declaration s;
    if (in->call == CALL_ALIAS) return;
    switch (declaration_read(t->gather->definition, in, person_of(in, name), &t->arena, &s)) {
    case DECLARATION_NONE: note_unknown(t, in->name); return;
    case DECLARATION_LACKING:
        tell_lack(t, in, "%.*s, which does not say what it is about", SLICE_ARG(in->name));
        return;
    case DECLARATION_GOOD: break;
    }
    if (r->at > t->counts.last_at) t->counts.last_at = r->at;
    if (r->at > t->gather->horizon) return;
    s.subject = known_key(t, s.subject);
    s.with = known_key(t, s.with);
    s.at = r->at;
    s.id = id_whole(r->id);
    vector_push(&t->declarations, s);
}

/* What a decision says besides deciding, and whether it is taken back, is looked at with what else people said. */
static void take_decision(struct gather_thread *t, const struct input_event *in, uint32_t event, const struct record *r)
{
    char name[STREAM_KEY_MAX];
    struct declaration s;
    const struct slice person = person_of(in, name);
    if (!person.len || r->at > t->gather->horizon) return;
    const struct definition *d = t->gather->definition;
    declaration_of_decision(d, in, person, d->events[event].decision, &t->arena, &s);
    s.subject = known_key(t, s.subject);
    s.at = r->at;
    s.id = id_whole(r->id);
    vector_push(&t->declarations, s);
}

static void take(void *context, const struct input_event *in)
{
    struct gather_thread *t = context;
    int64_t at = input_instant(in, t->gather->zone);
    struct record r = {.at = at, .id = in->id_number ? in->id_number : id_key(in->id), .store = t->index};
    if (in->anonymous.len || in->group.len || in->call != CALL_TRACK) relate(t, in, &r);
    uint32_t event = event_of(t, in);
    t->counts.accepted++;
    if (event == MAP_NONE) {
        take_other(t, in, &r);
        return;
    }
    if (at > t->counts.last_at) t->counts.last_at = at;
    if (in->received_at != INSTANT_NONE) note_arrival(t, at, in->received_at);
    if (t->gather->keep_ids) keep_long_id(t, r.id, in->id);
    r.content = content_put(&t->store, event, in->source, said_flags(in), in);
    const struct event_type *type = &t->gather->definition->events[event];
    if (__builtin_expect(type->decision != DECISION_NONE, 0)) take_decision(t, in, event, &r);
    put_event(t, in, type, &r);
}

/* ---- events that are held ---- */

/* Whatever is of a person only, and says nothing of others but by the keys it came with. Decisions say more than their
 * content (take_decision). */
static uint32_t know_held(void *context, const struct input_event *in)
{
    struct gather_thread *t = context;
    const uint32_t event = event_of(t, in);
    const struct event_type *type = event == MAP_NONE ? NULL : &t->gather->definition->events[event];
    if (!type || event == EVENT_GROUP || type->of != KIND_PERSON || type->decision != DECISION_NONE) return HELD_NONE;
    const uint32_t content = content_put(&t->store, event, in->source, said_flags(in), in);
    content_count_wrong(&t->store, content, -1); /* counted with the events */
    return content;
}

static void count_held(void *context, uint32_t content, uint64_t events, int64_t last_at)
{
    struct gather_thread *t = context;
    t->counts.accepted += events;
    content_count_wrong(&t->store, content, (int64_t)events);
    if (last_at > t->counts.last_at) t->counts.last_at = last_at;
}

static void note_held(void *context, uint32_t content, int64_t at, const struct input_event *in)
{
    struct gather_thread *t = context;
    const struct record r = {.at = at};
    count_held(t, content, 1, at);
    if (in->anonymous.len || in->group.len) relate(t, in, &r);
    if (in->received_at != INSTANT_NONE) note_arrival(t, at, in->received_at);
    if (t->gather->keep_ids) keep_long_id(t, id_key(in->id), in->id);
}

struct holder gather_holder(struct gather *g, int thread)
{
    return (struct holder){&g->threads[thread], g->keep_ids, know_held, note_held, count_held};
}

static void put_held(struct gather *g, const struct held_block *b, const struct block_sender *s)
{
    for (uint32_t i = s->first; i < s->first + s->count; i++) {
        const struct record r = {.at = b->at[i],
                                 .id = b->ids[i],
                                 .content = gather_held(g, b, b->contents[i]),
                                 .store = (uint8_t)b->thread,
                                 .key = s->key};
        if (r.content != HELD_NONE) gather_put(g, KIND_PERSON, r);
    }
}

void gather_recall(struct gather *g, struct slice person)
{
    struct arena arena;
    if (!g->hold || map_get(&g->recalled, person) != MAP_NONE) return;
    map_put_copy(&g->recalled, &g->threads[0].arena, person, g->recalled.count);
    const int bits = hold_bits(g->hold);
    const uint64_t slot = bits ? slice_hash(person) >> (64 - bits) : 0;
    const struct held_range range = hold_range(g->hold, slot, slot + 1);
    arena_init(&arena);
    for (size_t i = range.first; i < range.end; i++) {
        struct held_block block;
        hold_open(g->hold, i, false, &arena, &block);
        for (size_t s = 0; s < block.sender_count; s++)
            if (slice_equal_key(block.senders[s].key, person)) put_held(g, &block, &block.senders[s]);
    }
    arena_release(&arena);
}

/* ---- the whole ---- */

struct gather *gather_new(const struct definition *definition, const struct zone *zone, int threads, bool keep_ids)
{
    struct gather *g = memory_new(sizeof *g);
    g->definition = definition;
    g->zone = zone;
    g->fields = content_fields_new(definition, zone);
    g->keep_ids = keep_ids;
    g->horizon = INSTANT_MAX;
    g->nothing = memory_new((definition->path_count + 1) * sizeof *g->nothing);
    g->role_path = NONE;
    for (uint32_t i = 0; i < definition->path_count; i++)
        if (slice_is(definition->paths[i], "properties.contact_role")) g->role_path = i;
    map_init(&g->event_names);
    map_init(&g->recalled);
    for (uint32_t i = EVENT_GROUP + 1; i < definition->event_count; i++)
        map_put(&g->event_names, definition->events[i].label.name, i);
    g->thread_count = threads;
    g->threads = memory_apart((size_t)threads * sizeof *g->threads);
    for (int i = 0; i < threads; i++) {
        struct gather_thread *t = &g->threads[i];
        t->gather = g;
        t->index = (uint8_t)i;
        t->counts.last_at = INSTANT_NONE;
        content_store_init(&t->store, g->fields);
        for (int room = 0; room <= GATHER_ROOMS; room++) stream_room_init(&t->rooms[room], t->index);
        arena_init(&t->arena);
        map_init(&t->edge_map);
        map_init(&t->long_ids);
        map_init(&t->unknown);
        map_init(&t->arrivals);
    }
    const struct input_event marker = {.values = g->nothing};
    content_put(&g->threads[0].store, EVENT_GROUP, 0, 0, &marker); /* MARKER_CONTENT */
    return g;
}

static void drop_events(struct gather_thread *t)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        free(t->partitions[kind]);
        t->partitions[kind] = NULL;
    }
    t->anonymous = (struct stream){0};
    for (int room = 0; room <= GATHER_ROOMS; room++) stream_room_release(&t->rooms[room]);
}

void gather_drop_room(struct gather *g, uint32_t room)
{
    for (int i = 0; i < g->thread_count; i++) {
        struct gather_thread *t = &g->threads[i];
        if (t->partitions[KIND_PERSON])
            memset(&t->partitions[KIND_PERSON][room * ROOM_PARTITIONS], 0, ROOM_PARTITIONS * sizeof(struct stream));
        stream_room_release(&t->rooms[room]);
    }
}

void gather_drop_events(struct gather *g)
{
    hold_free(g->hold);
    g->hold = NULL;
    for (int i = 0; i < g->thread_count; i++) drop_events(&g->threads[i]);
}

static void free_thread(struct gather_thread *t)
{
    drop_events(t);
    content_store_release(&t->store);
    map_release(&t->edge_map);
    map_release(&t->long_ids);
    map_release(&t->unknown);
    vector_release(&t->unknown_counts);
    map_release(&t->arrivals);
    vector_release(&t->arrival_counts);
    vector_release(&t->edges);
    vector_release(&t->declarations);
    vector_release(&t->id_texts);
    arena_release(&t->arena);
}

void gather_free(struct gather *g)
{
    if (!g) return;
    for (int i = 0; i < g->thread_count; i++) free_thread(&g->threads[i]);
    hold_free(g->hold);
    map_release(&g->recalled);
    content_fields_free(g->fields);
    map_release(&g->event_names);
    free(g->nothing);
    free(g->threads);
    free(g);
}

void gather_declarations(const struct gather *g, struct declaration_list *out)
{
    for (int i = 0; i < g->thread_count; i++)
        for (size_t k = 0; k < g->threads[i].declarations.count; k++)
            vector_push(out, g->threads[i].declarations.at[k]);
    declarations_settle(out);
}

void gather_put(struct gather *g, enum subject_kind kind, struct record record)
{
    struct gather_thread *t = &g->threads[0];
    put_record(t, kind, record.key, &record);
}

void gather_finish(struct gather *g)
{
    for (int i = 0; i < g->thread_count; i++) content_join(&g->threads[i].store, g->definition->dictionary);
}

struct input_sink gather_sink(struct gather *g, int thread)
{
    return (struct input_sink){&g->threads[thread], take};
}

static int by_count(const void *a, const void *b)
{
    const struct unknown_event *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return slice_compare(x->name, y->name);
}

size_t gather_unknown(const struct gather *g, struct arena *arena, const struct unknown_event **out)
{
    struct map seen;
    VECTOR(struct unknown_event) list = {0};
    map_init(&seen);
    for (int i = 0; i < g->thread_count; i++)
        for (uint32_t k = 0; k < g->threads[i].unknown.count; k++) {
            struct slice name = g->threads[i].unknown.entries[k].key;
            uint32_t at = map_put(&seen, name, (uint32_t)list.count);
            if (at == list.count) vector_push(&list, ((struct unknown_event){name, 0}));
            list.at[at].count += g->threads[i].unknown_counts.at[k];
        }
    struct unknown_event *copy = ARENA_ARRAY(arena, struct unknown_event, list.count);
    size_t count = list.count;
    if (count) {
        memcpy(copy, list.at, count * sizeof *copy);
        qsort(copy, count, sizeof *copy, by_count);
    }
    vector_release(&list);
    map_release(&seen);
    *out = copy;
    return count;
}

static int by_wrong_count(const void *a, const void *b)
{
    const struct wrong_value *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->event != y->event ? (x->event < y->event ? -1 : 1) : (x->path > y->path) - (x->path < y->path);
}

size_t gather_wrong(const struct gather *g, struct arena *arena, const struct wrong_value **out)
{
    size_t most = 0, count = 0;
    for (int i = 0; i < g->thread_count; i++) most += g->threads[i].store.wrong.count;
    struct wrong_value *list = ARENA_ARRAY(arena, struct wrong_value, most + 1);
    for (int i = 0; i < g->thread_count; i++)
        for (size_t k = 0; k < g->threads[i].store.wrong.count; k++) {
            const struct wrong_value *w = &g->threads[i].store.wrong.at[k];
            size_t at = 0;
            while (at < count && (list[at].event != w->event || list[at].path != w->path)) at++;
            if (at == count) list[count++] = (struct wrong_value){w->event, w->path, 0};
            list[at].count += w->count;
        }
    qsort(list, count, sizeof *list, by_wrong_count);
    while (count && !list[count - 1].count) count--; /* said by nobody after all */
    *out = list;
    return count;
}

static int by_days(const void *a, const void *b)
{
    const struct arrival *x = &((const struct day_pair_count *)a)->days, *y = &((const struct day_pair_count *)b)->days;
    if (x->happened != y->happened) return x->happened < y->happened ? -1 : 1;
    return (x->arrived > y->arrived) - (x->arrived < y->arrived);
}

static bool days_before(const struct day_pair_count *a, const struct day_pair_count *b)
{
    return by_days(a, b) < 0;
}

static bool is_settled(const struct day_pairs *list)
{
    for (size_t i = 1; i < list->count; i++)
        if (!days_before(&list->at[i - 1], &list->at[i])) return false;
    return true;
}

/* In order, each pair of days once. */
static void day_pairs_settle(struct day_pairs *list)
{
    size_t kept = 0;
    if (is_settled(list)) return;
    qsort(list->at, list->count, sizeof *list->at, by_days);
    for (size_t i = 0; i < list->count; i++) {
        if (kept && by_days(&list->at[kept - 1], &list->at[i]) == 0)
            list->at[kept - 1].count += list->at[i].count;
        else
            list->at[kept++] = list->at[i];
    }
    list->count = kept;
}

/* Mostly little is added to much: what is there is not put into order again. */
void day_pairs_add(struct day_pairs *list, const struct day_pairs *more)
{
    struct day_pairs some = {0}, new = {0};
    for (size_t i = 0; i < more->count; i++) vector_push(&some, more->at[i]);
    day_pairs_settle(&some);
    for (size_t i = 0; i < some.count; i++) {
        const size_t place = bisect(k, list->count, days_before(&list->at[k], &some.at[i]));
        if (place < list->count && by_days(&list->at[place], &some.at[i]) == 0)
            list->at[place].count += some.at[i].count;
        else
            vector_push(&new, some.at[i]);
    }
    vector_merge(list, &new, days_before);
    vector_release(&some);
    vector_release(&new);
}

void gather_arrivals(const struct gather *g, struct day_pairs *list)
{
    for (int i = 0; i < g->thread_count; i++) {
        const struct gather_thread *t = &g->threads[i];
        for (uint32_t k = 0; k < t->arrivals.count; k++) {
            struct day_pair_count some = {.count = t->arrival_counts.at[k]};
            memcpy(&some.days, t->arrivals.entries[k].key.ptr, sizeof some.days);
            vector_push(list, some);
        }
    }
    day_pairs_settle(list);
}

uint64_t arrivals_late(const struct day_pairs *list, const struct zone *zone, int64_t from, int64_t until)
{
    const int64_t first = zone_day(zone, from), end = zone_day(zone, until);
    uint64_t late = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct arrival *days = &list->at[i].days;
        if (days->happened >= first && days->happened < end && days->arrived >= end) late += list->at[i].count;
    }
    return late;
}

bool gather_late(const struct gather *g, int64_t from, int64_t until, uint64_t *late)
{
    struct day_pairs list = {0};
    gather_arrivals(g, &list);
    const bool known = list.count > 0;
    *late = arrivals_late(&list, g->zone, from, until);
    vector_release(&list);
    return known;
}

struct gather_counts gather_totals(const struct gather *g)
{
    struct gather_counts sum = {.last_at = INSTANT_NONE};
    for (int i = 0; i < g->thread_count; i++) {
        const struct gather_counts *c = &g->threads[i].counts;
        sum.accepted += c->accepted;
        sum.unknown_event += c->unknown_event;
        sum.machine += c->machine;
        sum.no_subject += c->no_subject;
        if (c->last_at > sum.last_at) sum.last_at = c->last_at;
    }
    return sum;
}
