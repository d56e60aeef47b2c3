#include "intake/csv_rows.h"

#include <stdlib.h>

struct rows {
    const struct inspection *found;
    struct text *text;
    struct row_maker *maker;
    struct csv *csv;
    struct input_value *columns;
    const struct csv_record *record;
};

static void reject(struct rows *r, enum reject_reason reason, uint64_t column, struct slice detail)
{
    const struct csv_record *record = r->record;
    struct emitter *e = r->maker->emitter;
    const struct reject reject = {.reason = reason, .file = e->file, .line = record->line, .column = column, .detail = detail,
                                  .original = record->text, .length = record->length};
    reject_list_add(&e->rejects, &reject);
}

/* The fields by name, in whatever order the columns stand. */
static struct digest digest_row(void *context)
{
    struct rows *r = context;
    struct digest sum = digest_bytes('{', (struct slice){0});
    for (size_t i = 0; i < r->found->header_count; i++)
        if (r->columns[i].text.len)
            sum = digest_add(sum, digest_join(digest_bytes('k', r->found->header[i]), digest_bytes('"', r->columns[i].text)));
    return sum;
}

/* True when the record may be read; a record that is not known to be clean is looked at. */
static bool is_clean(struct rows *r)
{
    struct slice text = r->record->text;
    const char *nul = r->record->clean ? NULL : memchr(text.ptr, 0, text.len);
    size_t valid = r->record->clean ? text.len : slice_utf8_prefix(text);
    if (nul) reject(r, REJECT_NUL, (uint64_t)(nul - text.ptr) + 1, (struct slice){0});
    else if (valid < text.len) reject(r, REJECT_UTF8, valid + 1, (struct slice){0});
    else if (text_replaced(r->text) && memmem(text.ptr, text.len, "\ufffd", 3))
        reject(r, REJECT_UTF8, 0, arena_printf(&r->maker->arena, "bytes that are nothing in %.*s", SLICE_ARG(encoding_name(text_encoding(r->text)))));
    else return true;
    return false;
}

static void read_record(struct rows *r)
{
    const struct csv_record *record = r->record;
    size_t wanted = r->found->header_count;
    if (!is_clean(r)) return;
    if (record->count != wanted) {
        reject(r, REJECT_COLUMNS, 0, arena_printf(&r->maker->arena, "%zu, and the header has %zu", record->count, wanted));
        if (memchr(record->text.ptr, '\n', record->text.len)) csv_take_back(r->csv);
        return;
    }
    for (size_t i = 0; i < wanted; i++) r->columns[i] = (struct input_value){.kind = INPUT_TEXT, .text = record->fields[i]};
    const struct emit_row row = {record->text, record->line};
    row_maker_run(r->maker, &row, r->columns, (struct digest_source){digest_row, r});
}

static void read_records(struct rows *r)
{
    struct emitter *e = r->maker->emitter;
    struct csv_record record;
    enum csv_state state;
    bool header = r->found->header_line > 0;
    r->record = &record;
    while ((state = csv_next(r->csv, &record)) != CSV_END) {
        e->lines++;
        if (state == CSV_BLANK) e->blank++;
        else if (state == CSV_QUOTE) reject(r, REJECT_QUOTE, 0, slice_from(record.fault));
        else if (state == CSV_LONG) reject(r, REJECT_LONG_LINE, 0, (struct slice){0});
        else if (header) header = false;
        else read_record(r);
    }
}

void csv_rows_read(const struct inspection *found, struct text *text, struct feed_source source, struct row_maker *maker)
{
    struct rows r = {.found = found, .text = text, .maker = maker, .csv = csv_new(source, found->separator)};
    r.columns = memory_new((found->header_count + 1) * sizeof *r.columns);
    for (uint64_t i = 0; i < found->skip && csv_skip_line(r.csv); i++) maker->emitter->lines++;
    read_records(&r);
    free(r.columns);
    csv_free(r.csv);
}
