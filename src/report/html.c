/* The self-contained page: the built web application with the report's JSON in the place of its marker. */
#include "report/embedded.h"
#include "report/json.h"
#include "report/report.h"

enum outcome report_write_html(const struct report *report, struct buffer *out, struct error *error)
{
    static const char marker[] = "__MASA_REPORT_JSON__";
    const char *page = page_files[0].text, *at = strstr(page, marker);
    if (!at)
        return error_set(error, FAILED,
                         "this program was built without the page (no node when it was built); "
                         "--format json, csv and terminal work");
    buffer_add(out, slice_of(page, (size_t)(at - page)));
    json_write_report(report, out, 0, true);
    buffer_add(out, slice_from(at + sizeof marker - 1));
    return OK;
}
