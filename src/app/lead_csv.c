#include "app/lead_csv.h"

#include "analysis/dimension.h"
#include "app/leads_asked.h"
#include "value/csv_write.h"

static const char *const columns[] = {"id",    "name",        "email", "title", "account", "account_name",
                                      "stage", "stage_since", "state", "owner", "score"};
enum { COLUMNS = sizeof columns / sizeof *columns };

void lead_csv_head(struct buffer *out, const struct roster *r)
{
    const struct definition *d = r->table->definition;
    struct csv_writer w = {.out = out};
    buffer_text(out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < COLUMNS; i++) csv_text(&w, slice_from(columns[i]));
    for (size_t i = 0; i < d->dimension_count; i++) csv_text(&w, d->dimensions[i].label.name);
    csv_end(&w);
}

static void put_moment(struct csv_writer *w, const struct zone *zone, int64_t at)
{
    struct buffer text;
    buffer_init(&text, 64);
    if (at != INSTANT_NONE) zone_format(&text, zone, at);
    csv_text(w, buffer_slice(&text));
    buffer_release(&text);
}

static void put_score(struct csv_writer *w, const struct roster *r, const struct lead *lead)
{
    int64_t value;
    int places = 6;
    if (!lead_score(r, lead, &value)) {
        csv_empty(w);
        return;
    }
    for (int64_t rest = value; places > 0 && rest % 10 == 0; rest /= 10) places--;
    csv_number(w, (double)value / 1e6, places);
}

void lead_csv_row(struct buffer *out, struct arena *arena, const struct roster *r, const struct lead *lead)
{
    const struct fact_table *t = r->table;
    const struct funnel *funnel = &t->definition->funnels[t->funnel];
    const int stage = t->now_in[lead->row];
    struct csv_writer w = {.out = out};
    csv_text(&w, lead_id(r, lead));
    csv_text(&w, lead_text(r, lead->name));
    csv_text(&w, lead_text(r, lead->email));
    csv_text(&w, lead_text(r, lead->title));
    csv_text(&w, lead->account);
    csv_text(&w, lead_text(r, lead->account_name));
    csv_text(&w, stage >= 0 ? funnel->stages[stage].label.name : slice_of("", 0));
    put_moment(&w, t->zone, stage >= 0 ? lead->since : INSTANT_NONE);
    csv_text(&w, slice_from(lead_state_names[lead_state(r, lead)]));
    csv_empty(&w);
    put_score(&w, r, lead);
    for (uint32_t i = 0; i < t->definition->dimension_count; i++)
        csv_text(&w, dimension_value(arena, t, i, t->dimension[i][lead->row]));
    csv_end(&w);
}

void lead_csv_stranger(struct buffer *out, struct slice id, const struct roster *r)
{
    struct csv_writer w = {.out = out};
    csv_text(&w, id);
    for (size_t i = 1; i < COLUMNS + r->table->definition->dimension_count; i++) csv_empty(&w);
    csv_end(&w);
}
