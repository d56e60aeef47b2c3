/* Canonical lines of the log, read: what intake accepted once is given to a sink again, also an event that is nobody's
 * whose type the definition no longer says to be. */
#ifndef MASA_STORE_LINES_H
#define MASA_STORE_LINES_H

#include "intake/event.h"
#include "intake/sources.h"

struct line_reader;
/* `plan` must outlive it. `name` stands for the lines in messages. */
struct line_reader *line_reader_new(const struct input_plan *plan, struct sources *sources, struct input_sink sink,
                                    const char *name);
void line_reader_free(struct line_reader *reader);
/* Whole lines. */
void line_reader_take(struct line_reader *reader, struct slice lines);
/* Lines that could not be read: none, unless what stored them was another program. */
uint64_t line_reader_rejected(const struct line_reader *reader);

#endif
