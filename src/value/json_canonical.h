/* One spelling for each JSON value: no white space, members in byte order of their keys, strings with as few escapes as
 * can be, whole numbers of 64 bits as their digits and all others as they were written. Two texts that say the same
 * become the same bytes, and what is in that form stays as it is. */
#ifndef MASA_VALUE_JSON_CANONICAL_H
#define MASA_VALUE_JSON_CANONICAL_H

#include "base/arena.h"
#include "base/buffer.h"

/* Appends the form of one value, which must be valid JSON, of at most 64 levels and without half surrogate pairs, as
 * all is that was read once. The arena is scratch, not cleared here. */
void json_canonical(struct slice json, struct arena *scratch, struct buffer *out);

/* What stands between the quotes of a string that says `plain`, in this form; and of one that is JSON already. */
struct slice json_inside(struct slice plain, struct arena *arena);
struct slice json_canonical_inside(struct slice inside, struct arena *arena);

/* Cuts a value off the front of valid JSON, with the white space around it; `*s` then begins with the comma, colon,
 * brace or bracket behind it. */
struct slice json_cut_value(struct slice *s);

#endif
