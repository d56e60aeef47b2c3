#include "intake/inspect.h"

#include "base/map.h"
#include "intake/csv.h"

enum { SAMPLE_RECORDS = 20, DATE_RECORDS = 1000 };

static const char separators[] = {',', ';', '\t', '|'};

/* The beginning of a file, as far as its last whole line. */
static struct csv *sample_csv(struct slice text, char separator, uint64_t skip)
{
    const char *last = text.len == TEXT_PEEK ? memrchr(text.ptr, '\n', text.len) : NULL;
    if (last) text.len = (size_t)(last + 1 - text.ptr);
    struct csv *csv = csv_new(separator);
    csv_begin_text(csv, text);
    while (skip-- && csv_skip_line(csv)) continue;
    return csv;
}

/* How well the first records agree on a number of fields. */
static size_t separator_score(struct slice text, char separator, uint64_t skip)
{
    struct csv_record record;
    struct csv *csv = sample_csv(text, separator, skip);
    size_t fields = 0, agree = 0;
    for (int i = 0; i < SAMPLE_RECORDS; i++) {
        enum csv_state state = csv_next(csv, &record);
        if (state == CSV_END) break;
        if (state != CSV_RECORD) continue;
        if (!fields) fields = record.count;
        agree += record.count == fields;
    }
    csv_free(csv);
    return fields < 2 ? 0 : agree * 1000 + (fields < 1000 ? fields : 999);
}

static char find_separator(struct slice text, uint64_t skip)
{
    char best = ',';
    size_t best_score = 0;
    for (size_t i = 0; i < sizeof separators; i++) {
        size_t score = separator_score(text, separators[i], skip);
        if (score <= best_score) continue;
        best = separators[i];
        best_score = score;
    }
    return best;
}

static void read_header(struct arena *arena, struct slice text, struct inspection *out)
{
    struct csv_record record;
    struct csv *csv = sample_csv(text, out->separator, out->skip);
    enum csv_state state;
    do state = csv_next(csv, &record);
    while (state == CSV_BLANK);
    if (state == CSV_RECORD) {
        struct slice *header = ARENA_ARRAY(arena, struct slice, record.count);
        for (size_t i = 0; i < record.count; i++) header[i] = arena_slice(arena, slice_trim(record.fields[i]));
        out->header = header;
        out->header_count = record.count;
        out->header_line = record.line;
    }
    csv_free(csv);
}

/* The first column whose name an earlier one has. */
static struct slice find_twice(struct arena *arena, const struct inspection *found)
{
    struct map names;
    struct slice twice = {0};
    map_init(&names);
    for (size_t i = 0; i < found->header_count && !twice.len; i++) {
        struct slice name = column_fold(arena, found->header[i]);
        if (name.len && map_put(&names, name, (uint32_t)i) != i) twice = found->header[i];
    }
    map_release(&names);
    return twice;
}

/* Excel's own first line, "sep=;", which is no data. */
static bool names_separator(struct slice peek, char *separator)
{
    if (!slice_starts(peek, SLICE("sep=")) || peek.len < 6 || (peek.ptr[5] != '\n' && peek.ptr[5] != '\r'))
        return false;
    *separator = peek.ptr[4];
    return true;
}

struct date_parts {
    size_t dates, large[2], ones[2]; /* how often the first and the second number is above twelve, and is one */
};

static void count_parts(struct date_parts *parts, struct slice field)
{
    int part[2];
    if (!read_date_parts(field, part)) return;
    parts->dates++;
    for (int i = 0; i < 2; i++) {
        parts->large[i] += part[i] > 12;
        parts->ones[i] += part[i] == 1;
    }
}

/* What the dates of the first rows show: a number above twelve is a day; when there is none, a number that is always
 * one is the first of the month. */
static enum date_order find_date_order(struct slice text, const struct inspection *found)
{
    struct csv_record record;
    struct csv *csv = sample_csv(text, found->separator, found->skip);
    struct date_parts parts = {0};
    for (int i = 0; i < DATE_RECORDS; i++) {
        enum csv_state state = csv_next(csv, &record);
        if (state == CSV_END) break;
        for (size_t k = 0; state == CSV_RECORD && k < record.count; k++) count_parts(&parts, record.fields[k]);
    }
    csv_free(csv);
    bool day = parts.large[0] > 0, month = parts.large[1] > 0;
    if (!day && !month && parts.dates > 1) {
        day = parts.ones[0] == parts.dates;
        month = parts.ones[1] == parts.dates;
    }
    return day == month ? DATES_UNKNOWN : day ? DATES_DAY_FIRST : DATES_MONTH_FIRST;
}

uint16_t inspection_column(const struct inspection *found, struct slice name)
{
    struct arena arena;
    uint16_t column = COLUMN_NONE;
    arena_init(&arena);
    struct slice wanted = column_fold(&arena, name);
    for (size_t i = 0; i < found->header_count && column == COLUMN_NONE; i++)
        if (slice_equal(column_fold(&arena, found->header[i]), wanted)) column = (uint16_t)i;
    arena_release(&arena);
    return column;
}

/* --- Which mapping. --- */

static bool csv_has(const struct inspection *found, const struct map_field *field)
{
    for (size_t i = 0; i < field->column_count; i++)
        if (inspection_column(found, field->columns[i]) != COLUMN_NONE) return true;
    return false;
}

static bool csv_fits(const struct inspection *found, const struct mapping *m)
{
    if (m->format == FORMAT_NDJSON) return false;
    for (size_t i = 0; i < m->match_count; i++)
        if (!csv_has(found, &m->match[i])) return false;
    return true;
}

static bool has_key(struct slice line, struct slice key)
{
    char quoted[256];
    int n = snprintf(quoted, sizeof quoted, "\"%.*s\"", SLICE_ARG(key));
    return n > 0 && (size_t)n < sizeof quoted && memmem(line.ptr, line.len, quoted, (size_t)n);
}

static bool is_segment(struct slice line)
{
    return has_key(line, SLICE("userId")) || has_key(line, SLICE("anonymousId")) || has_key(line, SLICE("groupId")) ||
           has_key(line, SLICE("batch"));
}

static bool json_fits(struct slice line, const struct mapping *m)
{
    if (m->format == FORMAT_CSV || m->spend.given) return false;
    for (size_t i = 0; i < m->match_count; i++) {
        bool any = false;
        for (size_t k = 0; k < m->match[i].column_count && !any; k++) any = has_key(line, m->match[i].columns[k]);
        if (!any) return false;
    }
    return m->match_count || m->format == FORMAT_NDJSON || !is_segment(line);
}

static const struct mapping *choose_csv(const struct inspection *found, const struct mapping_list *mappings)
{
    const struct mapping *best = NULL;
    for (size_t i = 0; i < mappings->count; i++) {
        const struct mapping *m = mappings->at[i];
        if (!csv_fits(found, m)) continue;
        if (i < mappings->named) return m;
        if (m->match_count && (!best || m->match_count > best->match_count)) best = m;
    }
    return best;
}

static const struct mapping *choose_json(struct slice line, const struct mapping_list *mappings)
{
    for (size_t i = 0; i < mappings->named; i++)
        if (json_fits(line, mappings->at[i])) return mappings->at[i];
    return NULL;
}

/* --- The file. --- */

static bool refuse(struct error *error, struct slice name, const char *why)
{
    error_set(error, FAILED, "%.*s: %s", SLICE_ARG(name), why);
    return false;
}

static bool is_text(struct slice raw, struct slice name, struct error *error)
{
    static const struct {
        struct slice start;
        const char *why;
    } others[] = {
        {SLICE("PK\x03\x04"), "this is an Excel workbook or another zip: save it as CSV (UTF-8)"},
        {SLICE("\xd0\xcf\x11\xe0"), "this is an old Excel workbook: save it as CSV (UTF-8)"},
        {SLICE("%PDF"), "this is a PDF"},
        {SLICE("SQLite format 3"), "this is a database"},
        {SLICE("\x28\xb5\x2f\xfd"), "this is compressed by zstd: only gzip is read, `zstd -dc FILE | masa … -` works"},
        {SLICE("BZh"), "this is compressed by bzip2: only gzip is read, `bzip2 -dc FILE | masa … -` works"},
        {SLICE("\xfd"
               "7zXZ"),
         "this is compressed by xz: only gzip is read, `xz -dc FILE | masa … -` works"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (slice_starts(raw, others[i].start)) return refuse(error, name, others[i].why);
    return true;
}

static struct slice first_line(struct slice text)
{
    text = slice_trim(text);
    return slice_cut(&text, '\n');
}

/* The columns a mapping cannot do without. */
static bool has_needed(const struct inspection *found, struct slice name, struct error *error)
{
    const struct mapping *m = found->mapping;
    const struct {
        const char *what;
        const struct map_field *field;
    } spend[] = {{"channel", &m->spend.channel}, {"amount", &m->spend.amount}};
    for (size_t i = 0; m->spend.given && i < sizeof spend / sizeof *spend; i++)
        if (spend[i].field->column_count && !csv_has(found, spend[i].field)) {
            error_set(error, FAILED, "%.*s has no column for %s (%.*s), which mapping %.*s needs", SLICE_ARG(name),
                      spend[i].what, SLICE_ARG(spend[i].field->columns[0]), SLICE_ARG(m->name));
            return false;
        }
    const struct map_field *subjects[] = {&m->person, &m->anonymous, &m->account, &m->deal, &m->subscription};
    const struct map_field *wanted = NULL;
    for (size_t i = 0; !m->spend.given && i < sizeof subjects / sizeof *subjects; i++) {
        if (!subjects[i]->given) continue;
        if (!subjects[i]->column_count || csv_has(found, subjects[i])) return true;
        if (!wanted) wanted = subjects[i];
    }
    if (!wanted) return true;
    error_set(error, FAILED, "%.*s has no column %.*s, which mapping %.*s needs to know whom a row is about",
              SLICE_ARG(name), SLICE_ARG(wanted->columns[0]), SLICE_ARG(m->name));
    return false;
}

static size_t missing_of(const struct inspection *found, const struct mapping *m)
{
    size_t missing = 0;
    for (size_t i = 0; i < m->match_count; i++) missing += !csv_has(found, &m->match[i]);
    return missing;
}

/* The mapping that lacks least, when more than half of what it wants is there, or it was named for this: perhaps a
 * column was renamed. */
static const struct mapping *nearest_mapping(const struct inspection *found, const struct mapping_list *mappings)
{
    const struct mapping *best = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < mappings->count; i++) {
        const struct mapping *m = mappings->at[i];
        size_t missing = m->format == FORMAT_NDJSON ? m->match_count : missing_of(found, m);
        const bool named = i < mappings->named && missing < m->match_count;
        if ((missing * 2 >= m->match_count && !named) || missing >= least) continue;
        best = m;
        least = missing;
    }
    return best;
}

/* What the file would have to have. */
static void list_missing(const struct inspection *found, const struct mapping *m, struct buffer *out)
{
    const char *between = "";
    for (size_t i = 0; i < m->match_count; i++) {
        if (csv_has(found, &m->match[i])) continue;
        buffer_text(out, between);
        between = ", ";
        for (size_t k = 0; k < m->match[i].column_count; k++)
            buffer_printf(out, "%s`%.*s`", k ? " or " : "", SLICE_ARG(m->match[i].columns[k]));
    }
}

/* Its beginning, where it is long. */
static void list_header(const struct inspection *found, size_t most, struct buffer *out)
{
    struct buffer columns;
    buffer_init(&columns, most);
    for (size_t i = 0; i < found->header_count; i++) {
        if (i) buffer_text(&columns, ", ");
        buffer_add(&columns, found->header[i]);
    }
    buffer_add(out, slice_of(columns.data, slice_utf8_prefix(buffer_slice(&columns))));
    if (columns.full) buffer_text(out, "…");
    buffer_release(&columns);
}

static bool no_mapping(const struct inspection *found, struct slice name, const struct mapping_list *mappings,
                       struct error *error)
{
    struct buffer columns, missing;
    const struct mapping *nearest = nearest_mapping(found, mappings);
    buffer_init(&missing, 300);
    buffer_init(&columns, BUFFER_NO_LIMIT);
    if (nearest) list_missing(found, nearest, &missing);
    list_header(found, nearest ? 150 : 300, &columns);
    if (nearest)
        error_set(error, FAILED,
                  "%.*s: no mapping fits its header (%.*s); %.*s lacks %.*s; rename a column, or name one with "
                  "--mapping, docs/INTAKE.md says how to write it",
                  SLICE_ARG(name), SLICE_ARG(buffer_slice(&columns)), SLICE_ARG(nearest->name),
                  SLICE_ARG(buffer_slice(&missing)));
    else
        error_set(error, FAILED,
                  "%.*s: no mapping fits its header (%.*s); name one with --mapping, docs/INTAKE.md says how to "
                  "write it",
                  SLICE_ARG(name), SLICE_ARG(buffer_slice(&columns)));
    buffer_release(&columns);
    buffer_release(&missing);
    return false;
}

static bool inspect_csv(struct arena *arena, struct slice name, struct slice peek, const struct mapping_list *mappings,
                        struct inspection *out, struct error *error)
{
    const struct mapping *named = mappings->named ? mappings->at[0] : NULL;
    out->skip = named ? (uint64_t)named->skip : 0;
    out->separator = named && named->separator ? named->separator : 0;
    if (names_separator(peek, &out->separator)) out->skip++;
    if (!out->separator) out->separator = find_separator(peek, out->skip);
    read_header(arena, peek, out);
    if (!out->header_count) return refuse(error, name, "this file is empty");
    out->twice = find_twice(arena, out);
    out->mapping = choose_csv(out, mappings);
    if (!out->mapping) return no_mapping(out, name, mappings, error);
    if (out->mapping->header_count) {
        out->header = out->mapping->header;
        out->header_count = out->mapping->header_count;
        out->header_line = 0;
    }
    out->dates = out->mapping->dates ? out->mapping->dates : find_date_order(peek, out);
    return has_needed(out, name, error);
}

/* A line that only opens an object, and below it its first key, further in. */
static bool is_spread_out(struct slice peek)
{
    struct slice rest = slice_trim(peek);
    slice_cut(&rest, '\n');
    const struct slice key = slice_trim(rest);
    return rest.len && (rest.ptr[0] == ' ' || rest.ptr[0] == '\t') && key.len && key.ptr[0] == '"';
}

bool inspect_file(struct arena *arena, struct slice name, struct text *text, const struct mapping_list *mappings,
                  struct inspection *out, struct error *error)
{
    *out = (struct inspection){.encoding = text_encoding(text), .gzip = source_is_gzip(text_source(text))};
    if (!is_text(text_raw(text), name, error)) return false;
    struct slice peek = text_peek(text), line = first_line(peek);
    bool given = mappings->named && mappings->at[0]->format != FORMAT_UNKNOWN && mappings->at[0]->match_count == 0;
    bool json = given ? mappings->at[0]->format == FORMAT_NDJSON : line.len && line.ptr[0] == '{';
    if (!given && slice_is(slice_trim(line), "{") && is_spread_out(peek))
        return refuse(error, name,
                      "this is JSON spread over several lines: put each object on a line of its own (`jq -c . FILE`)");
    if (!given && line.len && line.ptr[0] == '[')
        return refuse(error, name, "this is one JSON array: put each object on a line of its own (`jq -c '.[]' FILE`)");
    if (peek.len && !memchr(peek.ptr, '\n', peek.len) && memchr(peek.ptr, '\r', peek.len - 1))
        return refuse(error, name, "this has lines that end in CR alone: `tr '\\r' '\\n' < FILE | masa … -` works");
    out->encoding = text_encoding(text);
    if (!line.len || json) {
        out->format = FORMAT_NDJSON; /* an empty file has no lines in any format */
        if (out->encoding == ENCODING_ASCII || out->encoding == ENCODING_WINDOWS_1255) out->encoding = ENCODING_UTF8;
        out->mapping = choose_json(line, mappings);
        if (out->mapping) out->dates = out->mapping->dates;
        return true;
    }
    out->format = FORMAT_CSV;
    return inspect_csv(arena, name, peek, mappings, out, error);
}

/* --- What a mapping asks for in vain. --- */

enum { MISSING_MOST = 10 };

struct missing {
    const struct inspection *found;
    struct buffer text;
    size_t count;
};

static void look_for(struct missing *m, const struct map_field *field)
{
    if (!field->column_count || csv_has(m->found, field) || m->count++ >= MISSING_MOST) return;
    if (m->text.len) buffer_text(&m->text, ", ");
    buffer_add(&m->text, field->columns[0]);
}

static void look_for_items(struct missing *m, const struct map_items *items)
{
    for (size_t i = 0; i < items->count; i++) look_for(m, &items->at[i].field);
}

struct slice inspection_missing(struct arena *arena, const struct inspection *found)
{
    const struct mapping *m = found->mapping;
    if (!m || found->format != FORMAT_CSV) return slice_of("", 0);
    struct missing missing = {.found = found};
    buffer_init(&missing.text, BUFFER_NO_LIMIT);
    const struct map_field *fields[] = {&m->person,        &m->anonymous,     &m->account,        &m->deal,
                                        &m->subscription,  &m->record,        &m->spend.month,    &m->spend.day,
                                        &m->spend.until,   &m->spend.channel, &m->spend.campaign, &m->spend.amount,
                                        &m->spend.currency};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) look_for(&missing, fields[i]);
    for (size_t r = 0; r < m->row_count; r++) {
        const struct map_row *row = &m->rows[r];
        look_for(&missing, &row->event);
        look_for(&missing, &row->at);
        look_for(&missing, &row->id);
        look_for_items(&missing, &row->items);
        look_for_items(&missing, &row->context);
        for (size_t w = 0; w < row->when_count; w++) look_for(&missing, &row->when[w].field);
    }
    struct slice text = arena_slice(arena, buffer_slice(&missing.text));
    buffer_release(&missing.text);
    return text;
}

/* --- For people. --- */

static const char *separator_name(char separator)
{
    switch (separator) {
    case ',': return "commas";
    case ';': return "semicolons";
    case '\t': return "tabs";
    default: return "bars";
    }
}

void inspection_say(const struct inspection *found, struct slice name, struct buffer *out)
{
    static const char *const orders[] = {"", "", ", dates day first", ", dates month first"};
    buffer_printf(out, "%.*s: %s%s in %.*s", SLICE_ARG(name), found->gzip ? "gzip, " : "",
                  found->format == FORMAT_CSV ? "CSV" : "NDJSON", SLICE_ARG(encoding_name(found->encoding)));
    if (found->format == FORMAT_CSV) {
        buffer_printf(out, ", separated by %s, %zu columns, ", separator_name(found->separator), found->header_count);
        if (found->header_line)
            buffer_printf(out, "header in line %llu", (unsigned long long)found->header_line);
        else
            buffer_text(out, "no header");
        buffer_text(out, orders[found->dates]);
        if (found->twice.len) buffer_printf(out, ", column %.*s twice: the first is read", SLICE_ARG(found->twice));
    }
    if (found->mapping)
        buffer_printf(out, ", mapping %.*s", SLICE_ARG(found->mapping->name));
    else
        buffer_text(out, ", Segment calls");
}
