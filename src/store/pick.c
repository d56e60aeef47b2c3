#include "store/pick.h"

#include <stdlib.h>

#include "base/memory.h"

/* A path that has no code stands in no block. */
void picker_learn(struct picker *p)
{
    picker_release(p);
    p->code_count = names_count(p->names);
    p->plan_of_code = memory_new((p->code_count + 1) * sizeof *p->plan_of_code);
    p->texts = memory_new((p->code_count + 1) * sizeof *p->texts);
    uint32_t *codes = memory_new((p->plan->count + 1) * sizeof *codes);
    names_learn(p->names, p->plan->paths, p->plan->count, codes, p->texts, p->code_count);
    for (size_t i = 0; i < p->plan->count; i++)
        if (codes[i] < p->code_count) p->plan_of_code[codes[i]] = (uint32_t)i + 1;
    free(codes);
}

void picker_release(struct picker *p)
{
    free(p->plan_of_code);
    free(p->texts);
    p->plan_of_code = NULL;
    p->texts = NULL;
}

static struct slice text_of(const struct picker *p, uint32_t code)
{
    return code < p->code_count ? p->texts[code] : names_text(p->names, code);
}

bool picker_read(const struct picker *p, struct slice packed, struct arena *arena, struct picked *out)
{
    struct input_value value, *values = ARENA_ARRAY(arena, struct input_value, p->plan->count + 1);
    uint32_t code;
    if (!saying_unpack(packed, &out->saying)) return false;
    out->name = out->saying.name ? text_of(p, out->saying.name - 1) : slice_of("", 0);
    out->source = sources_number(p->sources, text_of(p, out->saying.source));
    while (saying_next(&out->saying, &code, &value))
        if (code < p->code_count && p->plan_of_code[code]) values[p->plan_of_code[code] - 1] = value;
    out->values = values;
    return !out->saying.fields.bad;
}

bool picker_finds_all(const struct picker *p, const uint32_t *hot, size_t count)
{
    size_t held = 0;
    for (size_t i = 0; i < count; i++) held += hot[i] < p->code_count && p->plan_of_code[hot[i]];
    return held >= p->plan->count;
}

struct input_event picker_event(const struct picker *p, enum sender_kind kind, struct slice key, const struct block *b,
                                const struct block_event *e, const struct picked *said)
{
    struct input_event in = {.call = said->saying.call,
                             .name = said->name,
                             .id = e->id,
                             .at = {.instant = e->at, .zoned = true},
                             .sent_at = e->sent_at,
                             .received_at = e->received_at,
                             .source = said->source,
                             .values = said->values};
    if (e->sent_at != INSTANT_NONE && e->received_at != INSTANT_NONE) /* as it was before sentAt corrected it */
        in.at.instant = e->at - (e->received_at - e->sent_at);
    if (said->saying.day) {
        in.at.day_only = true;
        in.at.instant = zone_day(p->zone, e->at) * DAY_US;
    }
    if (e->companions) {
        in.anonymous = b->companions[e->companions - 1].anonymous;
        in.group = b->companions[e->companions - 1].group;
        in.previous = b->companions[e->companions - 1].previous;
    }
    if (kind == SENDER_USER) in.user = key;
    if (kind == SENDER_ANONYMOUS) in.anonymous = key;
    if (kind == SENDER_GROUP) in.group = key;
    return in;
}
