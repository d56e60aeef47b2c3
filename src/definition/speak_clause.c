/* Clauses in words: leaves as sentences, branches as the line above their members. */
#include "definition/words.h"

static const struct signal *signal_of(const struct speaker *s, enum subject_kind kind, uint32_t slot)
{
    const struct kind_model *model = &s->definition->kinds[kind];
    return &model->signals[model->slots[slot].index];
}

static bool is_any_touch(const struct speaker *s, enum subject_kind kind, const struct matcher *matcher)
{
    size_t touches = 0, plain = 0;
    for (size_t i = 0; i < s->definition->event_count; i++) {
        const struct event_type *event = &s->definition->events[i];
        if (i > EVENT_GROUP && event->of == kind) touches += kind == KIND_PERSON ? event->touch : !event->decision;
    }
    for (size_t i = 0; i < matcher->count; i++) plain += matcher->alternatives[i].when == NULL;
    return touches > 1 && plain == touches && matcher->count == touches;
}

struct slice speak_property(const struct speaker *s, const struct signal *signal)
{
    for (size_t i = 0; i < signal->match.count; i++) {
        const struct event_type *event = &s->definition->events[signal->match.alternatives[i].event];
        for (size_t f = 0; f < event->field_count; f++)
            if (event->fields[f].path == signal->of) return spoken(s, &event->fields[f].label);
    }
    struct slice name = s->definition->paths[signal->of];
    slice_cut(&name, '.');
    return spoken(s, &(struct label){.name = name});
}

struct slice speak_happened(const struct speaker *s, const struct matcher *matcher, int64_t times)
{
    enum phrase several = times == 1 ? SAY_EITHER_HAPPENED : SAY_SOME_HAPPENED;
    return fill2(s, matcher->count > 1 ? several : SAY_HAPPENED, speak_matcher(s, matcher), spoken_times(s, times));
}

static struct slice count_sentence(const struct speaker *s, enum subject_kind kind, const struct clause *clause)
{
    const struct signal *signal = signal_of(s, kind, clause->slot);
    struct slice text = speak_happened(s, &signal->match, clause->need);
    if (signal->reduce == REDUCE_DISTINCT) text = fill2(s, SAY_EACH_COUNTED, text, speak_property(s, signal));
    return speak_window(s, text, signal);
}

static struct slice quiet_sentence(const struct speaker *s, enum subject_kind kind, const struct clause *clause)
{
    const struct signal *signal = signal_of(s, kind, clause->slot);
    struct slice span = spoken_duration(s, clause->span);
    if (is_any_touch(s, kind, &signal->match)) return fill1(s, SAY_QUIET_ANY, span);
    struct slice events = speak_matcher(s, &signal->match);
    if (signal->match.human) events = fill1(s, SAY_HUMAN, events);
    return fill2(s, signal->match.count > 1 ? SAY_QUIET_SOME : SAY_QUIET, events, span);
}

struct slice speak_clause(const struct speaker *s, enum subject_kind kind, const struct clause *clause)
{
    switch (clause->kind) {
    case CLAUSE_ALL: return phrase(s, SAY_ALL_OF);
    case CLAUSE_ANY: return phrase(s, SAY_ANY_OF);
    case CLAUSE_NOT: return phrase(s, SAY_NONE_OF);
    case CLAUSE_AT_LEAST: return fill1(s, SAY_SOME_OF, spoken_number(s, clause->need * DECIMAL_ONE));
    case CLAUSE_RULE: return speak_rule(s, kind, clause->rule);
    case CLAUSE_COUNT: return count_sentence(s, kind, clause);
    case CLAUSE_QUIET: return quiet_sentence(s, kind, clause);
    }
    return SLICE("");
}

static struct slice joined(const struct speaker *s, enum subject_kind kind, const struct clause *clause)
{
    const enum phrase join = clause->kind == CLAUSE_ALL ? SAY_AND : SAY_OR;
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < clause->count; i++) {
        const struct clause *member = &clause->members[i];
        const bool grouped = member->count > 1 && !member->label.he.len && !member->label.en.len;
        const struct slice text = speak_situation(s, kind, member);
        if (i) buffer_add(&out, clause->kind == CLAUSE_AT_LEAST ? SLICE("; ") : phrase(s, join));
        buffer_add(&out, grouped ? fill1(s, SAY_GROUPED, text) : text);
    }
    struct slice text = arena_slice(s->arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

struct slice speak_situation(const struct speaker *s, enum subject_kind kind, const struct clause *clause)
{
    const struct slice own = s->language == LANGUAGE_HE ? clause->label.he : clause->label.en;
    if (own.len) return own;
    switch (clause->kind) {
    case CLAUSE_ALL:
    case CLAUSE_ANY: return joined(s, kind, clause);
    case CLAUSE_NOT: return fill1(s, SAY_NOT, speak_situation(s, kind, &clause->members[0]));
    case CLAUSE_AT_LEAST:
        return arena_printf(s->arena, "%.*s %.*s", SLICE_ARG(speak_clause(s, kind, clause)),
                            SLICE_ARG(joined(s, kind, clause)));
    default: return speak_clause(s, kind, clause);
    }
}
