/* Takes what the readers deliver, on any number of threads, and makes it ready to be folded: contents kept once, events
 * spread over partitions by subject, relations between subjects and identities as dated edges. Nothing here depends on
 * the order in which events arrive. */
#ifndef MASA_RUNTIME_GATHER_H
#define MASA_RUNTIME_GATHER_H

#include "intake/event.h"
#include "runtime/content.h"
#include "runtime/declaration.h"
#include "runtime/stream.h"
#include "store/hold.h"

/* A person was seen with another subject (an account, a deal) or identity (an anonymous id). Each identify, alias and
 * group call is an edge of its own (first = last); events that merely carry both names give one edge a pair, with the
 * first and the last time. */
enum edge_kind { EDGE_IDENTITY, EDGE_ACCOUNT, EDGE_DEAL };
struct edge {
    enum edge_kind kind;
    struct slice person, other; /* IDENTITY: other is the anonymous id */
    int64_t first, last;
    bool primary;   /* DEAL: the contact was called primary */
    bool mentioned; /* by an event that was not made to say so */
};

/* In the first thread's store: a group call that says nothing, to make a subject exist. */
enum { MARKER_CONTENT = 0 };

/* Which type an event's name means, for the names met last. */
enum { NAMES_REMEMBERED_BITS = 8, NAMES_REMEMBERED = 1 << NAMES_REMEMBERED_BITS };
struct remembered_name {
    struct slice name; /* the definition's text; empty: none yet */
    uint32_t event;
};

/* Events that tell when they arrived, by the days on which they happened and arrived. */
struct arrival {
    int32_t happened, arrived;
};
struct day_pair_count {
    struct arrival days;
    uint64_t count;
};
struct day_pairs { /* for the vector macros; each pair of days once, in order, whatever the two days are */
    struct day_pair_count *at;
    size_t count, cap;
};

struct gather_counts {
    uint64_t accepted, unknown_event, machine;
    uint64_t no_subject; /* about nobody; not counted where the reader rejects the row */
    int64_t last_at;     /* latest event, INSTANT_NONE when none */
};

/* Persons' events stand in rooms by partition: each is given back when its partitions are folded, so that what the fold
 * makes finds memory that was in use already. */
enum { GATHER_ROOM_BITS = 3, GATHER_ROOMS = 1 << GATHER_ROOM_BITS, ROOM_PARTITIONS = PARTITIONS / GATHER_ROOMS };

struct gather_thread {
    struct gather *gather;
    struct content_store store;
    uint8_t index;
    struct remembered_name names[NAMES_REMEMBERED];
    struct stream_room rooms[GATHER_ROOMS + 1]; /* of so many partitions of persons each; of everything else */
    struct stream *partitions[KIND_COUNT];      /* PARTITIONS of each kind in use */
    struct stream anonymous;
    struct arena arena; /* edges, long ids */
    struct map edge_map;
    VECTOR(struct edge) edges;
    struct declaration_list declarations;
    struct map long_ids; /* hex of the key -> index in id_texts */
    VECTOR(struct slice) id_texts;
    struct map
        unknown; /* events of no declared type: name -> index in unknown_counts; only the first UNKNOWN_NAMES_MAX */
    VECTOR(uint64_t) unknown_counts;
    struct map arrivals; /* bytes of an arrival -> index in arrival_counts */
    VECTOR(uint64_t) arrival_counts;
    char lack[160]; /* what the last event without a subject lacks */
    struct gather_counts counts;
} APART;

enum { UNKNOWN_NAMES_MAX = 256 };

struct unknown_event {
    struct slice name;
    uint64_t count;
};

struct gather {
    const struct definition *definition;
    const struct zone *zone;
    struct content_fields *fields;
    struct map event_names;
    bool keep_ids;                /* long ids can be told back: for printing facts */
    const uint16_t *source_ranks; /* by input_event.source: the order that counts; NULL: that of the numbers */
    int64_t horizon;              /* what is later is not known yet: the as-of, INSTANT_MAX when not given */
    uint32_t role_path;           /* properties.contact_role, NONE */
    struct input_value *nothing;  /* a row of missing values */
    int thread_count;
    struct gather_thread *threads;
    /* Of a store: blocks of persons that were not given event by event, or NULL; the gather's own. What the fold finds
     * there is as if it stood among the threads' partitions. */
    struct hold *hold;
    /* By thread: what the numbers of held events stand for; NULL: for contents of this gather. */
    const uint32_t *const *held_contents;
    struct map recalled; /* persons whose events were put among the partitions after all */
};

struct gather *gather_new(const struct definition *definition, const struct zone *zone, int threads, bool keep_ids);
void gather_free(struct gather *gather);
struct input_sink gather_sink(struct gather *gather, int thread);
struct holder gather_holder(struct gather *gather, int thread);

/* What was said of the log itself, settled; it lives as long as the gathering. */
void gather_declarations(const struct gather *gather, struct declaration_list *out);

/* Adds an event of a subject, outside the readers' threads. */
void gather_put(struct gather *gather, enum subject_kind kind, struct record record);

/* The gather's content for one of a held block's; HELD_NONE: events with it are not held. */
static inline uint32_t gather_held(const struct gather *gather, const struct held_block *block, uint32_t content)
{
    const uint32_t known = block->known[content];
    return known == HELD_NONE || !gather->held_contents ? known : gather->held_contents[block->thread][known];
}

/* Puts what is held of a person among the partitions, where events may be moved from. */
void gather_recall(struct gather *gather, struct slice person);

/* Ends the gathering: the threads' codes become common. */
void gather_finish(struct gather *gather);
/* Gives back the memory of a room's events, of all threads; what they say stays. */
void gather_drop_room(struct gather *gather, uint32_t room);
/* And of all events. */
void gather_drop_events(struct gather *gather);
struct gather_counts gather_totals(const struct gather *gather);
/* Names that no event type of the definition has, most frequent first, in the arena; returns how many. */
size_t gather_unknown(const struct gather *gather, struct arena *arena, const struct unknown_event **out);
/* Which values were of another type than declared, most frequent first, in the arena; returns how many. */
size_t gather_wrong(const struct gather *gather, struct arena *arena, const struct wrong_value **out);
/* How many events of a period, whole days from `from` to before `until`, arrived after its end. False, and none, when
 * no event says when it arrived. */
bool gather_late(const struct gather *gather, int64_t from, int64_t until, uint64_t *late);
/* The same of what several gathers have met: what this one has is added to the list. */
void gather_arrivals(const struct gather *gather, struct day_pairs *list);
/* Adds to the counts of the list; what is taken out is added as 0 - count. */
void day_pairs_add(struct day_pairs *list, const struct day_pairs *more);
uint64_t arrivals_late(const struct day_pairs *list, const struct zone *zone, int64_t from, int64_t until);
/* The id behind a key; empty when it was long and not kept. Lives in the arena. */
struct slice gather_id(const struct gather *gather, uint64_t key, struct arena *arena);

#endif
