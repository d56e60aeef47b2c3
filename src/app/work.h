/* What people who work with a store write down beside the log: versions of the definition, views, topics, decisions. A
 * connection of its own, one change at a time; each change and its entry in the audit trail are one transaction. Any
 * thread may call.
 *
 *     if ((answer = work_begin(work, error)) != ANSWER_OK) return answer;
 *     ... statements on work_database(work) ...
 *     return work_end(work, answer, who, &entry, error);
 */
#ifndef MASA_APP_WORK_H
#define MASA_APP_WORK_H

#include "access/access.h"
#include "store/store.h"

struct work;

enum outcome work_open(const char *db, struct access *access, struct world world, struct work **out,
                       struct error *error);
void work_close(struct work *work);

struct access *work_access(struct work *work);
int64_t work_now(const struct work *work);
const struct world *work_world(const struct work *work);

/* Locks and begins a transaction. When the answer is not ANSWER_OK nothing is held. */
enum answer work_begin(struct work *work, struct error *error);
/* Puts down the entry (NULL: nothing to tell) and commits, when the answer is ANSWER_OK; else all is undone. */
enum answer work_end(struct work *work, enum answer answer, const struct identity *who, const struct audit_entry *entry,
                     struct error *error);
/* Locks for reading. */
void work_lock(struct work *work);
void work_unlock(struct work *work);
/* While it is locked, or between begin and end. */
struct store *work_store(struct work *work);
/* What is worked out of two rows that never change, kept: true and *text when it is there; while it is locked. The
 * text lives as long as `work`. */
bool work_recall(const struct work *work, int64_t first, int64_t second, struct slice *text);
void work_remember(struct work *work, int64_t first, int64_t second, struct slice text);
struct database *work_database(struct work *work);

#endif
