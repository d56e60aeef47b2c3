#include "store/saying.h"

enum { DAY_FLAG = 8 };

static void pack_value(struct buffer *out, const struct input_value *v)
{
    varint_add(out, v->kind);
    switch (v->kind) {
    case INPUT_MISSING:
    case INPUT_NULL: break;
    case INPUT_BOOL:
    case INPUT_INT: varint_add(out, zigzag(v->number)); break;
    case INPUT_NUMBER:
    case INPUT_TEXT:
    case INPUT_JSON: varint_add_slice(out, v->text); break;
    }
}

void saying_pack(struct buffer *out, const struct saying *head, const struct input_value *values, const uint32_t *codes,
                 size_t count)
{
    varint_add(out, (unsigned)head->call | (head->day ? DAY_FLAG : 0));
    varint_add(out, head->name);
    varint_add(out, head->source);
    for (size_t i = 0; i < count; i++) {
        if (values[i].kind == INPUT_MISSING) continue;
        varint_add(out, codes[i]);
        pack_value(out, &values[i]);
    }
}

bool saying_unpack(struct slice packed, struct saying *out)
{
    out->fields = byte_reader_of(packed);
    const uint64_t head = varint_get(&out->fields);
    out->call = (enum input_call)(head & (DAY_FLAG - 1));
    out->day = head & DAY_FLAG;
    out->name = (uint32_t)varint_get(&out->fields);
    out->source = (uint32_t)varint_get(&out->fields);
    return !out->fields.bad && out->call <= CALL_ALIAS && head < 2 * DAY_FLAG;
}

/* Digits for a whole number that somebody wants as text are made by whoever wants them. */
bool saying_next(struct saying *s, uint32_t *code, struct input_value *value)
{
    struct byte_reader *r = &s->fields;
    if (r->next == r->end) return false;
    *code = (uint32_t)varint_get(r);
    const uint64_t kind = varint_get(r);
    *value = (struct input_value){.kind = (enum input_kind)kind};
    if (kind == INPUT_BOOL || kind == INPUT_INT)
        value->number = unzigzag(varint_get(r));
    else if (kind >= INPUT_NUMBER && kind <= INPUT_JSON)
        value->text = slice_get(r);
    else if (kind != INPUT_NULL)
        varint_fail(r);
    return !r->bad;
}
