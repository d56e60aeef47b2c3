/* Rows that could not be used: counted by reason and written, one JSON object a line, to a file that is made with the
 * first. Each reading thread fills a reject_list; lists are flushed in the order of the input, so the file is the same
 * whatever the number of threads. */
#ifndef MASA_INTAKE_REJECT_H
#define MASA_INTAKE_REJECT_H

#include "base/buffer.h"
#include "base/error.h"

enum reject_reason {
    REJECT_LONG_LINE,
    REJECT_UTF8,
    REJECT_NUL,
    REJECT_JSON,
    REJECT_NO_OBJECT,
    REJECT_TWICE,
    REJECT_DEPTH,
    REJECT_CALL,
    REJECT_NO_EVENT,
    REJECT_NO_SUBJECT,
    REJECT_NO_GROUP,
    REJECT_NO_PREVIOUS,
    REJECT_LONG_ID,
    REJECT_NO_KEY, /* as the definition asks: the deal of an event of deals */
    REJECT_NO_TIME,
    REJECT_BAD_TIME,
    REJECT_FAR_TIME,
    REJECT_BAD_FIELD,
    REJECT_COLUMNS,
    REJECT_QUOTE,
    REJECT_AMOUNT,
    REJECT_TRUNCATED,
    REJECT_ERASED, /* by a store that erased whom it is about (identity/erased.h) */
    REJECT_REASONS
};

/* For people: "no userId or anonymousId". */
struct slice reject_reason_text(enum reject_reason reason);
/* For programs and translations, never changed: "no_subject". */
struct slice reject_reason_code(enum reject_reason reason);

struct reject {
    enum reject_reason reason;
    struct slice file;
    uint64_t line;
    uint64_t column;       /* byte of the line, from 1; 0 when the whole line is meant */
    struct slice detail;   /* added to the reason's text, may be empty */
    struct slice original; /* as read; cut to its first REJECT_TEXT_MAX bytes */
    uint64_t length;       /* of the whole original */
};

enum { REJECT_TEXT_MAX = 2000 };

struct reject_tally {
    uint64_t count;
    struct slice file; /* the earliest */
    uint64_t line;
    char detail[200]; /* its detail, as far as it fits */
};

/* A reason in Hebrew, in the arena. Reasons are few and rows many: it is asked again only when the reason changes. */
typedef struct slice reject_retold(struct arena *arena, struct slice english);

struct reject_list {
    struct buffer text;
    bool keep_text;        /* false: only count */
    reject_retold *retold; /* set after init; NULL: reasons are told in English alone */
    struct arena arena;    /* holds the last reason in Hebrew */
    struct buffer reason;  /* the last one in English */
    struct slice hebrew;
    struct reject_tally tally[REJECT_REASONS];
    uint64_t count;
};

void reject_list_init(struct reject_list *list, bool keep_text);
void reject_list_release(struct reject_list *list);
void reject_list_add(struct reject_list *list, const struct reject *reject);

struct reject_file {
    const char *path; /* NULL: only count */
    FILE *out;
    struct reject_tally tally[REJECT_REASONS];
    uint64_t count;
    bool failed;
};

void reject_file_init(struct reject_file *file, const char *path);
/* Takes the list's content and empties it. False the first time the file can't be written; `error` says why. */
bool reject_file_flush(struct reject_file *file, struct reject_list *list, struct error *error);
/* False when what was written may not be on disk. */
bool reject_file_close(struct reject_file *file, struct error *error);

#endif
