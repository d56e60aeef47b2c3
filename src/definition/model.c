#include "definition/model.h"

const char *const subject_kind_names[KIND_COUNT] = {"person", "account", "deal", "subscription", "market"};
const char *const role_names[ROLE_COUNT] = {"", "marketing", "sales", "success", "product"};
const char *const declaration_events[DECLARATION_KINDS] = {"masa:merge", "masa:unmerge", "masa:erase",
                                                           "masa:definition", "masa:signoff"};

size_t definition_personless(const struct definition *d, struct arena *arena, const struct slice **names)
{
    struct slice *list = ARENA_ARRAY(arena, struct slice, (d ? d->event_count : 0) + 2);
    size_t count = 0;
    list[count++] = arena_slice(arena, slice_from(declaration_events[DECLARE_DEFINITION]));
    list[count++] = arena_slice(arena, slice_from(declaration_events[DECLARE_SIGNOFF]));
    for (size_t i = EVENT_GROUP + 1; d && i < d->event_count; i++)
        if (d->events[i].of != KIND_PERSON) list[count++] = arena_slice(arena, d->events[i].label.name);
    *names = list;
    return count;
}
