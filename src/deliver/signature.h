/* Signatures of the Standard Webhooks: HMAC-SHA256 over "ID.TIMESTAMP.BODY" under a secret that both sides know. */
#ifndef MASA_DELIVER_SIGNATURE_H
#define MASA_DELIVER_SIGNATURE_H

#include "base/buffer.h"

enum { SIGNING_SECRET_BYTES = 32, SIGNING_SECRET_TEXT = 6 + 44 /* "whsec_" and base64 */ };

/* As its owner is shown it, ended by NUL. */
void signing_secret_text(struct slice secret, char out[SIGNING_SECRET_TEXT + 1]);

struct signed_message {
    struct slice id;
    int64_t at; /* seconds since 1970 */
    struct slice body;
};
/* Adds "v1,BASE64". */
void signature_write(struct slice secret, const struct signed_message *message, struct buffer *out);

#endif
