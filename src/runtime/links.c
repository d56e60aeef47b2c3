#include "runtime/links.h"

#include <stdlib.h>

#include "base/bisect.h"
#include "runtime/crowd.h"
#include "runtime/stream.h"

/* Beside the kinds of senders. Subscriptions have their keys among those of deals. */
enum { NODE_DEAL = SENDER_KINDS, NODE_MARKET, NODE_LOG, NODE_DOMAIN };
_Static_assert(NODE_DOMAIN < 1 << SENDER_KIND_BITS, "nodes are told apart by these bits");

struct edge {
    uint64_t from, to;
};
typedef VECTOR(struct edge) edge_list;

enum { RECENT = 1 << 12 };

struct reader {
    struct links *links;
    edge_list edges;            /* each in one direction */
    struct edge recent[RECENT]; /* those added lately are not added again */
} APART;

struct links {
    const struct definition *definition;
    struct input_plan plan;
    struct slice *paths; /* of the plan: of deals' keys, then `with`, then those of addresses */
    size_t deal_paths, address_paths;
    struct slice *names; /* of the log itself and of the market */
    size_t name_count;
    bool credits;   /* persons take deals */
    bool companies; /* persons, deals or subscriptions read their accounts, or lists of persons show their names */
    bool members;   /* accounts read signals of their persons */
    bool market;    /* somebody reads the market */
    struct arena arena;
    struct reader *readers;
    int reader_count;
    edge_list edges; /* both directions, in order, each once */
};

/* ---- what the definition reads ---- */

/* In a crowd people of one company are seen together. */
static void learn_addresses(struct links *l)
{
    const struct definition *d = l->definition;
    struct slice *paths = l->paths + l->deal_paths + 1;
    for (uint32_t i = 0; crowds_wanted(d) && i < d->event_count; i++) {
        const uint32_t path = crowd_address_path(d, i);
        size_t k = 0;
        if (path == NONE) continue;
        while (k < l->address_paths && !slice_equal(paths[k], d->paths[path])) k++;
        if (k == l->address_paths) paths[l->address_paths++] = d->paths[path];
    }
}

static void learn_paths(struct links *l)
{
    const struct definition *d = l->definition;
    l->paths = ARENA_ARRAY(&l->arena, struct slice, 2 * d->event_count + 1);
    for (size_t i = 0; i < d->event_count; i++) {
        const uint32_t path = d->events[i].key_path;
        size_t k = 0;
        if (path == NONE) continue;
        while (k < l->deal_paths && !slice_equal(l->paths[k], d->paths[path])) k++;
        if (k == l->deal_paths) l->paths[l->deal_paths++] = d->paths[path];
    }
    l->paths[l->deal_paths] = d->paths[d->declarations.with];
    learn_addresses(l);
    l->plan.paths = l->paths;
    l->plan.count = l->deal_paths + 1 + l->address_paths;
    l->plan.personless_count = definition_personless(d, &l->arena, &l->plan.personless);
}

/* Pages and screens may be the market's under names of their own. */
static void learn_names(struct links *l)
{
    const struct definition *d = l->definition;
    l->names = ARENA_ARRAY(&l->arena, struct slice, DECLARATION_KINDS + d->event_count);
    for (int i = 0; i < DECLARE_UNDO; i++) l->names[l->name_count++] = slice_from(declaration_events[i]);
    for (size_t i = 0; i < d->event_count; i++)
        if (d->events[i].of == KIND_MARKET) l->names[l->name_count++] = d->events[i].label.name;
}

static void learn_reads(struct links *l)
{
    const struct definition *d = l->definition;
    for (size_t i = 0; i < d->funnel_count; i++)
        l->credits |= d->funnels[i].of == KIND_PERSON && d->funnels[i].credit != CREDIT_NONE;
    l->companies = definition_trait_slot(&d->kinds[KIND_ACCOUNT], "name") != NONE;
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t s = 0; s < d->kinds[k].slot_count; s++) {
            const struct slot *slot = &d->kinds[k].slots[s];
            l->market |= slot->origin == SLOT_FOREIGN && slot->foreign == KIND_MARKET;
            l->companies |= slot->origin == SLOT_FOREIGN && slot->foreign == KIND_ACCOUNT;
        }
    l->members = d->kinds[KIND_ACCOUNT].member_signal_count > 0;
}

struct links *links_new(const struct definition *definition, int threads)
{
    struct links *l = memory_new(sizeof *l);
    l->definition = definition;
    arena_init(&l->arena);
    learn_paths(l);
    learn_names(l);
    learn_reads(l);
    l->readers = memory_apart((size_t)threads * sizeof *l->readers);
    l->reader_count = threads;
    for (int i = 0; i < threads; i++) l->readers[i].links = l;
    return l;
}

void links_free(struct links *l)
{
    if (!l) return;
    for (int i = 0; i < l->reader_count; i++) vector_release(&l->readers[i].edges);
    free(l->readers);
    vector_release(&l->edges);
    arena_release(&l->arena);
    free(l);
}

struct input_plan links_plan(const struct links *l)
{
    return l->plan;
}

static bool same_market(const struct definition *a, const struct definition *b)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a->event_count && a->events[i].of != KIND_MARKET) i++;
        while (k < b->event_count && b->events[k].of != KIND_MARKET) k++;
        if (i == a->event_count || k == b->event_count) return i == a->event_count && k == b->event_count;
        if (!slice_equal(a->events[i].label.name, b->events[k].label.name)) return false;
    }
}

bool links_fit(const struct links *l, const struct definition *definition)
{
    struct links *other = links_new(definition, 1);
    bool fit = other->plan.count == l->plan.count && other->deal_paths == l->deal_paths &&
               other->credits == l->credits && other->companies == l->companies && other->members == l->members &&
               other->market == l->market;
    for (size_t i = 0; fit && i < l->plan.count; i++) fit = slice_equal(other->paths[i], l->paths[i]);
    fit = fit && (!l->market || same_market(l->definition, definition));
    links_free(other);
    return fit;
}

size_t links_names(const struct links *l, const struct slice **names)
{
    *names = l->names;
    return l->name_count;
}

/* ---- what an event says ---- */

static void add(struct reader *r, uint64_t from, uint64_t to)
{
    struct edge *recent = &r->recent[(from ^ to * UINT64_C(0x9e3779b97f4a7c15)) >> 32 & (RECENT - 1)];
    if (recent->from == from && recent->to == to) return;
    *recent = (struct edge){from, to};
    vector_push(&r->edges, *recent);
}

static uint64_t user_of(struct slice key)
{
    return sender_digest(SENDER_USER, key);
}

static uint64_t visitor_of(struct slice key)
{
    return sender_digest(SENDER_ANONYMOUS, key);
}

static const struct slice anonymous_prefix = {"anon:", 5};

/* A person who goes by "anon:ID" is the visitor of that id. */
static void add_person(struct reader *r, uint64_t from, struct slice person)
{
    const uint64_t user = user_of(person);
    if (user != from) add(r, from, user);
    if (slice_starts(person, anonymous_prefix)) add(r, from, visitor_of(slice_skip(person, anonymous_prefix.len)));
}

static struct slice text_of(const struct input_value *v, char digits[24])
{
    if (v->kind == INPUT_INT) return slice_of(digits, (size_t)snprintf(digits, 24, "%lld", (long long)v->number));
    return v->kind == INPUT_TEXT ? v->text : slice_of("", 0);
}

static bool is_of_market(const struct definition *d, const struct input_event *in)
{
    for (size_t i = 0; i < d->event_count; i++) {
        const struct slice name = d->events[i].label.name;
        if (d->events[i].of != KIND_MARKET) continue;
        if (slice_equal(name, in->name) || (in->call == CALL_PAGE && slice_is(name, "page_viewed")) ||
            (in->call == CALL_SCREEN && slice_is(name, "screen_viewed")))
            return true;
    }
    return false;
}

static bool is_of_log(const struct input_event *in)
{
    if (in->call != CALL_TRACK || !slice_starts(in->name, SLICE("masa:"))) return false;
    for (int i = 0; i < DECLARE_UNDO; i++) /* words about a subject are its own */
        if (slice_is(in->name, declaration_events[i])) return true;
    return false;
}

static void take_names(struct reader *r, uint64_t sender, const struct input_event *in)
{
    if (in->user.len) {
        if (in->anonymous.len) add(r, sender, visitor_of(in->anonymous));
        if (in->previous.len) add(r, sender, visitor_of(in->previous));
        if (slice_starts(in->user, anonymous_prefix)) add_person(r, sender, in->user);
    }
    if (in->group.len && (in->user.len || in->anonymous.len)) add(r, sender, sender_digest(SENDER_GROUP, in->group));
}

static uint64_t node_of_domain(uint64_t domain)
{
    return domain >> SENDER_KIND_BITS << SENDER_KIND_BITS | NODE_DOMAIN;
}

static void take(void *context, const struct input_event *in)
{
    struct reader *r = context;
    const struct links *l = r->links;
    const uint64_t sender = sender_of_event(in);
    char digits[24];
    take_names(r, sender, in);
    for (size_t i = 0; i < l->deal_paths; i++) {
        const struct slice key = text_of(&in->values[i], digits);
        if (key.len) add(r, sender, sender_digest(NODE_DEAL, key));
    }
    for (size_t i = l->deal_paths + 1; i < l->plan.count; i++) {
        const uint64_t domain = crowd_domain(text_of(&in->values[i], digits));
        if (domain) add(r, sender, node_of_domain(domain));
    }
    if (l->market && is_of_market(l->definition, in)) add(r, sender, NODE_MARKET);
    if (!is_of_log(in)) return;
    add(r, sender, NODE_LOG);
    const struct slice with = text_of(&in->values[l->deal_paths], digits);
    if (with.len) add_person(r, sender, with);
}

void touch_init(struct touch *t)
{
    *t = (struct touch){0};
    senders_init(&t->said);
}

void touch_release(struct touch *t)
{
    senders_release(&t->said);
}

static void take_touch(void *context, const struct input_event *in)
{
    struct touch *t = context;
    char digits[24];
    senders_add(&t->said, sender_of_event(in));
    t->log |= is_of_log(in);
    t->market |= is_of_market(t->links->definition, in);
    for (size_t i = 0; i < t->links->deal_paths; i++)
        if (text_of(&in->values[i], digits).len) {
            t->deals = true;
            t->lone_deals |= !in->user.len;
        }
}

struct input_sink links_touch_sink(const struct links *l, struct touch *touch)
{
    touch->links = l;
    return (struct input_sink){touch, take_touch};
}

struct input_sink links_sink(struct links *l, int thread)
{
    return (struct input_sink){&l->readers[thread], take};
}

/* ---- the index ---- */

static int by_edge(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static size_t drop_repeats(struct edge *at, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!kept || by_edge(&at[kept - 1], &at[i])) at[kept++] = at[i];
    return kept;
}

static bool edge_before(const struct edge *a, const struct edge *b)
{
    return by_edge(a, b) < 0;
}

void links_settle(struct links *l)
{
    edge_list fresh = {0};
    size_t count = 0;
    for (int i = 0; i < l->reader_count; i++) count += l->readers[i].edges.count;
    if (!count) return;
    vector_reserve(&fresh, 2 * count);
    for (int i = 0; i < l->reader_count; i++) {
        const edge_list *edges = &l->readers[i].edges;
        for (size_t k = 0; k < edges->count; k++) {
            vector_push(&fresh, edges->at[k]);
            vector_push(&fresh, ((struct edge){edges->at[k].to, edges->at[k].from}));
        }
        vector_release(&l->readers[i].edges);
    }
    if (fresh.count) qsort(fresh.at, fresh.count, sizeof *fresh.at, by_edge);
    vector_merge(&l->edges, &fresh, edge_before);
    l->edges.count = drop_repeats(l->edges.at, l->edges.count);
    vector_release(&fresh);
}

struct neighbours {
    const struct edge *at, *end;
};

static struct neighbours neighbours_of(const struct links *l, uint64_t node)
{
    const size_t first = bisect(i, l->edges.count, l->edges.at[i].from < node);
    size_t end = first;
    while (end < l->edges.count && l->edges.at[end].from == node) end++;
    return (struct neighbours){l->edges.at + first, l->edges.at + end};
}

/* ---- components ---- */

struct closing {
    const struct links *links;
    struct senders *out;
    size_t most;
    struct senders expanded; /* what was looked behind already */
    bool too_many;
};

static bool is_person(uint64_t node)
{
    const unsigned kind = sender_digest_kind(node);
    return kind == SENDER_USER || kind == SENDER_ANONYMOUS;
}

static void put(struct closing *c, uint64_t node)
{
    senders_add(c->out, node);
    c->too_many |= c->out->list.count > c->most;
}

/* Everybody who may be this person: the anonymous ids they came with, whoever else came with those, and the merged. So
 * whose each anonymous event is, and by which name a person goes, is told rightly of all of them. */
static void put_person(struct closing *c, uint64_t person, struct senders *ids)
{
    senders_add(ids, person);
    for (size_t i = 0; i < ids->list.count && !c->too_many; i++) {
        put(c, ids->list.at[i]);
        const struct neighbours near = neighbours_of(c->links, ids->list.at[i]);
        for (const struct edge *e = near.at; e < near.end; e++)
            if (is_person(e->to)) senders_add(ids, e->to);
        c->too_many |= ids->list.count > c->most;
    }
}

/* Whoever spoke of an account or a deal, and who they are. */
static void put_speakers(struct closing *c, uint64_t subject, void (*each)(struct closing *c, struct senders *ids))
{
    const struct neighbours near = neighbours_of(c->links, subject);
    for (const struct edge *e = near.at; e < near.end && !c->too_many; e++) {
        struct senders ids;
        senders_init(&ids);
        if (is_person(e->to))
            put_person(c, e->to, &ids);
        else
            put(c, e->to);
        if (each) each(c, &ids);
        senders_release(&ids);
    }
}

/* Calls `put_subject` with each account or deal that any of these spoke of, once. */
static void behind(struct closing *c, const struct senders *ids, unsigned kind,
                   void (*put_subject)(struct closing *c, uint64_t subject))
{
    for (size_t i = 0; i < ids->list.count; i++) {
        const struct neighbours near = neighbours_of(c->links, ids->list.at[i]);
        for (const struct edge *e = near.at; e < near.end && !c->too_many; e++)
            if (sender_digest_kind(e->to) == kind && senders_add(&c->expanded, e->to)) put_subject(c, e->to);
    }
}

static void put_deal(struct closing *c, uint64_t deal)
{
    put_speakers(c, deal, NULL);
}

/* Whoever had an address there, at any time. */
static void put_domain(struct closing *c, uint64_t domain)
{
    put_speakers(c, domain, NULL);
}

/* A person's own events: the deals credited to them among these; and what they were seen together with. */
static void put_own_of(struct closing *c, struct senders *ids)
{
    if (c->links->credits) behind(c, ids, NODE_DEAL, put_deal);
    if (c->links->address_paths) behind(c, ids, NODE_DOMAIN, put_domain);
}

static void put_account(struct closing *c, uint64_t account)
{
    put(c, account);
    put_speakers(c, account, c->links->members ? put_own_of : NULL);
}

static void put_all_of_person(struct closing *c, struct senders *ids)
{
    put_own_of(c, ids);
    if (c->links->companies) behind(c, ids, SENDER_GROUP, put_account);
}

static void put_key(struct closing *c, struct slice key)
{
    struct senders ids;
    senders_init(&ids);
    put_person(c, user_of(key), &ids);
    if (slice_starts(key, anonymous_prefix)) put_person(c, visitor_of(slice_skip(key, anonymous_prefix.len)), &ids);
    put_all_of_person(c, &ids);
    put_account(c, sender_digest(SENDER_GROUP, key));
    put_speakers(c, sender_digest(NODE_DEAL, key), put_all_of_person);
    senders_release(&ids);
}

static void put_common(struct closing *c, uint64_t node)
{
    const struct neighbours near = neighbours_of(c->links, node);
    for (const struct edge *e = near.at; e < near.end && !c->too_many; e++) put(c, e->to);
}

bool links_component(const struct links *l, struct slice key, size_t most, struct senders *out)
{
    struct closing c = {.links = l, .out = out, .most = most};
    if (key.len > STREAM_KEY_MAX || slice_starts(key, SLICE("long:"))) return false; /* told apart by a digest */
    senders_init(&c.expanded);
    put_key(&c, key);
    put_common(&c, NODE_LOG);
    if (l->market) put_common(&c, NODE_MARKET);
    senders_release(&c.expanded);
    return !c.too_many;
}

/* ---- what is touched ---- */

uint64_t links_digest(enum subject_kind kind, struct slice key)
{
    switch (kind) {
    case KIND_PERSON:
        return slice_starts(key, anonymous_prefix) ? visitor_of(slice_skip(key, anonymous_prefix.len)) : user_of(key);
    case KIND_ACCOUNT: return sender_digest(SENDER_GROUP, key);
    case KIND_MARKET: return NODE_MARKET;
    default: return sender_digest(NODE_DEAL, key);
    }
}

uint64_t links_digest_as(enum subject_kind kind, uint64_t digest)
{
    const unsigned node = kind == KIND_PERSON ? SENDER_USER : kind == KIND_ACCOUNT ? SENDER_GROUP : NODE_DEAL;
    return digest >> SENDER_KIND_BITS << SENDER_KIND_BITS | node;
}

static bool is_one_of(uint64_t node, unsigned kinds)
{
    return kinds >> sender_digest_kind(node) & 1;
}

enum {
    PERSONS = 1u << SENDER_USER | 1u << SENDER_ANONYMOUS,
    ACCOUNTS = 1u << SENDER_GROUP,
    DEALS = 1u << NODE_DEAL,
    DOMAINS = 1u << NODE_DOMAIN
};

/* For each of these kinds that is in the list already, adds what is next to it and of those kinds; the identities of
 * persons with them. */
static void spread(struct closing *c, unsigned of, unsigned to)
{
    struct senders *list = c->out;
    const size_t count = list->list.count;
    for (size_t i = 0; i < count && !c->too_many; i++) {
        if (!is_one_of(list->list.at[i], of)) continue;
        const struct neighbours near = neighbours_of(c->links, list->list.at[i]);
        for (const struct edge *e = near.at; e < near.end && !c->too_many; e++) {
            struct senders ids;
            if (!is_one_of(e->to, to)) continue;
            if (!is_person(e->to)) {
                put(c, e->to);
                continue;
            }
            if (senders_have(list, e->to)) continue; /* with all its identities */
            senders_init(&ids);
            put_person(c, e->to, &ids);
            senders_release(&ids);
        }
    }
}

/* In the order in which kinds read each other. */
static void put_touched(struct closing *c, const struct touch *touch)
{
    const struct links *l = c->links;
    const unsigned all_senders = PERSONS | ACCOUNTS | 1u << SENDER_NOBODY;
    for (size_t i = 0; i < touch->said.list.count && !c->too_many; i++) {
        struct senders ids;
        senders_init(&ids);
        if (is_person(touch->said.list.at[i]))
            put_person(c, touch->said.list.at[i], &ids);
        else
            put(c, touch->said.list.at[i]);
        senders_release(&ids);
    }
    if (l->address_paths) { /* what one does may show that others were a machine's */
        spread(c, PERSONS, DOMAINS);
        spread(c, DOMAINS, PERSONS);
    }
    spread(c, all_senders, DEALS);
    if (l->credits) spread(c, DEALS, PERSONS);
    spread(c, PERSONS, ACCOUNTS);
    if (l->companies) spread(c, ACCOUNTS, PERSONS);
    spread(c, PERSONS, DEALS);
}

static void put_behind(struct closing *c, const struct senders *subjects)
{
    for (size_t i = 0; i < subjects->list.count && !c->too_many; i++) {
        const uint64_t subject = subjects->list.at[i];
        struct senders ids;
        senders_init(&ids);
        if (is_person(subject)) {
            put_person(c, subject, &ids);
            put_all_of_person(c, &ids);
        } else if (is_one_of(subject, ACCOUNTS)) {
            put_account(c, subject);
        } else if (is_one_of(subject, DEALS)) {
            put_speakers(c, subject, put_all_of_person);
        } else {
            put(c, subject);
        }
        senders_release(&ids);
    }
    put_common(c, NODE_LOG);
    if (c->links->market) put_common(c, NODE_MARKET);
}

bool links_touched(const struct links *l, const struct touch *touch, size_t most, struct senders *subjects,
                   struct senders *readers)
{
    struct closing touched = {.links = l, .out = subjects, .most = most};
    struct closing behind_them = {.links = l, .out = readers, .most = most};
    put_touched(&touched, touch);
    senders_init(&behind_them.expanded);
    if (!touched.too_many) put_behind(&behind_them, subjects);
    senders_release(&behind_them.expanded);
    return !touched.too_many && !behind_them.too_many;
}
