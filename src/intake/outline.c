#include "intake/outline.h"

enum { ACCOUNT = 1 << 10, REST = 1 << 16 };

void outlines_init(struct outlines *o)
{
    *o = (struct outlines){0};
    arena_init(&o->arena);
    /* No text holds the byte 0xff. */
    vector_push(&o->steps, ((struct outline_step){.head = {UINT64_MAX, UINT64_MAX}, .mask = {UINT64_MAX, UINT64_MAX}}));
    vector_reserve(&o->steps, 2);
}

void outlines_release(struct outlines *o)
{
    vector_release(&o->steps);
    arena_release(&o->arena);
}

bool outlines_worth_it(struct outlines *o)
{
    if (o->rest) {
        o->rest--;
        return false;
    }
    if (++o->tried < ACCOUNT) return true;
    if (o->followed < o->tried / 2) o->rest = REST;
    o->tried = o->followed = 0;
    return true;
}

const struct outline_step *outlines_search(struct outlines *o, const struct outline_step *from, const char *at)
{
    struct outline_step *steps = o->steps.at;
    uint16_t step = from->first;
    while (step && !outline_stands_at(&steps[step], at)) step = steps[step].sibling;
    if (step) steps[from - steps].fork[outline_fork(at)] = step;
    return &steps[step];
}

/* Before a number and an object stands the key alone, with which the texts of other steps begin: the first byte of the
 * value tells them apart. Of a digit half the bits count. */
static void set_text(struct outlines *o, struct outline_step *s, const char *at)
{
    const char ones[16] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    const struct slice text = slice_of(at, s->text_len);
    s->text = arena_slice(&o->arena, text).ptr;
    keys_head(text, s->head);
    keys_head(slice_of(ones, text.len), s->mask);
    if (s->kind != OUTLINE_NUMBER || s->text_len > s->len || s->len >= 16) return;
    s->head[s->len / 8] |= (uint64_t)'0' << s->len % 8 * 8;
    s->mask[s->len / 8] |= UINT64_C(0xf0) << s->len % 8 * 8;
}

uint16_t outlines_add(struct outlines *o, uint16_t from, const struct outline_step *step, const char *at)
{
    struct outline_step made = *step;
    const bool sign = made.kind == OUTLINE_OPENS || (made.kind == OUTLINE_NUMBER && at[made.len] == '-');
    made.text_len = (uint16_t)(made.len + sign);
    if (made.text_len > OUTLINE_TEXT_MAX) return 0;
    for (uint16_t known = o->steps.at[from].first; known; known = o->steps.at[known].sibling) {
        const struct outline_step *s = &o->steps.at[known];
        if (s->kind == made.kind && s->text_len == made.text_len && outline_stands_at(s, at)) return known;
    }
    if (o->steps.count == OUTLINE_STEPS_MAX) return 0;
    set_text(o, &made, at);
    made.sibling = o->steps.at[from].first;
    const uint16_t index = (uint16_t)o->steps.count;
    vector_push(&o->steps, made);
    vector_reserve(&o->steps, o->steps.count + 1);
    o->steps.at[from].leads_on |= index == from + 1;
    o->steps.at[from].first = index;
    return index;
}
