/* From facts to the report. report_build works out every number (src/analysis), finds what they say, and words it in
 * Hebrew and English; the renderers below only draw. Everything lives in the arena; the table, its definition and its
 * dictionary must outlive the report.
 *
 *     struct report *report = report_build(&arena, &table, &(struct report_options){.program = SLICE("masa 0.1.0")});
 *     report_write_json(report, &out);
 */
#ifndef MASA_REPORT_REPORT_H
#define MASA_REPORT_REPORT_H

#include "analysis/table.h"
#include "base/buffer.h"

enum report_language { LANGUAGE_OF_COMPANY, LANGUAGE_HEBREW, LANGUAGE_ENGLISH };
enum report_basis { BASIS_AS_DEFINED, BASIS_OF_COHORT, BASIS_OF_FLOW };

struct report_options {
    struct slice program; /* "masa 0.1.0" */
    enum report_language language;
    enum report_basis basis;
    bool recorded;     /* the table is of each instant under the definition in force then: said with the numbers */
    uint32_t values;   /* of a dimension, at most (analysis/dimension.h); 0: as defined */
    struct slice only; /* of whom alone, when not of all: said beside the funnel's name */
};

struct report;

struct report *report_build(struct arena *arena, const struct fact_table *table, const struct report_options *options);

/* schema/report.schema.json, indented. */
void report_write_json(const struct report *report, struct buffer *out);

struct terminal_options {
    bool colour; /* the caller asks isatty and NO_COLOR */
    int columns; /* 0: 100 */
};
void report_write_terminal(const struct report *report, struct terminal_options options, struct buffer *out);

/* Sections one under the other, each with its own header; a byte order mark so that Excel opens Hebrew; a cell that a
 * spreadsheet would take for a formula is made text by a leading apostrophe. */
void report_write_csv(const struct report *report, struct buffer *out);

/* One self-contained page. FAILED when this program was built without the page (no node at build time). */
enum outcome report_write_html(const struct report *report, struct buffer *out, struct error *error);

#endif
