/* Parts of a dossier as the interface's JSON (schema/openapi.yaml): what the page of a lead and the brief of a handoff
 * have in common. Each is a member of the object that is being written. */
#ifndef MASA_APP_DOSSIER_JSON_H
#define MASA_APP_DOSSIER_JSON_H

#include "app/dossier.h"
#include "value/json_write.h"

/* Bant[]: every question, what was answered, by whose word. */
void dossier_put_bant(struct json_writer *w, const char *name, struct dossier *dossier);
/* One of them, by its place among the dossier's. */
void dossier_put_one_bant(struct json_writer *w, struct dossier *dossier, size_t which);
/* Fit[]: every profile, criterion by criterion. */
void dossier_put_fit(struct json_writer *w, const char *name, const struct dossier *dossier);
/* Member[]: the people of its account by their seats in the buying group, seats that nobody has, and the others, as
 * they stand in the roster. */
void dossier_put_group(struct json_writer *w, const char *name, const struct roster *roster, struct dossier *dossier);
/* Milestone[]: of the stages of that funnel. */
void dossier_put_milestones(struct json_writer *w, const char *name, struct dossier *dossier, uint32_t funnel);

#endif
