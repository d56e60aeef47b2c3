#include "app/lead_row.h"

#include "analysis/dimension.h"
#include "app/handoff_row.h"
#include "app/leads_asked.h"
#include "report/json_put.h"
#include "report/words.h"

void json_put_moment(struct json_writer *w, const char *name, const struct zone *zone, int64_t at)
{
    struct buffer text;
    json_put_key(w, name);
    if (at == INSTANT_NONE || at == INSTANT_MAX) {
        json_null(w);
        return;
    }
    buffer_init(&text, 64);
    zone_format(&text, zone, at);
    json_string(w, buffer_slice(&text));
    buffer_release(&text);
}

static void put_account(struct json_writer *w, struct slice account, struct slice name)
{
    if (!account.len) {
        json_put_null(w, "account");
        return;
    }
    json_put_object(w, "account");
    json_put_text(w, "id", account);
    json_put_text_or_null(w, "name", name);
    json_put_null(w, "domain");
    json_end(w);
}

void lead_row_put_score(struct json_writer *w, const struct roster *r, const struct lead *lead)
{
    int64_t value;
    const struct score *score = lead_score(r, lead, &value);
    if (!score) {
        json_put_null(w, "score");
        return;
    }
    json_put_object(w, "score");
    json_put_text(w, "name", score->label.name);
    json_put_decimal(w, "value", value);
    json_put_decimal(w, "above", score->above);
    json_put_code(w, "verdict", lead_verdict_names[lead_verdict(score, value)]);
    json_end(w);
}

static void put_dimensions(struct json_writer *w, struct arena *arena, const struct fact_table *t, uint32_t row)
{
    json_put_object(w, "dimensions");
    for (uint32_t i = 0; i < t->definition->dimension_count; i++) {
        const struct slice value = dimension_value(arena, t, i, t->dimension[i][row]);
        if (!value.len) continue;
        json_key(w, t->definition->dimensions[i].label.name);
        json_string(w, value);
    }
    json_end(w);
}

static void put_touch(struct json_writer *w, const struct roster *r, const struct zone *zone, const struct lead *lead)
{
    if (lead->touched == INSTANT_NONE) {
        json_put_null(w, "last_touch");
        return;
    }
    json_put_object(w, "last_touch");
    json_put_moment(w, "at", zone, lead->touched);
    json_put_words(w, "label", word_label(&r->table->definition->events[lead->touch].label));
    json_end(w);
}

void lead_row_put(struct json_writer *w, struct arena *arena, const struct roster *r, const struct zone *zone,
                  const struct lead *lead)
{
    const struct fact_table *t = r->table;
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    const int stage = t->now_in[lead->row];
    struct sla_clock clock;
    json_object(w);
    json_put_text(w, "id", lead_id(r, lead));
    json_put_text_or_null(w, "name", lead_text(r, lead->name));
    json_put_text_or_null(w, "email", lead_text(r, lead->email));
    json_put_text_or_null(w, "title", lead_text(r, lead->title));
    put_account(w, lead->account, lead_text(r, lead->account_name));
    json_put_text(w, "funnel", funnel->label.name);
    json_put_text_or_null(w, "stage", stage >= 0 ? funnel->stages[stage].label.name : slice_of("", 0));
    json_put_moment(w, "stage_since", zone, stage >= 0 ? lead->since : INSTANT_NONE);
    json_put_int(w, "lap", t->lap[lead->row]);
    json_put_code(w, "state", lead_state_names[lead_state(r, lead)]);
    person_put(w, "owner", arena, r, lead->owner);
    team_put(w, "team", t->definition, lead->team);
    lead_row_put_score(w, r, lead);
    put_dimensions(w, arena, t, lead->row);
    clock_put(w, "sla", arena, clock_of_lead(r, lead, &clock) ? &clock : NULL);
    put_touch(w, r, zone, lead);
    json_put_moment(w, "captured_at", zone, lead->captured);
    json_end(w);
}

void lead_row_put_stranger(struct json_writer *w, const struct stranger *who, struct slice funnel)
{
    static const char *const before[] = {"stage", "stage_since"}, *const after[] = {"owner", "team", "score"},
                             *const last[] = {"sla", "last_touch", "captured_at"};
    json_object(w);
    json_put_text(w, "id", who->id);
    json_put_text_or_null(w, "name", who->name);
    json_put_text_or_null(w, "email", who->email);
    json_put_text_or_null(w, "title", who->title);
    put_account(w, who->account, who->account_name);
    json_put_text(w, "funnel", funnel);
    for (size_t i = 0; i < 2; i++) json_put_null(w, before[i]);
    json_put_int(w, "lap", 0);
    json_put_code(w, "state", lead_state_names[LEAD_OPEN]);
    for (size_t i = 0; i < 3; i++) json_put_null(w, after[i]);
    json_put_object(w, "dimensions");
    json_end(w);
    for (size_t i = 0; i < 3; i++) json_put_null(w, last[i]);
    json_end(w);
}
