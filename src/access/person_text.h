/* What people write about themselves, brought to one form, so that the same thing typed on two machines is the same. */
#ifndef MASA_ACCESS_PERSON_TEXT_H
#define MASA_ACCESS_PERSON_TEXT_H

#include "base/buffer.h"

enum { EMAIL_BYTES_MAX = 254, NAME_BYTES_MAX = 200 };

/* Appends the text composed (NFC). False when it is no UTF-8. */
bool text_compose(struct slice text, struct buffer *out);
/* Appends an e-mail address as it is looked up: trimmed, composed, case folded. False when it cannot be one. */
bool email_fold(struct slice text, struct buffer *out);
/* Appends a name: trimmed and composed. False when it is empty, too long or holds control characters. */
bool name_compose(struct slice text, struct buffer *out);

#endif
