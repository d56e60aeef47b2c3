#include "definition/model.h"

const char *const subject_kind_names[KIND_COUNT] = {"person", "account", "deal", "subscription", "market"};
const char *const role_names[ROLE_COUNT] = {"", "marketing", "sales", "success", "product"};
const char *const group_part_names[PART_COUNT] = {"decides", "influences", "uses", "blocks"};
const char *const declaration_events[DECLARATION_KINDS] = {[DECLARE_MERGE] = "masa:merge",
                                                           [DECLARE_UNMERGE] = "masa:unmerge",
                                                           [DECLARE_ERASE] = "masa:erase",
                                                           [DECLARE_SIGNOFF] = "masa:signoff",
                                                           [DECLARE_DEFINITION] = "masa:definition",
                                                           [DECLARE_UNDO] = "masa:undo",
                                                           [DECLARE_NOTE] = "masa:note",
                                                           [DECLARE_OWNER] = "masa:owner",
                                                           [DECLARE_ASSIGNED] = "masa:assigned",
                                                           [DECLARE_MILESTONE] = "masa:milestone"};
const char *const word_fields[WORD_FIELDS] = {
    [WORD_TEXT] = "text", [WORD_KIND] = "kind",       [WORD_MINUTES] = "minutes",     [WORD_USER] = "user",
    [WORD_TEAM] = "team", [WORD_HANDOFF] = "handoff", [WORD_MILESTONE] = "milestone", [WORD_DONE_AT] = "done_at",
    [WORD_DUE] = "due",   [WORD_SAW] = "saw",         [WORD_MESSAGE] = "message"};

uint32_t definition_trait_slot(const struct kind_model *model, const char *name)
{
    for (size_t i = 0; i < model->trait_count; i++)
        if (slice_is(model->traits[i].label.name, name)) return model->traits[i].slot;
    return NONE;
}

struct label definition_team(const struct definition *d, struct slice name)
{
    for (size_t i = 0; i < d->team_count; i++)
        if (slice_equal(d->teams[i].name, name)) return d->teams[i];
    return (struct label){.name = name};
}

static bool reason_in(const struct reason *reasons, size_t count, struct slice word, struct label *out)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(reasons[i].label.name, word)) {
            *out = reasons[i].label;
            return true;
        }
    return false;
}

struct label definition_reason(const struct funnel *funnel, struct slice word)
{
    struct label label = {.name = word};
    for (size_t i = 0; i < funnel->stage_count; i++) {
        const struct stage *stage = &funnel->stages[i];
        if (reason_in(stage->reject_reasons, stage->reject_count, word, &label) ||
            reason_in(stage->return_reasons, stage->return_count, word, &label))
            return label;
    }
    for (size_t i = 0; i < funnel->exit_count; i++)
        if (reason_in(funnel->exits[i].reasons, funnel->exits[i].reason_count, word, &label)) return label;
    return label;
}

bool landing_is_after(const struct landing_rule *landing, struct slice exit)
{
    if (!exit.len) return landing->after_win;
    for (size_t i = 0; i < landing->after_count; i++)
        if (slice_equal(landing->after_exits[i], exit)) return true;
    return landing->after_every_exit;
}

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
