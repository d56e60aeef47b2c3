#include "app/roster.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"
#include "engine/brief.h"
#include "runtime/relate.h"

/* What one folding thread sees. */
struct roster_part {
    const struct definition *definition;
    const struct funnel *funnel;
    uint32_t funnel_index;
    uint32_t name_slot, email_slot, title_slot; /* NONE: the definition has no such trait */
    uint32_t account_name_slot;                 /* likewise */
    unsigned reported;                          /* kinds that the report's consumer asked for */
    struct map account_names;                   /* codes, by id */
    struct fold_consumer report, table;         /* told first; the table's may be missing */
    struct arena arena;
    VECTOR(struct lead) leads;
    size_t found; /* leads, also when the list is gone */
    struct handoff_list handoffs;
    int64_t as_of;
};

static uint32_t text_in(const struct facts *facts, uint32_t slot)
{
    return slot != NONE && facts->cells[slot].kind == CELL_TEXT ? (uint32_t)facts->cells[slot].number : 0;
}

static void note_stages(const struct roster_part *p, const struct facts *facts, struct lead *lead)
{
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->funnel_index) continue;
        if (lead->captured == INSTANT_NONE) lead->captured = x->entered;
        if (x->left != INSTANT_MAX) continue;
        lead->since = x->entered;
        lead->returned = x->how == HOW_RETURNED;
    }
}

static void note_touch(const struct roster_part *p, const struct subject_view *v, struct lead *lead)
{
    for (size_t i = v->count; i-- > 0 && lead->touched == INSTANT_NONE;) {
        const struct noted *n = v->items[i].noted;
        if (n->head.machine || !p->definition->events[n->head.event].touch) continue;
        lead->touched = v->items[i].at;
        lead->touch = n->head.event;
    }
}

/* Who accepted it without its having been proposed, as CRMs often tell, and since when; of what was given back, nobody.
 */
static void note_unproposed(const struct roster_part *p, const struct facts *facts, struct lead *lead, int64_t *since)
{
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != p->funnel_index || (x->how != HOW_UNPROPOSED && x->how != HOW_RETURNED)) continue;
        const bool accepted = x->how == HOW_UNPROPOSED && x->by;
        lead->owner = accepted ? dictionary_text(p->definition->dictionary, x->by) : slice_of("", 0);
        *since = x->entered;
    }
}

/* Whoever accepted a lead has it, until somebody says otherwise or it is given back. */
static void note_owner(const struct roster_part *p, const struct facts *facts, struct lead *lead, size_t first)
{
    const struct kept_word *said = kept_word_last(lead->words, DECLARE_OWNER, INSTANT_NONE, INSTANT_MAX);
    int64_t since = INSTANT_NONE;
    note_unproposed(p, facts, lead, &since);
    for (size_t i = first; i < p->handoffs.count; i++) {
        const struct handoff_entry *e = &p->handoffs.at[i];
        const struct handoff_decision *last = handoff_last(e);
        lead->team = e->assigned ? e->assigned->texts[WORD_TEAM] : e->to;
        if (e->state == STATE_WAITING || !last || last->at < since) continue;
        since = last->at;
        lead->owner = e->state == STATE_ACCEPTED ? last->by : slice_of("", 0);
    }
    if (!said || said->at < since) return;
    lead->owner = said->texts[WORD_USER];
    if (said->texts[WORD_TEAM].len) lead->team = said->texts[WORD_TEAM];
}

static void note_account(struct roster_part *p, const struct subject_view *v)
{
    const uint32_t code = v->kind == KIND_ACCOUNT ? text_in(v->facts, p->account_name_slot) : 0;
    if (code) map_put_copy(&p->account_names, &p->arena, v->key, code);
}

static void take_subject(void *context, const struct subject_view *v)
{
    struct roster_part *p = context;
    struct lead lead = {.captured = INSTANT_NONE, .since = INSTANT_NONE, .touched = INSTANT_NONE};
    note_account(p, v);
    if (!(p->reported >> v->kind & 1)) return;
    if (p->report.subject) p->report.subject(p->report.context, v);
    if (p->table.subject) p->table.subject(p->table.context, v);
    if (v->kind != p->funnel->of) return;
    note_stages(p, v->facts, &lead);
    if (lead.captured == INSTANT_NONE) return; /* no lap, no row */
    note_touch(p, v, &lead);
    lead.name = text_in(v->facts, p->name_slot);
    lead.email = text_in(v->facts, p->email_slot);
    lead.title = text_in(v->facts, p->title_slot);
    lead.seat = seat_of(v->folder, v->facts->cells);
    const struct relation_list accounts =
        v->kind == KIND_PERSON ? relations_accounts_of(v->relations, v->key) : (struct relation_list){0};
    if (accounts.count) lead.account = arena_slice(&p->arena, accounts.at[accounts.count - 1].other);
    const size_t first = p->handoffs.count;
    lead.words = kept_words_of(v, p->as_of, &p->arena);
    handoffs_take(&p->handoffs, &p->arena, p->definition, p->funnel_index, v, lead.words, (uint32_t)p->leads.count);
    note_owner(p, v->facts, &lead, first);
    vector_push(&p->leads, lead);
    p->found++;
}

static void part_init(struct roster_part *p, const struct definition *d, uint32_t funnel)
{
    const struct kind_model *model = &d->kinds[d->funnels[funnel].of];
    *p = (struct roster_part){.definition = d, .funnel = &d->funnels[funnel], .funnel_index = funnel};
    p->name_slot = definition_trait_slot(model, "name");
    p->email_slot = definition_trait_slot(model, "email");
    p->title_slot = definition_trait_slot(model, "title");
    if (p->title_slot == NONE) p->title_slot = definition_trait_slot(model, "role");
    p->account_name_slot = definition_trait_slot(&d->kinds[KIND_ACCOUNT], "name");
    arena_init(&p->arena);
    map_init(&p->account_names);
}

static void ask(void *context, struct run *run, const struct tabulate_options *options, struct fold_options *fold)
{
    struct roster *r = context;
    const struct tabulate_options own = {
        .funnel = options->funnel, .as_of = options->as_of, .keep_subjects = true, .keep_history = true};
    const struct fold_consumer *report = fold->consumers;
    struct fold_consumer *consumers = ARENA_ARRAY(&run->arena, struct fold_consumer, run->threads);
    if (options->has_compare) { /* else no row of the report's table is seen as of another time than now */
        r->tabulate = tabulate_new(run->engine, run->calendar, &own, run->threads);
        tabulate_ask(r->tabulate, fold);
    }
    r->engine = run->engine;
    r->part_count = run->threads;
    r->parts = memory_apart((size_t)run->threads * sizeof *r->parts);
    for (int i = 0; i < run->threads; i++) {
        part_init(&r->parts[i], run->definition, options->funnel);
        r->parts[i].as_of = options->as_of;
        r->parts[i].reported = fold->kinds;
        r->parts[i].report = report[i];
        if (r->tabulate) r->parts[i].table = fold->consumers[i];
        consumers[i] = (struct fold_consumer){&r->parts[i], take_subject};
    }
    fold->consumers = consumers;
    if (r->parts[0].account_name_slot != NONE) fold->aside |= 1u << KIND_ACCOUNT;
}

struct report_watch roster_watch(struct roster *roster)
{
    return (struct report_watch){roster, ask};
}

static void add_handoffs(struct roster *r, struct handoff_list *list, uint32_t first_lead)
{
    for (size_t i = 0; i < list->count; i++) {
        list->at[i].lead += first_lead;
        vector_push(&r->handoffs, list->at[i]);
    }
    vector_release(list);
}

/* An account is folded by one thread, its people by others. */
static void name_accounts(struct roster *r, struct lead *leads, size_t count)
{
    struct map all;
    map_init(&all);
    for (int i = 0; i < r->part_count; i++) {
        const struct map *names = &r->parts[i].account_names;
        for (uint32_t k = 0; k < names->count; k++)
            map_put_hashed(&all, names->entries[k].key, names->entries[k].hash, names->entries[k].value);
        map_release(&r->parts[i].account_names);
    }
    for (size_t i = 0; all.count && i < count; i++) {
        const uint32_t code = map_get(&all, leads[i].account);
        if (code != MAP_NONE) leads[i].account_name = code;
    }
    map_release(&all);
}

/* A subject's laps stand one after the other, and subjects in the order in which their threads saw them. */
void roster_finish(struct roster *r, const struct fact_table *reported)
{
    size_t total = 0, row = 0;
    const struct fact_table *t = r->table = r->tabulate ? tabulate_finish(r->tabulate) : reported;
    for (int i = 0; i < r->part_count; i++) total += r->parts[i].leads.count;
    struct lead *leads = memory_large((total + 1) * sizeof *leads), *to = leads;
    for (int i = 0; i < r->part_count; i++) {
        if (r->parts[i].leads.count) memcpy(to, r->parts[i].leads.at, r->parts[i].leads.count * sizeof *to);
        add_handoffs(r, &r->parts[i].handoffs, (uint32_t)(to - leads));
        to += r->parts[i].leads.count;
        vector_release(&r->parts[i].leads);
    }
    for (size_t i = 0; i < total; i++, row++) {
        while (row + 1 < t->rows && slice_equal(t->subject[row], t->subject[row + 1])) row++;
        leads[i].row = (uint32_t)row;
    }
    assert(row == t->rows);
    name_accounts(r, leads, total);
    r->leads = leads;
    r->count = total;
}

void roster_note_account(struct roster *r, int thread, const struct subject_view *account)
{
    note_account(&r->parts[thread], account);
}

size_t roster_leads(const struct roster *r, int thread)
{
    return r->parts[thread].found;
}

int64_t roster_usual(const struct roster *r, size_t stage)
{
    return r->usual[stage];
}

const struct lead *roster_find(const struct roster *r, struct slice id)
{
    for (size_t i = 0; i < r->count; i++)
        if (slice_equal_key(r->table->subject[r->leads[i].row], id)) return &r->leads[i];
    return NULL;
}

void roster_drop_leads(struct roster *r)
{
    free((void *)r->leads);
    free(r->usual);
    vector_release(&r->handoffs);
    r->leads = NULL;
    r->usual = NULL;
    r->count = 0;
}

void roster_release(struct roster *r)
{
    for (int i = 0; i < r->part_count; i++) {
        vector_release(&r->parts[i].leads);
        vector_release(&r->parts[i].handoffs);
        arena_release(&r->parts[i].arena);
        map_release(&r->parts[i].account_names);
    }
    free(r->parts);
    roster_drop_leads(r);
    if (r->tabulate) tabulate_free(r->tabulate);
}
