/* The text of a key: a word that says what it is, a part to look it up by, and a secret. Of access itself only. */
#ifndef MASA_ACCESS_KEY_TEXT_H
#define MASA_ACCESS_KEY_TEXT_H

#include "access/api_key.h"
#include "access/secret.h"

/* "WORD_PREFIX_SECRET" */
void key_text_make(const struct world *world, const char *word, char out[KEY_SIZE]);
/* The prefix of a well-formed key of this word, else empty. */
struct slice key_text_prefix(struct slice key, const char *word);

#endif
