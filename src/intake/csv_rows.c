#include "intake/csv_rows.h"

#include <stdlib.h>

struct csv_rows {
    const struct inspection *found;
    struct row_maker *maker;
    struct csv *csv;
    const struct csv_piece *piece;
    const struct plain_csv *plain;
    struct input_value *cells; /* of the plain mapping */
    struct input_value *columns;
    const struct csv_record *record;
};

static void reject(struct csv_rows *r, enum reject_reason reason, uint64_t column, struct slice detail)
{
    const struct csv_record *record = r->record;
    struct emitter *e = r->maker->emitter;
    const struct reject reject = {.reason = reason,
                                  .file = e->file,
                                  .line = record->line,
                                  .column = column,
                                  .detail = detail,
                                  .original = record->text,
                                  .length = record->length};
    reject_list_add(&e->rejects, &reject);
}

/* The fields by name, in whatever order the columns stand. */
static struct digest digest_row(void *context)
{
    struct csv_rows *r = context;
    struct digest sum = digest_bytes('{', (struct slice){0});
    for (size_t i = 0; i < r->found->header_count; i++) {
        struct slice field = r->record->fields[i];
        if (field.len)
            sum = digest_add(sum, digest_join(digest_bytes('k', r->found->header[i]), digest_bytes('"', field)));
    }
    return sum;
}

/* True when the record may be read; a record that is not known to be clean is looked at. */
static bool is_clean(struct csv_rows *r)
{
    struct slice text = r->record->text;
    const char *nul = r->record->clean ? NULL : memchr(text.ptr, 0, text.len);
    size_t valid = r->record->clean ? text.len : slice_utf8_prefix(text);
    if (nul)
        reject(r, REJECT_NUL, (uint64_t)(nul - text.ptr) + 1, (struct slice){0});
    else if (valid < text.len)
        reject(r, REJECT_UTF8, valid + 1, (struct slice){0});
    else if (r->piece->replaced.len && memmem(text.ptr, text.len, "\ufffd", 3))
        reject(r, REJECT_UTF8, 0,
               arena_printf(&r->maker->arena, "bytes that are nothing in %.*s", SLICE_ARG(r->piece->replaced)));
    else
        return true;
    return false;
}

/* Member by member: building the value first and copying it stalls the processor on what it has just stored. */
static inline void put_text(struct input_value *value, struct slice field)
{
    if (field.len && (field.ptr[0] <= ' ' || field.ptr[field.len - 1] <= ' ')) field = slice_trim(field);
    value->kind = field.len ? INPUT_TEXT : INPUT_MISSING;
    value->text = field;
}

static void make_events(struct csv_rows *r)
{
    const struct csv_record *record = r->record;
    const struct emit_row row = {record->text, record->line};
    const struct digest_source digest = {digest_row, r};
    if (r->plain) {
        for (size_t i = 0; i < r->plain->count; i++)
            put_text(&r->cells[r->plain->columns[i].cell], record->fields[r->plain->columns[i].column]);
        emit_segment(r->maker->emitter, &row, r->cells, digest);
    } else {
        for (size_t i = 0; i < record->count; i++) put_text(&r->columns[i], record->fields[i]);
        row_maker_run(r->maker, &row, r->columns, digest);
    }
}

static void reject_fields(struct csv_rows *r)
{
    reject(r, REJECT_COLUMNS, 0,
           arena_printf(&r->maker->arena, "%zu, and the header has %zu", r->record->count, r->found->header_count));
}

static void read_record(struct csv_rows *r)
{
    if (!is_clean(r)) return;
    if (r->record->count == r->found->header_count)
        make_events(r);
    else
        reject_fields(r);
}

static void read_records(struct csv_rows *r)
{
    struct emitter *e = r->maker->emitter;
    struct csv_record record;
    enum csv_state state;
    bool header = r->piece->header;
    r->record = &record;
    while ((state = csv_next(r->csv, &record)) != CSV_END) {
        e->lines++;
        if (state == CSV_BLANK)
            e->blank++;
        else if (state == CSV_QUOTE)
            reject(r, REJECT_QUOTE, 0, slice_from(record.fault));
        else if (state == CSV_FIELDS)
            reject_fields(r);
        else if (state == CSV_LONG)
            reject(r, REJECT_LONG_LINE, 0, (struct slice){0});
        else if (header)
            header = false;
        else
            read_record(r);
    }
}

struct csv_rows *csv_rows_new(const struct inspection *found, const struct plain_csv *plain, struct row_maker *maker)
{
    struct csv_rows *r = memory_new(sizeof *r);
    *r = (struct csv_rows){.found = found, .plain = plain, .maker = maker, .csv = csv_new(found->separator)};
    r->columns = memory_new((found->header_count + 1) * sizeof *r->columns);
    r->cells = memory_new((SEGMENT_CELLS + maker->emitter->plan->count) * sizeof *r->cells);
    return r;
}

void csv_rows_free(struct csv_rows *r)
{
    if (!r) return;
    free(r->cells);
    free(r->columns);
    csv_free(r->csv);
    free(r);
}

void csv_rows_read(struct csv_rows *r, const struct csv_piece *piece)
{
    r->piece = piece;
    csv_begin(r->csv, piece);
    for (uint64_t i = 0; i < piece->skip && csv_skip_line(r->csv); i++) r->maker->emitter->lines++;
    read_records(r);
}
