/* The definition's playbooks, brief and buying group as the service's JSON (Playbook, Brief, Member in
 * schema/openapi.yaml): of a lead, what engine/brief.h chose; of nobody, all playbooks. */
#ifndef MASA_APP_BRIEF_H
#define MASA_APP_BRIEF_H

#include "engine/brief.h"
#include "report/json_put.h"

/* { "items": [...] }: all of them. */
void playbooks_write(const struct definition *definition, struct buffer *out);

/* Members of an object that is open. */
void brief_put_playbooks(struct json_writer *w, const struct definition *definition, const struct chosen *chosen);
/* "pains" and "openers": texts. "questions": { text, answers }. */
void brief_put_points(struct json_writer *w, const struct definition *definition, const struct briefing *briefing);
/* A seat's "role", "part". */
void brief_put_seat(struct json_writer *w, const struct group_seat *seat);

/* What the brief asks to hear an answer; empty: nothing. */
struct words brief_question(const struct definition *definition, uint32_t bant, uint32_t question);
/* In both languages: a situation as a sentence; to whom a reminder goes (words_empty: whoever it is assigned to). */
struct words brief_situation(const struct definition *definition, enum subject_kind kind, const struct clause *clause,
                             struct arena *arena);
struct words brief_notice_to(const struct definition *definition, const struct notice *notice, struct arena *arena);

#endif
