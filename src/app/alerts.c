#include "app/alerts.h"

#include <stdlib.h>

#include "analysis/dimension.h"
#include "app/handoff_row.h"
#include "app/handoffs.h"
#include "app/leads_asked.h"
#include "app/sources.h"
#include "base/map.h"
#include "report/words.h"

#define WORDS(he, en) ((struct words){.in = {[HEBREW] = he, [ENGLISH] = en}})

const char *const alert_codes[ALERT_CODES + 1] = {"channel_failing", "sla_late",         "intake_stopped",
                                                  "disk_full",       "delivery_failing", NULL};

static const enum action audience[ALERT_CODES] = {[ALERT_CHANNEL_FAILING] = ACTION_ALERT_CHANNEL,
                                                  [ALERT_SLA_LATE] = ACTION_ALERT_LATE,
                                                  [ALERT_INTAKE_STOPPED] = ACTION_ALERT_SERVICE,
                                                  [ALERT_DISK_FULL] = ACTION_ALERT_SERVICE,
                                                  [ALERT_DELIVERY_FAILING] = ACTION_ALERT_DELIVERY};

/* ---- sources that keep failing ---- */

static void find_failing(const struct standing_state *state, struct arena *arena, struct alert_list *out)
{
    const struct roster *roster = standing_roster(state);
    const struct fact_table *table = roster->table;
    struct sources sources;
    sources_init(&sources, table->definition);
    const int64_t from = sources_add_recent(&sources, roster, table->as_of + 1);
    sources_close(&sources);
    for (size_t i = 0; i < sources.count; i++) {
        const struct source *s = &sources.at[i];
        if (!source_is_failing(&sources, table->definition, s)) continue;
        const struct words name = source_words(arena, table, s);
        const struct slice value = dimension_value(arena, table, sources.dimension, s->value);
        const struct words text =
            WORDS(arena_printf(arena, "לידים מ%s%.*s נכשלים במכירות: התקבלו %llu מתוך %llu ב־%d הימים האחרונים",
                               value.len ? "\u05be" : "מקור ", SLICE_ARG(name.in[HEBREW]),
                               (unsigned long long)s->accepted, (unsigned long long)s->decided, SOURCES_FAILING_DAYS),
                  arena_printf(arena, "Leads from %s%.*s keep failing in sales: %llu of %llu accepted in %d days",
                               value.len ? "" : "a source ", SLICE_ARG(name.in[ENGLISH]),
                               (unsigned long long)s->accepted, (unsigned long long)s->decided, SOURCES_FAILING_DAYS));
        vector_push(out, ((struct alert){.code = ALERT_CHANNEL_FAILING,
                                         .id = arena_printf(arena, "channel_failing:%.*s", SLICE_ARG(value)),
                                         .text = text,
                                         .link = sources_link(arena, table->zone, from, table->as_of + 1),
                                         .since = INSTANT_NONE}));
    }
    sources_release(&sources);
}

/* ---- handoffs past their time ---- */

struct late {
    const struct roster *roster;
    const struct handoff_entry *entry;
    int64_t due;
};

static int last_first(const void *a, const void *b)
{
    const struct late *x = a, *y = b;
    if (x->due != y->due) return x->due > y->due ? -1 : 1;
    return strcmp(x->entry->id, y->entry->id);
}

/* Whoever it was given to, if they decide; else those of the team; else all of sales. */
static void set_audience(struct alert *alert, const struct roster *r, const struct handoff_entry *e,
                         struct arena *arena)
{
    const struct handoff_target target = handoff_target(r, e);
    const enum action action = audience[ALERT_SLA_LATE];
    struct colleague who;
    if (target.user.len && colleague_find(r->colleagues, target.user, arena, &who) && who.active &&
        roles_allow(who.roles, action))
        alert->user = arena_slice(arena, target.user);
    else if (colleagues_team_may(r->colleagues, target.team, action))
        alert->team = arena_slice(arena, target.team);
}

static void add_late(const struct late *late, struct arena *arena, struct alert_list *out)
{
    const struct roster *r = late->roster;
    const struct lead *lead = &r->leads[late->entry->lead];
    const struct words stage = word_label(&roster_funnel(r)->stages[late->entry->stage].label);
    struct slice name = lead_known_as(r, lead);
    if (!name.len) name = lead_id(r, lead);
    const struct slice he = stage.in[HEBREW], en = stage.in[ENGLISH];
    struct alert alert = {
        .code = ALERT_SLA_LATE,
        .id = arena_printf(arena, "sla_late:%s", late->entry->id),
        .text = WORDS(arena_printf(arena, "%.*s: עבר הזמן להחליט על %.*s", SLICE_ARG(name), SLICE_ARG(he)),
                      arena_printf(arena, "%.*s: the time to decide on %.*s is over", SLICE_ARG(name), SLICE_ARG(en))),
        .link = arena_printf(arena, "/handoffs/%s", late->entry->id),
        .since = late->due};
    set_audience(&alert, r, late->entry, arena);
    vector_push(out, alert);
}

/* So many of each to whom they were given, lest a busy team hide what another has. */
static void tell_late(const struct late *late, size_t count, struct arena *arena, struct alert_list *out)
{
    struct map told;
    map_init(&told);
    for (size_t i = 0; i < count; i++) {
        const struct handoff_target target = handoff_target(late[i].roster, late[i].entry);
        const struct slice whose = target.user.len ? target.user : target.team;
        const uint32_t before = map_get(&told, whose);
        const uint32_t n = before == MAP_NONE ? 1 : before + 1;
        if (n > ALERTS_LATE_MOST) continue;
        map_set(&told, whose, n);
        add_late(&late[i], arena, out);
    }
    map_release(&told);
}

static int64_t find_late(const struct standing_state *state, int64_t now, struct arena *arena, struct alert_list *out)
{
    const struct roster *r;
    struct late *late = ARENA_ARRAY(arena, struct late, handoffs_waiting(state) + 1);
    int64_t next = INSTANT_MAX;
    size_t count = 0;
    for (size_t at = 0; (r = handoffs_next(state, &at));)
        for (size_t i = 0; i < r->handoffs.count; i++) {
            const struct handoff_entry *e = &r->handoffs.at[i];
            struct sla_clock clock;
            if (e->state != STATE_WAITING || !handoff_clock(r, e, &clock)) continue;
            if (clock.due < now)
                late[count++] = (struct late){r, e, clock.due};
            else if (clock.due + 1 < next)
                next = clock.due + 1;
        }
    if (count) qsort(late, count, sizeof *late, last_first);
    tell_late(late, count, arena, out);
    return next;
}

int64_t alerts_find(const struct standing_state *state, int64_t now, struct arena *arena, struct alert_list *out)
{
    const struct fact_table *table = standing_roster(state)->table;
    const bool moves = !table->definition->report.as_of.len;
    find_failing(state, arena, out);
    const int64_t next = find_late(state, moves && now > table->as_of ? now : table->as_of, arena, out);
    return moves ? next : INSTANT_MAX;
}

/* ---- the service itself ---- */

struct alert alert_of_appends(enum outcome outcome)
{
    if (outcome == NO_ROOM)
        return (struct alert){.code = ALERT_DISK_FULL,
                              .id = SLICE("disk_full"),
                              .text = WORDS(SLICE("הדיסק של השרת מלא: אירועים והחלטות נדחים עד שיהיה בו מקום"),
                                            SLICE("The server's disk is full: events and decisions are refused until "
                                                  "there is room")),
                              .since = INSTANT_NONE};
    return (struct alert){.code = ALERT_INTAKE_STOPPED,
                          .id = SLICE("intake_stopped"),
                          .text = WORDS(SLICE("השרת לא מצליח לשמור: אירועים והחלטות נדחים"),
                                        SLICE("The server cannot write: events and decisions are refused")),
                          .since = INSTANT_NONE};
}

struct words alert_appends_again(void)
{
    return WORDS(SLICE("השרת שוב שומר אירועים והחלטות"), SLICE("Events and decisions are kept again"));
}

/* ---- to whom ---- */

bool alert_is_for(const struct alert *alert, const struct identity *who, struct colleagues *colleagues)
{
    struct arena arena;
    struct colleague colleague;
    if (!access_allows(who, audience[alert->code])) return false;
    if (!alert->user.len && !alert->team.len) return true;
    if (who->kind != IDENTITY_USER) return false;
    arena_init(&arena);
    const struct slice me = arena_printf(&arena, "u%lld", (long long)who->id);
    const bool mine = alert->user.len ? slice_equal(me, alert->user)
                                      : colleague_find(colleagues, me, &arena, &colleague) &&
                                            colleague_is_in(&colleague, alert->team);
    arena_release(&arena);
    return mine;
}
