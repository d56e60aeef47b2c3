/* Passwords: argon2id by libsodium, kept as the text it makes, which names its own parameters. A hash takes 64 MiB and
 * some tenths of a second, so only so many are made at once, so many more may wait, and the rest are told to come back.
 *
 * Passwords are composed (NFC) here: what is typed on a phone is what was typed on a desk. */
#ifndef MASA_ACCESS_PASSWORD_H
#define MASA_ACCESS_PASSWORD_H

#include "access/answer.h"

enum { PASSWORD_HASH_SIZE = 128, PASSWORD_LETTERS_MIN = 10, PASSWORD_BYTES_MAX = 1024 };

struct password_cost {
    uint64_t operations;
    size_t memory; /* bytes */
};
struct password_cost password_cost_usual(void); /* libsodium's "interactive" */

/* May be used by many threads. */
struct hasher;
struct hasher *hasher_new(struct password_cost cost, int at_once, int waiting_max);
void hasher_free(struct hasher *hasher);

/* ANSWER_BAD when it is too short, too long, no text, one of the worst, or just the e-mail address or a part of it. */
enum answer password_check(struct slice password, struct slice email, struct error *error);
enum answer password_hash(struct hasher *hasher, struct slice password, char out[PASSWORD_HASH_SIZE],
                          struct error *error);
/* `hash` NULL: there is no such user, or none of whom a password is known; that takes as long as any other. `*weak`:
 * the hash was right and is to be made again, because the cost has risen. */
enum answer password_verify(struct hasher *hasher, const char *hash, struct slice password, bool *right, bool *weak,
                            struct error *error);

/* How many hashes are being made and how many wait: for metrics, and for tests. */
void hasher_load(struct hasher *hasher, int *running, int *waiting);

#endif
