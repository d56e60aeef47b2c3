#include "app/check.h"

#include <stdlib.h>
#include <string.h>

#include "calendar/zone_load.h"
#include "definition/statement.h"
#include "report/json_put.h"
#include "report/retell.h"

bool check_zone(const struct definition *d, struct diagnostics *diagnostics)
{
    struct arena arena;
    struct zone zone;
    struct error error = {0};
    arena_init(&arena);
    const bool there = zone_load(&arena, d->company.zone, &zone, &error) == OK;
    if (!there) diagnostics_error(diagnostics, d->company.zone_place, SLICE(""), "%s", error.message);
    arena_release(&arena);
    return there;
}

struct definition_file *check_text(struct slice text, const char *name, struct diagnostics *diagnostics)
{
    struct definition_file *file = definition_parse(text, name, diagnostics);
    if (file && check_zone(definition_of(file), diagnostics)) return file;
    definition_free(file);
    return NULL;
}

/* ---- problems ---- */

static struct slice line_of(struct slice text, int number)
{
    struct slice line = slice_cut(&text, '\n');
    while (--number > 0) line = slice_cut(&text, '\n');
    return line;
}

/* The column after the word that begins at the column; both count code points. */
static int word_end(struct slice line, int column)
{
    int at = 1;
    size_t i = 0;
    for (; i < line.len && at < column; i++) at += i + 1 >= line.len || (line.ptr[i + 1] & 0xC0) != 0x80;
    for (; i < line.len && !strchr(" ,:{}[]\"'\r", line.ptr[i]); i++) at += (line.ptr[i] & 0xC0) != 0x80;
    return at > column ? at : column + 1;
}

static void put_problem(struct json_writer *w, struct slice text, const struct diagnostic *d)
{
    json_object(w);
    json_put_int(w, "line", d->line);
    json_put_int(w, "column", d->column);
    if (d->line > 0 && d->column > 0)
        json_put_int(w, "end_column", word_end(line_of(text, d->line), d->column));
    else
        json_put_null(w, "end_column");
    json_put_code(w, "severity", d->severity == SEVERITY_WARNING ? "warning" : "error");
    json_put_text(w, "message", d->message);
    json_put_text_or_null(w, "help", d->hint);
    json_end(w);
}

static int by_place(const void *a, const void *b)
{
    const struct diagnostic *x = *(const struct diagnostic *const *)a, *y = *(const struct diagnostic *const *)b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->column > y->column) - (x->column < y->column);
}

void check_put_problems(struct json_writer *w, struct slice text, struct diagnostics *d, bool hebrew)
{
    if (hebrew) retell_diagnostics(d, false);
    const struct diagnostic **order = memory_new((d->list.count + 1) * sizeof *order);
    for (size_t i = 0; i < d->list.count; i++) order[i] = &d->list.at[i];
    qsort(order, d->list.count, sizeof *order, by_place);
    json_array(w);
    for (size_t i = 0; i < d->list.count; i++) put_problem(w, text, order[i]);
    json_end(w);
    free(order);
}

/* ---- rules as sentences ---- */

/* The statements of one rule as one text: sentences one after the other, items after what introduces them. */
static void join(const struct statement *at, size_t count, struct buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < count; i++) {
        const struct slice so_far = buffer_slice(out);
        const bool introduces = slice_ends(so_far, SLICE(":")), ended = introduces || slice_ends(so_far, SLICE("."));
        if (i && at[i].bullet && !introduces) buffer_char(out, ';');
        if (i && !at[i].bullet && !ended) buffer_char(out, '.');
        if (i) buffer_char(out, ' ');
        buffer_add(out, at[i].text);
    }
}

static size_t rule_end(const struct statement_list *list, size_t i)
{
    size_t end = i + 1;
    while (end < list->count && slice_equal(list->at[end].rule, list->at[i].rule)) end++;
    return end;
}

static void put_both(struct json_writer *w, const char *name, struct slice he, struct slice en)
{
    json_put_object(w, name);
    json_put_text(w, "he", he);
    json_put_text(w, "en", en);
    json_end(w);
}

static void put_rules(struct json_writer *w, const struct definition_file *file)
{
    struct arena arena;
    struct statement_list he = {0}, en = {0};
    struct buffer said_he, said_en;
    arena_init(&arena);
    buffer_init(&said_he, BUFFER_NO_LIMIT);
    buffer_init(&said_en, BUFFER_NO_LIMIT);
    definition_statements(definition_of(file), LANGUAGE_HE, &arena, &he);
    definition_statements(definition_of(file), LANGUAGE_EN, &arena, &en);
    for (size_t i = 0, end; i < en.count; i = end) {
        end = rule_end(&en, i);
        join(&he.at[i], end - i, &said_he);
        join(&en.at[i], end - i, &said_en);
        json_object(w);
        json_put_text(w, "path", en.at[i].rule);
        json_put_int(w, "line", definition_line(file, en.at[i].rule));
        put_both(w, "title", he.at[i].title, en.at[i].title);
        put_both(w, "sentence", buffer_slice(&said_he), buffer_slice(&said_en));
        json_end(w);
    }
    buffer_release(&said_he);
    buffer_release(&said_en);
    vector_release(&he);
    vector_release(&en);
    arena_release(&arena);
}

void check_write(struct slice text, const char *name, bool hebrew, struct buffer *out)
{
    struct diagnostics diagnostics;
    struct json_writer w = {.out = out};
    diagnostics_init(&diagnostics);
    struct definition_file *file = check_text(text, name, &diagnostics);
    json_object(&w);
    json_put_bool(&w, "ok", file != NULL);
    json_put_text_or_null(&w, "version", file ? definition_of(file)->hash : slice_of("", 0));
    json_put_key(&w, "problems");
    check_put_problems(&w, text, &diagnostics, hebrew);
    json_put_array(&w, "explain");
    if (file) put_rules(&w, file);
    json_end(&w);
    json_end(&w);
    definition_free(file);
    diagnostics_release(&diagnostics);
}
