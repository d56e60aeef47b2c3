/* What changes between two definitions, in sentences. Rules are found again by their place in the file and statements
 * by their key, so that a number that moves is told as such. Sections that no sentence speaks of are compared as trees.
 */
#include "definition/loader.h"
#include "definition/statement.h"
#include "definition/words.h"

enum { SHOWN_MAX = 120 }; /* bytes of a list that are worth showing */

/* Sections whose rules are said as statements. */
static const char *const spoken_sections[] = {"audience", "bant", "brief",     "buying_group", "funnels",
                                              "icp",      "kpis", "playbooks", "scores",       "signals"};
enum { SPOKEN = sizeof spoken_sections / sizeof *spoken_sections };

struct comparing {
    struct speaker s;
    struct sentence_list *out;
    bool told[SPOKEN]; /* something of the section was said */
};

static int spoken_section(struct slice path)
{
    const struct slice section = slice_cut(&path, '.');
    for (int i = 0; i < SPOKEN; i++)
        if (slice_is(section, spoken_sections[i])) return i;
    return SPOKEN;
}

static void say(struct comparing *c, struct slice sentence)
{
    vector_push(c->out, sentence);
}

/* A sentence begins with a capital letter; names keep theirs. */
static struct slice capital(struct comparing *c, struct slice sentence)
{
    if (!sentence.len || sentence.ptr[0] < 'a' || sentence.ptr[0] > 'z') return sentence;
    return arena_printf(c->s.arena, "%c%.*s", sentence.ptr[0] - 'a' + 'A', SLICE_ARG(slice_skip(sentence, 1)));
}

/* ---- statements ---- */

static const struct statement *find(const struct statement_list *list, const struct statement *like)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->at[i].rule, like->rule) && slice_equal(list->at[i].key, like->key)) return &list->at[i];
    return NULL;
}

static bool has_rule(const struct statement_list *list, struct slice rule)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->at[i].rule, rule)) return true;
    return false;
}

static bool begins_rule(const struct statement_list *list, size_t i)
{
    return i == 0 || !slice_equal(list->at[i].rule, list->at[i - 1].rule);
}

static struct slice value_of(struct comparing *c, const struct statement *s)
{
    return s->value.len ? s->value : phrase(&c->s, SAY_NOBODY);
}

static void compare_statement(struct comparing *c, const struct statement *old, const struct statement *now)
{
    if (old->what.len && now->what.len) {
        if (!slice_equal(old->value, now->value))
            say(c, capital(c, fill3(&c->s, SAY_GOES, now->what, value_of(c, old), value_of(c, now))));
    } else if (!slice_equal(old->text, now->text)) {
        say(c, fill3(&c->s, SAY_INSTEAD, now->title, old->text, now->text));
    }
}

static void compare_statements(struct comparing *c, const struct statement_list *from, const struct statement_list *to)
{
    for (size_t i = 0; i < to->count; i++) {
        const struct statement *now = &to->at[i], *old = find(from, now);
        const int section = spoken_section(now->rule);
        const size_t before = c->out->count;
        if (section == SPOKEN) continue;
        if (!has_rule(from, now->rule)) {
            if (begins_rule(to, i)) say(c, capital(c, fill1(&c->s, SAY_RULE_ADDED, now->title)));
        } else if (old) {
            compare_statement(c, old, now);
        } else {
            say(c, fill2(&c->s, SAY_ADDED, now->title, now->text));
        }
        c->told[section] |= c->out->count > before;
    }
    for (size_t i = 0; i < from->count; i++) {
        const struct statement *old = &from->at[i];
        const int section = spoken_section(old->rule);
        if (section == SPOKEN || find(to, old)) continue;
        const bool stays = has_rule(to, old->rule);
        if (stays)
            say(c, fill2(&c->s, SAY_REMOVED, old->title, old->text));
        else if (begins_rule(from, i))
            say(c, capital(c, fill1(&c->s, SAY_RULE_REMOVED, old->title)));
        c->told[section] = true;
    }
}

/* ---- trees ---- */

static bool same(const struct yaml_node *a, const struct yaml_node *b, bool ordered)
{
    if (a->kind != b->kind) return false;
    if (a->kind == YAML_SCALAR) return yaml_is_null(a) == yaml_is_null(b) && slice_equal(a->text, b->text);
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == YAML_LIST) {
            if (!same(a->items[i], b->items[i], false)) return false;
            continue;
        }
        const struct slice key = a->pairs[i].key->text;
        const struct yaml_node *other = yaml_find(b, key);
        const bool inner = key_has_order(key);
        if (!other || !same(a->pairs[i].value, other, inner)) return false;
        if (ordered && !slice_equal(key, b->pairs[i].key->text)) return false;
    }
    return true;
}

/* A scalar, or a short list of scalars; empty when it is more than can be shown. */
static struct slice shown(struct comparing *c, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR) return node->text;
    if (node->kind == YAML_MAP) return slice_of("", 0);
    struct slice all = SLICE("");
    for (size_t i = 0; i < node->count; i++) {
        if (node->items[i]->kind != YAML_SCALAR) return slice_of("", 0);
        all = arena_printf(c->s.arena, "%.*s%s%.*s", SLICE_ARG(all), i ? ", " : "", SLICE_ARG(node->items[i]->text));
    }
    return all;
}

static void compare_nodes(struct comparing *c, struct slice path, const struct yaml_node *old,
                          const struct yaml_node *now);

static void compare_maps(struct comparing *c, struct slice path, const struct yaml_node *old,
                         const struct yaml_node *now)
{
    for (size_t i = 0; i < now->count; i++) {
        const struct slice key = now->pairs[i].key->text;
        compare_nodes(c, arena_printf(c->s.arena, "%.*s.%.*s", SLICE_ARG(path), SLICE_ARG(key)), yaml_find(old, key),
                      now->pairs[i].value);
    }
    for (size_t i = 0; i < old->count; i++) {
        const struct slice key = old->pairs[i].key->text;
        if (!yaml_find(now, key))
            compare_nodes(c, arena_printf(c->s.arena, "%.*s.%.*s", SLICE_ARG(path), SLICE_ARG(key)),
                          old->pairs[i].value, NULL);
    }
}

static struct slice last_key(struct slice path)
{
    struct slice key = path;
    while (path.len) key = slice_cut(&path, '.');
    return key;
}

/* Either may be absent. */
static void compare_nodes(struct comparing *c, struct slice path, const struct yaml_node *old,
                          const struct yaml_node *now)
{
    const size_t before = c->out->count;
    if (!old || !now) {
        say(c, fill1(&c->s, old ? SAY_RULE_REMOVED : SAY_RULE_ADDED, path));
        return;
    }
    if (same(old, now, key_has_order(last_key(path)))) return;
    if (old->kind == YAML_MAP && now->kind == YAML_MAP) compare_maps(c, path, old, now);
    if (c->out->count > before) return;
    const struct slice a = shown(c, old), b = shown(c, now);
    const bool fits = a.len && b.len && a.len <= SHOWN_MAX && b.len <= SHOWN_MAX;
    say(c, fits ? fill3(&c->s, SAY_GOES, path, a, b) : fill1(&c->s, SAY_CHANGED, path));
}

static void compare_sections(struct comparing *c, const struct yaml_node *old, const struct yaml_node *now)
{
    for (size_t i = 0; i < now->count; i++) {
        const struct slice key = now->pairs[i].key->text;
        const int section = spoken_section(key);
        if (section == SPOKEN || !c->told[section]) compare_nodes(c, key, yaml_find(old, key), now->pairs[i].value);
    }
    for (size_t i = 0; i < old->count; i++) {
        const struct slice key = old->pairs[i].key->text;
        const int section = spoken_section(key);
        if (!yaml_find(now, key) && (section == SPOKEN || !c->told[section]))
            compare_nodes(c, key, old->pairs[i].value, NULL);
    }
}

void definition_compare(const struct definition_file *from, const struct definition_file *to, enum language language,
                        struct arena *arena, struct sentence_list *out)
{
    struct comparing c = {.s = {definition_of(to), language, arena, .plain = true}, .out = out};
    struct statement_list old = {0}, now = {0};
    definition_statements(definition_of(from), language, arena, &old);
    definition_statements(definition_of(to), language, arena, &now);
    compare_statements(&c, &old, &now);
    compare_sections(&c, definition_root(from), definition_root(to));
    vector_release(&old);
    vector_release(&now);
}

/* ---- where a rule stands ---- */

int definition_line(const struct definition_file *file, struct slice rule)
{
    const struct yaml_node *node = definition_root(file);
    int line = 0;
    while (rule.len && node && node->kind == YAML_MAP) {
        const struct slice key = slice_cut(&rule, '.');
        const struct yaml_node *map = node;
        node = NULL;
        for (size_t i = 0; i < map->count && !node; i++) {
            if (!slice_equal(map->pairs[i].key->text, key)) continue;
            node = map->pairs[i].value;
            line = yaml_place(map->pairs[i].key).line;
        }
    }
    return line;
}
