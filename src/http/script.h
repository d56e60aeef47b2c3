/* The script for pages (web/src/script) and the dashboard (web/src/dash), as the build put them into the program. */
#ifndef MASA_HTTP_SCRIPT_H
#define MASA_HTTP_SCRIPT_H

#include "base/slice.h"

struct script_file {
    const char *name, *text;
};
extern const struct script_file script_files[];
extern const size_t script_file_count;
extern const struct script_file dashboard_files[];
extern const size_t dashboard_file_count;

/* Empty when the program was built without node. */
static inline struct slice script_text(void)
{
    return slice_from(script_files[0].text);
}

static inline struct slice dashboard_text(void)
{
    return slice_from(dashboard_files[0].text);
}

#endif
