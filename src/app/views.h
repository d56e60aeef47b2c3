/* Saved views of the list of leads: a name for a query, one's own or shared with everybody. */
#ifndef MASA_APP_VIEWS_H
#define MASA_APP_VIEWS_H

#include "app/work.h"

struct saved_view {
    int64_t id, owner, version; /* version: counts changes */
    struct slice name, query;
    bool shared;
};
struct saved_view_list { /* for the vector macros */
    struct saved_view *at;
    size_t count, cap;
};

/* Of a user, and those that others share, by name. Texts live in the arena. */
enum answer views_list(struct work *work, int64_t user, struct arena *arena, struct saved_view_list *out,
                       struct error *error);
/* `view` gets its id, owner and version. Only people have views: a key is refused. */
enum answer view_save(struct work *work, const struct identity *who, struct saved_view *view, struct error *error);
/* Name, query and shared are taken; `version` is the one that was seen. Only the owner may. What others keep for
 * themselves is not there for `who`. */
enum answer view_change(struct work *work, const struct identity *who, struct saved_view *view, struct error *error);
enum answer view_drop(struct work *work, const struct identity *who, int64_t id, struct error *error);

#endif
