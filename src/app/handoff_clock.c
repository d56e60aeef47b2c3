#include "app/handoff_clock.h"

#include "app/brief.h"
#include "app/lead_row.h"
#include "definition/words.h"
#include "report/words.h"

const char *const clock_state_names[] = {"ok", "soon", "late", "paused", "met", NULL};

/* ---- reading it ---- */

static bool in_working_time(const struct sla_clock *c)
{
    return c->stage->sla.unit == DURATION_BUSINESS_DAYS || c->stage->sla.unit == DURATION_BUSINESS_TIME;
}

static int64_t passed(const struct sla_clock *c, int64_t from, int64_t to)
{
    return in_working_time(c) ? workweek_between(c->roster->table->workweek, from, to) : to - from;
}

static enum clock_state state_of(const struct sla_clock *c)
{
    if (c->looked > c->due) return CLOCK_LATE;
    if (c->stopped != INSTANT_MAX) return CLOCK_MET;
    if (in_working_time(c) && !workweek_open(c->roster->table->workweek, c->looked)) return CLOCK_PAUSED;
    return c->left * 4 < c->total ? CLOCK_SOON : CLOCK_OK;
}

bool clock_read(const struct roster *r, const struct stage *stage, int64_t began, int64_t stopped,
                struct sla_clock *out)
{
    const struct notice at_due = {.from = NOTICE_AT_DUE};
    if (!stage->sla.amount || began == INSTANT_NONE) return false;
    *out = (struct sla_clock){.roster = r,
                              .stage = stage,
                              .began = began,
                              .due = notice_at(r->engine, stage, &at_due, began),
                              .stopped = stopped,
                              .looked = stopped == INSTANT_MAX ? r->table->as_of : stopped};
    if (out->due == INSTANT_MAX) return false;
    out->left = passed(out, out->looked, out->due);
    out->total = passed(out, began, out->due);
    out->state = state_of(out);
    return true;
}

bool clock_of_lead(const struct roster *r, const struct lead *lead, struct sla_clock *out)
{
    const struct funnel *funnel = &r->table->definition->funnels[r->table->funnel];
    const int stage = r->table->now_in[lead->row];
    if (stage < 0 || stage + 1 >= (int)funnel->stage_count) return false;
    return clock_read(r, &funnel->stages[stage + 1], lead->since, INSTANT_MAX, out);
}

/* ---- reminders ---- */

/* Its time has come, and the clock still ran then. */
static bool has_come(const struct sla_clock *c, int64_t at)
{
    return at <= c->looked && at < c->stopped;
}

/* The last one of its kind that has come; INSTANT_NONE: none has. */
static int64_t last_notice_for(const struct sla_clock *c, bool escalation,
                               bool (*is_for)(void *context, const struct notice *notice), void *context,
                               const struct notice **which)
{
    int64_t last = INSTANT_NONE;
    for (size_t i = 0; i < c->stage->notice_count; i++) {
        const struct notice *n = &c->stage->notices[i];
        const int64_t at =
            n->escalation == escalation ? notice_at(c->roster->engine, c->stage, n, c->began) : INSTANT_MAX;
        if (at == INSTANT_MAX || at < last || !has_come(c, at) || (is_for && !is_for(context, n))) continue;
        last = at;
        *which = n;
    }
    return last;
}

static int64_t last_notice(const struct sla_clock *c, bool escalation, const struct notice **which)
{
    return last_notice_for(c, escalation, NULL, NULL, which);
}

const struct notice *clock_notice(const struct sla_clock *c, bool escalation,
                                  bool (*is_for)(void *context, const struct notice *notice), void *context)
{
    const struct notice *notice = NULL;
    last_notice_for(c, escalation, is_for, context, &notice);
    return notice;
}

static void put_escalated_to(struct json_writer *w, struct arena *arena, const struct sla_clock *c,
                             const struct notice *notice)
{
    const struct definition *d = c->roster->table->definition;
    if (!notice) {
        json_put_null(w, "escalated_to");
        return;
    }
    const struct words words = brief_notice_to(d, notice, arena);
    json_put_object(w, "escalated_to");
    json_put_text(w, "id", notice->to);
    json_put_text(w, "name", words.in[slice_starts(d->company.locale, SLICE("he")) ? HEBREW : ENGLISH]);
    json_end(w);
}

void clock_put_notices(struct json_writer *w, const char *name, struct arena *arena, const struct sla_clock *c)
{
    const struct words whoever = {{SLICE("מי שמטפל בליד"), SLICE("whoever has it")}};
    json_put_array(w, name);
    for (size_t i = 0; c && i < c->stage->notice_count; i++) {
        const struct notice *n = &c->stage->notices[i];
        const int64_t at = notice_at(c->roster->engine, c->stage, n, c->began);
        const struct words to = brief_notice_to(c->roster->table->definition, n, arena);
        if (at == INSTANT_MAX || at >= c->stopped) continue;
        json_object(w);
        json_put_moment(w, "at", c->roster->table->zone, at);
        json_put_code(w, "kind", n->escalation ? "escalation" : "reminder");
        json_put_words(w, "to", words_empty(to) ? whoever : to);
        json_put_bool(w, "sent", has_come(c, at));
        json_end(w);
    }
    json_end(w);
}

/* ---- as JSON ---- */

static int64_t minutes(int64_t micros)
{
    return micros < 0 ? -((-micros + MINUTE_US - 1) / MINUTE_US) : micros / MINUTE_US;
}

void clock_put(struct json_writer *w, const char *name, struct arena *arena, const struct sla_clock *c)
{
    const struct words nobody_works = {{SLICE("מחוץ לשעות העבודה"), SLICE("outside working hours")}};
    const struct notice *escalation = NULL, *reminder = NULL;
    if (!c) {
        json_put_null(w, name);
        return;
    }
    const struct zone *zone = c->roster->table->zone;
    json_put_object(w, name);
    json_put_text(w, "stage", c->stage->label.name);
    json_put_words(w, "allowed", word_duration(c->stage->sla, arena));
    json_put_bool(w, "business", in_working_time(c));
    json_put_moment(w, "started_at", zone, c->began);
    json_put_moment(w, "due_at", zone, c->due);
    json_put_int(w, "left_minutes", minutes(c->left));
    json_put_int(w, "total_minutes", minutes(c->total));
    json_put_code(w, "state", clock_state_names[c->state]);
    json_put_words(w, "paused", c->state == CLOCK_PAUSED ? nobody_works : (struct words){0});
    json_put_moment(w, "reminded_at", zone, last_notice(c, false, &reminder));
    json_put_moment(w, "escalated_at", zone, last_notice(c, true, &escalation));
    put_escalated_to(w, arena, c, escalation);
    json_end(w);
}

static void put_day(struct json_writer *w, int64_t day, const char *kind, int64_t micros)
{
    struct buffer text;
    buffer_init(&text, 64);
    day_format(&text, day);
    json_object(w);
    json_put_text(w, "date", buffer_slice(&text));
    json_put_code(w, "kind", kind);
    json_put_int(w, "minutes", minutes(micros));
    json_end(w);
    buffer_release(&text);
}

static int64_t overlap(const struct sla_clock *c, int64_t from, int64_t to, int64_t begins, int64_t ends)
{
    const int64_t low = from > begins ? from : begins, high = to < ends ? to : ends;
    return low < high ? passed(c, low, high) : 0;
}

/* What was used until the look, and what is left until it is due; a day may have both. */
void clock_put_days(struct json_writer *w, const char *name, const struct sla_clock *c)
{
    enum { DAYS_MOST = 62 };
    json_put_array(w, name);
    if (c) {
        const struct zone *zone = c->roster->table->zone;
        const int64_t end = c->looked > c->due ? c->looked : c->due, first = zone_day(zone, c->began);
        for (int64_t day = first; day <= zone_day(zone, end) && day < first + DAYS_MOST; day++) {
            const int64_t begins = zone_day_start(zone, day), ends = zone_day_start(zone, day + 1);
            const int64_t used = overlap(c, c->began, c->looked, begins, ends);
            const int64_t left = overlap(c, c->looked, c->due, begins, ends);
            if (used) put_day(w, day, "used", used);
            if (left) put_day(w, day, "left", left);
            if (!used && !left) put_day(w, day, "rest", 0);
        }
    }
    json_end(w);
}
