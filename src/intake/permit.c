#include "intake/permit.h"

#define REMEDY "; an administrator makes keys that may (Keys)"

static const char *const names[] = {"track", "identify", "group", "page", "screen", "alias"};
enum { CALLS = sizeof names / sizeof *names };

enum outcome permit_calls_parse(struct slice text, unsigned *calls, struct error *error)
{
    *calls = 0;
    for (text = slice_trim(text); text.len; text = slice_trim(text)) {
        const struct slice word = slice_cut(&text, ' ');
        unsigned i = 0;
        while (i < CALLS && !slice_is(word, names[i])) i++;
        if (i == CALLS)
            return error_set(error, BAD_USAGE, "calls: %.*s is none; track, identify, group, page, screen, alias are",
                             SLICE_ARG(word));
        *calls |= 1u << i;
    }
    return OK;
}

struct slice permit_calls_text(struct arena *arena, unsigned calls)
{
    struct slice out = {0};
    for (unsigned i = 0; i < CALLS; i++)
        if (calls >> i & 1) out = arena_printf(arena, "%.*s%s%s", SLICE_ARG(out), out.len ? " " : "", names[i]);
    return out;
}

static bool is_named(struct slice patterns, struct slice name)
{
    while (patterns.len) {
        const struct slice pattern = slice_cut(&patterns, '\n');
        const bool begins = slice_ends(pattern, SLICE("*"));
        if (begins ? slice_starts(name, slice_of(pattern.ptr, pattern.len - 1)) : slice_equal(name, pattern))
            return true;
    }
    return false;
}

enum permit_fault permit_check(const struct permit *permit, const struct input_event *event)
{
    if (permit->calls && !(permit->calls >> event->call & 1)) return PERMIT_CALL;
    if (permit->events.len && event->call == CALL_TRACK && !is_named(permit->events, slice_trim(event->name)))
        return PERMIT_EVENT;
    if (!permit->visitors) return PERMIT_FINE;
    if (event->user.len || event->previous.len) return PERMIT_PERSON;
    return event->group.len ? PERMIT_ACCOUNT : PERMIT_FINE;
}

const char *permit_field(enum permit_fault fault)
{
    static const char *const fields[] = {[PERMIT_FINE] = "",
                                         [PERMIT_CALL] = "type",
                                         [PERMIT_EVENT] = "event",
                                         [PERMIT_PERSON] = "userId",
                                         [PERMIT_ACCOUNT] = "groupId"};
    return fields[fault];
}

struct slice permit_message(struct arena *arena, enum permit_fault fault, const struct input_event *event)
{
    switch (fault) {
    case PERMIT_FINE: break;
    case PERMIT_CALL: return arena_printf(arena, "this key sends no %s calls" REMEDY, names[event->call]);
    case PERMIT_EVENT: return arena_printf(arena, "this key sends no %.*s" REMEDY, SLICE_ARG(event->name));
    case PERMIT_PERSON:
        return SLICE("this key speaks of visitors alone, by anonymousId: it names no person; "
                     "say who it is from a server, with a key that may");
    case PERMIT_ACCOUNT:
        return SLICE("this key speaks of visitors alone, by anonymousId: it names no account; "
                     "say so from a server, with a key that may");
    }
    return SLICE("");
}
