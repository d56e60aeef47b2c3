/* ICU's message format with named arguments, which only ICU's C++ face has. */
#ifndef MASA_REPORT_MESSAGE_H
#define MASA_REPORT_MESSAGE_H

#include "base/arena.h"

struct message_argument {
    const char *name;
    bool is_number;
    double number;
    struct slice text;
};

/* Words a pattern; direction marks that ICU puts beside numbers are left out. False when the pattern is malformed or
 * names an argument that is not given. */
bool message_format(struct arena *arena, const char *locale, struct slice pattern,
                    const struct message_argument *arguments, size_t count, struct slice *out);
/* The names a pattern uses, ascending, separated by spaces; false when it is malformed. */
bool message_names(struct arena *arena, struct slice pattern, struct slice *names);

#endif
