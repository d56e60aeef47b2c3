#include "intake/bind.h"

#include <stdlib.h>

struct bound {
    const struct map_field *rule;
    const uint16_t *columns;
    const struct slice *names; /* the rule's, of these columns */
    size_t count;
    const uint16_t *units; /* of money: columns with its currency */
    const struct slice *unit_names;
    size_t unit_count;
};

struct bound_value {
    size_t index; /* in the plan */
    struct slice path;
    struct bound field;
};

struct bound_condition {
    const struct map_condition *rule;
    struct bound field;
};

struct bound_row {
    const struct map_row *rule;
    struct bound event, at, id;
    const struct bound_value *values;
    size_t value_count;
    const struct bound_condition *when;
    size_t when_count;
};

struct binding {
    const struct mapping *mapping;
    struct convert_style style;
    struct bound person, anonymous, account, deal, subscription, record;
    struct bound month, day, until, channel, campaign, amount, currency;
    const struct bound_row *rows;
};

struct binder {
    struct arena *arena;
    const struct mapping *mapping;
    struct columns columns;
    const struct input_plan *plan;
};

/* --- Binding. --- */

/* Those of the names that the file has, which `found_names` tells, too. */
static const uint16_t *find_columns(struct binder *b, const struct slice *names, size_t names_count, size_t *count,
                                    const struct slice **found_names)
{
    uint16_t *found = ARENA_ARRAY(b->arena, uint16_t, names_count + 1);
    struct slice *known = ARENA_ARRAY(b->arena, struct slice, names_count + 1);
    for (size_t i = 0; i < names_count; i++) {
        uint16_t column = b->columns.find(b->columns.context, names[i]);
        if (column == COLUMN_NONE) continue;
        known[*count] = names[i];
        found[(*count)++] = column;
    }
    *found_names = known;
    return found;
}

static struct bound bind_field(struct binder *b, const struct map_field *rule)
{
    struct bound bound = {.rule = rule};
    bound.columns = find_columns(b, rule->columns, rule->column_count, &bound.count, &bound.names);
    if (rule->unit_count)
        bound.units = find_columns(b, rule->units, rule->unit_count, &bound.unit_count, &bound.unit_names);
    return bound;
}

static bool path_is(struct slice path, struct slice prefix, struct slice name)
{
    return path.len == prefix.len + name.len && slice_starts(path, prefix) && slice_ends(path, name);
}

static const struct map_field *find_item(const struct map_items *items, struct slice prefix, struct slice path)
{
    for (size_t i = 0; i < items->count; i++)
        if (path_is(path, prefix, items->at[i].name)) return &items->at[i].field;
    return NULL;
}

/* A column by its own name, for `rest`. */
static const struct map_field *rest_field(struct binder *b, const struct map_items *items, struct slice prefix,
                                          struct slice path)
{
    if (!items->rest || !slice_starts(path, prefix)) return NULL;
    struct slice *name = ARENA_NEW(b->arena, struct slice);
    struct map_field *field = ARENA_NEW(b->arena, struct map_field);
    *name = slice_skip(path, prefix.len);
    *field = (struct map_field){.given = true, .columns = name, .column_count = 1};
    return field;
}

/* The field behind a path of the plan, NULL when the row gives it nothing. */
static const struct map_field *field_of_path(struct binder *b, const struct map_row *row, struct slice path)
{
    const struct slice prefix = row->call == CALL_TRACK ? SLICE("properties.") : SLICE("traits.");
    const struct mapping *m = b->mapping;
    const struct map_field *field = find_item(&row->items, prefix, path);
    if (!field && row->call == CALL_TRACK) field = find_item(&row->context, SLICE("context."), path);
    if (!field && row->call == CALL_TRACK && m->deal.given && path_is(path, prefix, m->deal_key)) field = &m->deal;
    if (!field && row->call == CALL_TRACK && m->subscription.given && path_is(path, prefix, m->subscription_key))
        field = &m->subscription;
    if (!field) field = rest_field(b, &row->items, prefix, path);
    return field ? field : rest_field(b, &row->context, SLICE("context."), path);
}

static void bind_row(struct binder *b, const struct map_row *rule, struct bound_row *row)
{
    struct bound_value *values = ARENA_ARRAY(b->arena, struct bound_value, b->plan->count + 1);
    struct bound_condition *when = ARENA_ARRAY(b->arena, struct bound_condition, rule->when_count + 1);
    *row = (struct bound_row){.rule = rule, .values = values, .when = when, .when_count = rule->when_count};
    row->event = bind_field(b, &rule->event);
    row->at = bind_field(b, &rule->at);
    row->id = bind_field(b, &rule->id);
    for (size_t i = 0; i < b->plan->count; i++) {
        const struct map_field *field = field_of_path(b, rule, b->plan->paths[i]);
        if (!field) continue;
        struct bound bound = bind_field(b, field);
        if (bound.count || !field->column_count)
            values[row->value_count++] = (struct bound_value){i, b->plan->paths[i], bound};
    }
    for (size_t i = 0; i < rule->when_count; i++)
        when[i] = (struct bound_condition){&rule->when[i], bind_field(b, &rule->when[i].field)};
}

const struct binding *binding_new(struct arena *arena, const struct mapping *m, struct convert_style style,
                                  struct columns columns, const struct input_plan *plan)
{
    struct binder b = {arena, m, columns, plan};
    struct binding *binding = ARENA_NEW(arena, struct binding);
    struct bound_row *rows = ARENA_ARRAY(arena, struct bound_row, m->row_count + 1);
    *binding = (struct binding){.mapping = m, .style = style, .rows = rows};
    binding->person = bind_field(&b, &m->person);
    binding->anonymous = bind_field(&b, &m->anonymous);
    binding->account = bind_field(&b, &m->account);
    binding->deal = bind_field(&b, &m->deal);
    binding->subscription = bind_field(&b, &m->subscription);
    binding->record = bind_field(&b, &m->record);
    binding->month = bind_field(&b, &m->spend.month);
    binding->day = bind_field(&b, &m->spend.day);
    binding->until = bind_field(&b, &m->spend.until);
    binding->channel = bind_field(&b, &m->spend.channel);
    binding->campaign = bind_field(&b, &m->spend.campaign);
    binding->amount = bind_field(&b, &m->spend.amount);
    binding->currency = bind_field(&b, &m->spend.currency);
    for (size_t i = 0; i < m->row_count; i++) bind_row(&b, &m->rows[i], &rows[i]);
    return binding;
}

/* --- Plain mappings. --- */

static bool field_is_plain(const struct map_field *field)
{
    return !field->given || (field->column_count == 1 && field->convert == CONVERT_TEXT && !field->word_count);
}

static bool items_are_plain(const struct map_items *items)
{
    for (size_t i = 0; i < items->count; i++)
        if (!field_is_plain(&items->at[i].field)) return false;
    return true;
}

bool mapping_is_plain(const struct mapping *m)
{
    const struct map_row *row = m->rows;
    return m->row_count == 1 && !row->listed && row->call == CALL_TRACK && !row->when_count && !m->deal.given &&
           !m->subscription.given && !m->record.given && !m->zone && m->dates <= DATES_YEAR_FIRST &&
           row->event.column_count && field_is_plain(&row->event) && field_is_plain(&row->at) &&
           field_is_plain(&row->id) && field_is_plain(&m->person) && field_is_plain(&m->anonymous) &&
           field_is_plain(&m->account) && items_are_plain(&row->items) && items_are_plain(&row->context);
}

/* A column of JSON is a key as it stands, or else a path. */
static void add_column(struct shape *shape, struct slice column, size_t cell)
{
    shape_add_key(shape, column, cell);
    if (column.len && memchr(column.ptr, '.', column.len)) shape_add(shape, column, cell);
}

/* Calls `put` with the only column of each field there is, and the cell its value goes to. */
static void each_plain_column(struct binder *b, void (*put)(void *context, struct slice column, size_t cell),
                              void *context)
{
    const struct mapping *m = b->mapping;
    const struct map_row *row = m->rows;
    const struct {
        const struct map_field *field;
        size_t cell;
    } fields[] = {{&row->event, SEGMENT_EVENT}, {&row->at, SEGMENT_AT},       {&row->id, SEGMENT_ID},
                  {&m->person, SEGMENT_USER},   {&m->account, SEGMENT_GROUP}, {&m->anonymous, SEGMENT_ANONYMOUS}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].field->given) put(context, fields[i].field->columns[0], fields[i].cell);
    for (size_t i = 0; i < b->plan->count; i++) {
        const struct map_field *field = field_of_path(b, row, b->plan->paths[i]);
        if (field) put(context, field->columns[0], SEGMENT_CELLS + i);
    }
}

static void put_shape(void *context, struct slice column, size_t cell)
{
    add_column(context, column, cell);
}

void mapping_plain_shape(const struct mapping *m, const struct input_plan *plan, struct shape *shape)
{
    struct binder b = {.arena = shape->arena, .mapping = m, .plan = plan};
    each_plain_column(&b, put_shape, shape);
    if (shape->cell_count < SEGMENT_CELLS + plan->count) shape->cell_count = SEGMENT_CELLS + plan->count;
    if (plan->rest && m->rows->items.rest) shape->rest = REST_IN_PROPERTIES;
}

struct plain_columns {
    struct columns columns;
    struct plain_column *list;
    size_t count;
};

static void put_column(void *context, struct slice name, size_t cell)
{
    struct plain_columns *to = context;
    uint16_t column = to->columns.find(to->columns.context, name);
    if (column != COLUMN_NONE) to->list[to->count++] = (struct plain_column){column, (uint16_t)cell};
}

size_t mapping_plain_columns(struct arena *arena, const struct mapping *mapping, const struct input_plan *plan,
                             struct columns columns, const struct plain_column **out)
{
    struct binder b = {.arena = arena, .mapping = mapping, .plan = plan};
    struct plain_columns to = {columns, ARENA_ARRAY(arena, struct plain_column, SEGMENT_CELLS + plan->count), 0};
    each_plain_column(&b, put_column, &to);
    *out = to.list;
    return to.count;
}

/* --- Making events. --- */

void row_maker_init(struct row_maker *maker, struct emitter *emitter, size_t value_count)
{
    *maker = (struct row_maker){.emitter = emitter};
    arena_init(&maker->arena);
    maker->values = memory_new((value_count + 1) * sizeof *maker->values);
}

void row_maker_release(struct row_maker *maker)
{
    arena_release(&maker->arena);
    free(maker->values);
}

enum { TOLD_MAX = 8 };

/* The row at hand. */
struct making {
    struct row_maker *maker;
    const struct emit_row *row;
    const struct input_value *columns;
    struct digest_source digest;
    struct input_event event;
    struct slice deal, subscription, record;
    struct slice told[TOLD_MAX]; /* what was said of the row: several things may be made of one bad value */
    size_t told_count;
};

static inline bool is_blank(const struct input_value *v)
{
    if (v->kind != INPUT_TEXT) return v->kind == INPUT_MISSING || v->kind == INPUT_NULL;
    return !v->text.len || (v->text.ptr[0] <= ' ' && !slice_trim(v->text).len);
}

static struct input_value raw_value(const struct making *m, const struct bound *bound)
{
    if (bound->rule->given && !bound->rule->column_count)
        return (struct input_value){.kind = INPUT_TEXT, .text = bound->rule->constant};
    for (size_t i = 0; i < bound->count; i++)
        if (!is_blank(&m->columns[bound->columns[i]])) return m->columns[bound->columns[i]];
    return (struct input_value){.kind = INPUT_MISSING};
}

static void reject_text(struct making *m, enum reject_reason reason, struct slice column, struct slice text)
{
    const struct slice said = arena_printf(&m->maker->arena, "%.*s: %.*s", SLICE_ARG(column), SLICE_ARG(text));
    for (size_t i = 0; i < m->told_count; i++)
        if (slice_equal(m->told[i], said)) return;
    if (m->told_count < TOLD_MAX) m->told[m->told_count++] = said;
    emit_reject(m->maker->emitter, m->row, reason, 0, said);
}

/* The column that the value was read from. */
static struct slice column_read(const struct making *m, const struct bound *bound)
{
    for (size_t i = 0; i < bound->count; i++)
        if (!is_blank(&m->columns[bound->columns[i]])) return bound->names[i];
    if (bound->count) return bound->names[0];
    return bound->rule->column_count ? bound->rule->columns[0] : SLICE("value");
}

static void reject_value(struct making *m, enum reject_reason reason, const struct bound *bound, struct slice text)
{
    reject_text(m, reason, column_read(m, bound), text);
}

/* The amount in the currency that a column of its own names, which goes before a sign beside the amount: $ is of many
 * countries. An amount in a currency that nobody knows is no amount. */
static struct input_value in_currency(struct making *m, const struct bound *bound, struct input_value amount)
{
    struct arena *arena = &m->maker->arena;
    for (size_t i = 0; i < bound->unit_count; i++) {
        const struct input_value *named = &m->columns[bound->units[i]];
        if (is_blank(named)) continue;
        const struct slice currency = read_currency_name(arena, named->text);
        struct slice number = amount.text;
        if (currency.len) return money_in(arena, slice_cut(&number, ' '), currency);
        reject_text(m, REJECT_BAD_FIELD, bound->unit_names[i], named->text);
        return (struct input_value){.kind = INPUT_MISSING};
    }
    return amount;
}

/* After conversion; what cannot be converted is reported and taken as blank. */
static struct input_value fetch(struct making *m, const struct bound *bound)
{
    struct input_value value = raw_value(m, bound);
    struct slice text = value.text;
    if (convert_value(&m->maker->binding->style, &m->maker->arena, bound->rule, &value))
        return bound->unit_count && value.kind != INPUT_MISSING ? in_currency(m, bound, value) : value;
    reject_value(m, REJECT_BAD_FIELD, bound, text);
    return (struct input_value){.kind = INPUT_MISSING};
}

static struct slice fetch_key(struct making *m, const struct bound *bound)
{
    struct input_value value = fetch(m, bound);
    return value.kind == INPUT_TEXT || value.kind == INPUT_INT || value.kind == INPUT_NUMBER ? value.text
                                                                                             : (struct slice){0};
}

static bool holds(struct making *m, const struct bound_condition *c)
{
    struct input_value value = raw_value(m, &c->field);
    bool blank = is_blank(&value);
    if (c->rule->empty || c->rule->not_empty) return blank == c->rule->empty;
    struct slice text = slice_trim(value.text);
    for (size_t i = 0; i < c->rule->value_count && !blank; i++)
        if (slice_equal_fold(text, c->rule->values[i])) return true;
    return false;
}

static void give(struct making *m)
{
    emit_give(m->maker->emitter, m->row, &m->event);
}

static struct slice keep_id(struct making *m, struct digest digest, uint64_t occurrence)
{
    return slice_of(m->maker->emitter->id, digest_id(digest, occurrence, m->maker->emitter->id));
}

/* One thing a record says, the same whenever and however often it is exported. */
static struct slice record_id(struct making *m, struct slice field, struct slice value)
{
    struct digest d = digest_join(digest_bytes('r', m->record), digest_bytes('f', field));
    return keep_id(m, digest_join(d, digest_bytes('v', value)), 1);
}

static void clear_values(struct making *m)
{
    for (size_t i = 0; i < m->maker->emitter->plan->count; i++) m->maker->values[i].kind = INPUT_MISSING;
}

/* False: no event here, and that is said where it must be. */
static bool fetch_time(struct making *m, const struct bound_row *row, struct slice *written)
{
    struct input_value at = raw_value(m, &row->at);
    *written = at.text;
    if (is_blank(&at)) {
        bool did_not_happen = row->rule->listed && row->rule->call == CALL_TRACK && !row->rule->event.column_count;
        if (!did_not_happen) emit_reject(m->maker->emitter, m->row, REJECT_NO_TIME, 0, (struct slice){0});
        return false;
    }
    if (!read_time(&m->maker->binding->style, &m->maker->emitter->moments, &at, &m->event.at)) {
        bool ambiguous = m->maker->binding->style.dates == DATES_UNKNOWN;
        struct slice note = ambiguous ? emit_time_note(m->maker->emitter, at.text) : at.text;
        reject_value(m, REJECT_BAD_TIME, &row->at, note);
        return false;
    }
    if (moment_plausible(m->event.at.instant)) return true;
    reject_value(m, REJECT_FAR_TIME, &row->at, at.text);
    return false;
}

static bool fetch_name(struct making *m, const struct bound_row *row)
{
    struct input_value raw = raw_value(m, &row->event), name = fetch(m, &row->event);
    m->event.name = name.kind == INPUT_TEXT || name.kind == INPUT_INT ? name.text : (struct slice){0};
    if (is_blank(&raw)) emit_reject(m->maker->emitter, m->row, REJECT_NO_EVENT, 0, (struct slice){0});
    return m->event.name.len > 0;
}

static void make_track(struct making *m, const struct bound_row *row)
{
    struct slice written;
    if (!fetch_name(m, row) || !fetch_time(m, row, &written)) return;
    clear_values(m);
    for (size_t i = 0; i < row->value_count; i++)
        m->maker->values[row->values[i].index] = fetch(m, &row->values[i].field);
    m->event.id = fetch_key(m, &row->id);
    if (!m->event.id.len && row->rule->listed) {
        m->event.id = record_id(m, m->event.name, written);
    } else if (!m->event.id.len) {
        struct digest content = m->digest.make(m->digest.context);
        m->event.id = keep_id(m, content, occurrences_count(m->maker->emitter->occurrences, content));
    }
    give(m);
}

/* One event for each trait that has a value, so that a later export with one change is one new event. */
static void make_traits(struct making *m, const struct bound_row *row)
{
    struct slice written, record = m->record;
    if (!fetch_time(m, row, &written)) return;
    if (row->rule->call == CALL_GROUP) {
        if (!m->event.group.len) return;
        m->record = m->event.group; /* many persons' rows tell of one account */
    }
    size_t given = 0;
    for (size_t i = 0; i < row->value_count; i++) {
        struct input_value value = fetch(m, &row->values[i].field);
        if (value.kind == INPUT_MISSING) continue;
        clear_values(m);
        m->maker->values[row->values[i].index] = value;
        m->event.id = record_id(m, row->values[i].path, value.text);
        given++;
        give(m);
    }
    if (!given) {
        clear_values(m);
        m->event.id = record_id(m, row->rule->call == CALL_GROUP ? SLICE("group") : SLICE("identify"), m->event.group);
        give(m);
    }
    m->record = record;
}

static bool fetch_subject(struct making *m)
{
    const struct binding *b = m->maker->binding;
    m->event.user = fetch_key(m, &b->person);
    m->event.anonymous = fetch_key(m, &b->anonymous);
    m->event.group = fetch_key(m, &b->account);
    m->deal = fetch_key(m, &b->deal);
    m->subscription = fetch_key(m, &b->subscription);
    m->record = fetch_key(m, &b->record);
    struct slice any[] = {m->event.user, m->event.anonymous, m->deal, m->subscription, m->event.group};
    struct slice first = {0}, longest = {0};
    for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
        if (!first.len) first = any[i];
        if (any[i].len > longest.len) longest = any[i];
    }
    if (longest.len > INPUT_ID_MAX) {
        emit_reject(m->maker->emitter, m->row, REJECT_LONG_ID, 0, (struct slice){0});
        return false;
    }
    if (!m->record.len) m->record = first;
    if (!first.len)
        emit_reject(m->maker->emitter, m->row, REJECT_NO_SUBJECT, 0,
                    SLICE("the columns that name whom the row is about are blank"));
    return first.len > 0;
}

static void make_events(struct making *m)
{
    const struct binding *b = m->maker->binding;
    if (!fetch_subject(m)) return;
    for (size_t i = 0; i < b->mapping->row_count; i++) {
        const struct bound_row *row = &b->rows[i];
        bool all = true;
        for (size_t k = 0; k < row->when_count && all; k++) all = holds(m, &row->when[k]);
        if (!all) continue;
        bool nobody = row->rule->call == CALL_IDENTIFY && !m->event.user.len && !m->event.anonymous.len;
        m->event.call = row->rule->call;
        m->event.name = (struct slice){0};
        if (row->rule->call == CALL_TRACK)
            make_track(m, row);
        else if (!nobody)
            make_traits(m, row);
    }
}

/* --- Spend. --- */

static bool fetch_days(struct making *m, struct spend_row *out)
{
    const struct binding *b = m->maker->binding;
    struct input_value month = raw_value(m, &b->month), day = raw_value(m, &b->day), until = raw_value(m, &b->until);
    struct moment_cache *cache = &m->maker->emitter->moments;
    const struct convert_style wall = {.dates = b->style.dates};
    struct time_text time;
    int year, of_year;
    const struct input_value *from = is_blank(&month) ? &day : &month;
    if (is_blank(from)) {
        emit_reject(m->maker->emitter, m->row, REJECT_NO_TIME, 0, (struct slice){0});
        return false;
    }
    bool whole_month = read_month(from->text, &year, &of_year);
    if (!whole_month && read_time(&wall, cache, from, &time) && moment_plausible(time.instant)) {
        struct civil c = civil_from_instant(time.instant);
        out->from_day = out->until_day = civil_to_day(c.year, c.month, c.day);
        year = c.year;
        of_year = c.month;
        whole_month = from == &month;
    } else if (!whole_month) {
        reject_value(m, REJECT_BAD_TIME, from == &month ? &b->month : &b->day, from->text);
        return false;
    }
    if (whole_month) {
        out->from_day = civil_to_day(year, of_year, 1);
        out->until_day = out->from_day + civil_month_length(year, of_year) - 1;
    }
    if (is_blank(&until)) return true;
    bool fine = read_time(&wall, cache, &until, &time) && floor_div(time.instant, DAY_US) >= out->from_day;
    if (!fine)
        reject_value(m, REJECT_BAD_TIME, &b->until, until.text);
    else
        out->until_day = floor_div(time.instant, DAY_US);
    return fine;
}

static void make_spend(struct making *m)
{
    const struct binding *b = m->maker->binding;
    struct spend_row out = {.file = m->maker->emitter->file, .line = m->row->line};
    if (!fetch_days(m, &out)) return;
    struct input_value amount = raw_value(m, &b->amount);
    bool number = (amount.kind == INPUT_TEXT || amount.kind == INPUT_INT || amount.kind == INPUT_NUMBER) &&
                  convert_decimal(amount.text, b->style.comma_decimal && amount.kind == INPUT_TEXT, &out.amount);
    if (!number) {
        reject_value(m, REJECT_AMOUNT, &b->amount, amount.text);
        return;
    }
    out.channel = fetch_key(m, &b->channel);
    out.campaign = fetch_key(m, &b->campaign);
    struct slice named = fetch_key(m, &b->currency);
    out.currency = named.len ? read_currency_name(&m->maker->arena, named) : read_currency(amount.text);
    if (named.len && !out.currency.len) {
        reject_value(m, REJECT_AMOUNT, &b->currency, named);
        return;
    }
    if (!out.channel.len) {
        reject_value(m, REJECT_NO_KEY, &b->channel, SLICE("blank"));
        return;
    }
    m->maker->spend_rows++;
    if (m->maker->spend) m->maker->spend(m->maker->spend_context, &out);
}

void row_maker_run(struct row_maker *maker, const struct emit_row *row, const struct input_value *columns,
                   struct digest_source digest)
{
    struct making m = {.maker = maker, .row = row, .columns = columns, .digest = digest};
    m.event = (struct input_event){.sent_at = INSTANT_NONE,
                                   .received_at = INSTANT_NONE,
                                   .source = maker->emitter->source,
                                   .line = row->line,
                                   .values = maker->values};
    if (maker->arena.used) arena_clear(&maker->arena);
    if (maker->binding->mapping->spend.given)
        make_spend(&m);
    else
        make_events(&m);
}
