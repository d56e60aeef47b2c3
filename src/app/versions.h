/* Versions of the definition, from a draft to what is in force: offered by somebody, signed by the sides that `agreed`
 * names in the version in force and in the one offered together, published. Each change is audited. */
#ifndef MASA_APP_VERSIONS_H
#define MASA_APP_VERSIONS_H

#include "app/work.h"
#include "store/definitions.h"

enum version_state { VERSION_DRAFT, VERSION_PUBLISHED, VERSION_RETIRED };
extern const char *const version_state_names[];

/* Texts live in the arena of whoever asked. */
struct version_card {
    struct stored_definition stored;
    enum version_state state;
    int64_t effective_from, effective_to; /* INSTANT_NONE: not, or not yet, or still */
    int64_t made_at;                      /* when it was offered last, else when it was brought */
    struct slice based_on;                /* digest; may be empty */
    unsigned needed;                      /* sides that must sign: bits of enum signing_side */
    struct signoff sides[SIGNING_SIDES];
    struct slice changed; /* JSON: sentences in both languages, against based_on */
};
struct version_page {
    struct version_card *at;
    size_t count;
    int64_t total, next; /* next: pass as `before` to go on; 0: there are no more */
};

/* Below the number `before` (0: from the newest), newest first. */
enum answer versions_list(struct work *work, int64_t before, int64_t limit, struct arena *arena,
                          struct version_page *out, struct error *error);
/* By its digest, or "current". */
enum answer version_find(struct work *work, struct slice name, struct arena *arena, struct version_card *out,
                         struct error *error);
/* {"from","to","lines","meaning"} */
enum answer version_diff(struct work *work, struct slice name, struct slice against, struct buffer *out,
                         struct error *error);

/* Keeps a checked text as a draft. `seen`: the published version it was made from, "*" where none is;
 * ANSWER_CHANGED: another one is published. */
struct version_offer {
    const struct definition_file *file;
    struct slice text, note, seen;
};
enum answer version_offer(struct work *work, const struct identity *who, const struct version_offer *offer,
                          struct arena *arena, struct version_card *out, struct error *error);
/* Signs, or refuses, for a side; `who` must be of it. ANSWER_CONFLICT: it is no draft. */
enum answer version_sign(struct work *work, const struct identity *who, struct slice name, enum signing_side side,
                         bool signs, struct slice note, struct arena *arena, struct version_card *out,
                         struct error *error);
/* Lets it take effect at the instant, 0: now. *missing: sides that have not signed (then ANSWER_CONFLICT). */
enum answer version_publish(struct work *work, const struct identity *who, struct slice name, int64_t effective_from,
                            struct arena *arena, struct version_card *out, unsigned *missing, struct error *error);

/* What the file of a version is called when its text is read. */
const char *version_file_name(struct work *work, struct arena *arena);

#endif
