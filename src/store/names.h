/* The words of the log's schema (types of events, paths of fields, sources) by small numbers, as blocks use them. They
 * only ever get more. Safe to use from several threads. */
#ifndef MASA_STORE_NAMES_H
#define MASA_STORE_NAMES_H

#include "store/database.h"

struct names;
#define NAME_NONE UINT32_MAX

struct names *names_new(void);
void names_free(struct names *names);
/* Takes up what the store knows by now. */
enum outcome names_load(struct names *names, struct database *db, struct error *error);
/* Writes those that are new; within the transaction that writes who uses them. FAILED when another program gave codes
 * since the last load: what uses ours must be made again. */
enum outcome names_save(struct names *names, struct database *db, struct error *error);

uint32_t names_code(struct names *names, struct slice text);
/* NAME_NONE for a text that has no code; gives it none. */
uint32_t names_find(struct names *names, struct slice text);
/* Empty for a code nobody gave. */
struct slice names_text(struct names *names, uint32_t code);
/* Of each path its code, or NAME_NONE, and of the first `count` codes their texts. */
void names_learn(struct names *names, const struct slice *paths, size_t path_count, uint32_t *codes,
                 struct slice *texts, uint32_t count);
/* One more than the largest code. */
uint32_t names_count(struct names *names);

#endif
