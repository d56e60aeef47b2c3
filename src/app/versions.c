#include "app/versions.h"

#include "app/check.h"
#include "app/line_diff.h"
#include "definition/statement.h"
#include "report/json_put.h"
#include "runtime/version.h"

const char *const version_state_names[] = {"draft", "published", "retired"};

enum { OBJECT_DIGITS = 12, SIGNERS = -1 };

/* ---- what is worked out of texts; under the lock ---- */

/* NULL: this program cannot read it, say one of a later masa. */
static struct definition_file *parse(const struct stored_definition *stored)
{
    struct diagnostics ignored;
    diagnostics_init(&ignored);
    struct definition_file *file = definition_parse(stored->text, stored->origin.ptr, &ignored);
    diagnostics_release(&ignored);
    return file;
}

static unsigned sides_of(const struct definition_file *file)
{
    const unsigned roles = file ? version_signers(&definition_of(file)->company) : 0;
    return (roles >> ROLE_MARKETING & 1) << SIDE_MARKETING | (roles >> ROLE_SALES & 1) << SIDE_SALES;
}

/* Who must sign as this one says, beside the one in force. */
static unsigned signers(struct work *work, const struct stored_definition *stored)
{
    struct slice kept;
    if (!stored->id) return 0;
    if (work_recall(work, stored->id, SIGNERS, &kept)) return (unsigned)kept.ptr[0];
    struct definition_file *file = parse(stored);
    const char sides = (char)sides_of(file);
    definition_free(file);
    work_remember(work, stored->id, SIGNERS, slice_of(&sides, 1));
    return (unsigned)sides;
}

static void put_sentences(const struct definition_file *from, const struct definition_file *to, struct buffer *out)
{
    struct arena arena;
    struct sentence_list he = {0}, en = {0};
    struct json_writer w = {.out = out};
    arena_init(&arena);
    if (from && to) {
        definition_compare(from, to, LANGUAGE_HE, &arena, &he);
        definition_compare(from, to, LANGUAGE_EN, &arena, &en);
    }
    json_array(&w);
    for (size_t i = 0; i < en.count; i++) {
        json_object(&w);
        json_put_text(&w, "he", he.at[i]);
        json_put_text(&w, "en", en.at[i]);
        json_end(&w);
    }
    json_end(&w);
    vector_release(&he);
    vector_release(&en);
    arena_release(&arena);
}

/* As JSON; lives as long as `work`. */
static struct slice meaning(struct work *work, const struct stored_definition *from, const struct stored_definition *to)
{
    struct slice kept;
    struct buffer said;
    if (work_recall(work, from->id, to->id, &kept)) return kept;
    struct definition_file *a = parse(from), *b = parse(to);
    buffer_init(&said, BUFFER_NO_LIMIT);
    put_sentences(a, b, &said);
    work_remember(work, from->id, to->id, buffer_slice(&said));
    buffer_release(&said);
    definition_free(a);
    definition_free(b);
    work_recall(work, from->id, to->id, &kept);
    return kept;
}

/* ---- where a version stands ---- */

static int64_t in_force_at(const struct publication_list *all, int64_t now)
{
    int64_t id = 0;
    for (size_t i = 0; i < all->count && all->at[i].effective_at <= now; i++) id = all->at[i].definition;
    return id;
}

static void place(struct version_card *c, const struct publication_list *all, int64_t now)
{
    int64_t began = INSTANT_NONE, planned = INSTANT_NONE;
    c->effective_to = INSTANT_NONE;
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i].definition != c->stored.id) continue;
        if (all->at[i].effective_at > now) {
            planned = all->at[i].effective_at;
            continue;
        }
        began = all->at[i].effective_at;
        c->effective_to = i + 1 < all->count ? all->at[i + 1].effective_at : INSTANT_NONE;
    }
    const bool offered = c->stored.offered_at && (began == INSTANT_NONE || c->stored.offered_at > began);
    c->state = in_force_at(all, now) == c->stored.id ? VERSION_PUBLISHED
               : offered || began == INSTANT_NONE    ? VERSION_DRAFT
                                                     : VERSION_RETIRED;
    if (c->state == VERSION_DRAFT) c->effective_to = INSTANT_NONE;
    c->effective_from = c->state == VERSION_DRAFT ? planned : began;
}

/* What all cards of one answer need. */
struct dealing {
    struct work *work;
    struct arena *arena;
    struct error *error;
    struct publication_list publications;
    struct stored_definition current;
    int64_t now;
};

static enum outcome deal_begin(struct dealing *d, struct work *work, struct arena *arena, struct error *error)
{
    *d = (struct dealing){.work = work, .arena = arena, .error = error, .now = work_now(work)};
    const enum outcome outcome = publication_all(work_store(work), &d->publications, error);
    if (outcome != OK) return outcome;
    return definition_in_force(work_store(work), d->now, arena, &d->current, error);
}

static void deal_end(struct dealing *d)
{
    vector_release(&d->publications);
}

static enum outcome fill(struct dealing *d, struct version_card *c)
{
    struct stored_definition base = {0};
    struct store *store = work_store(d->work);
    place(c, &d->publications, d->now);
    c->made_at = c->stored.offered_at ? c->stored.offered_at : c->stored.made_at;
    c->needed = signers(d->work, &d->current) | signers(d->work, &c->stored);
    enum outcome outcome = signoff_all(store, c->stored.id, d->arena, c->sides, d->error);
    if (outcome == OK && c->stored.based_on)
        outcome = definition_get(store, c->stored.based_on, d->arena, &base, d->error);
    c->based_on = base.digest;
    c->changed = base.id ? arena_slice(d->arena, meaning(d->work, &base, &c->stored)) : SLICE("[]");
    return outcome;
}

static enum answer find(struct dealing *d, struct slice name, struct version_card *c)
{
    *c = (struct version_card){.stored = d->current};
    enum outcome outcome = OK;
    if (!slice_is(name, "current"))
        outcome = definition_find(work_store(d->work), name, d->arena, &c->stored, d->error);
    if (outcome != OK) return answer_of(outcome);
    if (!c->stored.id) return answer_set(d->error, ANSWER_ABSENT, "There is no definition %.*s.", SLICE_ARG(name));
    return answer_of(fill(d, c));
}

/* ---- reading ---- */

static enum outcome list_page(struct dealing *d, int64_t before, int64_t limit, struct version_page *out)
{
    struct definition_list page = {0};
    enum outcome outcome = definition_page(work_store(d->work), before, limit + 1, d->arena, &page, d->error);
    *out = (struct version_page){.total = definition_count(work_store(d->work))};
    out->count = page.count < (size_t)limit ? page.count : (size_t)limit;
    out->at = ARENA_ARRAY(d->arena, struct version_card, out->count);
    for (size_t i = 0; outcome == OK && i < out->count; i++) {
        out->at[i].stored = page.at[i];
        outcome = fill(d, &out->at[i]);
    }
    if (page.count > out->count) out->next = page.at[out->count - 1].id;
    vector_release(&page);
    return outcome;
}

enum answer versions_list(struct work *work, int64_t before, int64_t limit, struct arena *arena,
                          struct version_page *out, struct error *error)
{
    struct dealing d;
    work_lock(work);
    enum outcome outcome = deal_begin(&d, work, arena, error);
    if (outcome == OK) outcome = list_page(&d, before, limit, out);
    deal_end(&d);
    work_unlock(work);
    return answer_of(outcome);
}

enum answer version_find(struct work *work, struct slice name, struct arena *arena, struct version_card *out,
                         struct error *error)
{
    struct dealing d;
    work_lock(work);
    enum answer answer = answer_of(deal_begin(&d, work, arena, error));
    if (answer == ANSWER_OK) answer = find(&d, name, out);
    deal_end(&d);
    work_unlock(work);
    return answer;
}

const char *version_file_name(struct work *work, struct arena *arena)
{
    struct stored_definition current;
    work_lock(work);
    const enum outcome outcome = definition_in_force(work_store(work), work_now(work), arena, &current, NULL);
    work_unlock(work);
    return outcome == OK && current.id ? current.origin.ptr : "masa.yaml";
}

static void put_lines(struct json_writer *w, struct slice old, struct slice now)
{
    static const char *const kinds[] = {[LINE_SAME] = "same", [LINE_REMOVED] = "removed", [LINE_ADDED] = "added"};
    struct diff_lines lines = {0};
    line_diff(old, now, &lines);
    json_put_array(w, "lines");
    for (size_t i = 0; i < lines.count; i++) {
        const struct diff_line *l = &lines.at[i];
        json_object(w);
        json_put_code(w, "kind", kinds[l->kind]);
        if (l->old)
            json_put_int(w, "old", l->old);
        else
            json_put_null(w, "old");
        if (l->now)
            json_put_int(w, "new", l->now);
        else
            json_put_null(w, "new");
        json_put_text(w, "text", l->text);
        json_end(w);
    }
    json_end(w);
    vector_release(&lines);
}

static void put_diff(struct work *work, const struct stored_definition *from, const struct stored_definition *to,
                     struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_put_text(&w, "from", from->digest);
    json_put_text(&w, "to", to->digest);
    put_lines(&w, from->text, to->text);
    json_put_key(&w, "meaning");
    json_raw(&w, meaning(work, from, to));
    json_end(&w);
}

enum answer version_diff(struct work *work, struct slice name, struct slice against, struct buffer *out,
                         struct error *error)
{
    struct arena arena;
    struct dealing d;
    struct version_card from, to;
    arena_init(&arena);
    work_lock(work);
    enum answer answer = answer_of(deal_begin(&d, work, &arena, error));
    if (answer == ANSWER_OK) answer = find(&d, against.len ? against : SLICE("current"), &from);
    if (answer == ANSWER_OK) answer = find(&d, name, &to);
    if (answer == ANSWER_OK) put_diff(work, &from.stored, &to.stored, out);
    deal_end(&d);
    work_unlock(work);
    arena_release(&arena);
    return answer;
}

/* ---- changes ---- */

/* "definition:3f86a1a8a4a7" */
static struct slice object_of(struct slice digest, struct arena *arena)
{
    const size_t len = digest.len < OBJECT_DIGITS ? digest.len : OBJECT_DIGITS;
    return arena_printf(arena, "definition:%.*s", (int)len, digest.ptr);
}

static struct slice kept(struct buffer *text, struct arena *arena)
{
    const struct slice copy = arena_slice(arena, buffer_slice(text));
    buffer_release(text);
    return copy;
}

static struct json_writer entry_begin(struct buffer *text)
{
    buffer_init(text, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = text};
    json_object(&w);
    return w;
}

static enum answer offer(struct dealing *d, const struct identity *who, const struct version_offer *o,
                         struct version_card *out)
{
    const struct slice digest = definition_of(o->file)->hash;
    const struct slice current = d->current.id ? d->current.digest : SLICE("*");
    if (!slice_equal(o->seen, current))
        return answer_set(d->error, ANSWER_CHANGED, "Another version is published meanwhile: %.*s; look again.",
                          SLICE_ARG(current));
    if (slice_equal(digest, d->current.digest))
        return answer_set(d->error, ANSWER_BAD, "It says what the published version says; there is nothing to sign.");
    const struct stored_definition draft = {.digest = digest,
                                            .text = o->text,
                                            .origin = d->current.id ? d->current.origin : SLICE("masa.yaml"),
                                            .made_at = d->now,
                                            .author = who->kind == IDENTITY_USER ? who->id : 0,
                                            .note = o->note,
                                            .based_on = d->current.id,
                                            .offered_at = d->now};
    int64_t id;
    const enum outcome outcome = definition_offer(work_store(d->work), &draft, &id, d->error);
    return outcome == OK ? find(d, digest, out) : answer_of(outcome);
}

enum answer version_offer(struct work *work, const struct identity *who, const struct version_offer *o,
                          struct arena *arena, struct version_card *out, struct error *error)
{
    struct dealing d;
    struct buffer text;
    enum answer answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    answer = answer_of(deal_begin(&d, work, arena, error));
    if (answer == ANSWER_OK) answer = offer(&d, who, o, out);
    struct json_writer w = entry_begin(&text);
    json_put_text_or_null(&w, "note", o->note);
    json_put_text_or_null(&w, "based_on", d.current.digest);
    json_end(&w);
    const struct audit_entry entry = {.action = SLICE("definition.offer"),
                                      .object = object_of(definition_of(o->file)->hash, arena),
                                      .after = kept(&text, arena)};
    deal_end(&d);
    return work_end(work, answer, who, &entry, error);
}

static enum answer find_draft(struct dealing *d, struct slice name, struct version_card *c)
{
    const enum answer answer = find(d, name, c);
    if (answer != ANSWER_OK || c->state == VERSION_DRAFT) return answer;
    return answer_set(d->error, ANSWER_CONFLICT, "The version %.*s is %s, no draft.", SLICE_ARG(name),
                      version_state_names[c->state]);
}

enum answer version_sign(struct work *work, const struct identity *who, struct slice name, enum signing_side side,
                         bool signs, struct slice note, struct arena *arena, struct version_card *out,
                         struct error *error)
{
    static const enum action actions[] = {
        [SIDE_MARKETING] = ACTION_DEFINITION_SIGN_MARKETING, [SIDE_SALES] = ACTION_DEFINITION_SIGN_SALES};
    struct dealing d;
    struct buffer text;
    enum answer answer = access_require(work_access(work), who, actions[side], object_of(name, arena), error);
    if (answer == ANSWER_OK) answer = work_begin(work, error);
    if (answer != ANSWER_OK) return answer;
    answer = answer_of(deal_begin(&d, work, arena, error));
    if (answer == ANSWER_OK) answer = find_draft(&d, name, out);
    const struct signoff said = {.given = true, .signs = signs, .author = who->id, .at = d.now, .note = note};
    if (answer == ANSWER_OK) answer = answer_of(signoff_set(work_store(work), out->stored.id, side, &said, error));
    if (answer == ANSWER_OK) answer = find(&d, name, out);
    struct json_writer w = entry_begin(&text);
    json_put_code(&w, "side", signing_side_names[side]);
    json_put_text_or_null(&w, "note", note);
    json_end(&w);
    const struct audit_entry entry = {.action = signs ? SLICE("definition.sign") : SLICE("definition.refuse"),
                                      .object = object_of(name, arena),
                                      .after = kept(&text, arena)};
    deal_end(&d);
    return work_end(work, answer, who, &entry, error);
}

static enum answer publish(struct dealing *d, const struct identity *who, struct slice name, int64_t from,
                           struct version_card *out, unsigned *missing)
{
    const enum answer answer = find_draft(d, name, out);
    if (answer != ANSWER_OK) return answer;
    if (from < d->now) return answer_set(d->error, ANSWER_BAD, "A version never takes effect before its publication.");
    for (int side = 0; side < SIGNING_SIDES; side++)
        if (out->needed >> side & 1 && !out->sides[side].signs) *missing |= 1u << side;
    if (*missing) return answer_set(d->error, ANSWER_CONFLICT, "Not everybody who must has signed it.");
    const struct publication_row row = {.definition = out->stored.id,
                                        .effective_at = from,
                                        .made_at = d->now,
                                        .made_by = who->kind == IDENTITY_USER ? who->id : 0};
    enum outcome outcome = publication_add(work_store(d->work), &row, d->error);
    deal_end(d);
    if (outcome == OK) outcome = deal_begin(d, d->work, d->arena, d->error);
    return outcome == OK ? find(d, name, out) : answer_of(outcome);
}

enum answer version_publish(struct work *work, const struct identity *who, struct slice name, int64_t effective_from,
                            struct arena *arena, struct version_card *out, unsigned *missing, struct error *error)
{
    struct dealing d;
    struct buffer text;
    enum answer answer = work_begin(work, error);
    *missing = 0;
    if (answer != ANSWER_OK) return answer;
    answer = answer_of(deal_begin(&d, work, arena, error));
    const int64_t from = effective_from ? effective_from : d.now;
    if (answer == ANSWER_OK) answer = publish(&d, who, name, from, out, missing);
    struct json_writer w = entry_begin(&text);
    json_put_time(&w, "effective_from", from);
    json_end(&w);
    const struct audit_entry entry = {
        .action = SLICE("definition.publish"), .object = object_of(name, arena), .after = kept(&text, arena)};
    deal_end(&d);
    return work_end(work, answer, who, &entry, error);
}
