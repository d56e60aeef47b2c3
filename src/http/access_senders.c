#include "http/access_senders.h"

#include "access/write_source.h"

static enum sender_answer find(void *context, struct slice key, struct slice origin, struct arena *arena,
                               struct sender *sender, struct error *error)
{
    struct write_source found;
    const enum answer answer = write_source_find(context, key, arena, &found, error);
    if (answer != ANSWER_OK) return answer == ANSWER_UNKNOWN ? SENDER_UNKNOWN : SENDER_FAILED;
    *sender = (struct sender){found.name, found.permit};
    if (write_source_allows(&found, origin)) return SENDER_FINE;
    answer_set(error, ANSWER_FORGED, "this write key does not take events from pages of %.*s", SLICE_ARG(origin));
    return SENDER_FORGED;
}

struct sender_port access_senders(struct access *access)
{
    return (struct sender_port){access, find};
}
