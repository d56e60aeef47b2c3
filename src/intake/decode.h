/* Bytes in some encoding to UTF-8, as a stream, through ICU. */
#ifndef MASA_INTAKE_DECODE_H
#define MASA_INTAKE_DECODE_H

#include "base/slice.h"

enum encoding {
    ENCODING_ASCII, /* nothing but ASCII seen so far: the first byte beyond it decides between the next two */
    ENCODING_UTF8,
    ENCODING_WINDOWS_1255,
    ENCODING_UTF16_LE,
    ENCODING_UTF16_BE,
};

/* From the first bytes of a file: a byte order mark decides, then zeros at every second byte, then valid UTF-8, which
 * text in another encoding hardly ever is by chance. *mark is the length of the mark. */
enum encoding encoding_detect(struct slice start, size_t *mark);
/* "Windows-1255" */
struct slice encoding_name(enum encoding encoding);
/* By a name people write: "windows-1255", "cp1255", "UTF-16", "utf8". */
bool encoding_find(struct slice name, enum encoding *out);

struct decoder;

struct decoder *decoder_new(enum encoding encoding);
void decoder_free(struct decoder *decoder);
/* What was decided; ENCODING_ASCII while nothing had to be. */
enum encoding decoder_encoding(const struct decoder *decoder);

/* Decodes from *in, which is moved behind what was used, into `out`; returns the bytes written. `last`: no more input
 * will follow. What cannot be decoded becomes U+FFFD and is counted; UTF-8 passes as it is, valid or not. */
size_t decoder_run(struct decoder *decoder, struct slice *in, bool last, char *out, size_t size);
uint64_t decoder_replaced(const struct decoder *decoder);

#endif
