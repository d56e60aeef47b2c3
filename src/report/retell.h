/* What the floors below say in English, said in Hebrew. They say it with formats of printf, beside the code that knows;
 * locale/problems.txt has the Hebrew of each format. A text is known again by the fixed words of its format, and what
 * stands in its holes goes into the Hebrew: as it is where the English quotes it, for that is somebody's, else retold
 * in turn. So no floor below knows of languages, nothing is kept beside a text, and it may come from a diagnostic, an
 * error, a value or a file alike. What is not known stays English; tools/tidy sees to it that everything is. */
#ifndef MASA_REPORT_RETELL_H
#define MASA_REPORT_RETELL_H

#include <stdint.h>

#include "base/error.h"

/* False, and *hebrew is the English: it is not known. */
bool retell(struct arena *arena, struct slice english, struct slice *hebrew);
/* Retold as far as it is known. Nothing in it is isolated: whoever draws it does. */
struct slice retold(struct arena *arena, struct slice english);
/* The same for a line that begins with something else, such as a place: set from right to left where it holds Hebrew,
 * with what is in backquotes, and other Latin words and numbers, isolated. */
struct slice retold_for_line(struct arena *arena, struct slice english);
struct slice set_for_line(struct arena *arena, struct slice hebrew);

/* All that is wrong with something, retold in place; `for_line` as above. */
void retell_diagnostics(struct diagnostics *diagnostics, bool for_line);

/* ---- the table, which tools/problems.py makes of locale/problems.txt ---- */

enum { HOLE_VERBATIM = 1, HOLE_WORDS, HOLE_NUMBER, HOLE_LETTER };

struct retelling {
    const char *english; /* each conversion a HOLE_ */
    const char *hebrew;  /* {1} is what stood in the first hole */
    int fixed;           /* how many bytes of the English are no holes */
    uint16_t size, tail; /* bytes of the English, and of it those up to and with its last hole */
};
extern const struct retelling retellings[];
/* Those whose English begins with a byte stand from [byte] to [byte + 1]; with a hole: at 0. */
extern const uint16_t retelling_begin[257];

#endif
