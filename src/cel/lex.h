/* Text to tokens, one at a time. */
#ifndef MASA_CEL_LEX_H
#define MASA_CEL_LEX_H

#include "cel/syntax.h"

enum cel_token_kind {
    TOKEN_END,
    TOKEN_NAME,
    TOKEN_RESERVED, /* a word kept for later: a field's or method's name only */
    TOKEN_QUOTED,   /* `a name in backticks` */
    TOKEN_NUMBER,   /* text only: the parser knows its sign */
    TOKEN_LITERAL,  /* string or bytes: value */
    TOKEN_SYMBOL,
    TOKEN_BAD, /* reported */
};

struct cel_token {
    enum cel_token_kind kind;
    uint32_t start, end;
    struct slice text; /* names without backticks */
    struct value value;
};

/* The token at or after `from`. */
struct cel_token cel_lex(const struct cel_source *source, uint32_t from);
/* The number a token's text means; false after a report. */
bool cel_lex_number(const struct cel_source *source, const struct cel_token *token, bool negative, struct value *out);

#endif
