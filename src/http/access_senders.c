#include "http/access_senders.h"

#include "access/write_key.h"

static enum sender_answer find(void *context, struct slice key, struct slice origin, struct arena *arena,
                               struct slice *source, struct error *error)
{
    struct write_source found;
    switch (write_key_find(context, key, origin, &found, error)) {
    case ANSWER_OK: *source = arena_slice(arena, slice_from(found.name)); return SENDER_FINE;
    case ANSWER_UNKNOWN: return SENDER_UNKNOWN;
    case ANSWER_FORGED: return SENDER_FORGED;
    default: return SENDER_FAILED;
    }
}

struct sender_port access_senders(struct access *access)
{
    return (struct sender_port){access, find};
}
