#include "intake/mapping.h"

#include <stdarg.h>

#include "base/vector.h"
#include "calendar/zone_load.h"
#include "value/yaml.h"

struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct mapping *mapping;
};

/* --- Names and choices. --- */

struct slice column_fold(struct arena *arena, struct slice name)
{
    static const struct slice dropped[] = {SLICE("\u200e"), SLICE("\u200f"), SLICE("\u00a0"),
                                           SLICE("\u05f3"), SLICE("\u05f4"), SLICE("\ufeff"),
                                           SLICE("\u202a"), SLICE("\u202b"), SLICE("\u202c")};
    char *out = arena_alloc(arena, name.len + 1), *p = out;
    while (name.len) {
        unsigned char c = (unsigned char)name.ptr[0];
        size_t step = 1;
        if (c >= 0x80) {
            for (size_t i = 0; i < sizeof dropped / sizeof *dropped && step == 1; i++)
                if (slice_starts(name, dropped[i])) step = dropped[i].len;
            if (step == 1) *p++ = (char)c;
        } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) {
            *p++ = (char)c;
        } else if (c >= 'A' && c <= 'Z') {
            *p++ = (char)(c + 32);
        }
        name = slice_skip(name, step);
    }
    *p = 0;
    return slice_of(out, (size_t)(p - out));
}

static struct slice lower(struct arena *arena, struct slice s)
{
    struct slice copy = arena_slice(arena, slice_trim(s));
    char *p = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++)
        if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] + 32);
    return copy;
}

struct choice {
    struct slice name;
    int value;
};

static const struct choice formats[] = {{SLICE("csv"), FORMAT_CSV}, {SLICE("ndjson"), FORMAT_NDJSON}, {{0}, 0}};
static const struct choice separators[] = {
    {SLICE("comma"), ','}, {SLICE("semicolon"), ';'}, {SLICE("tab"), '\t'}, {SLICE("pipe"), '|'},
    {SLICE(","), ','},     {SLICE(";"), ';'},         {SLICE("|"), '|'},    {{0}, 0}};
static const struct choice orders[] = {{SLICE("YYYY-MM-DD"), DATES_YEAR_FIRST},
                                       {SLICE("DD/MM/YYYY"), DATES_DAY_FIRST},
                                       {SLICE("MM/DD/YYYY"), DATES_MONTH_FIRST},
                                       {{0}, 0}};
static const struct choice numbers[] = {{SLICE("1,234.50"), 0}, {SLICE("1.234,50"), 1}, {{0}, 0}};
static const struct choice converts[] = {{SLICE("text"), CONVERT_TEXT},     {SLICE("lower"), CONVERT_LOWER},
                                         {SLICE("email"), CONVERT_EMAIL},   {SLICE("domain"), CONVERT_DOMAIN},
                                         {SLICE("number"), CONVERT_NUMBER}, {SLICE("bool"), CONVERT_BOOL},
                                         {SLICE("date"), CONVERT_DATE},     {SLICE("time"), CONVERT_TIME},
                                         {SLICE("money"), CONVERT_MONEY},   {{0}, 0}};

static void complain(struct reader *r, const struct yaml_node *at, struct slice hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void complain(struct reader *r, const struct yaml_node *at, struct slice hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diagnostics_verror(r->diagnostics, yaml_place(at), hint, format, args);
    va_end(args);
}

/* "a, b or c" */
static struct slice list_words(struct reader *r, const struct slice *words, size_t count)
{
    struct slice all = {0};
    for (size_t i = 0; i < count; i++)
        all = arena_printf(r->arena, "%.*s%s%.*s", SLICE_ARG(all),
                           i == 0           ? ""
                           : i + 1 == count ? " or "
                                            : ", ",
                           SLICE_ARG(words[i]));
    return all;
}

static struct slice suggest(struct reader *r, struct slice word, const struct slice *words, size_t count)
{
    struct slice near = nearest_word(word, words, count);
    if (near.len) return arena_printf(r->arena, "did you mean %.*s?", SLICE_ARG(near));
    struct slice all = list_words(r, words, count);
    return arena_printf(r->arena, "one of: %.*s", SLICE_ARG(all));
}

static bool is_text(struct reader *r, const struct yaml_node *node, const char *what)
{
    if (node->kind == YAML_SCALAR && !yaml_is_null(node) && node->text.len) return true;
    complain(r, node, (struct slice){0}, "%s must be a text", what);
    return false;
}

static int read_choice(struct reader *r, const struct yaml_node *node, const struct choice *choices, const char *what)
{
    VECTOR(struct slice) names = {0};
    int value = choices[0].value;
    if (!is_text(r, node, what)) return value;
    bool found = false;
    for (const struct choice *c = choices; c->name.len && !found; c++) {
        vector_push(&names, c->name);
        if ((found = slice_equal_fold(c->name, node->text))) value = c->value;
    }
    if (!found)
        complain(r, node, suggest(r, node->text, names.at, names.count), "%.*s is no %s", SLICE_ARG(node->text), what);
    vector_release(&names);
    return value;
}

/* Complains of every key of a map that is none of `known`. */
static bool is_map(struct reader *r, const struct yaml_node *node, const struct slice *known, size_t count,
                   const char *what)
{
    if (node->kind != YAML_MAP) {
        complain(r, node, list_words(r, known, count), "%s must be a map", what);
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        struct slice key = node->pairs[i].key->text;
        bool fine = false;
        for (size_t k = 0; k < count && !fine; k++) fine = slice_equal(key, known[k]);
        if (!fine) complain(r, node->pairs[i].key, suggest(r, key, known, count), "unknown key %.*s", SLICE_ARG(key));
    }
    return true;
}

/* --- Fields. --- */

/* A text, or a list of texts. */
static const struct slice *read_texts(struct reader *r, const struct yaml_node *node, size_t *count, const char *what)
{
    *count = 0;
    if (node->kind == YAML_MAP || (node->kind == YAML_LIST && !node->count)) {
        complain(r, node, (struct slice){0}, "%s must be a text or a list of texts", what);
        return NULL;
    }
    size_t n = node->kind == YAML_LIST ? node->count : 1;
    struct slice *texts = ARENA_ARRAY(r->arena, struct slice, n);
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *item = node->kind == YAML_LIST ? node->items[i] : node;
        if (is_text(r, item, what)) texts[(*count)++] = arena_slice(r->arena, item->text);
    }
    return texts;
}

static void read_words(struct reader *r, const struct yaml_node *node, struct map_field *field)
{
    if (node->kind != YAML_MAP || !node->count) {
        complain(r, node, SLICE("words: { Marketing Qualified Lead: mql }"),
                 "words must be a map from what the file says");
        return;
    }
    struct map_word *words = ARENA_ARRAY(r->arena, struct map_word, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *to = node->pairs[i].value;
        if (to->kind != YAML_SCALAR) {
            complain(r, to, (struct slice){0}, "the meaning of %.*s must be a text",
                     SLICE_ARG(node->pairs[i].key->text));
            continue;
        }
        struct slice text = yaml_is_null(to) ? (struct slice){0} : arena_slice(r->arena, to->text);
        words[field->word_count++] = (struct map_word){lower(r->arena, node->pairs[i].key->text), text};
    }
    field->words = words;
}

static void read_otherwise(struct reader *r, const struct yaml_node *node, struct map_field *field)
{
    if (!is_text(r, node, "otherwise")) return;
    field->otherwise = slice_is(node->text, "keep")    ? OTHERWISE_KEEP
                       : slice_is(node->text, "blank") ? OTHERWISE_BLANK
                                                       : OTHERWISE_WORD;
    field->other = arena_slice(r->arena, node->text);
}

static void read_field_map(struct reader *r, const struct yaml_node *node, struct map_field *field)
{
    static const struct slice known[] = {SLICE("column"),    SLICE("value"), SLICE("as"),      SLICE("words"),
                                         SLICE("otherwise"), SLICE("key"),   SLICE("currency")};
    if (!is_map(r, node, known, sizeof known / sizeof *known, "a field")) return;
    const struct yaml_node *column = yaml_get(node, "column"), *value = yaml_get(node, "value"),
                           *as = yaml_get(node, "as"), *words = yaml_get(node, "words"),
                           *otherwise = yaml_get(node, "otherwise"), *currency = yaml_get(node, "currency");
    if (!column == !value)
        complain(r, node, SLICE("{ column: Lead Status } or { value: newsletter }"),
                 "a field needs either column or value");
    if (column) field->columns = read_texts(r, column, &field->column_count, "a column");
    if (value && is_text(r, value, "value")) field->constant = arena_slice(r->arena, value->text);
    if (as) field->convert = (enum convert)read_choice(r, as, converts, "kind of value");
    if (currency) field->units = read_texts(r, currency, &field->unit_count, "a column");
    if (currency && field->convert != CONVERT_MONEY)
        complain(r, currency, SLICE("as: money"), "only money has a currency");
    if (words) read_words(r, words, field);
    if (otherwise) read_otherwise(r, otherwise, field);
    if (otherwise && !words)
        complain(r, otherwise, (struct slice){0}, "otherwise says what becomes of texts that are not among words");
}

static struct map_field read_field(struct reader *r, const struct yaml_node *node, enum convert convert)
{
    struct map_field field = {.convert = convert};
    if (!node) return field;
    field.given = true;
    if (node->kind == YAML_MAP)
        read_field_map(r, node, &field);
    else
        field.columns = read_texts(r, node, &field.column_count, "a column");
    return field;
}

/* A text is a name here, not a column. */
static struct map_field read_event_name(struct reader *r, const struct yaml_node *node)
{
    if (node->kind == YAML_MAP) return read_field(r, node, CONVERT_TEXT);
    struct map_field field = {.given = true};
    if (is_text(r, node, "an event")) field.constant = arena_slice(r->arena, node->text);
    return field;
}

/* `rest`, a list of columns, or a map from names to fields. */
static struct map_items read_items(struct reader *r, const struct yaml_node *node, const char *what)
{
    struct map_items items = {0};
    if (!node) return items;
    if (node->kind == YAML_SCALAR) {
        items.rest = slice_is(node->text, "rest");
        if (!items.rest)
            complain(r, node, SLICE("rest, a list of columns, or name: column"), "%s cannot be %.*s", what,
                     SLICE_ARG(node->text));
        return items;
    }
    struct map_item *list = ARENA_ARRAY(r->arena, struct map_item, node->count + 1);
    for (size_t i = 0; i < node->count; i++) {
        const struct yaml_node *name = node->kind == YAML_MAP ? node->pairs[i].key : node->items[i];
        if (!is_text(r, name, "a name")) continue;
        const struct yaml_node *field = node->kind == YAML_MAP ? node->pairs[i].value : name;
        list[items.count++] = (struct map_item){arena_slice(r->arena, name->text), read_field(r, field, CONVERT_TEXT)};
    }
    items.at = list;
    return items;
}

static void read_condition(struct reader *r, const struct yaml_pair *pair, struct map_condition *out)
{
    struct slice *column = ARENA_NEW(r->arena, struct slice);
    *column = arena_slice(r->arena, pair->key->text);
    out->field = (struct map_field){.given = true, .columns = column, .column_count = 1};
    const struct yaml_node *value = pair->value;
    out->empty = value->kind == YAML_SCALAR && slice_is(value->text, "empty");
    out->not_empty = value->kind == YAML_SCALAR && slice_is(value->text, "not empty");
    if (out->empty || out->not_empty) return;
    const struct slice *texts = read_texts(r, value, &out->value_count, "a condition");
    struct slice *values = ARENA_ARRAY(r->arena, struct slice, out->value_count + 1);
    for (size_t i = 0; i < out->value_count; i++) values[i] = lower(r->arena, texts[i]);
    out->values = values;
}

static void read_when(struct reader *r, const struct yaml_node *node, struct map_row *row)
{
    if (!node) return;
    if (node->kind != YAML_MAP) {
        complain(r, node, SLICE("when: { Deal Stage: Closed Won }"), "when must be a map from columns to values");
        return;
    }
    struct map_condition *when = ARENA_ARRAY(r->arena, struct map_condition, node->count + 1);
    for (size_t i = 0; i < node->count; i++) read_condition(r, &node->pairs[i], &when[row->when_count++]);
    row->when = when;
}

/* --- Rows. --- */

/* The keys that say what a row makes; `top` is the mapping itself, whose at, id and context its rows share. */
static void read_row(struct reader *r, const struct yaml_node *node, const struct yaml_node *top, struct map_row *row)
{
    const struct yaml_node *event = yaml_get(node, "event"), *identify = yaml_get(node, "identify"),
                           *group = yaml_get(node, "group");
    const struct yaml_node *properties = yaml_get(node, "properties"), *at = yaml_get(node, "at"),
                           *context = yaml_get(node, "context");
    if (!at) at = yaml_get(top, "at");
    if (!context) context = yaml_get(top, "context");
    if (!event + !identify + !group != 2) {
        complain(r, node, SLICE("event: demo_booked, or identify: { role: Job Title }"),
                 "a row makes one of event, identify and group");
        return;
    }
    row->call = event ? CALL_TRACK : identify ? CALL_IDENTIFY : CALL_GROUP;
    row->at = read_field(r, at, CONVERT_TEXT);
    row->id = read_field(r, yaml_get(node, "id"), CONVERT_TEXT);
    row->context = read_items(r, context, "context");
    read_when(r, yaml_get(node, "when"), row);
    if (event) row->event = read_event_name(r, event);
    row->items = event ? read_items(r, properties, "properties") : read_items(r, identify ? identify : group, "traits");
    if (!event && properties)
        complain(r, properties, SLICE("identify: { role: Job Title }"), "traits stand right under identify and group");
    if (!at) complain(r, node, SLICE("at: Create Date"), "when it happened is not said: `at` is missing");
    if (group && !r->mapping->account.given)
        complain(r, group, SLICE("account: Company name"), "group needs `account`, the column that names the company");
}

static void read_rows(struct reader *r, const struct yaml_node *top)
{
    static const struct slice known[] = {SLICE("event"), SLICE("identify"),   SLICE("group"),   SLICE("at"),
                                         SLICE("id"),    SLICE("properties"), SLICE("context"), SLICE("when")};
    const struct yaml_node *list = yaml_get(top, "rows");
    bool single = yaml_get(top, "event") || yaml_get(top, "identify") || yaml_get(top, "group");
    size_t count = list && list->kind == YAML_LIST ? list->count : 0;
    if (list && !count) complain(r, list, (struct slice){0}, "rows must be a list");
    struct map_row *rows = ARENA_ARRAY(r->arena, struct map_row, count + 1);
    if (single) read_row(r, top, top, &rows[r->mapping->row_count++]);
    for (size_t i = 0; i < count; i++) {
        if (!is_map(r, list->items[i], known, sizeof known / sizeof *known, "a row")) continue;
        struct map_row *row = &rows[r->mapping->row_count++];
        row->listed = true;
        read_row(r, list->items[i], top, row);
    }
    r->mapping->rows = rows;
}

static void read_spend(struct reader *r, const struct yaml_node *node, struct map_spend *spend)
{
    static const struct slice known[] = {SLICE("month"),    SLICE("day"),    SLICE("until"),   SLICE("channel"),
                                         SLICE("campaign"), SLICE("amount"), SLICE("currency")};
    if (!node || !is_map(r, node, known, sizeof known / sizeof *known, "spend")) return;
    spend->given = true;
    spend->month = read_field(r, yaml_get(node, "month"), CONVERT_TEXT);
    spend->day = read_field(r, yaml_get(node, "day"), CONVERT_TEXT);
    spend->until = read_field(r, yaml_get(node, "until"), CONVERT_TEXT);
    spend->channel = read_field(r, yaml_get(node, "channel"), CONVERT_TEXT);
    spend->campaign = read_field(r, yaml_get(node, "campaign"), CONVERT_TEXT);
    spend->amount = read_field(r, yaml_get(node, "amount"), CONVERT_NUMBER);
    spend->currency = read_field(r, yaml_get(node, "currency"), CONVERT_TEXT);
    if (!spend->month.given && !spend->day.given) complain(r, node, SLICE("month: Month"), "spend needs month or day");
    if (!spend->channel.given) complain(r, node, SLICE("channel: Source"), "spend needs channel");
    if (!spend->amount.given) complain(r, node, SLICE("amount: Cost"), "spend needs amount");
}

/* --- The file. --- */

static void read_file_hints(struct reader *r, const struct yaml_node *node)
{
    static const struct slice known[] = {SLICE("format"), SLICE("separator"), SLICE("encoding"), SLICE("header"),
                                         SLICE("skip")};
    struct mapping *m = r->mapping;
    if (!node || !is_map(r, node, known, sizeof known / sizeof *known, "file")) return;
    const struct yaml_node *format = yaml_get(node, "format"), *separator = yaml_get(node, "separator"),
                           *encoding = yaml_get(node, "encoding"), *header = yaml_get(node, "header"),
                           *skip = yaml_get(node, "skip");
    if (format) m->format = (enum file_format)read_choice(r, format, formats, "format");
    if (separator) m->separator = (char)read_choice(r, separator, separators, "separator");
    if (header) m->header = read_texts(r, header, &m->header_count, "a column's name");
    if (encoding && is_text(r, encoding, "encoding") &&
        !(m->encoding_given = encoding_find(encoding->text, &m->encoding)))
        complain(r, encoding, SLICE("UTF-8, Windows-1255, UTF-16"), "%.*s is no encoding that is read",
                 SLICE_ARG(encoding->text));
    if (skip && !(skip->kind == YAML_SCALAR && slice_to_i64(skip->text, &m->skip) && m->skip >= 0 && m->skip <= 1000))
        complain(r, skip, SLICE("skip: 3"), "skip is the number of lines before the header, up to 1000");
}

static void read_match(struct reader *r, const struct yaml_node *node)
{
    if (!node) return;
    if (node->kind != YAML_LIST || !node->count) {
        complain(r, node, SLICE("match: [Email, [Lead Status, Status]]"), "match must be a list of columns");
        return;
    }
    struct map_field *match = ARENA_ARRAY(r->arena, struct map_field, node->count);
    for (size_t i = 0; i < node->count; i++)
        match[r->mapping->match_count++] = read_field(r, node->items[i], CONVERT_TEXT);
    r->mapping->match = match;
}

static void read_zone(struct reader *r, const struct yaml_node *node)
{
    struct error error;
    if (!node || !is_text(r, node, "zone")) return;
    struct zone *zone = ARENA_NEW(r->arena, struct zone);
    if (zone_load(r->arena, node->text, zone, &error) == OK)
        r->mapping->zone = zone;
    else
        complain(r, node, (struct slice){0}, "%s", error.message);
}

/* deal: COLUMN, or { column: COLUMN, key: NAME }, the property that will hold it. */
static struct map_field read_keyed(struct reader *r, const struct yaml_node *node, struct slice *key,
                                   struct slice usual)
{
    const struct yaml_node *name = node ? yaml_get(node, "key") : NULL;
    *key = name && is_text(r, name, "key") ? arena_slice(r->arena, name->text) : usual;
    return read_field(r, node, CONVERT_TEXT);
}

static void read_subjects(struct reader *r, const struct yaml_node *top)
{
    struct mapping *m = r->mapping;
    m->person = read_field(r, yaml_get(top, "person"), CONVERT_TEXT);
    m->anonymous = read_field(r, yaml_get(top, "anonymous"), CONVERT_TEXT);
    m->account = read_field(r, yaml_get(top, "account"), CONVERT_TEXT);
    m->deal = read_keyed(r, yaml_get(top, "deal"), &m->deal_key, SLICE("deal"));
    m->subscription = read_keyed(r, yaml_get(top, "subscription"), &m->subscription_key, SLICE("subscription"));
    m->record = read_field(r, yaml_get(top, "record"), CONVERT_TEXT);
    bool subject = m->person.given || m->anonymous.given || m->account.given || m->deal.given || m->subscription.given;
    if (!subject && !yaml_get(top, "spend"))
        complain(r, top, SLICE("person: Email"),
                 "whom a row is about is not said: person, anonymous, account, deal or subscription");
}

static void read_version(struct reader *r, const struct yaml_node *top)
{
    const struct yaml_node *version = yaml_get(top, "mapping");
    if (!version)
        complain(r, top, SLICE("mapping: 1"), "the first line of a mapping is missing");
    else if (!slice_is(version->text, "1"))
        complain(r, version, SLICE("mapping: 1"), "mapping language %.*s is not known", SLICE_ARG(version->text));
}

static void read_top(struct reader *r, const struct yaml_node *top)
{
    const struct yaml_node *name = yaml_get(top, "name"), *source = yaml_get(top, "source"),
                           *dates = yaml_get(top, "dates"), *decimal = yaml_get(top, "numbers"),
                           *spend = yaml_get(top, "spend");
    struct mapping *m = r->mapping;
    read_version(r, top);
    if (!name)
        complain(r, top, SLICE("name: my-crm"), "the mapping has no name");
    else if (is_text(r, name, "name"))
        m->name = arena_slice(r->arena, name->text);
    m->source = source && is_text(r, source, "source") ? arena_slice(r->arena, source->text) : m->name;
    if (dates) m->dates = (enum date_order)read_choice(r, dates, orders, "order of dates");
    if (decimal) m->comma_decimal = read_choice(r, decimal, numbers, "way of writing numbers");
    read_file_hints(r, yaml_get(top, "file"));
    read_match(r, yaml_get(top, "match"));
    read_zone(r, yaml_get(top, "zone"));
    read_subjects(r, top);
    read_rows(r, top);
    read_spend(r, spend, &m->spend);
    if (spend && m->row_count) complain(r, spend, (struct slice){0}, "a spend file has no rows of events beside it");
    if (!spend && !m->row_count)
        complain(r, top, SLICE("event: { column: Event }, or rows: [...]"), "the mapping makes no events");
}

const struct mapping *mapping_parse(struct arena *arena, struct slice text, struct slice file,
                                    struct diagnostics *diagnostics)
{
    static const struct slice known[] = {
        SLICE("mapping"),    SLICE("name"),    SLICE("about"), SLICE("source"),       SLICE("file"),
        SLICE("match"),      SLICE("zone"),    SLICE("dates"), SLICE("numbers"),      SLICE("person"),
        SLICE("anonymous"),  SLICE("account"), SLICE("deal"),  SLICE("subscription"), SLICE("record"),
        SLICE("id"),         SLICE("at"),      SLICE("event"), SLICE("identify"),     SLICE("group"),
        SLICE("properties"), SLICE("context"), SLICE("when"),  SLICE("rows"),         SLICE("spend")};
    size_t errors = diagnostics->error_count;
    const struct yaml_node *top = yaml_parse(arena, text, file, diagnostics);
    struct reader r = {arena, diagnostics, ARENA_NEW(arena, struct mapping)};
    if (top && is_map(&r, top, known, sizeof known / sizeof *known, "a mapping")) read_top(&r, top);
    return diagnostics->error_count == errors ? r.mapping : NULL;
}
