/* What events say, packed and kept once: an event's type, its source, and the cells of the fields the definition reads.
 * Most events say one of a few dozen things, so a log of millions needs little more than (when, who, which id) an
 * event.
 *
 * A store belongs to one reading thread, with a dictionary of its own that starts as a copy of the definition's, so
 * that the definition's codes are the same everywhere; content_join makes the rest common. */
#ifndef MASA_RUNTIME_CONTENT_H
#define MASA_RUNTIME_CONTENT_H

#include "base/fingerprint.h"
#include "base/zone.h"
#include "definition/model.h"
#include "intake/event.h"

struct content_fields; /* by event: which paths are read and as what; shared, read-only */
struct content_fields *content_fields_new(const struct definition *definition, const struct zone *zone);
void content_fields_free(struct content_fields *fields);

/* A property or trait of an event type, and how often its value was of another type than declared, so absent. */
struct wrong_value {
    uint32_t event, path;
    uint64_t count;
};
/* A content that says such a value. */
struct wrong_content {
    uint32_t content, wrong; /* index of the value */
};

struct content_store {
    const struct content_fields *fields;
    struct dictionary dictionary;
    struct buffer bytes;
    VECTOR(uint64_t) starts;  /* of each content in bytes */
    struct fingerprints said; /* of events as they came */
    uint32_t said_first;      /* the content of the first of these; the others follow */
    VECTOR(struct wrong_value) wrong;
    VECTOR(struct wrong_content) wrong_contents; /* in the order of the contents */
    uint32_t *codes;                             /* after content_join: own code -> common code */
    struct zone_cursor cursor;
    struct cell *row;    /* scratch, by path */
    uint64_t wrong_type; /* all wrong values */
};

void content_store_init(struct content_store *store, const struct content_fields *fields);
void content_store_release(struct content_store *store);

/* CORRECTED: the sender's clock was set right, so that copies of one message may differ a little in time. */
enum { CONTENT_DAY = 1, CONTENT_MACHINE = 2, CONTENT_CORRECTED = 4 };

/* The number of what this event says. `flags`: DAY and CORRECTED; by whom it was made is found out here. */
uint32_t content_put(struct content_store *store, uint32_t event, uint16_t source, unsigned flags,
                     const struct input_event *input);

/* Counts the wrong values of one content for so many more events (or, below zero, fewer). */
void content_count_wrong(struct content_store *store, uint32_t content, int64_t events);

/* Gives the store's codes their place in the common dictionary, the definition's. No more puts after it. */
void content_join(struct content_store *store, struct dictionary *common);

struct content_head {
    uint32_t event;
    uint16_t source;
    bool day, machine, corrected;
};
struct content_head content_head(const struct content_store *store, uint32_t content);

/* A thread's means to unpack: lists and maps are parsed once for each text. */
struct content_reader;
struct content_reader *content_reader_new(const struct definition *definition, const struct dictionary *common);
void content_reader_free(struct content_reader *reader);
/* The cells by path, valid until the next call. After content_join. */
const struct cell *content_cells(struct content_reader *reader, const struct content_store *store, uint32_t content);
/* Whether the cells last given are the same from every reader: none is a list or a map. */
bool content_reader_shares(const struct content_reader *reader);
/* A digest of what it says, its source apart, and with `whenever` also apart from whether its time is a day; the same
 * for the same content from any store. After content_join. */
uint64_t content_digest(struct content_reader *reader, const struct content_store *store, uint32_t content,
                        bool whenever);

#endif
