/* Regular expressions of the language, which are RE2's: PCRE2 runs them, after what RE2 would refuse has been refused
 * (look-around, back-references, possessive and atomic groups, recursion, verbs), and within a bound on the work. */
#ifndef MASA_CEL_REGEX_H
#define MASA_CEL_REGEX_H

#include "cel/cel.h"

enum cel_match { CEL_MATCH_NO, CEL_MATCH_YES, CEL_MATCH_BAD_PATTERN, CEL_MATCH_TOO_HARD };

/* Does the pattern match anywhere in the text? After a bad pattern *why is a text of the library or of this file. */
enum cel_match cel_regex_match(struct cel_regexes *regexes, struct slice pattern, struct slice text, char why[128]);
/* Just the pattern: false, and why, when it is wrong. */
bool cel_regex_valid(struct slice pattern, char why[128]);

#endif
