/* What was read and what was not counted, as JSON: the member `quality` of schema/report.schema.json. */
#include "report/json.h"
#include "report/json_put.h"
#include "report/tree.h"

static void put_count(struct json_writer *w, const char *name, uint64_t n)
{
    json_put_int(w, name, (int64_t)n);
}

static void write_file(struct json_writer *w, const struct quality_file *file)
{
    json_object(w);
    json_put_text(w, "name", file->name);
    put_count(w, "rows", file->rows);
    put_count(w, "accepted", file->accepted);
    put_count(w, "rejected", file->rejected);
    json_put_text(w, "format", slice_from(file->format));
    json_put_bool(w, "gzip", file->gzip);
    json_put_text(w, "encoding", file->encoding);
    json_put_text_or_null(w, "separator", file->separator ? slice_from(file->separator) : slice_of("", 0));
    json_put_text_or_null(w, "mapping", file->mapping);
    json_put_text_or_null(w, "column_twice", file->twice);
    json_end(w);
}

static void write_counts(struct json_writer *w, const struct data_quality *q)
{
    put_count(w, "accepted", q->accepted);
    put_count(w, "duplicates", q->duplicates);
    put_count(w, "rejected", q->rejected);
    put_count(w, "left_out", q->left_out);
    put_count(w, "conflicts", q->conflicts);
    if (q->arrivals_known)
        put_count(w, "late", q->late);
    else
        json_put_null(w, "late");
    put_count(w, "future", q->future);
    put_count(w, "machine", q->machine_touches);
    put_count(w, "erased", q->erased);
    put_count(w, "undeclared", q->unknown_event);
    put_count(w, "wrong_type", q->wrong_type);
    put_count(w, "unrelated", q->unrelated_outcomes);
}

static void put_named(struct json_writer *w, const char *key, const char *name, const struct named_count *at,
                      size_t count)
{
    json_put_array(w, key);
    for (size_t i = 0; i < count; i++) {
        json_object(w);
        json_put_text(w, name, at[i].name);
        put_count(w, "count", at[i].count);
        json_end(w);
    }
    json_end(w);
}

void json_write_quality(struct json_writer *w, const struct report *report)
{
    const struct data_quality *q = &report->analysis->table->quality;
    json_put_object(w, "quality");
    write_counts(w, q);
    put_named(w, "undeclared_events", "event", q->unknown, q->unknown_count);
    put_named(w, "wrong_values", "name", q->wrong, q->wrong_count);
    json_put_array(w, "reasons");
    for (size_t i = 0; i < q->reason_count; i++) {
        json_object(w);
        json_put_text(w, "code", q->reasons[i].code);
        json_put_words(w, "text", report->reasons[i]);
        put_count(w, "count", q->reasons[i].count);
        json_end(w);
    }
    json_end(w);
    json_put_array(w, "files");
    for (size_t i = 0; i < q->file_count; i++) write_file(w, &q->files[i]);
    json_end(w);
    json_end(w);
}
