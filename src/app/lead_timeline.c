#include <stdlib.h>

#include "app/brief.h"
#include "app/colleagues.h"
#include "app/lead_detail.h"
#include "app/lead_row.h"
#include "app/lead_words.h"
#include "report/json_put.h"
#include "report/words.h"

enum { ITEMS_MOST = 200 };

enum item_kind { ITEM_EVENT, ITEM_STAGE, ITEM_DECISION, ITEM_NOTE, ITEM_IDENTITY, ITEM_REMINDER, ITEM_KINDS };
static const char *const item_names[ITEM_KINDS + 1] = {"event",    "stage",    "decision", "note",
                                                       "identity", "reminder", NULL};

/* Of these one is set. */
struct item {
    int64_t at;
    enum item_kind kind;
    size_t order; /* among those of one instant: events, then what came of them */
    const struct dossier_event *event;
    const struct interval *entered;
    const struct leaving *left;
    const struct kept_word *word;
};

struct timeline {
    struct json_writer w;
    struct dossier *o;
    struct catalogue *catalogue;
    VECTOR(struct item) items;
    unsigned kinds; /* bits; 0: any */
    size_t limit;
    bool goes_on; /* after so many of that instant */
    int64_t after;
    size_t skip;
};

/* ---- what happened ---- */

static enum item_kind kind_of(const struct dossier_event *e)
{
    if (e->told.type == EVENT_IDENTIFY || e->told.type == EVENT_GROUP) return ITEM_IDENTITY;
    if (e->type->decision != DECISION_NONE) return ITEM_DECISION;
    return ITEM_EVENT;
}

static void add(struct timeline *t, struct item item)
{
    if (t->kinds && !(t->kinds >> item.kind & 1)) return;
    item.order = t->items.count;
    vector_push(&t->items, item);
}

static void gather_items(struct timeline *t)
{
    const struct facts *facts = t->o->trace->facts;
    for (size_t i = 0; i < t->o->event_count; i++) {
        const struct dossier_event *e = &t->o->events[i];
        add(t, (struct item){.at = e->told.at, .kind = kind_of(e), .event = e});
    }
    for (size_t i = 0; i < facts->interval_count; i++)
        if (facts->intervals[i].how != HOW_INHERITED) /* nothing happened */
            add(t,
                (struct item){.at = facts->intervals[i].entered, .kind = ITEM_STAGE, .entered = &facts->intervals[i]});
    for (size_t i = 0; i < facts->leaving_count; i++)
        add(t, (struct item){.at = facts->leavings[i].at, .kind = ITEM_STAGE, .left = &facts->leavings[i]});
    for (size_t i = 0; t->o->words && i < t->o->words->count; i++)
        if (lead_word_shows(&t->o->words->at[i]))
            add(t, (struct item){.at = t->o->words->at[i].at, .kind = ITEM_NOTE, .word = &t->o->words->at[i]});
}

static int newest_first(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->at != y->at) return x->at > y->at ? -1 : 1;
    return x->order > y->order ? -1 : 1;
}

/* ---- an item ---- */

static struct words say(struct timeline *t, const char *key, struct words stage)
{
    const struct argument argument = {.name = "stage", .words = stage};
    return catalogue_words(t->catalogue, &t->o->arena, slice_from(key), &argument, 1);
}

static void put_by(struct timeline *t, struct slice by)
{
    struct colleague who;
    if (!by.len) {
        json_put_null(&t->w, "by");
        return;
    }
    json_put_object(&t->w, "by");
    json_put_text(&t->w, "id", by);
    colleague_find(t->o->colleagues, by, &t->o->arena, &who);
    json_put_text(&t->w, "name", who.name);
    json_end(&t->w);
}

static struct slice field(const struct dossier_event *e, const char *name)
{
    for (size_t i = 0; i < e->told.field_count; i++)
        if (slice_is(e->told.fields[i].name, name)) return e->told.fields[i].plain;
    return slice_of("", 0);
}

static void put_said(struct timeline *t, const struct dossier_event *e)
{
    json_put_object(&t->w, "properties");
    for (size_t i = 0; i < e->told.field_count; i++) {
        json_key(&t->w, e->told.fields[i].name);
        json_raw(&t->w, e->told.fields[i].json);
    }
    json_end(&t->w);
    json_put_object(&t->w, "labels");
    for (size_t i = 0; i < e->told.field_count; i++) {
        const struct label *label = e->told.fields[i].label;
        if (!label->he.len && !label->en.len) continue;
        json_key(&t->w, e->told.fields[i].name);
        json_put_words_item(&t->w, word_label(label));
    }
    json_end(&t->w);
}

static void put_human(struct timeline *t, const struct dossier_event *e)
{
    if (e->type->touch)
        json_put_number(&t->w, "human_pct", e->human / 10.0, 1);
    else
        json_put_null(&t->w, "human_pct");
}

/* What an event is called; decisions have names also where the definition gives none. */
static struct words event_words(struct timeline *t, const struct dossier_event *e, enum item_kind kind)
{
    static const char *const calls[] = {"timeline.identify", "timeline.group"},
                             *const decisions[] = {[DECISION_ACCEPT] = "timeline.accepted",
                                                   [DECISION_REJECT] = "timeline.turned_down",
                                                   [DECISION_RETURN] = "timeline.sent_back",
                                                   [DECISION_DISQUALIFY] = "timeline.disqualified"};
    const struct words none = words_same(slice_of("", 0));
    const struct label *label = &e->type->label;
    if (kind == ITEM_IDENTITY) return say(t, calls[e->told.type], none);
    if (e->type->decision == DECISION_NONE || label->he.len || label->en.len) return word_label(label);
    return say(t, decisions[e->type->decision], none);
}

static void put_event(struct timeline *t, const struct dossier_event *e, enum item_kind kind)
{
    const bool counted = e->human == HUMAN_SURE || !e->type->touch;
    const struct words none = words_same(slice_of("", 0));
    json_put_text(&t->w, "type", e->type->label.name);
    json_put_words(&t->w, "label", event_words(t, e, kind));
    json_put_words(&t->w, "detail", counted ? none : say(t, "timeline.machine", none));
    json_put_text_or_null(&t->w, "said", e->said);
    json_put_null(&t->w, "stage");
    put_by(t, kind == ITEM_DECISION ? field(e, "by") : slice_of("", 0));
    json_put_text_or_null(&t->w, "source", e->source);
    put_human(t, e);
    json_put_bool(&t->w, "counted", counted);
    json_put_bool(&t->w, "late", false);
    put_said(t, e);
}

static struct words how_words(struct timeline *t, const struct interval *x)
{
    const struct words none = words_same(slice_of("", 0));
    if (x->landing) return say(t, "timeline.landed", word_label(&x->landing->label));
    if (x->because && x->because->label.name.len)
        return brief_situation(t->o->definition, t->o->kind, x->because, &t->o->arena);
    if (x->how == HOW_CARRIED) return say(t, "timeline.carried", none);
    if (x->how == HOW_RETURNED) return say(t, "timeline.returned", none);
    return x->how == HOW_DECIDED || x->how == HOW_UNPROPOSED ? say(t, "timeline.decided", none) : none;
}

/* What follows from events: nobody's message. */
static void put_fact_rest(struct timeline *t, struct slice stage, uint32_t by)
{
    json_put_null(&t->w, "said");
    json_put_text(&t->w, "stage", stage);
    put_by(t, by ? dictionary_text(t->o->dictionary, by) : slice_of("", 0));
    json_put_null(&t->w, "source");
    json_put_null(&t->w, "human_pct");
    json_put_bool(&t->w, "counted", true);
    json_put_bool(&t->w, "late", false);
    json_put_object(&t->w, "properties");
    json_end(&t->w);
}

static void put_entered(struct timeline *t, const struct interval *x)
{
    const struct label *stage = &t->o->definition->funnels[x->funnel].stages[x->stage].label;
    json_put_code(&t->w, "type", "stage");
    json_put_words(&t->w, "label", say(t, "timeline.entered", word_label(stage)));
    json_put_words(&t->w, "detail", how_words(t, x));
    put_fact_rest(t, stage->name, x->by);
}

static struct words exit_words(const struct funnel *f, struct slice name)
{
    for (size_t i = 0; i < f->exit_count; i++)
        if (slice_equal(f->exits[i].label.name, name)) return word_label(&f->exits[i].label);
    return words_same(name);
}

static void put_left(struct timeline *t, const struct leaving *l)
{
    const struct funnel *f = &t->o->definition->funnels[l->funnel];
    const struct words none = words_same(slice_of("", 0));
    json_put_code(&t->w, "type", "exit");
    json_put_words(&t->w, "label",
                   slice_is(l->name, "rejected") ? say(t, "timeline.rejected", none) : exit_words(f, l->name));
    json_put_words(&t->w, "detail", words_same(dictionary_text(t->o->dictionary, l->reason)));
    put_fact_rest(t, f->stages[l->stage].label.name, l->by);
}

static struct slice id_of(struct timeline *t, const struct item *item)
{
    struct arena *arena = &t->o->arena;
    if (item->event && item->event->told.id.len) return item->event->told.id;
    if (item->event) return arena_printf(arena, "event-%zu", (size_t)(item->event - t->o->events));
    const struct facts *facts = t->o->trace->facts;
    return item->entered ? arena_printf(arena, "stage-%zu", (size_t)(item->entered - facts->intervals))
                         : arena_printf(arena, "exit-%zu", (size_t)(item->left - facts->leavings));
}

static void put_item(struct timeline *t, const struct item *item)
{
    if (item->word) {
        lead_word_put(&t->w, &t->o->arena, t->o->zone, t->o->colleagues, item->word);
        return;
    }
    json_object(&t->w);
    json_put_text(&t->w, "id", id_of(t, item));
    json_put_moment(&t->w, "at", t->o->zone, item->at);
    json_put_code(&t->w, "kind", item_names[item->kind]);
    if (item->event) put_event(t, item->event, item->kind);
    if (item->entered) put_entered(t, item->entered);
    if (item->left) put_left(t, item->left);
    json_end(&t->w);
}

/* ---- a page ---- */

static void put_cursor(struct timeline *t, size_t next)
{
    size_t same = 0;
    if (next >= t->items.count) {
        json_put_null(&t->w, "next_cursor");
        return;
    }
    const int64_t at = t->items.at[next - 1].at;
    while (same < next && t->items.at[next - 1 - same].at == at) same++;
    json_put_text(&t->w, "next_cursor", arena_printf(&t->o->arena, "%lld~%zu", (long long)at, same));
}

/* Where the page before ended: after so many of one instant. */
static size_t first_of_page(const struct timeline *t)
{
    size_t i = 0;
    while (t->goes_on && i < t->items.count && t->items.at[i].at > t->after) i++;
    for (size_t k = 0; t->goes_on && k < t->skip && i < t->items.count && t->items.at[i].at == t->after; k++) i++;
    return i;
}

static void put_page(struct timeline *t)
{
    const size_t first = first_of_page(t);
    size_t i = first;
    json_object(&t->w);
    json_put_array(&t->w, "items");
    for (; i < t->items.count && i < first + t->limit; i++) put_item(t, &t->items.at[i]);
    json_end(&t->w);
    put_cursor(t, i);
    json_put_int(&t->w, "total", (int64_t)t->items.count);
    json_end(&t->w);
}

/* ---- what is asked ---- */

static enum outcome wrong(const struct leads_asked *a, const char *right, struct error *error)
{
    return error_set(error, BAD_USAGE, "%.*s: %.*s is not %s", SLICE_ARG(a->name), SLICE_ARG(a->value), right);
}

static enum outcome read_one(struct timeline *t, const struct leads_asked *a, struct error *error)
{
    int64_t number, at;
    struct slice rest = a->value;
    if (slice_is(a->name, "kind")) {
        for (int k = 0; k < ITEM_KINDS; k++)
            if (slice_is(a->value, item_names[k])) {
                t->kinds |= 1u << k;
                return OK;
            }
        return wrong(a, "a kind of what happens", error);
    }
    if (slice_is(a->name, "limit")) {
        if (!slice_to_i64(a->value, &number) || number < 1 || number > ITEMS_MOST)
            return wrong(a, "a number from 1 to 200", error);
        t->limit = (size_t)number;
        return OK;
    }
    if (slice_is(a->name, "funnel")) return OK; /* in which it was looked for */
    if (!slice_is(a->name, "cursor"))
        return error_set(error, BAD_USAGE, "a timeline is not asked for by %.*s", SLICE_ARG(a->name));
    const struct slice when = slice_cut(&rest, '~');
    if (!slice_to_i64(when, &at) || !slice_to_i64(rest, &number) || number < 0)
        return wrong(a, "where a page ended", error);
    t->goes_on = true;
    t->after = at;
    t->skip = (size_t)number;
    return OK;
}

enum outcome lead_timeline_write(struct dossier *o, const struct leads_asked *asked, size_t count, struct buffer *out,
                                 struct error *error)
{
    struct timeline t = {.w = {.out = out}, .o = o, .limit = 50};
    enum outcome outcome = OK;
    for (size_t i = 0; i < count && outcome == OK; i++)
        if (asked[i].value.len) outcome = read_one(&t, &asked[i], error);
    if (outcome != OK) return outcome;
    t.catalogue = catalogue_new(o->definition->company.locale);
    gather_items(&t);
    if (t.items.count) qsort(t.items.at, t.items.count, sizeof *t.items.at, newest_first);
    put_page(&t);
    vector_release(&t.items);
    catalogue_free(t.catalogue);
    return OK;
}
