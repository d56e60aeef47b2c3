/* The small languages inside a request: percent encoding, queries, paths against patterns, basic authentication,
 * media types. All of it from strangers; nothing here trusts a byte. Results live in the arena or borrow the text. */
#ifndef MASA_HTTP_PARSE_H
#define MASA_HTTP_PARSE_H

#include "base/arena.h"

struct http_pair {
    struct slice name, value;
};

struct http_pairs {
    const struct http_pair *at;
    size_t count;
};

enum { QUERY_PAIRS_MAX = 64, PATH_PARTS_MAX = 12 };

/* Resolves %XX, and + to a blank where `plus`. False for half an escape and for NUL. */
bool percent_decode(struct arena *arena, struct slice text, bool plus, struct slice *out);
/* "a=1&b=2", decoded, UTF-8 required. False when it is none or has more than QUERY_PAIRS_MAX pairs. */
bool query_parse(struct arena *arena, struct slice text, struct http_pairs *out);
/* The value of the first pair of that name; empty when there is none. */
struct slice pairs_get(const struct http_pairs *pairs, struct slice name);

struct http_path {
    struct slice part[PATH_PARTS_MAX];
    size_t count;
};

/* "/v1/projects/abc": its parts, decoded. False for what is no absolute path, for parts "." and ".." however they are
 * written, for a backslash, blank or control character that is not escaped, and for a path that is too deep. A part may
 * hold anything else: it is a key to look up, as an id that a lead brought, and never the name of a file. */
bool path_parse(struct arena *arena, struct slice text, struct http_path *out);
/* Whether the path fits a pattern such as "/v1/projects/:key/settings" or "/v1/" followed by a star for whatever comes.
 * The parts that stand for names go to params, of which there is room for PATH_PARTS_MAX. */
bool path_match(const struct http_path *path, struct slice pattern, struct http_pair *params, size_t *count);

/* "Basic dXNlcjpwYXNz". False when it is not that. */
bool basic_auth_parse(struct arena *arena, struct slice header, struct slice *user, struct slice *password);
/* The last address of an X-Forwarded-For: the one that the nearest proxy wrote. */
struct slice forwarded_last(struct slice header);
/* "application/json; charset=utf-8" is "application/json". */
bool media_type_is(struct slice header, struct slice type);

#endif
