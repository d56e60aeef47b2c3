/* When the versions of a definition took effect, by what the log says: each is offered, the sides sign, and it is in
 * force from the moment the last side has signed that must. Who must sign is said by the version in force and by the
 * one offered together, so that no version can sign a side away. */
#ifndef MASA_RUNTIME_VERSION_H
#define MASA_RUNTIME_VERSION_H

#include "runtime/declaration.h"

/* A set of 1 << enum role. */
unsigned version_signers(const struct company *company);

/* One that may be offered. The log names it by its hash, or by its file's name without folder and ending. */
struct version {
    struct slice name, hash;
    unsigned signers;
    /* The last offer: who signed it; closed once it took effect. */
    bool offered;
    unsigned signed_by;
    int64_t in_force; /* since when, INSTANT_MAX: not (again) since it was offered last, or never */
};

/* A version took effect, by its number. */
struct effect {
    size_t version;
    int64_t at;
};
struct effect_list { /* for the vector macros */
    struct effect *at;
    size_t count, cap;
};

/* Runs through the settled declarations in order. `signers` are those of the definition in force from the beginning.
 * Signatures for what is not on offer are refused. Effects come in order of time. Returns who signs for the version in
 * force at the end. */
unsigned versions_settle(struct version *versions, size_t count, unsigned signers,
                         struct declaration_list *declarations, struct effect_list *out);
/* The one of that name or hash; `count` when there is none. */
size_t version_named(const struct version *versions, size_t count, struct slice name);
/* Who must still sign the version that is on offer, beside the one in force with these signers. */
unsigned version_waits_for(const struct version *version, unsigned signers);

#endif
