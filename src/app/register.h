/* What the weekly meeting writes down: topics to speak of, and the register of decisions taken, with who does what
 * until when, and which number it is to change. */
#ifndef MASA_APP_REGISTER_H
#define MASA_APP_REGISTER_H

#include "app/work.h"
#include "base/civil.h"

struct topic {
    int64_t id, author, made_at;
    struct slice said;
};
struct topic_list { /* for the vector macros */
    struct topic *at;
    size_t count, cap;
};
/* In the order in which they were raised. */
enum answer topics_list(struct work *work, struct arena *arena, struct topic_list *out, struct error *error);
/* Only people raise topics, and everybody who may drops them. */
enum answer topic_raise(struct work *work, const struct identity *who, struct slice said, struct error *error);
enum answer topic_drop(struct work *work, const struct identity *who, int64_t id, struct error *error);

enum entry_side { ENTRY_MARKETING, ENTRY_SALES, ENTRY_BOTH, ENTRY_SIDES };
enum entry_status { ENTRY_OPEN, ENTRY_DONE, ENTRY_DROPPED, ENTRY_STATUSES };
extern const char *const entry_side_names[ENTRY_SIDES], *const entry_status_names[ENTRY_STATUSES];

struct register_entry {
    int64_t id, owner, taken_at, version; /* owner: number of a user */
    struct slice said, why, action, kpi;  /* all but `said` may be empty */
    struct slice funnel;                  /* whose number `kpi` is; empty: the report's */
    enum entry_side side;
    enum entry_status status;
    int64_t due; /* day; INSTANT_NONE: none */
};
struct register_list {
    struct register_entry *at;
    size_t count, cap;
};

struct register_filter {
    unsigned statuses;   /* bits of enum entry_status; 0: all */
    struct slice funnel; /* those that are to change a number of it, or none; empty: all */
    bool reported;       /* it is the report's */
};
/* Those that match, newest first, below the number `before` (0: from the newest), at most `limit`. *total: how many
 * match. Texts live in the arena. */
enum answer register_list(struct work *work, const struct register_filter *filter, int64_t before, int64_t limit,
                          struct arena *arena, struct register_list *out, int64_t *total, struct error *error);
enum answer register_find(struct work *work, int64_t id, struct arena *arena, struct register_entry *out,
                          struct error *error);
/* Gets its id, time and version; without an owner it is whoever writes it down, who must be a person. */
enum answer register_enter(struct work *work, const struct identity *who, struct register_entry *entry,
                           struct error *error);
/* All fields are taken; `version` is the one that was seen. */
enum answer register_amend(struct work *work, const struct identity *who, struct register_entry *entry,
                           struct error *error);

#endif
