#include "app/brief.h"

#include "definition/words.h"
#include "report/words.h"

static void put_texts(struct json_writer *w, const char *name, const struct point_list *points,
                      const struct chosen *chosen)
{
    json_put_array(w, name);
    for (size_t i = 0; i < chosen->count; i++) json_put_words_item(w, word_label(&points->at[chosen->at[i]].label));
    json_end(w);
}

static void put_questions(struct json_writer *w, const struct definition *d, const struct chosen *chosen)
{
    json_put_array(w, "questions");
    for (size_t i = 0; i < chosen->count; i++) {
        const struct talking_point *p = &d->brief.parts[BRIEF_QUESTIONS].at[chosen->at[i]];
        json_object(w);
        json_put_words(w, "text", word_label(&p->label));
        if (p->bant == NONE)
            json_put_null(w, "answers");
        else
            json_put_text(w, "answers", d->bants[p->bant].questions[p->question].label.name);
        json_end(w);
    }
    json_end(w);
}

void brief_put_points(struct json_writer *w, const struct definition *d, const struct briefing *briefing)
{
    put_texts(w, "pains", &d->brief.parts[BRIEF_PAINS], &briefing->points[BRIEF_PAINS]);
    put_texts(w, "openers", &d->brief.parts[BRIEF_OPENERS], &briefing->points[BRIEF_OPENERS]);
    put_questions(w, d, &briefing->points[BRIEF_QUESTIONS]);
}

void brief_put_seat(struct json_writer *w, const struct group_seat *seat)
{
    json_put_words(w, "role", word_label(&seat->label));
    json_put_code(w, "part", group_part_names[seat->part]);
}

/* ---- in both languages ---- */

struct words brief_question(const struct definition *d, uint32_t bant, uint32_t question)
{
    const struct point_list *list = &d->brief.parts[BRIEF_QUESTIONS];
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].bant == bant && list->at[i].question == question) return word_label(&list->at[i].label);
    return (struct words){0};
}

struct words brief_situation(const struct definition *d, enum subject_kind kind, const struct clause *clause,
                             struct arena *arena)
{
    const struct speaker hebrew = {d, LANGUAGE_HE, arena, true}, english = {d, LANGUAGE_EN, arena, true};
    if (clause->label.he.len || clause->label.en.len) return word_label(&clause->label);
    return (struct words){{speak_situation(&hebrew, kind, clause), speak_situation(&english, kind, clause)}};
}

struct words brief_notice_to(const struct definition *d, const struct notice *notice, struct arena *arena)
{
    const struct speaker hebrew = {d, LANGUAGE_HE, arena, true}, english = {d, LANGUAGE_EN, arena, true};
    if (!notice->to.len) return (struct words){0};
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        if (slice_is(notice->to, role_names[role]))
            return (struct words){{spoken_role(&hebrew, (enum role)role), spoken_role(&english, (enum role)role)}};
    const struct label team = definition_team(d, notice->to);
    return word_label(&team);
}

/* ---- playbooks ---- */

static void put_playbook(struct json_writer *w, const struct definition *d, const struct playbook *book,
                         struct arena *arena)
{
    int year, month, day;
    json_object(w);
    json_put_text(w, "id", book->label.name);
    json_put_words(w, "title", word_label(&book->label));
    json_put_words(w, "when", brief_situation(d, book->of, book->when, arena));
    json_put_array(w, "steps");
    for (size_t i = 0; i < book->step_count; i++) json_put_words_item(w, word_label(&book->steps[i]));
    json_end(w);
    civil_from_day(book->refreshed, &year, &month, &day);
    json_put_text_or_null(w, "refreshed",
                          book->has_refreshed ? arena_printf(arena, "%04d-%02d-%02d", year, month, day) : SLICE(""));
    json_end(w);
}

void brief_put_playbooks(struct json_writer *w, const struct definition *d, const struct chosen *chosen)
{
    struct arena arena;
    arena_init(&arena);
    json_put_array(w, "playbooks");
    for (size_t i = 0; i < chosen->count; i++) put_playbook(w, d, &d->playbooks[chosen->at[i]], &arena);
    json_end(w);
    arena_release(&arena);
}

void playbooks_write(const struct definition *d, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct arena arena;
    arena_init(&arena);
    json_object(&w);
    json_put_array(&w, "items");
    for (size_t i = 0; i < d->playbook_count; i++) put_playbook(&w, d, &d->playbooks[i], &arena);
    json_end(&w);
    json_end(&w);
    arena_release(&arena);
}
