#include "app/sources.h"

#include <stdlib.h>

#include "analysis/dimension.h"
#include "analysis/statistics.h"
#include "base/civil.h"
#include "report/words.h"

static uint32_t dimension_of(const struct definition *d)
{
    return d->channels.given ? d->channels.by : dimension_named(d, SLICE("source"));
}

void sources_init(struct sources *s, const struct definition *d)
{
    *s = (struct sources){.dimension = dimension_of(d)};
}

void sources_release(struct sources *s)
{
    vector_release(s);
}

void sources_add(struct sources *s, const struct roster *roster, const struct handoff_entry *e)
{
    const bool accepted = e->outcome == HANDOFF_ACCEPTED;
    s->decided++;
    s->accepted += accepted;
    if (s->dimension == NONE) return;
    const uint32_t value = roster->table->dimension[s->dimension][roster->leads[e->lead].row];
    if (s->count && vector_last(s)->value == value) {
        vector_last(s)->decided++;
        vector_last(s)->accepted += accepted;
    } else {
        vector_push(s, ((struct source){value, 1, accepted}));
    }
}

int64_t sources_add_recent(struct sources *s, const struct roster *roster, int64_t until)
{
    const struct zone *zone = roster->table->zone;
    const int64_t from = zone_day_start(zone, zone_day(zone, until - 1) - SOURCES_FAILING_DAYS + 1);
    for (size_t i = 0; i < roster->handoffs.count; i++) {
        const struct handoff_entry *e = &roster->handoffs.at[i];
        if (e->decision_count && e->decisions[0].at >= from && e->decisions[0].at < until) sources_add(s, roster, e);
    }
    return from;
}

static int by_value(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static int by_decided(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    return x->decided != y->decided ? (x->decided < y->decided ? 1 : -1) : by_value(a, b);
}

void sources_close(struct sources *s)
{
    size_t kept = 0;
    if (!s->count) return;
    qsort(s->at, s->count, sizeof *s->at, by_value);
    for (size_t i = 1; i < s->count; i++) {
        if (s->at[kept].value == s->at[i].value) {
            s->at[kept].decided += s->at[i].decided;
            s->at[kept].accepted += s->at[i].accepted;
        } else {
            s->at[++kept] = s->at[i];
        }
    }
    s->count = kept + 1;
    qsort(s->at, s->count, sizeof *s->at, by_decided);
}

bool source_is_failing(const struct sources *s, const struct definition *d, const struct source *source)
{
    const uint64_t least = d->report.min_n > 0 ? (uint64_t)d->report.min_n : 1;
    if (source->decided < least) return false;
    return wilson((double)source->accepted, (double)source->decided).high < (double)s->accepted / (double)s->decided;
}

struct words source_words(struct arena *arena, const struct fact_table *table, const struct source *source)
{
    const struct words unknown = {{SLICE("לא ידוע"), SLICE("not known")}};
    uint32_t by = dimension_of(table->definition);
    const struct slice value = dimension_value(arena, table, by, source->value);
    const struct label *label = dimension_label(table, by, source->value);
    return label ? word_label(label) : value.len ? words_same(value) : unknown;
}

struct slice sources_link(struct arena *arena, const struct zone *zone, int64_t from, int64_t until)
{
    struct buffer text;
    buffer_init(&text, 64);
    buffer_text(&text, "/rejected?period=");
    day_format(&text, zone_day(zone, from));
    buffer_text(&text, "..");
    day_format(&text, zone_day(zone, until - 1));
    const struct slice link = arena_slice(arena, buffer_slice(&text));
    buffer_release(&text);
    return link;
}
