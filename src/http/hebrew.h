/* What refusals say in Hebrew, for who asks in it. */
#ifndef MASA_HTTP_HEBREW_H
#define MASA_HTTP_HEBREW_H

#include "base/slice.h"

/* Whether an Accept-Language header would rather have Hebrew than English: "he-IL,he;q=0.9,en;q=0.8". */
bool prefers_hebrew(struct slice accepted);

struct refusal_words {
    const char *code, *hebrew;
    bool particulars; /* the English message says which, or how: it follows in brackets */
};
/* NULL: there are none, and English is said. */
const struct refusal_words *refusal_hebrew(const char *code);

#endif
