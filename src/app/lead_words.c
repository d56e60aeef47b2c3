#include "app/lead_words.h"

#include <stdlib.h>

#include "app/colleagues.h"
#include "app/lead_row.h"
#include "report/json_put.h"
#include "report/words.h"

/* ---- events ---- */

struct members {
    struct json_writer w;
    struct buffer text;
};

static void members_begin(struct members *m)
{
    *m = (struct members){0};
    buffer_init(&m->text, BUFFER_NO_LIMIT);
    m->w.out = &m->text;
    json_object(&m->w);
}

/* Without the braces, in the arena. */
static struct slice members_end(struct members *m, struct arena *arena)
{
    json_end(&m->w);
    const struct slice kept = arena_slice(arena, slice_of(m->text.data + 1, m->text.len - 2));
    buffer_release(&m->text);
    return kept;
}

static void put_given(struct members *m, const char *name, struct slice text)
{
    if (text.len) json_put_text(&m->w, name, text);
}

static size_t one(struct said *said, const char *event, struct slice members, enum action action, const char *audited)
{
    said[0] =
        (struct said){.event = slice_from(event), .members = members, .action = action, .audited = slice_from(audited)};
    return 1;
}

size_t note_made(void *context, const struct standing_state *state, struct arena *arena, struct said *said,
                 struct desk_refusal *refusal)
{
    const struct note_asked *note = context;
    struct members m;
    members_begin(&m);
    json_put_text(&m.w, "kind", note->kind);
    json_put_text(&m.w, "text", note->text);
    if (note->minutes) json_put_int(&m.w, "minutes", note->minutes);
    return one(said, "masa:note", members_end(&m, arena), ACTION_EVENT_WRITE, "lead.note");
}

size_t owner_made(void *context, const struct standing_state *state, struct arena *arena, struct said *said,
                  struct desk_refusal *refusal)
{
    const struct owner_asked *owner = context;
    struct members m;
    if (!desk_knows(owner->desk, state, owner->user, owner->team, arena, refusal)) return 0;
    members_begin(&m);
    put_given(&m, "user", owner->user);
    put_given(&m, "team", owner->team);
    return one(said, "masa:owner", members_end(&m, arena), ACTION_LEAD_ROUTE, "lead.owner");
}

static const struct label *milestone_of(const struct funnel *funnel, struct slice code)
{
    for (size_t s = 0; s < funnel->stage_count; s++)
        for (size_t i = 0; i < funnel->stages[s].milestone_count; i++)
            if (slice_equal(funnel->stages[s].milestones[i].name, code)) return &funnel->stages[s].milestones[i];
    return NULL;
}

const struct label *milestone_find(const struct definition *d, struct slice code)
{
    const struct label *found = NULL;
    for (size_t i = 0; i < d->funnel_count && !found; i++)
        if (d->funnels[i].of == KIND_PERSON) found = milestone_of(&d->funnels[i], code);
    return found;
}

size_t milestone_made(void *context, const struct standing_state *state, struct arena *arena, struct said *said,
                      struct desk_refusal *refusal)
{
    const struct milestone_asked *milestone = context;
    struct members m;
    if (!milestone_find(standing_table(state)->definition, milestone->code)) {
        desk_refuse(refusal, 404, "not_found", "There is no milestone %.*s.", SLICE_ARG(milestone->code));
        return 0;
    }
    members_begin(&m);
    json_put_text(&m.w, "milestone", milestone->code);
    put_given(&m, "done_at", milestone->done_at);
    put_given(&m, "due", milestone->due);
    put_given(&m, "text", milestone->note);
    return one(said, "masa:milestone", members_end(&m, arena), ACTION_EVENT_WRITE, "lead.milestone");
}

/* ---- answers ---- */

/* A trait to be set. */
struct setting {
    struct slice path; /* "answers.budget" */
    enum answer_word word;
};

static int by_path(const void *a, const void *b)
{
    const struct setting *x = a, *y = b;
    return slice_compare(x->path, y->path);
}

/* Settings whose paths begin alike become one object: {"answers":{"budget":true,"need":false}}. */
static void put_settings(struct json_writer *w, const struct setting *at, size_t count)
{
    for (size_t i = 0, n; i < count; i += n) {
        struct slice rest = at[i].path;
        const struct slice head = slice_cut(&rest, '.');
        struct setting inside[DESK_SAID_MAX];
        json_key(w, head);
        for (n = 0; i + n < count; n++) {
            struct slice other = at[i + n].path;
            if (!slice_equal(slice_cut(&other, '.'), head)) break;
            inside[n] = (struct setting){other, at[i + n].word};
        }
        if (!rest.len) {
            if (at[i].word == ANSWER_WITHDRAWN)
                json_string(w, SLICE("withdrawn"));
            else
                json_bool(w, at[i].word == ANSWERED_YES);
            continue;
        }
        json_object(w);
        put_settings(w, inside, n);
        json_end(w);
    }
}

/* `T`, or `has(T) ? T : ...`: who gives the answer has the word, and where nobody does it is worked out. */
static bool asks_for(struct slice text, struct slice name, struct arena *arena)
{
    const struct slice idiom = arena_printf(arena, "has(%.*s)?%.*s:", SLICE_ARG(name), SLICE_ARG(name));
    struct buffer packed;
    buffer_init(&packed, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ') buffer_char(&packed, text.ptr[i]);
    const bool asks = slice_equal(buffer_slice(&packed), name) || slice_starts(buffer_slice(&packed), idiom);
    buffer_release(&packed);
    return asks;
}

static bool is_answerable(const struct trait *trait)
{
    for (size_t k = 0; k < trait->feed_count; k++)
        if (trait->feeds[k].event == EVENT_IDENTIFY && trait->field.type.kind == FIELD_BOOL) return true;
    return false;
}

const struct trait *answer_trait(const struct definition *d, const struct bant *bant, size_t question,
                                 struct arena *arena)
{
    const struct kind_model *model = &d->kinds[bant->of];
    const struct slice text = rule_text(bant->questions[question].when);
    for (size_t i = 0; i < model->trait_count; i++)
        if (is_answerable(&model->traits[i]) && asks_for(text, model->slots[model->traits[i].slot].name, arena))
            return &model->traits[i];
    return NULL;
}

static const struct bant *bant_named(const struct definition *d, enum subject_kind of, struct slice name)
{
    for (size_t i = 0; i < d->bant_count; i++)
        if (d->bants[i].of == of && slice_equal(d->bants[i].label.name, name)) return &d->bants[i];
    return NULL;
}

static bool read_setting(const struct definition *d, const struct bant *bant, const struct answer_asked *answer,
                         struct arena *arena, struct setting *out, struct desk_refusal *refusal)
{
    size_t q = 0;
    while (q < bant->count && !slice_equal(bant->questions[q].label.name, answer->code)) q++;
    if (q == bant->count) {
        desk_refuse(refusal, 422, "no_such_question", "%.*s has no question %.*s.", SLICE_ARG(bant->label.name),
                    SLICE_ARG(answer->code));
        return false;
    }
    const struct trait *trait = answer_trait(d, bant, q, arena);
    if (trait) {
        *out = (struct setting){trait->label.name, answer->word};
        return true;
    }
    desk_refuse(refusal, 422, "worked_out", "The answer to %.*s is worked out from %.*s; nobody gives it.",
                SLICE_ARG(answer->code), SLICE_ARG(rule_text(bant->questions[q].when)));
    return false;
}

static size_t add_notes(const struct answers_asked *asked, struct arena *arena, struct said *said, size_t count)
{
    for (size_t i = 0; i < asked->count && count < DESK_SAID_MAX; i++) {
        struct members m;
        const struct answer_asked *answer = &asked->at[i];
        const bool withdrawn = answer->word == ANSWER_WITHDRAWN;
        if (!answer->said.len && !withdrawn) continue;
        members_begin(&m);
        json_put_text(&m.w, "kind", SLICE("note"));
        json_put_text(&m.w, "text",
                      arena_printf(arena, "%.*s: %s%.*s", SLICE_ARG(answer->code),
                                   !withdrawn         ? ""
                                   : answer->said.len ? "? "
                                                      : "?",
                                   SLICE_ARG(answer->said)));
        one(&said[count++], "masa:note", members_end(&m, arena), ACTION_EVENT_WRITE, "lead.note");
    }
    return count;
}

size_t answers_made(void *context, const struct standing_state *state, struct arena *arena, struct said *said,
                    struct desk_refusal *refusal)
{
    const struct answers_asked *asked = context;
    const struct definition *d = standing_table(state)->definition;
    const struct bant *bant = bant_named(d, KIND_PERSON, asked->model);
    struct setting settings[DESK_SAID_MAX];
    struct members m;
    if (!bant) {
        desk_refuse(refusal, 422, "no_such_model", "There is no BANT %.*s.", SLICE_ARG(asked->model));
        return 0;
    }
    for (size_t i = 0; i < asked->count; i++)
        if (!read_setting(d, bant, &asked->at[i], arena, &settings[i], refusal)) return 0;
    qsort(settings, asked->count, sizeof *settings, by_path);
    members_begin(&m);
    put_settings(&m.w, settings, asked->count);
    one(said, "", members_end(&m, arena), ACTION_EVENT_WRITE, "lead.answers");
    return add_notes(asked, arena, said, 1);
}

/* ---- as JSON ---- */

bool lead_word_shows(const struct kept_word *word)
{
    return word->kind == DECLARE_NOTE || word->kind == DECLARE_OWNER || word->kind == DECLARE_ASSIGNED ||
           word->kind == DECLARE_MILESTONE;
}

static struct words word_named(const struct kept_word *word)
{
    static const struct {
        const char *kind, *he, *en;
    } notes[] = {{"call", "שיחה", "a call"}, {"meeting", "פגישה", "a meeting"}, {"note", "הערה", "a note"}};
    size_t i = 0;
    switch (word->kind) {
    case DECLARE_OWNER: return (struct words){{SLICE("הליד הועבר"), SLICE("the lead was given")}};
    case DECLARE_ASSIGNED: return (struct words){{SLICE("ההעברה הוקצתה"), SLICE("the handoff was assigned")}};
    case DECLARE_MILESTONE: return (struct words){{SLICE("אבן דרך"), SLICE("a milestone")}};
    default: break;
    }
    while (i < 2 && !slice_is(word->texts[WORD_KIND], notes[i].kind)) i++;
    return (struct words){{slice_from(notes[i].he), slice_from(notes[i].en)}};
}

static void put_person(struct json_writer *w, const char *name, struct arena *arena, struct colleagues *colleagues,
                       struct slice id)
{
    struct colleague who;
    colleague_find(colleagues, id, arena, &who);
    if (!id.len) {
        json_put_null(w, name);
        return;
    }
    json_put_object(w, name);
    json_put_text(w, "id", id);
    json_put_text(w, "name", who.name);
    json_end(w);
}

/* To whom, or which. */
static struct slice detail_of(const struct kept_word *word, struct arena *arena, struct colleagues *colleagues)
{
    struct colleague who;
    if (word->kind == DECLARE_MILESTONE) return word->texts[WORD_MILESTONE];
    if (word->kind == DECLARE_NOTE) return slice_of("", 0);
    colleague_find(colleagues, word->texts[WORD_USER], arena, &who);
    return who.name.len ? who.name : word->texts[WORD_TEAM];
}

void lead_word_put(struct json_writer *w, struct arena *arena, const struct zone *zone, struct colleagues *colleagues,
                   const struct kept_word *word)
{
    const struct slice kind = word->texts[WORD_KIND];
    json_object(w);
    json_put_text(w, "id", word->message);
    json_put_moment(w, "at", zone, word->at);
    json_put_code(w, "kind", "note");
    json_put_text(w, "type", word->kind == DECLARE_NOTE && kind.len ? kind : SLICE("note"));
    json_put_words(w, "label", word_named(word));
    json_put_words(w, "detail", words_same(detail_of(word, arena, colleagues)));
    json_put_text_or_null(w, "said", word->texts[WORD_TEXT]);
    json_put_null(w, "stage");
    put_person(w, "by", arena, colleagues, word->by);
    json_put_text(w, "source", SLICE(SAY_SOURCE));
    json_put_null(w, "human_pct");
    json_put_bool(w, "counted", true);
    json_put_bool(w, "late", false);
    json_put_object(w, "properties");
    json_end(w);
    json_end(w);
}

static const struct kept_word *last_of(const struct kept_words *words, struct slice code)
{
    for (size_t i = words ? words->count : 0; i-- > 0;)
        if (words->at[i].kind == DECLARE_MILESTONE && slice_equal(words->at[i].texts[WORD_MILESTONE], code))
            return &words->at[i];
    return NULL;
}

void milestone_put(struct json_writer *w, struct arena *arena, const struct zone *zone, struct colleagues *colleagues,
                   const struct label *milestone, const struct kept_words *words)
{
    const struct kept_word *last = last_of(words, milestone->name);
    const struct slice none = {0};
    struct time_text done = {0};
    json_object(w);
    json_put_text(w, "code", milestone->name);
    json_put_words(w, "label", word_label(milestone));
    const bool reached = last && time_parse(last->texts[WORD_DONE_AT], &done);
    json_put_moment(w, "done_at", zone, reached ? done.instant : INSTANT_NONE);
    put_person(w, "by", arena, colleagues, reached ? last->by : none);
    json_put_text_or_null(w, "due", last ? last->texts[WORD_DUE] : none);
    json_put_text_or_null(w, "note", last ? last->texts[WORD_TEXT] : none);
    json_end(w);
}
