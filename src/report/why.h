/* Why a subject stands where it stands, in words and as JSON (schema/why.schema.json): every stage it entered and the
 * rule as it was then, what is missing for the next ones, the scores term by term, and what time alone will change. It
 * says rules as `masa check --explain` does; it works out nothing: all numbers are the engine's. */
#ifndef MASA_REPORT_WHY_H
#define MASA_REPORT_WHY_H

#include "base/buffer.h"
#include "base/zone.h"
#include "engine/explain.h"
#include "report/report.h"

/* What an event said, beside the trail. */
struct told_field {
    const struct label *label;
    struct slice name, json, plain; /* the value as JSON, and as people write it */
};
struct told_event {
    struct slice id;
    uint32_t type; /* index in definition.events */
    int64_t at;
    bool machine;
    const struct told_field *fields;
    size_t field_count;
};

/* Touches that came together with those of others of the same company: a machine's. */
struct told_crowd {
    uint32_t type, people; /* the subject among them */
    int64_t from, until;
    struct slice domain;
};

/* Whose values the subject saw, from when on: its accounts. */
struct seen_with {
    struct slice key;
    int64_t at;
};

/* What somebody gives to a value of all members, of an account's people or a deal's contacts: `by` more from `at` on,
 * as the value itself counts. */
struct told_share {
    uint32_t slot;
    struct slice person;
    int64_t at, by;
};

/* What one definition made of the trail. As if there is one; as recorded, one for each that was in force. */
struct why_chapter {
    const struct definition *definition;
    const struct trace *trace;
    const struct told_event *events; /* parallel to the trail */
    size_t event_count;
    int64_t until;                   /* entries before it are this chapter's to explain */
    const struct told_crowd *crowds; /* by time */
    size_t crowd_count;
    const struct told_share *shares; /* by slot, then by person */
    size_t share_count;
};

struct why {
    struct slice program, subject, asked; /* asked: the name it was asked by, another one of a merged person's */
    enum subject_kind kind;
    int64_t as_of;
    bool recorded;
    const struct zone *zone;
    const struct why_chapter *chapters; /* the last one's definition is in force at the as-of */
    size_t count;
    const struct seen_with *accounts; /* by time */
    size_t account_count;
    uint32_t funnel; /* only this one; NONE: all */
};

void why_write_json(const struct why *why, struct buffer *out);
void why_write_terminal(const struct why *why, enum report_language language, struct terminal_options options,
                        struct buffer *out);

#endif
