#include "value/yaml.h"

#include <libfyaml.h>

#include "base/bisect.h"
#include "base/buffer.h"
#include "base/map.h"

enum { MARK_EVERY = 256 };

struct yaml_source {
    struct slice file, text;
    const uint32_t *lines; /* offset of each line's first byte */
    size_t line_count;
    const uint32_t *marks; /* code points before each MARK_EVERY-th byte: a line may be the whole file */
};

struct reader {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct yaml_source *source;
    struct fy_parser *parser;
    VECTOR(struct anchor) anchors;
    uint32_t expanded; /* nodes that aliases have added so far */
    bool stopped;      /* an error was reported after which the rest cannot be read */
    bool cut;          /* the parser gave up inside a collection */
};

struct anchor {
    struct slice name;
    const struct yaml_node *node;
};

/* ---- places ---- */

static void find_lines(struct arena *arena, struct yaml_source *source)
{
    struct slice text = source->text;
    size_t count = 1, n = 1, points = 0;
    for (size_t i = 0; i < text.len; i++) count += text.ptr[i] == '\n';
    uint32_t *lines = ARENA_ARRAY(arena, uint32_t, count);
    uint32_t *marks = ARENA_ARRAY(arena, uint32_t, text.len / MARK_EVERY + 1);
    for (size_t i = 0; i < text.len; i++) {
        if (i % MARK_EVERY == 0) marks[i / MARK_EVERY] = (uint32_t)points;
        points += (text.ptr[i] & 0xC0) != 0x80;
        if (text.ptr[i] == '\n') lines[n++] = (uint32_t)i + 1;
    }
    if (text.len % MARK_EVERY == 0) marks[text.len / MARK_EVERY] = (uint32_t)points;
    source->lines = lines;
    source->line_count = count;
    source->marks = marks;
}

static size_t points_before(const struct yaml_source *source, size_t offset)
{
    if (offset > source->text.len) offset = source->text.len;
    size_t points = source->marks[offset / MARK_EVERY];
    for (size_t i = offset / MARK_EVERY * MARK_EVERY; i < offset; i++) points += (source->text.ptr[i] & 0xC0) != 0x80;
    return points;
}

static struct place place_of(const struct yaml_source *source, size_t offset)
{
    /* Counted from one: the first line begins at 0. */
    const size_t line = bisect(i, source->line_count, source->lines[i] <= offset);
    const size_t column = points_before(source, offset) - points_before(source, source->lines[line - 1]) + 1;
    return (struct place){source->file, (int)line, (int)column};
}

static bool quoted(const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR || node->plain || node->at == 0) return false;
    char before = node->source->text.ptr[node->at - 1];
    return before == '"' || before == '\'';
}

struct place yaml_place(const struct yaml_node *node)
{
    return place_of(node->source, node->at - (quoted(node) ? 1 : 0));
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t code_point_len(struct slice text, size_t at)
{
    size_t n = 1;
    while (at + n < text.len && (text.ptr[at + n] & 0xC0) == 0x80) n++;
    return n;
}

/* Bytes of the source that wrote the character at `i`: more than one for an escape. */
static size_t written_len(struct slice raw, size_t i, char quote)
{
    if (quote == '\'' && raw.ptr[i] == '\'') return 2;
    if (quote != '"' || raw.ptr[i] != '\\' || i + 1 >= raw.len) return code_point_len(raw, i);
    switch (raw.ptr[i + 1]) {
    case 'x': return 4;
    case 'u': return 6;
    case 'U': return 10;
    default: return 1 + code_point_len(raw, i + 1);
    }
}

struct place yaml_text_place(const struct yaml_node *node, size_t offset)
{
    struct slice raw = slice_of(node->source->text.ptr + node->at, node->end - node->at), text = node->text;
    char quote = quoted(node) ? node->source->text.ptr[node->at - 1] : 0;
    size_t i = 0, j = 0;
    while (i < raw.len && j <= offset && j < text.len) {
        bool folded = quote == '"' && raw.ptr[i] == '\\' && i + 1 < raw.len && raw.ptr[i + 1] == '\n';
        if (folded) {
            for (i++; i < raw.len && is_space(raw.ptr[i]);) i++;
        } else if (is_space(raw.ptr[i])) { /* a run of white space may have been folded into one, or be indentation */
            if (is_space(text.ptr[j]) && j == offset) break;
            while (i < raw.len && is_space(raw.ptr[i])) i++;
            while (j < offset && j < text.len && is_space(text.ptr[j])) j++;
        } else {
            if (j == offset) break;
            i += written_len(raw, i, quote);
            j += code_point_len(text, j);
        }
    }
    return place_of(node->source, node->at + (i < raw.len ? i : raw.len));
}

/* ---- errors ---- */

static void stop(struct reader *r, struct place at, const char *hint, const char *message)
{
    if (!r->stopped) diagnostics_error(r->diagnostics, at, slice_from(hint), "%s", message);
    r->stopped = true;
}

/* What people most often meant by a mistake that YAML words in its own terms. */
static const struct {
    const char *part, *hint;
} remedies[] = {
    {"missing comma",
     "an expression that begins with a quote, or holds a comma, a bracket or \": \", goes in quotes as a whole"},
    {"trailing content", "an expression that begins with a quote goes in quotes as a whole"},
    {"nested block mapping", "a text that holds \": \" goes in quotes"},
    {"multiline plain key", "is a \":\" missing, or the indentation of this line not that of its neighbours?"},
    {"without a closing", "a bracket was opened and not closed"},
    {"quoted scalar", "is the closing quote missing?"},
    {"sequence", "is a \"- \" missing before it, or should the lines before it have none?"},
    {"invalid indentation",
     "names side by side begin in the same column: give it as many spaces as its neighbours have"},
    {"tab", "indent with spaces"},
};

/* What word processors and right-to-left writing leave in a text, and what nobody sees or takes for a quote. */
static const char unseen_hint[] =
    "here or in the line before is a character that is not seen, such as a mark of direction: write it anew";
static const char curved_hint[] = "quotes are \" and ', not curved ones or gershayim";
static const struct {
    const char *part, *hint;
} strangers[] = {
    {"\u00A0", "here or in the line before is a no-break space: write a plain one"},
    {"\u200B", unseen_hint},
    {"\u200E", unseen_hint},
    {"\u200F", unseen_hint},
    {"\u202A", unseen_hint},
    {"\u202B", unseen_hint},
    {"\u202C", unseen_hint},
    {"\u2066", unseen_hint},
    {"\u2067", unseen_hint},
    {"\u2068", unseen_hint},
    {"\u2069", unseen_hint},
    {": \u2018", curved_hint}, /* in the middle of a text they are its own */
    {": \u2019", curved_hint},
    {": \u201C", curved_hint},
    {": \u201D", curved_hint},
    {": \u201E", curved_hint},
    {": \u05F4", curved_hint},
};

/* The parser stumbles in the line after, when a name begins in the wrong column. */
static const char *stranger_at(const struct yaml_source *source, int line)
{
    const size_t count = source->line_count;
    if (line < 1 || (size_t)line > count) return NULL;
    const size_t from = source->lines[line > 1 ? line - 2 : 0],
                 to = (size_t)line < count ? source->lines[line] : source->text.len;
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++)
        if (memmem(source->text.ptr + from, to - from, strangers[i].part, strlen(strangers[i].part)))
            return strangers[i].hint;
    return NULL;
}

static const char *remedy_of(const struct reader *r, const char *message, int line)
{
    const char *stranger = stranger_at(r->source, line);
    if (stranger) return stranger;
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strstr(message, remedies[i].part)) return remedies[i].hint;
    return "";
}

static void report_parser(struct reader *r, struct fy_diag *diag)
{
    void *iterator = NULL;
    const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &iterator);
    struct place at = {r->source->file, 1, 1};
    if (e && e->line > 0) at = (struct place){r->source->file, e->line, e->column > 0 ? e->column : 1};
    const char *message = e && e->msg ? e->msg : "this cannot be read as YAML";
    stop(r, at, remedy_of(r, message, at.line), message);
}

/* The parser's own messages are collected; nothing is to reach the terminal past us. */
static void swallow(struct fy_diag *diag, void *user, const char *text, size_t len) {}

/* ---- the tree ---- */

static struct yaml_node *node_new(struct reader *r, enum yaml_kind kind, const struct fy_mark *from,
                                  const struct fy_mark *to, uint32_t fallback)
{
    struct yaml_node *node = ARENA_NEW(r->arena, struct yaml_node);
    uint32_t size = (uint32_t)r->source->text.len;
    node->kind = kind;
    node->source = r->source;
    node->weight = 1;
    node->at = from && from->line >= 0 ? (uint32_t)from->input_pos : fallback;
    if (node->at > size) node->at = size;
    node->end = to && to->line >= 0 && to->input_pos >= node->at ? (uint32_t)to->input_pos : node->at;
    if (node->end > size) node->end = size;
    return node;
}

/* Piece by piece: fy_token_get_text of libfyaml 0.7.12 leaks when a text has many pieces, as quotes inside quotes make.
 */
static struct slice token_text(struct reader *r, struct fy_token *token)
{
    if (!token) return SLICE("");
    struct buffer text;
    struct fy_token_iter *pieces = fy_token_iter_create(token);
    if (!pieces) out_of_memory(0);
    buffer_init(&text, BUFFER_NO_LIMIT);
    const struct fy_iter_chunk *piece = NULL;
    while ((piece = fy_token_iter_chunk_next(pieces, piece, NULL))) buffer_add(&text, slice_of(piece->str, piece->len));
    struct slice copy = arena_slice(r->arena, buffer_slice(&text));
    buffer_release(&text);
    fy_token_iter_destroy(pieces);
    return copy;
}

static const struct yaml_node *expand(struct reader *r, struct fy_event *event, uint32_t fallback)
{
    struct slice name = token_text(r, fy_event_get_token(event));
    const struct fy_mark *mark = fy_event_start_mark(event);
    struct place at = place_of(r->source, mark && mark->input_pos ? mark->input_pos - 1 : fallback);
    for (size_t i = r->anchors.count; i-- > 0;) {
        const struct anchor *anchor = &r->anchors.at[i];
        if (!slice_equal(anchor->name, name)) continue;
        r->expanded += anchor->node->weight;
        if (r->expanded > YAML_EXPANSION_MAX) {
            stop(r, at, "write it out, or share less", "the aliases of this file expand to more than 10,000 values");
            return NULL;
        }
        return anchor->node;
    }
    if (!r->stopped)
        diagnostics_error(r->diagnostics, at, SLICE("an anchor &name stands before its alias *name, and not around it"),
                          "there is no anchor `%.*s` above", SLICE_ARG(name));
    r->stopped = true;
    return NULL;
}

static const struct yaml_node *read_node(struct reader *r, struct fy_event *event, int depth, uint32_t fallback);

static struct fy_event *next_event(struct reader *r)
{
    return r->stopped ? NULL : fy_parser_parse(r->parser);
}

/* The next node, or NULL at the end of the collection (or when reading has stopped). */
static const struct yaml_node *next_node(struct reader *r, enum fy_event_type end, int depth, uint32_t fallback)
{
    struct fy_event *event = next_event(r);
    if (!event) {
        r->cut = true;
        return NULL;
    }
    const struct yaml_node *node = event->type == end ? NULL : read_node(r, event, depth, fallback);
    fy_parser_event_free(r->parser, event);
    return node;
}

static void read_list(struct reader *r, struct yaml_node *list, int depth)
{
    VECTOR(const struct yaml_node *) items = {0};
    const struct yaml_node *item;
    while ((item = next_node(r, FYET_SEQUENCE_END, depth + 1, list->at))) {
        vector_push(&items, item);
        list->weight += item->weight;
    }
    const struct yaml_node **copy = ARENA_ARRAY(r->arena, const struct yaml_node *, items.count);
    for (size_t i = 0; i < items.count; i++) copy[i] = items.at[i];
    list->items = copy;
    list->count = items.count;
    vector_release(&items);
}

struct map_reader {
    VECTOR(struct yaml_pair) pairs;
    struct map seen; /* key to its index in pairs */
    VECTOR(const struct yaml_node *) merged;
};

static void add_merged(struct reader *r, struct map_reader *m, const struct yaml_node *from)
{
    for (size_t i = 0; i < from->count; i++) {
        uint32_t at = (uint32_t)m->pairs.count;
        if (map_put(&m->seen, from->pairs[i].key->text, at) == at) vector_push(&m->pairs, from->pairs[i]);
    }
}

/* `<<: *base` or `<<: [*a, *b]`: what the map does not say itself; of several, the earlier wins. */
static void merge(struct reader *r, struct map_reader *m, const struct yaml_node *value)
{
    bool fits = value->kind == YAML_MAP || value->kind == YAML_LIST;
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++)
        fits = fits && value->items[i]->kind == YAML_MAP;
    if (!fits) {
        stop(r, yaml_place(value), "<<: *name, where &name stands before a map", "only maps can be merged with <<");
        return;
    }
    if (value->kind == YAML_MAP) add_merged(r, m, value);
    for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++) add_merged(r, m, value->items[i]);
}

static void add_pair(struct reader *r, struct map_reader *m, struct yaml_pair pair)
{
    if (pair.key->kind != YAML_SCALAR) {
        stop(r, yaml_place(pair.key), "put it in quotes if it is a text", "a key must be a word, not a list or a map");
        return;
    }
    if (pair.key->plain && slice_is(pair.key->text, "<<")) {
        vector_push(&m->merged, pair.value);
        return;
    }
    uint32_t at = (uint32_t)m->pairs.count, old = map_put(&m->seen, pair.key->text, at);
    if (old == at) {
        vector_push(&m->pairs, pair);
        return;
    }
    diagnostics_error(r->diagnostics, yaml_place(pair.key), SLICE("keep one of them"),
                      "`%.*s` is given twice, first in line %d", SLICE_ARG(pair.key->text),
                      yaml_place(m->pairs.at[old].key).line);
}

static void read_map(struct reader *r, struct yaml_node *map, int depth)
{
    struct map_reader m = {0};
    map_init(&m.seen);
    struct yaml_pair pair;
    while ((pair.key = next_node(r, FYET_MAPPING_END, depth + 1, map->at))) {
        pair.value = next_node(r, FYET_MAPPING_END, depth + 1, pair.key->end);
        if (!pair.value) break;
        add_pair(r, &m, pair);
    }
    for (size_t i = 0; i < m.merged.count && !r->stopped; i++) merge(r, &m, m.merged.at[i]);
    struct yaml_pair *copy = ARENA_ARRAY(r->arena, struct yaml_pair, m.pairs.count);
    for (size_t i = 0; i < m.pairs.count; i++) {
        copy[i] = m.pairs.at[i];
        map->weight += copy[i].key->weight + copy[i].value->weight;
    }
    map->pairs = copy;
    map->count = m.pairs.count;
    vector_release(&m.pairs);
    vector_release(&m.merged);
    map_release(&m.seen);
}

/* The mark of a map without braces may stand after its first key was scanned. */
static void settle_place(struct yaml_node *node)
{
    const struct yaml_node *first = NULL;
    if (node->kind == YAML_MAP && node->count) first = node->pairs[0].key;
    if (node->kind == YAML_LIST && node->count) first = node->items[0];
    if (!first || first->source != node->source) return;
    uint32_t at = first->at - (quoted(first) ? 1 : 0);
    if (at < node->at) node->at = at;
}

static const struct yaml_node *read_node(struct reader *r, struct fy_event *event, int depth, uint32_t fallback)
{
    const struct fy_mark *from = fy_event_start_mark(event), *to = fy_event_end_mark(event);
    if (event->type == FYET_ALIAS) return expand(r, event, fallback);
    bool scalar = event->type == FYET_SCALAR;
    enum yaml_kind kind = scalar ? YAML_SCALAR : event->type == FYET_MAPPING_START ? YAML_MAP : YAML_LIST;
    struct yaml_node *node = node_new(r, kind, from, to, fallback);
    if (fy_event_get_tag_token(event))
        stop(r, yaml_place(node), "remove the word that begins with \"!\"", "tags are not used in this language");
    if (depth > YAML_DEPTH_MAX) stop(r, yaml_place(node), "at most 64 levels", "this is nested too deep");
    if (r->stopped) return NULL;
    struct slice anchor = token_text(r, fy_event_get_anchor_token(event));
    if (scalar) {
        enum fy_node_style style = fy_event_get_node_style(event);
        node->plain = style == FYNS_PLAIN || style == FYNS_ANY;
        node->text = token_text(r, fy_event_get_token(event));
    } else if (kind == YAML_LIST) {
        read_list(r, node, depth);
    } else {
        read_map(r, node, depth);
    }
    settle_place(node);
    if (anchor.len) vector_push(&r->anchors, ((struct anchor){anchor, node}));
    return node;
}

static const struct yaml_node *read_document(struct reader *r)
{
    const struct yaml_node *root = NULL;
    struct fy_event *event;
    while ((event = next_event(r))) {
        bool content = event->type == FYET_SCALAR || event->type == FYET_ALIAS || event->type == FYET_MAPPING_START ||
                       event->type == FYET_SEQUENCE_START;
        if (content) {
            const struct fy_mark *mark = fy_event_start_mark(event);
            struct place at = place_of(r->source, mark && mark->line >= 0 ? mark->input_pos : 0);
            if (root)
                stop(r, at, "remove the line of three dashes", "a second document begins here; one file holds one");
            else
                root = read_node(r, event, 1, 0);
        }
        fy_parser_event_free(r->parser, event);
    }
    return root;
}

static bool check_bytes(struct reader *r)
{
    struct slice text = r->source->text;
    for (size_t i = 0, n; i < text.len; i += n) {
        n = code_point_len(text, i);
        bool control = (unsigned char)text.ptr[i] < 32 && !is_space(text.ptr[i]);
        if (control)
            stop(r, place_of(r->source, i), "remove it", "a control character stands here");
        else if (!slice_is_utf8(slice_of(text.ptr + i, n)))
            stop(r, place_of(r->source, i), "save the file as UTF-8", "these bytes are not UTF-8");
        if (r->stopped) return false;
    }
    return true;
}

static const struct yaml_node *run_parser(struct reader *r)
{
    struct fy_diag_cfg diag_config;
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.output_fn = swallow;
    diag_config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&diag_config);
    if (!diag) out_of_memory(sizeof diag_config);
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg config = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
    r->parser = fy_parser_create(&config);
    if (!r->parser) out_of_memory(sizeof config);
    const struct yaml_node *root = NULL;
    if (fy_parser_set_string(r->parser, r->source->text.ptr, r->source->text.len) == 0) root = read_document(r);
    if (r->cut || fy_parser_get_stream_error(r->parser)) report_parser(r, diag);
    fy_parser_destroy(r->parser);
    fy_diag_destroy(diag);
    return root;
}

const struct yaml_node *yaml_parse(struct arena *arena, struct slice text, struct slice file,
                                   struct diagnostics *diagnostics)
{
    if (slice_starts(text, SLICE("\xEF\xBB\xBF"))) text = slice_skip(text, 3);
    struct yaml_source *source = ARENA_NEW(arena, struct yaml_source);
    struct reader r = {.arena = arena, .diagnostics = diagnostics, .source = source};
    source->file = arena_slice(arena, file);
    if (text.len > YAML_SIZE_MAX) {
        stop(&r, (struct place){source->file, 1, 1}, "split it", "the file is larger than a megabyte");
        return NULL;
    }
    source->text = arena_slice(arena, text);
    find_lines(arena, source);
    if (!check_bytes(&r)) return NULL;
    const struct yaml_node *root = text.len ? run_parser(&r) : NULL;
    vector_release(&r.anchors);
    if (r.stopped) return NULL;
    if (root) return root;
    struct yaml_node *null = node_new(&r, YAML_SCALAR, NULL, NULL, 0); /* nothing but comments */
    null->plain = true;
    return null;
}

/* ---- reading ---- */

const struct yaml_node *yaml_find(const struct yaml_node *map, struct slice key)
{
    if (!map || map->kind != YAML_MAP) return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (slice_equal(map->pairs[i].key->text, key)) return map->pairs[i].value;
    return NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    return yaml_find(map, slice_from(key));
}

struct slice yaml_source_text(const struct yaml_node *node)
{
    return node->source->text;
}

bool yaml_is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && node->plain &&
           (node->text.len == 0 || slice_is(node->text, "~") || slice_is(node->text, "null"));
}

bool yaml_to_bool(const struct yaml_node *node, bool *out)
{
    if (node->kind != YAML_SCALAR || !node->plain) return false;
    *out = slice_is(node->text, "true");
    return *out || slice_is(node->text, "false");
}
