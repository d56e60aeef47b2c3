#include "app/leads.h"

#include <stdlib.h>

#include "app/handoff_clock.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "report/json_put.h"

/* ---- the order ---- */

struct place_in_order {
    int64_t key;
    struct slice name, id;
    const struct lead *lead;
};

static int64_t key_of(const struct leads_query *q, const struct lead *lead)
{
    int64_t score;
    struct sla_clock clock;
    switch (q->order) {
    case ORDER_CAPTURED: return lead->captured;
    case ORDER_ENTERED: return lead->since;
    case ORDER_TOUCHED: return lead->touched;
    case ORDER_SCORE: return lead_score(q->roster, lead, &score) ? score : INT64_MIN;
    case ORDER_DUE: return clock_of_lead(q->roster, lead, &clock) ? clock.due : INSTANT_MAX;
    case ORDER_NAME: break;
    }
    return 0;
}

static struct slice name_of(const struct leads_query *q, const struct lead *lead)
{
    return q->order == ORDER_NAME ? lead_known_as(q->roster, lead) : slice_of("", 0);
}

static struct place_in_order place_of(const struct leads_query *q, const struct lead *lead, int64_t key)
{
    return (struct place_in_order){key, name_of(q, lead), lead_id(q->roster, lead), lead};
}

static int compare(const struct leads_query *q, const struct place_in_order *a, const struct place_in_order *b)
{
    const int keys = a->key != b->key ? (a->key < b->key ? -1 : 1) : slice_compare(a->name, b->name);
    if (keys) return q->down ? -keys : keys;
    return slice_compare(a->id, b->id);
}

struct page {
    struct place_in_order at[LEADS_MOST + 1]; /* one more than asked tells whether there is more */
    size_t count, total;
};

/* Into its place among the first so far. */
static void consider(struct page *page, const struct leads_query *q, struct place_in_order place)
{
    const size_t most = q->limit + 1;
    if (page->count == most && compare(q, &place, &page->at[most - 1]) > 0) return;
    size_t i = page->count < most ? page->count++ : most - 1;
    for (; i > 0 && compare(q, &place, &page->at[i - 1]) < 0; i--) page->at[i] = page->at[i - 1];
    page->at[i] = place;
}

/* By its key alone: most are, and then nothing else of them is looked at. */
static bool is_past(const struct page *page, const struct leads_query *q, int64_t key)
{
    if (page->count <= q->limit) return false;
    const int64_t last = page->at[q->limit].key;
    return q->down ? key < last : key > last;
}

static void find(struct page *page, const struct leads_query *q)
{
    const struct place_in_order after = {q->after_key, q->after_name, q->after_id, NULL};
    struct place_in_order from = after;
    if (q->order == ORDER_NAME) from.key = 0;
    for (size_t i = 0; i < q->roster->count; i++) {
        const struct lead *lead = &q->roster->leads[i];
        if (!leads_match(q, lead)) continue;
        page->total++;
        const int64_t key = key_of(q, lead);
        if (is_past(page, q, key)) continue;
        const struct place_in_order place = place_of(q, lead, key);
        if (!q->goes_on || compare(q, &place, &from) > 0) consider(page, q, place);
    }
}

/* ---- a page ---- */

static void put_cursor(struct json_writer *w, const struct leads_query *q, const struct page *page)
{
    struct buffer text;
    if (page->count <= q->limit) {
        json_put_null(w, "next_cursor");
        return;
    }
    const struct place_in_order *last = &page->at[q->limit - 1];
    buffer_init(&text, BUFFER_NO_LIMIT);
    buffer_printf(&text, "%lld~%.*s%.*s", (long long)(q->order == ORDER_NAME ? (int64_t)last->name.len : last->key),
                  SLICE_ARG(last->name), SLICE_ARG(last->id));
    json_put_text(w, "next_cursor", buffer_slice(&text));
    buffer_release(&text);
}

static void write_page(const struct leads_query *q, const struct page *page, struct buffer *out)
{
    struct json_writer w = {.out = out};
    json_object(&w);
    json_put_array(&w, "items");
    for (size_t i = 0; i < page->count && i < q->limit; i++)
        lead_row_put(&w, q->arena, q->roster, q->zone, page->at[i].lead);
    json_end(&w);
    put_cursor(&w, q, page);
    json_put_int(&w, "total", (int64_t)page->total);
    json_end(&w);
}

/* ---- all of them ---- */

static int in_order(const void *a, const void *b, void *context)
{
    return compare(context, a, b);
}

const struct roster *leads_roster(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                                  struct error *error)
{
    struct slice funnel = {0};
    for (size_t i = 0; i < count; i++)
        if (slice_is(asked[i].name, "funnel")) funnel = asked[i].value;
    const struct roster *roster = standing_roster_of(state, funnel);
    if (!roster) error_set(error, BAD_USAGE, "funnel: there is none called %.*s", SLICE_ARG(funnel));
    return roster;
}

static void add_all(struct lead_file *file, struct leads_query *q)
{
    const struct roster *roster = q->roster;
    struct place_in_order *all = ARENA_ARRAY(q->arena, struct place_in_order, roster->count + 1);
    size_t count = 0;
    for (size_t i = 0; i < roster->count; i++)
        if (leads_match(q, &roster->leads[i]))
            all[count++] = place_of(q, &roster->leads[i], key_of(q, &roster->leads[i]));
    qsort_r(all, count, sizeof *all, in_order, q);
    for (size_t i = 0; i < count; i++) lead_file_add(file, all[i].lead);
}

enum outcome leads_file(struct standing_state *state, const struct leads_asked *asked, size_t count,
                        struct lead_file **out, struct error *error)
{
    struct arena arena;
    const struct roster *roster = leads_roster(state, asked, count, error);
    if (!roster) return BAD_USAGE;
    arena_init(&arena);
    struct leads_query query = {.arena = &arena, .roster = roster, .zone = standing_zone(state)};
    const enum outcome outcome = leads_read(&query, asked, count, error);
    if (outcome == OK) add_all(*out = lead_file_new(state, roster), &query);
    arena_release(&arena);
    return outcome;
}

enum outcome leads_page(const struct standing_state *state, const struct leads_asked *asked, size_t count,
                        struct buffer *out, struct error *error)
{
    struct arena arena;
    const struct roster *roster = leads_roster(state, asked, count, error);
    if (!roster) return BAD_USAGE;
    arena_init(&arena);
    struct leads_query query = {.arena = &arena, .roster = roster, .zone = standing_zone(state)};
    const enum outcome outcome = leads_read(&query, asked, count, error);
    if (outcome == OK) {
        struct page *page = ARENA_NEW(&arena, struct page);
        find(page, &query);
        write_page(&query, page, out);
    }
    arena_release(&arena);
    return outcome;
}
