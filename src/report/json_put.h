/* Members of a JSON object, as the JSON of explanations and comparisons writes them. */
#ifndef MASA_REPORT_JSON_PUT_H
#define MASA_REPORT_JSON_PUT_H

#include "analysis/backtest.h"
#include "base/civil.h"
#include "report/catalogue.h"
#include "value/cell.h"
#include "value/dictionary.h"
#include "value/json_write.h"

void json_put_key(struct json_writer *w, const char *name);
void json_put_text(struct json_writer *w, const char *name, struct slice text);
void json_put_text_or_null(struct json_writer *w, const char *name, struct slice text); /* null when empty */
void json_put_code(struct json_writer *w, const char *name, const char *code);
void json_put_int(struct json_writer *w, const char *name, int64_t n);
void json_put_decimal(struct json_writer *w, const char *name, int64_t millionths);
/* Rounded to so many places; null for NaN. */
void json_put_number(struct json_writer *w, const char *name, double number, int places);
void json_put_bool(struct json_writer *w, const char *name, bool b);
void json_put_null(struct json_writer *w, const char *name);
/* RFC 3339 in UTC; null for INSTANT_NONE and INSTANT_MAX. */
void json_put_time(struct json_writer *w, const char *name, int64_t at);
/* { "he": ..., "en": ... }; null when both are empty. */
void json_put_words(struct json_writer *w, const char *name, struct words words);
void json_put_words_item(struct json_writer *w, struct words words); /* the same as an item of an array */
void json_put_array(struct json_writer *w, const char *name);
void json_put_object(struct json_writer *w, const char *name);
/* [low, high] of a share, in per cent. */
void json_put_share_range(struct json_writer *w, const char *name, struct range r);
/* What became of some: schema/backtest.schema.json. Whom people accepted is null where they had decided before. */
void json_put_fared(struct json_writer *w, const char *name, const struct fared *f, bool before_decision);
/* A cell as JSON: null, true, 1.25, "text", {"amount": 4500, "currency": "USD"}, a list, a map. */
void json_put_cell(struct json_writer *w, const char *name, struct cell cell, const struct dictionary *dictionary);
/* The same as an item of an array. */
void json_put_item(struct json_writer *w, struct cell cell, const struct dictionary *dictionary);

#endif
