/* What people write about a lead: notes, whose it is, milestones, answers. As events to be said (desk.h), and as the
 * JSON in which they come back (schema/openapi.yaml). */
#ifndef MASA_APP_LEAD_WORDS_H
#define MASA_APP_LEAD_WORDS_H

#include "app/desk.h"
#include "app/roster.h"
#include "value/json_write.h"

/* Contexts and functions of desk_saying. */
struct note_asked {
    struct slice text, kind; /* note, call, meeting */
    int64_t minutes;         /* 0: not said */
};
size_t note_made(void *note, const struct standing_state *state, struct arena *arena, struct said *said,
                 struct desk_refusal *refusal);

struct owner_asked {
    const struct desk *desk;
    struct slice user, team;
};
size_t owner_made(void *owner, const struct standing_state *state, struct arena *arena, struct said *said,
                  struct desk_refusal *refusal);

struct milestone_asked {
    struct slice code, done_at, due, note; /* times as written; empty: none */
};
size_t milestone_made(void *milestone, const struct standing_state *state, struct arena *arena, struct said *said,
                      struct desk_refusal *refusal);

/* Each answer is the trait that its question reads. What was said to it becomes a note, and so does taking it back. */
enum answer_word { ANSWERED_NO, ANSWERED_YES, ANSWER_WITHDRAWN };
struct answer_asked {
    struct slice code, said;
    enum answer_word word;
};
/* The trait that a question asks for by hand; NULL: it is worked out. */
const struct trait *answer_trait(const struct definition *definition, const struct bant *bant, size_t question,
                                 struct arena *arena);
struct answers_asked {
    struct slice model;
    const struct answer_asked *at;
    size_t count;
};
size_t answers_made(void *answers, const struct standing_state *state, struct arena *arena, struct said *said,
                    struct desk_refusal *refusal);

/* Whether a word is something that happened to the lead and stands in its timeline. */
bool lead_word_shows(const struct kept_word *word);
/* TimelineItem. */
void lead_word_put(struct json_writer *w, struct arena *arena, const struct zone *zone, struct colleagues *colleagues,
                   const struct kept_word *word);
/* Milestone, by the last that was said of it; NULL words: nothing was. */
void milestone_put(struct json_writer *w, struct arena *arena, const struct zone *zone, struct colleagues *colleagues,
                   const struct label *milestone, const struct kept_words *words);
/* NULL: no funnel of persons has one of that code. */
const struct label *milestone_find(const struct definition *definition, struct slice code);

#endif
