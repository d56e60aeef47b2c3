/* What an event says apart from who, when and which id: the kind of call, its name, its source, and the fields that a
 * definition reads. Packed; the contents of a block. */
#ifndef MASA_STORE_SAYING_H
#define MASA_STORE_SAYING_H

#include "intake/event.h"
#include "store/varint.h"

struct saying {
    enum input_call call;
    bool day;              /* the event's time is a day */
    uint32_t name, source; /* codes; the name 0 is for none, others are one more than their code */
    struct byte_reader fields;
};

/* `values` that are there (not missing), each under the code of its path. */
void saying_pack(struct buffer *out, const struct saying *head, const struct input_value *values, const uint32_t *codes,
                 size_t count);

/* False when damaged. Texts of values point into `packed`. */
bool saying_unpack(struct slice packed, struct saying *out);
/* The next field; false at the end. `fields.bad` tells that it was damaged. */
bool saying_next(struct saying *saying, uint32_t *code, struct input_value *value);

#endif
