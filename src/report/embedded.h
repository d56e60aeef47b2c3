/* Files built into the program by tools/embed.py. */
#ifndef MASA_REPORT_EMBEDDED_H
#define MASA_REPORT_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *name, *text;
};

extern const struct embedded catalogue_files[]; /* locale/report.txt, locale/explain.txt */
extern const size_t catalogue_file_count;
extern const struct embedded page_files[]; /* the built web page, or an empty file when there was no node to build it */
extern const size_t page_file_count;

#endif
