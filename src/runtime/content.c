#include "runtime/content.h"

#include <stdlib.h>

#include "base/bisect.h"
#include "base/decimal.h"
#include "value/json.h"
#include "value/number.h"

enum { SAID_MAX = 1 << 18, HEAD_BYTES = 6, CELL_BYTES_MAX = 24 };

struct event_fields {
    const struct field **fields;
    uint32_t *paths; /* of the fields */
    size_t count;
    uint32_t currency; /* path of what its plain amounts are in, NONE when it has none */
};

struct content_fields {
    struct arena arena;
    const struct definition *definition;
    const struct zone *zone;
    struct event_fields *events;
};

/* ---- which fields an event has ---- */

static bool has_path(const struct event_fields *e, uint32_t path)
{
    for (size_t i = 0; i < e->count; i++)
        if (e->paths[i] == path) return true;
    return false;
}

static void add_field(struct event_fields *e, const struct field *field)
{
    if (field->path == NONE || has_path(e, field->path)) return;
    e->paths[e->count] = field->path;
    e->fields[e->count++] = field;
}

static void add_trait_fields(struct content_fields *f)
{
    const struct definition *d = f->definition;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (size_t t = 0; t < d->kinds[kind].trait_count; t++) {
            const struct trait *trait = &d->kinds[kind].traits[t];
            for (size_t k = 0; k < trait->feed_count; k++) {
                struct field *field = ARENA_NEW(&f->arena, struct field);
                *field = trait->field;
                field->path = trait->feeds[k].path;
                add_field(&f->events[trait->feeds[k].event], field);
            }
        }
}

/* Paths that no event declares are read as text, off every event: the context a touch came with. */
static void add_context_fields(struct content_fields *f)
{
    const struct definition *d = f->definition;
    for (uint32_t path = 0; path < d->path_count; path++) {
        if (!slice_starts(d->paths[path], SLICE("context.")) || path == d->agent_path) continue;
        struct field *field = ARENA_NEW(&f->arena, struct field);
        *field = (struct field){.path = path, .type = {.kind = FIELD_TEXT}};
        for (size_t e = 0; e < d->event_count; e++) add_field(&f->events[e], field);
    }
}

struct content_fields *content_fields_new(const struct definition *definition, const struct zone *zone)
{
    struct content_fields *f = memory_new(sizeof *f);
    arena_init(&f->arena);
    f->definition = definition;
    f->zone = zone;
    f->events = ARENA_ARRAY(&f->arena, struct event_fields, definition->event_count);
    for (size_t e = 0; e < definition->event_count; e++) {
        f->events[e].fields = ARENA_ARRAY(&f->arena, const struct field *, definition->path_count);
        f->events[e].paths = ARENA_ARRAY(&f->arena, uint32_t, definition->path_count);
    }
    add_trait_fields(f);
    for (size_t e = 0; e < definition->event_count; e++) {
        f->events[e].currency = NONE;
        for (size_t i = 0; i < definition->events[e].field_count; i++) {
            const struct field *field = &definition->events[e].fields[i];
            add_field(&f->events[e], field);
            if (slice_is(field->label.name, "currency")) f->events[e].currency = field->path;
        }
    }
    add_context_fields(f);
    return f;
}

void content_fields_free(struct content_fields *f)
{
    arena_release(&f->arena);
    free(f);
}

/* ---- values to cells ---- */

static const struct {
    const char *text;
    bool value;
} bool_words[] = {{"yes", true}, {"true", true},   {"כן", true},  {"1", true},
                  {"no", false}, {"false", false}, {"לא", false}, {"0", false}};

static struct cell to_bool(struct input_value v)
{
    if (v.kind == INPUT_BOOL || v.kind == INPUT_INT)
        return v.number == 0 || v.number == 1 ? cell_bool(v.number) : cell_absent();
    for (size_t i = 0; v.kind == INPUT_TEXT && i < sizeof bool_words / sizeof *bool_words; i++)
        if (slice_equal_fold(v.text, slice_from(bool_words[i].text))) return cell_bool(bool_words[i].value);
    return cell_absent();
}

static struct cell to_int(struct input_value v)
{
    int64_t n;
    if (v.kind == INPUT_INT) return cell_int(v.number);
    if (v.kind == INPUT_TEXT && slice_to_i64(slice_trim(v.text), &n)) return cell_int(n);
    if (v.kind == INPUT_NUMBER && decimal_parse(v.text, &n) && n % DECIMAL_ONE == 0) return cell_int(n / DECIMAL_ONE);
    return cell_absent();
}

static struct cell to_decimal(struct input_value v)
{
    int64_t n;
    if (v.kind == INPUT_INT) return __builtin_mul_overflow(v.number, DECIMAL_ONE, &n) ? cell_absent() : cell_decimal(n);
    if (v.kind == INPUT_NUMBER || v.kind == INPUT_TEXT)
        return decimal_parse(v.text, &n) ? cell_decimal(n) : cell_absent();
    return cell_absent();
}

static struct cell to_text(struct content_store *s, const struct field *field, struct input_value v)
{
    char digits[32];
    if (v.kind == INPUT_INT)
        v.text = slice_of(digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)v.number));
    else if (v.kind == INPUT_BOOL)
        v.text = v.number ? SLICE("true") : SLICE("false");
    else if (v.kind != INPUT_TEXT && v.kind != INPUT_NUMBER)
        return cell_absent();
    if (!v.text.len) return cell_absent();
    if (!field->type.choices) return cell_text(dictionary_code(&s->dictionary, v.text));
    for (size_t i = 0; i < field->type.choice_count; i++)
        if (slice_equal_fold(v.text, field->type.choices[i]))
            return cell_text(dictionary_code(&s->dictionary, field->type.choices[i]));
    return cell_absent();
}

static struct cell to_instant(struct content_store *s, const struct field *field, struct input_value v)
{
    struct time_text t;
    if (v.kind != INPUT_TEXT || !time_parse(v.text, &t)) return cell_absent();
    if (t.zoned) return cell_instant(t.instant);
    return cell_instant(zone_from_local(s->fields->zone, t.instant));
}

static struct cell amount_of(struct value v)
{
    char digits[DOUBLE_FIXED_MAX];
    if (v.kind == VALUE_INT) return to_decimal((struct input_value){.kind = INPUT_INT, .number = v.integer});
    if (v.kind == VALUE_STRING) return to_decimal((struct input_value){.kind = INPUT_TEXT, .text = v.text});
    if (v.kind != VALUE_DOUBLE) return cell_absent();
    struct slice text = slice_of(digits, double_to_fixed(v.real, 6, digits));
    return to_decimal((struct input_value){.kind = INPUT_TEXT, .text = text});
}

/* Codes of currencies are written in capitals. */
static uint32_t currency_code(struct content_store *s, struct slice currency)
{
    char capitals[3];
    if (currency.len != sizeof capitals) return dictionary_code(&s->dictionary, currency);
    for (size_t i = 0; i < sizeof capitals; i++)
        capitals[i] = currency.ptr[i] >= 'a' && currency.ptr[i] <= 'z' ? (char)(currency.ptr[i] - 32) : currency.ptr[i];
    return dictionary_code(&s->dictionary, slice_of(capitals, sizeof capitals));
}

/* "4500", "4500 USD", or the members of {"amount": 4500, "currency": "USD"}; `beside` is the property `currency` of the
 * same event, which an amount alone is in. */
static struct cell to_money(struct content_store *s, struct input_value v, const struct input_value *beside)
{
    struct slice currency = s->fields->definition->company.currency;
    struct cell amount = to_decimal(v);
    if (beside && beside->kind == INPUT_TEXT && slice_trim(beside->text).len) currency = slice_trim(beside->text);
    struct arena arena;
    arena_init(&arena);
    if (v.kind == INPUT_TEXT && amount.kind == CELL_ABSENT) {
        struct slice rest = slice_trim(v.text), number = slice_cut(&rest, ' ');
        amount = to_decimal((struct input_value){.kind = INPUT_TEXT, .text = number});
        currency = slice_trim(rest);
    } else if (v.kind == INPUT_JSON) {
        struct value object;
        if (json_parse(&arena, v.text, &object, NULL) == OK && object.kind == VALUE_MAP) {
            const struct value *number = value_map_field(object.map, SLICE("amount"));
            const struct value *unit = value_map_field(object.map, SLICE("currency"));
            amount = number ? amount_of(*number) : cell_absent();
            if (unit && unit->kind == VALUE_STRING) currency = unit->text;
        }
    }
    if (amount.kind == CELL_DECIMAL && currency.len)
        amount = (struct cell){.kind = CELL_MONEY, .number = amount.number, .unit = currency_code(s, currency)};
    else
        amount = cell_absent();
    arena_release(&arena);
    return amount;
}

static struct cell to_collection(struct content_store *s, struct input_value v)
{
    if (v.kind != INPUT_JSON) return cell_absent();
    return (struct cell){.kind = CELL_VALUE, .number = dictionary_code(&s->dictionary, v.text)};
}

static struct cell to_cell(struct content_store *s, const struct field *field, struct input_value v,
                           const struct input_value *currency)
{
    struct cell c = cell_absent();
    switch (field->type.kind) {
    case FIELD_BOOL: c = to_bool(v); break;
    case FIELD_INT: c = to_int(v); break;
    case FIELD_DECIMAL: c = to_decimal(v); break;
    case FIELD_TEXT: c = to_text(s, field, v); break;
    case FIELD_INSTANT: c = to_instant(s, field, v); break;
    case FIELD_MONEY: c = to_money(s, v, currency); break;
    case FIELD_LIST:
    case FIELD_MAP: c = to_collection(s, v); break;
    case FIELD_SPAN: break;
    }
    if (field->ranged && c.kind == CELL_INT && (c.number < field->low || c.number > field->high)) c = cell_absent();
    if (field->answer && v.kind == INPUT_TEXT && slice_equal_fold(v.text, SLICE("withdrawn"))) return cell_withdrawn();
    bool blank = v.kind == INPUT_TEXT && !slice_trim(v.text).len;
    bool unknown = field->answer && v.kind == INPUT_TEXT && slice_equal_fold(v.text, SLICE("unknown"));
    if (c.kind == CELL_ABSENT && !blank && !unknown) s->wrong_type++;
    return c;
}

/* ---- packing: event u16, source u16, flags u8, cells u8, then per cell path u16, kind u8, unit and number as varints
 * ---- */

static char *put_varint(char *p, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) *p++ = (char)(n | 0x80);
    *p++ = (char)n;
    return p;
}

static const char *get_varint(const char *p, uint64_t *n)
{
    *n = 0;
    for (int shift = 0;; shift += 7) {
        uint8_t byte = (uint8_t)*p++;
        *n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return p;
    }
}

static char *put_cell(char *p, uint32_t path, struct cell c)
{
    *p++ = (char)(path & 0xff);
    *p++ = (char)(path >> 8);
    *p++ = (char)c.kind;
    if (c.kind == CELL_MONEY) p = put_varint(p, c.unit);
    return put_varint(p, (uint64_t)c.number << 1 ^ (uint64_t)(c.number >> 63));
}

static const char *get_cell(const char *p, uint32_t *path, struct cell *c)
{
    uint64_t n, unit = 0;
    *path = (uint8_t)p[0] | (uint32_t)(uint8_t)p[1] << 8;
    *c = (struct cell){.kind = (uint8_t)p[2]};
    p += 3;
    if (c->kind == CELL_MONEY) p = get_varint(p, &unit);
    p = get_varint(p, &n);
    c->unit = (uint32_t)unit;
    c->number = (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
    return p;
}

/* Programs that follow links or fetch pages for somebody; their touches are counted apart. */
static const struct slice machine_agents[] = {
    SLICE("bot"),        SLICE("crawler"),   SLICE("spider"),          SLICE("safelinks"),          SLICE("mimecast"),
    SLICE("proofpoint"), SLICE("barracuda"), SLICE("scanner"),         SLICE("imageproxy"),         SLICE("headless"),
    SLICE("preview"),    SLICE("curl/"),     SLICE("python-requests"), SLICE("facebookexternalhit")};

static bool begins_machine(struct slice rest)
{
    for (size_t i = 0; i < sizeof machine_agents / sizeof *machine_agents; i++) {
        const struct slice word = machine_agents[i];
        if ((rest.ptr[0] | 0x20) == word.ptr[0] && rest.len >= word.len &&
            slice_equal_fold(slice_of(rest.ptr, word.len), word))
            return true;
    }
    return false;
}

/* Nearly every event of a browser names one: most places of it are passed over by their first letter. */
static bool agent_is_machine(struct slice agent)
{
    uint32_t first = 0; /* letters that any of the words begins with */
    for (size_t i = 0; i < sizeof machine_agents / sizeof *machine_agents; i++)
        first |= UINT32_C(1) << (machine_agents[i].ptr[0] & 31);
    for (size_t i = 0; i < agent.len; i++)
        if (first >> (agent.ptr[i] & 31) & 1 && begins_machine(slice_skip(agent, i))) return true;
    return false;
}

static bool machine_says_so(struct input_value told, struct input_value agent)
{
    return cell_is_true(to_bool(told)) || (agent.kind == INPUT_TEXT && agent_is_machine(agent.text));
}

/* Most events say nothing about it. (Of two kinds one is more than null when both together are.) */
static inline bool by_machine(const struct definition *d, const struct input_event *input)
{
    const struct input_value *told = &input->values[d->machine_path], *agent = &input->values[d->agent_path];
    return (told->kind | agent->kind) > INPUT_NULL && machine_says_so(*told, *agent);
}

static void intern_seed(struct content_store *s, const struct dictionary *from)
{
    for (uint32_t i = 0; i < from->map.count; i++) dictionary_code(&s->dictionary, from->map.entries[i].key);
}

void content_store_init(struct content_store *s, const struct content_fields *fields)
{
    *s = (struct content_store){.fields = fields, .cursor = zone_cursor_of(fields->zone)};
    dictionary_init(&s->dictionary);
    intern_seed(s, fields->definition->dictionary);
    buffer_init(&s->bytes, BUFFER_NO_LIMIT);
    fingerprints_init(&s->said);
}

void content_store_release(struct content_store *s)
{
    dictionary_release(&s->dictionary);
    buffer_release(&s->bytes);
    vector_release(&s->starts);
    vector_release(&s->wrong);
    vector_release(&s->wrong_contents);
    fingerprints_release(&s->said);
    free(s->codes);
}

/* ---- what was said before ---- */

/* The event as it came: type, source, flags, and of the fields it has which one, its kind and length, its bytes. The
 * same fingerprint means the same content, so that reading what was said before costs one look and no conversion. */
static struct fingerprint fingerprint_event(const struct event_fields *e, uint64_t head,
                                            const struct input_event *input)
{
    struct fingerprint f = fingerprint_start(head, e->count);
    for (size_t i = 0; i < e->count; i++) {
        const struct input_value *v = &input->values[e->paths[i]];
        if (v->kind <= INPUT_NULL) continue;
        const uint64_t mark = i | (uint64_t)v->kind << 16;
        f = v->kind <= INPUT_INT ? fingerprint_word(f, mark, (uint64_t)v->number) : fingerprint_text(f, mark, v->text);
    }
    return f;
}

/* The content being converted says a value that cannot be read as declared. */
static void note_wrong(struct content_store *s, uint32_t event, uint32_t path)
{
    size_t i = 0;
    while (i < s->wrong.count && (s->wrong.at[i].event != event || s->wrong.at[i].path != path)) i++;
    if (i == s->wrong.count) vector_push(&s->wrong, ((struct wrong_value){event, path, 0}));
    s->wrong.at[i].count++;
    vector_push(&s->wrong_contents, ((struct wrong_content){(uint32_t)s->starts.count, (uint32_t)i}));
}

void content_count_wrong(struct content_store *s, uint32_t content, int64_t events)
{
    const size_t count = s->wrong_contents.count;
    if (!count) return;
    for (size_t i = bisect(k, count, s->wrong_contents.at[k].content < content);
         i < count && s->wrong_contents.at[i].content == content; i++) {
        s->wrong.at[s->wrong_contents.at[i].wrong].count += (uint64_t)events;
        s->wrong_type += (uint64_t)events;
    }
}

static __attribute__((noinline)) uint32_t convert(struct content_store *s, const struct event_fields *e, uint32_t event,
                                                  uint16_t source, unsigned flags, const struct input_event *input)
{
    char *start = buffer_reserve(&s->bytes, HEAD_BYTES + e->count * CELL_BYTES_MAX), *p = start + HEAD_BYTES;
    const struct input_value *currency = e->currency == NONE ? NULL : &input->values[e->currency];
    unsigned cells = 0;
    for (size_t i = 0; i < e->count && cells < 255; i++) {
        const struct input_value v = input->values[e->paths[i]];
        if (v.kind <= INPUT_NULL) continue;
        const uint64_t wrong = s->wrong_type;
        struct cell c = to_cell(s, e->fields[i], v, currency);
        if (__builtin_expect(s->wrong_type > wrong, 0)) note_wrong(s, event, e->paths[i]);
        if (c.kind == CELL_ABSENT && !cell_is_withdrawn(c)) continue;
        p = put_cell(p, e->paths[i], c);
        cells++;
    }
    const char head[HEAD_BYTES] = {(char)event,         (char)(event >> 8), (char)source,
                                   (char)(source >> 8), (char)flags,        (char)cells};
    memcpy(start, head, HEAD_BYTES);
    vector_push(&s->starts, s->bytes.len);
    buffer_advance(&s->bytes, (size_t)(p - start));
    return (uint32_t)s->starts.count - 1;
}

uint32_t content_put(struct content_store *s, uint32_t event, uint16_t source, unsigned flags,
                     const struct input_event *input)
{
    const struct event_fields *e = &s->fields->events[event];
    if (by_machine(s->fields->definition, input)) flags |= CONTENT_MACHINE;
    const uint64_t head = event | (uint64_t)source << 16 | (uint64_t)flags << 32;
    const struct fingerprint f = fingerprint_event(e, head, input);
    const uint32_t known = fingerprints_find(&s->said, f);
    if (known != FINGERPRINT_NEW) {
        const uint32_t content = s->said_first + known;
        content_count_wrong(s, content, 1);
        return content;
    }
    if (s->said.count == SAID_MAX) { /* only speed is lost */
        fingerprints_clear(&s->said);
        s->said_first = (uint32_t)s->starts.count;
    }
    fingerprints_add(&s->said, f);
    return convert(s, e, event, source, flags, input);
}

void content_join(struct content_store *s, struct dictionary *common)
{
    uint32_t n = s->dictionary.map.count;
    s->codes = memory_new(n * sizeof *s->codes);
    for (uint32_t c = 0; c < n; c++) s->codes[c] = dictionary_code(common, s->dictionary.map.entries[c].key);
    fingerprints_release(&s->said);
}

/* ---- unpacking ---- */

struct content_reader {
    const struct definition *definition;
    const struct dictionary *common;
    struct json_reader *json;
    struct arena arena; /* parsed lists and maps */
    struct map parsed;  /* text -> index + 1 in values */
    VECTOR(const struct value *) values;
    struct cell *cells;
    VECTOR(uint32_t) set; /* paths set by the last call */
};

struct content_reader *content_reader_new(const struct definition *definition, const struct dictionary *common)
{
    struct content_reader *r = memory_new(sizeof *r);
    r->definition = definition;
    r->common = common;
    arena_init(&r->arena);
    map_init(&r->parsed);
    r->cells = memory_new((definition->path_count + 1) * sizeof *r->cells);
    return r;
}

void content_reader_free(struct content_reader *r)
{
    if (!r) return;
    if (r->json) json_reader_free(r->json);
    arena_release(&r->arena);
    map_release(&r->parsed);
    vector_release(&r->values);
    vector_release(&r->set);
    free(r->cells);
    free(r);
}

struct content_head content_head(const struct content_store *s, uint32_t content)
{
    const uint8_t *p = (const uint8_t *)s->bytes.data + s->starts.at[content];
    return (struct content_head){.event = p[0] | (uint32_t)p[1] << 8,
                                 .source = (uint16_t)(p[2] | p[3] << 8),
                                 .day = p[4] & CONTENT_DAY,
                                 .machine = p[4] & CONTENT_MACHINE,
                                 .corrected = p[4] & CONTENT_CORRECTED};
}

static struct cell parsed_value(struct content_reader *r, uint32_t code)
{
    struct slice text = dictionary_text(r->common, code);
    uint32_t known = map_get(&r->parsed, text);
    if (known == MAP_NONE) {
        struct value *value = ARENA_NEW(&r->arena, struct value);
        if (!r->json) r->json = json_reader_new(1 << 20);
        if (json_read(r->json, &r->arena, text, value, NULL) != OK) value = NULL;
        vector_push(&r->values, value);
        known = map_put(&r->parsed, text, (uint32_t)r->values.count - 1);
    }
    const struct value *value = r->values.at[known];
    return value ? (struct cell){.kind = CELL_VALUE, .value = value} : cell_absent();
}

static struct cell common_cell(struct content_reader *r, const struct content_store *s, struct cell c)
{
    if (c.kind == CELL_TEXT) c.number = s->codes[c.number];
    if (c.kind == CELL_MONEY) c.unit = s->codes[c.unit];
    if (c.kind == CELL_VALUE) c = parsed_value(r, s->codes[c.number]);
    return c;
}

const struct cell *content_cells(struct content_reader *r, const struct content_store *s, uint32_t content)
{
    for (size_t i = 0; i < r->set.count; i++) r->cells[r->set.at[i]] = cell_absent();
    vector_clear(&r->set);
    const char *p = s->bytes.data + s->starts.at[content];
    unsigned cells = (uint8_t)p[5];
    p += HEAD_BYTES;
    for (unsigned i = 0; i < cells; i++) {
        uint32_t path;
        struct cell c;
        p = get_cell(p, &path, &c);
        r->cells[path] = common_cell(r, s, c);
        vector_push(&r->set, path);
    }
    return r->cells;
}

bool content_reader_shares(const struct content_reader *r)
{
    for (size_t i = 0; i < r->set.count; i++)
        if (r->cells[r->set.at[i]].kind == CELL_VALUE) return false;
    return true;
}

uint64_t content_digest(struct content_reader *r, const struct content_store *s, uint32_t content, bool whenever)
{
    struct content_head head = content_head(s, content);
    const char *p = s->bytes.data + s->starts.at[content];
    unsigned cells = (uint8_t)p[5];
    uint64_t digest = head.event * UINT64_C(0x9e3779b97f4a7c15) + (whenever ? 0 : head.day * 7u) + head.machine;
    p += HEAD_BYTES;
    for (unsigned i = 0; i < cells; i++) {
        uint32_t path;
        struct cell c;
        p = get_cell(p, &path, &c);
        bool text = c.kind == CELL_TEXT || c.kind == CELL_VALUE;
        uint64_t value = text ? slice_hash(dictionary_text(r->common, s->codes[c.number])) : (uint64_t)c.number;
        digest = (digest ^ (value + path * UINT64_C(0xd1b54a32d192ed03))) * UINT64_C(0xff51afd7ed558ccd);
        digest ^= digest >> 32;
    }
    return digest;
}
