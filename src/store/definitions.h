/* The definitions a store has had: each text once, who offered it, who signed it, and when it took effect. What one
 * changes in a transaction of the caller's. Texts that are given out live in the arena. */
#ifndef MASA_STORE_DEFINITIONS_H
#define MASA_STORE_DEFINITIONS_H

#include "base/civil.h"
#include "store/store.h"

struct stored_definition {
    int64_t id;
    struct slice digest, text, origin;
    int64_t made_at;
    int64_t author;     /* number of the user; 0: the command line */
    struct slice note;  /* may be empty */
    int64_t based_on;   /* id of another; 0: none */
    int64_t offered_at; /* last, for signing; 0: never */
};

struct definition_list { /* for the vector macros */
    struct stored_definition *at;
    size_t count, cap;
};

/* One time at which one took effect, or will. */
struct publication_row {
    int64_t id, definition, effective_at, made_at;
    int64_t made_by; /* 0: the command line */
};
struct publication_list {
    struct publication_row *at;
    size_t count, cap;
};

enum signing_side { SIDE_MARKETING, SIDE_SALES, SIGNING_SIDES };
extern const char *const signing_side_names[SIGNING_SIDES];
struct signoff {
    bool given, signs; /* given and not signs: refused */
    int64_t author, at;
    struct slice note;
};

/* Adds the text unless it is there, and lets it take effect at the instant, unless it is the one in force then.
 * INSTANT_NONE: it is only kept. `id` is its number. For what the command line brings. */
enum outcome definition_keep(struct store *store, const struct stored_definition *definition, int64_t effective_at,
                             int64_t *id, struct error *error);
/* What is in force at the instant; OK with an empty text when nothing is. */
enum outcome definition_in_force(struct store *store, int64_t at, struct arena *arena, struct stored_definition *out,
                                 struct error *error);
/* The one with this digest, or this number; OK with id 0 when there is none. */
enum outcome definition_find(struct store *store, struct slice digest, struct arena *arena,
                             struct stored_definition *out, struct error *error);
enum outcome definition_get(struct store *store, int64_t id, struct arena *arena, struct stored_definition *out,
                            struct error *error);
/* At most `limit`, newest first, below the number `before` (0: from the newest). */
enum outcome definition_page(struct store *store, int64_t before, int64_t limit, struct arena *arena,
                             struct definition_list *out, struct error *error);
int64_t definition_count(struct store *store);
/* Offers it for signing: author, note, based_on and offered_at are taken; what was signed of it before is forgotten. */
enum outcome definition_offer(struct store *store, const struct stored_definition *definition, int64_t *id,
                              struct error *error);

/* In order of taking effect. */
enum outcome publication_all(struct store *store, struct publication_list *out, struct error *error);
/* Lets it take effect at `effective_at`. What was planned for it and has not come yet at `made_at` is given up. */
enum outcome publication_add(struct store *store, const struct publication_row *row, struct error *error);

enum outcome signoff_set(struct store *store, int64_t definition, enum signing_side side, const struct signoff *said,
                         struct error *error);
enum outcome signoff_all(struct store *store, int64_t definition, struct arena *arena,
                         struct signoff out[SIGNING_SIDES], struct error *error);

#endif
