/* What can be found out about a file before it is read: what it is, how it is written, and which mapping fits it. */
#ifndef MASA_INTAKE_INSPECT_H
#define MASA_INTAKE_INSPECT_H

#include "intake/bind.h"
#include "intake/text.h"

struct inspection {
    enum file_format format;
    enum encoding encoding;
    bool gzip;
    char separator;
    const struct slice *header; /* names of the columns of CSV */
    size_t header_count;
    uint64_t header_line; /* 0: the file has none */
    uint64_t skip;        /* lines before the header */
    struct slice twice;   /* a column whose name an earlier one has, so that it cannot be asked for; may be empty */
    struct slice missing; /* columns that the mapping names and the file has not, with commas; see inspection_missing */
    const struct mapping *mapping; /* NULL: the Segment shape */
    enum date_order dates;         /* as the mapping says or the first rows show */
};

/* The mappings there are: those the user named come first. */
struct mapping_list {
    const struct mapping *const *at;
    size_t count, named;
};

/* False: `error` says why the file cannot be used. Texts live in the arena. */
bool inspect_file(struct arena *arena, struct slice name, struct text *text, const struct mapping_list *mappings,
                  struct inspection *out, struct error *error);
/* Of a mapping made for this file: the columns it names in vain. (Ready mappings name what exports may have.) */
struct slice inspection_missing(struct arena *arena, const struct inspection *found);
/* One line for people, without its end. */
void inspection_say(const struct inspection *found, struct slice name, struct buffer *out);
/* The column of that name, COLUMN_NONE when there is none. */
uint16_t inspection_column(const struct inspection *found, struct slice name);

#endif
