/* `masa why`: why one subject stands where it stands, and what is missing for the next stage. */
#ifndef MASA_APP_WHY_H
#define MASA_APP_WHY_H

#include "app/recorded.h"
#include "report/why.h"

enum why_format { WHY_TERMINAL, WHY_JSON };

struct why_request {
    struct history history;
    struct slice program, subject;
    struct slice kind,
        funnel; /* names; empty: the kind that has the subject, the report's funnel's first; all funnels */
    enum why_format format;
    enum report_language language;
    struct terminal_options terminal;
};

/* FAILED when nobody has that name as of the as-of. */
enum outcome why_of_files(struct run *run, const struct why_request *request, struct buffer *out, struct error *error);

#endif
