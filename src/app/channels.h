/* What administrators do with the webhooks to which reminders go (deliver/send_channel.h): all of it needs
 * channel.manage, and each change is in the audit trail, without its secret and without the path of its address, which
 * often is one. */
#ifndef MASA_APP_CHANNELS_H
#define MASA_APP_CHANNELS_H

#include "app/work.h"
#include "deliver/send_channel.h"
#include "deliver/send_ledger.h"

/* Those that hold first, latest first. Texts live in the arena, here and below. */
enum answer channels_list(struct work *work, const struct identity *who, struct arena *arena,
                          struct send_channel_list *out, struct error *error);
/* Takes name, url, teams and roles, and fills the rest, with the secret, shown this once. `plain`: the address may be
 * http. */
enum answer channels_add(struct work *work, const struct identity *who, bool plain, struct send_channel *channel,
                         struct arena *arena, char secret[SIGNING_SECRET_TEXT + 1], struct error *error);
enum answer channels_new_secret(struct work *work, const struct identity *who, int64_t id, struct arena *arena,
                                struct send_channel *out, char secret[SIGNING_SECRET_TEXT + 1], struct error *error);
enum answer channels_end(struct work *work, const struct identity *who, int64_t id, struct error *error);
/* A message that says nothing, to be sent once: whoever delivers is to be woken. */
enum answer channels_try(struct work *work, const struct identity *who, int64_t id, struct arena *arena,
                         struct send *out, struct error *error);
/* A page of what was sent there, see send_page. */
enum answer channels_sends(struct work *work, const struct identity *who, int64_t id, int64_t before, int64_t limit,
                           struct arena *arena, struct send_list *out, int64_t *total, struct error *error);

/* The name of a message to its receiver, "msg_...", the same at each try. */
struct slice channels_message_name(const struct work *work, struct arena *arena);

#endif
