#include "app/reminders.h"

#include <stdlib.h>

#include "app/colleagues.h"
#include "app/handoff_row.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "base/map.h"
#include "engine/brief.h"
#include "report/json_put.h"
#include "report/words.h"

/* ---- which ---- */

static int64_t add_handoff(const struct roster *r, const struct handoff_entry *e, int64_t since, int64_t now,
                           void (*take)(void *context, const struct reminder *reminder), void *context)
{
    const struct stage *stage = &roster_funnel(r)->stages[e->stage];
    int64_t next = INSTANT_MAX;
    for (size_t i = 0; i < stage->notice_count; i++) {
        const struct notice *n = &stage->notices[i];
        const int64_t at = notice_at(r->engine, stage, n, e->submitted);
        if (at > now && at < next) next = at;
        if (at > now || at < since) continue;
        take(context, &(struct reminder){r, e, n->escalation ? SEND_ESCALATION : SEND_REMINDER, n->to, at});
    }
    return next;
}

/* What was seen of a handoff that waits. */
struct seen {
    uint32_t version;
    int64_t next;
};

struct reminders {
    struct arena arena; /* ids, and whose definition it was */
    struct map ids;     /* to `seen` */
    VECTOR(struct seen) seen;
    struct slice definition;
};

struct reminders *reminders_new(void)
{
    struct reminders *m = memory_new(sizeof *m);
    arena_init(&m->arena);
    map_init(&m->ids);
    return m;
}

void reminders_free(struct reminders *m)
{
    if (!m) return;
    arena_release(&m->arena);
    map_release(&m->ids);
    vector_release(&m->seen);
    free(m);
}

void reminders_forget(struct reminders *m)
{
    map_clear(&m->ids);
    vector_clear(&m->seen);
    arena_clear(&m->arena);
    m->definition = slice_of("", 0);
}

static struct seen *seen_of(struct reminders *m, const char *id)
{
    const uint32_t fresh = (uint32_t)m->seen.count, at = map_put_copy(&m->ids, &m->arena, slice_from(id), fresh);
    if (at == fresh) vector_push(&m->seen, ((struct seen){.next = INSTANT_NONE}));
    return &m->seen.at[at];
}

/* Others may be due at other times; and those that wait no more need not be remembered for ever. */
static void begin_look(struct reminders *m, const struct standing_state *state)
{
    enum { STALE = 4096 };
    const struct slice definition = standing_table(state)->definition->hash;
    if (slice_equal(m->definition, definition) && m->seen.count <= 2 * handoffs_waiting(state) + STALE) return;
    reminders_forget(m);
    m->definition = arena_slice(&m->arena, definition);
}

int64_t reminders_look(struct reminders *m, const struct standing_state *state, int64_t since, int64_t now,
                       void (*take)(void *context, const struct reminder *reminder), void *context)
{
    const struct roster *r;
    int64_t next = INSTANT_MAX;
    if (standing_table(state)->definition->report.as_of.len) return next;
    begin_look(m, state);
    for (size_t at = 0; (r = handoffs_next(state, &at));)
        for (size_t i = 0; i < r->handoffs.count; i++) {
            const struct handoff_entry *e = &r->handoffs.at[i];
            if (e->state != STATE_WAITING) continue;
            struct seen *seen = seen_of(m, e->id);
            if (seen->next <= now || seen->version != e->version)
                *seen = (struct seen){e->version, add_handoff(r, e, since, now, take, context)};
            if (seen->next < next) next = seen->next;
        }
    return next;
}

bool reminder_of_send(const struct standing_state *state, const struct send *send, struct reminder *out)
{
    const struct handoff_found found = handoffs_find(state, send->handoff);
    if (!found.entry || found.entry->state != STATE_WAITING) return false;
    *out = (struct reminder){found.roster, found.entry,
                             slice_is(send->type, SEND_ESCALATION) ? SEND_ESCALATION : SEND_REMINDER, send->addressee,
                             send->due_at};
    return true;
}

/* ---- for whom ---- */

/* At most one of each; `role` when it is a role's, or nobody's yet: then all who decide. */
struct recipients {
    struct slice user, team, role;
};

static bool is_role(struct slice name)
{
    for (int role = 0; role < ACCESS_ROLES; role++)
        if (slice_equal(name, role_name((enum access_role)role))) return true;
    return false;
}

static struct recipients recipients_of(const struct reminder *m)
{
    if (is_role(m->addressee)) return (struct recipients){.role = m->addressee};
    if (m->addressee.len) return (struct recipients){.team = m->addressee};
    const struct handoff_target target = handoff_target(m->roster, m->entry);
    struct recipients out = {.user = target.user, .team = target.team};
    if (!out.user.len && !out.team.len) out.role = role_name(ACCESS_SALES);
    return out;
}

static bool user_is_for(const struct reminder *m, struct slice user, const struct send_channel *c, role_set roles)
{
    struct arena arena;
    struct colleague who;
    struct slice teams = c->teams;
    bool is = false;
    arena_init(&arena);
    if (colleague_find(m->roster->colleagues, user, &arena, &who)) {
        is = (who.roles & roles) != 0;
        while (teams.len && !is) is = colleague_is_in(&who, slice_cut(&teams, ','));
    }
    arena_release(&arena);
    return is;
}

bool reminder_is_for(const struct reminder *m, const struct send_channel *c)
{
    const struct recipients to = recipients_of(m);
    struct slice unknown;
    role_set roles = 0;
    if (!c->teams.len && !c->roles.len) return true;
    if (slice_is_among(to.team, c->teams, ',')) return true;
    if (slice_is_among(to.role, c->roles, ',')) return true;
    role_set_read(c->roles, &roles, &unknown);
    if (to.user.len) return user_is_for(m, to.user, c, roles);
    return to.team.len && !m->addressee.len && (roles & ROLE_BIT(ACCESS_SALES)); /* those of it who decide */
}

/* ---- what it says ---- */

static void put_words(struct json_writer *w, const struct reminder *m, bool late)
{
    const struct words stage = word_label(&roster_funnel(m->roster)->stages[m->entry->stage].label);
    const struct slice he = stage.in[HEBREW], en = stage.in[ENGLISH];
    struct arena arena;
    arena_init(&arena);
    const struct words text = {
        {[HEBREW] = late ? arena_printf(&arena, "הזמן להחליט על %.*s עבר, והליד עדיין ממתין", SLICE_ARG(he))
                         : arena_printf(&arena, "ליד ממתין להחלטה על %.*s", SLICE_ARG(he)),
         [ENGLISH] =
             late ? arena_printf(&arena, "The time to decide on %.*s is over, and the lead still waits", SLICE_ARG(en))
                  : arena_printf(&arena, "A lead waits for a decision on %.*s", SLICE_ARG(en))}};
    json_put_words(w, "text", text);
    arena_release(&arena);
}

static void put_recipients(struct json_writer *w, const struct reminder *m)
{
    const struct recipients to = recipients_of(m);
    json_put_object(w, "to");
    json_put_text_or_null(w, "user", to.user);
    json_put_text_or_null(w, "team", to.team);
    json_put_text_or_null(w, "role", to.role);
    json_end(w);
}

static void put_link(struct json_writer *w, struct slice site, const char *handoff)
{
    struct buffer link;
    buffer_init(&link, 1 << 16);
    buffer_printf(&link, "%.*s/handoffs/%s", SLICE_ARG(site), handoff);
    json_put_text(w, "link", buffer_slice(&link));
    buffer_release(&link);
}

void reminder_write(const struct reminder *m, struct slice site, struct buffer *out)
{
    const struct roster *r = m->roster;
    const struct handoff_entry *e = m->entry;
    struct json_writer w = {.out = out};
    json_object(&w);
    json_put_code(&w, "type", m->type);
    json_put_moment(&w, "timestamp", r->table->zone, m->at);
    json_put_object(&w, "data");
    json_put_code(&w, "handoff", e->id);
    json_put_text(&w, "lead", lead_id(r, &r->leads[e->lead]));
    json_put_text(&w, "funnel", roster_funnel(r)->label.name);
    json_put_text(&w, "stage", roster_funnel(r)->stages[e->stage].label.name);
    json_put_moment(&w, "proposed_at", r->table->zone, e->submitted);
    json_put_moment(&w, "due_at", r->table->zone, e->due);
    put_recipients(&w, m);
    put_words(&w, m, e->due < m->at);
    put_link(&w, site, e->id);
    json_end(&w);
    json_end(&w);
}
