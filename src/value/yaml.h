/* YAML as a tree that remembers where it was written. Aliases and merge keys are expanded here, within a budget; the
 * tree is read-only and an anchor's node may appear in it more than once.
 *
 * Refused, each with its place: more than a megabyte, bytes that are not UTF-8, nesting deeper than 64, more than
 * 10,000 nodes made by aliases, a key given twice in one map, keys that are lists or maps, tags, more than one
 * document. */
#ifndef MASA_VALUE_YAML_H
#define MASA_VALUE_YAML_H

#include "base/error.h"

enum { YAML_SIZE_MAX = 1 << 20, YAML_DEPTH_MAX = 64, YAML_EXPANSION_MAX = 10000 };

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_source; /* the text, and where its lines begin */
struct yaml_pair;

struct yaml_node {
    enum yaml_kind kind;
    bool plain;                           /* a scalar without quotes: may be read as a number, a bool, null */
    struct slice text;                    /* of a scalar, after quotes and escapes are undone */
    const struct yaml_node *const *items; /* of a list */
    const struct yaml_pair *pairs;        /* of a map, in order of writing */
    size_t count;                         /* of items or pairs */
    const struct yaml_source *source;
    uint32_t at, end; /* bytes of the source; a scalar's are inside its quotes */
    uint32_t weight;  /* nodes in it, aliases expanded */
};

struct yaml_pair {
    const struct yaml_node *key, *value;
};

/* The tree lives in the arena. NULL when the text cannot be read as YAML; otherwise a tree, though a key given twice
 * may have been reported. `file` stands for the text in messages. An empty text is a null scalar. */
const struct yaml_node *yaml_parse(struct arena *arena, struct slice text, struct slice file,
                                   struct diagnostics *diagnostics);

/* The whole text the node was written in. */
struct slice yaml_source_text(const struct yaml_node *node);
/* Where the node begins: its first character, the opening quote if it has one. */
struct place yaml_place(const struct yaml_node *node);
/* Where byte `offset` of a scalar's text was written, through quotes, escapes and folded lines. */
struct place yaml_text_place(const struct yaml_node *node, size_t offset);

/* The value of a key, NULL when the map has none or the node is no map. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
const struct yaml_node *yaml_find(const struct yaml_node *map, struct slice key);

/* Nothing written, ~ or null. */
bool yaml_is_null(const struct yaml_node *node);
/* true or false without quotes; false when the node is neither. */
bool yaml_to_bool(const struct yaml_node *node, bool *out);

#endif
