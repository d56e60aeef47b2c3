#include "store/senders.h"

uint64_t sender_of_event(const struct input_event *e)
{
    if (e->user.len) return sender_digest(SENDER_USER, e->user);
    if (e->anonymous.len) return sender_digest(SENDER_ANONYMOUS, e->anonymous);
    if (e->group.len) return sender_digest(SENDER_GROUP, e->group);
    return sender_digest(SENDER_NOBODY, e->id);
}

void senders_init(struct senders *s)
{
    *s = (struct senders){0};
}

void senders_release(struct senders *s)
{
    vector_release(&s->list);
    free(s->table);
    s->table = NULL;
}

/* Where a digest stands, or would. Its kind is mixed in: a user and an anonymous visitor may have one key. */
static uint32_t *place_of(const struct senders *s, uint64_t digest)
{
    size_t at = digest * UINT64_C(0x9e3779b97f4a7c15) >> 32 & s->mask;
    while (s->table[at] && s->list.at[s->table[at] - 1] != digest) at = (at + 1) & s->mask;
    return &s->table[at];
}

static void make_room(struct senders *s)
{
    enum { FIRST = 64 };
    if (s->table && s->list.count * 2 <= s->mask) return;
    s->mask = s->table ? s->mask * 2 + 1 : FIRST - 1;
    free(s->table);
    s->table = memory_new((s->mask + 1) * sizeof *s->table);
    for (size_t i = 0; i < s->list.count; i++) *place_of(s, s->list.at[i]) = (uint32_t)i + 1;
}

bool senders_add(struct senders *s, uint64_t digest)
{
    make_room(s);
    uint32_t *place = place_of(s, digest);
    if (*place) return false;
    vector_push(&s->list, digest);
    *place = (uint32_t)s->list.count;
    return true;
}

bool senders_have(const struct senders *s, uint64_t digest)
{
    return s->table && *place_of(s, digest);
}
