#include "app/picture_parts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const struct side_shape handoff_shape = {sizeof(struct handoff_entry), offsetof(struct handoff_entry, lead)};

/* The roster's table is the last one. */
static void set_views(struct picture *p)
{
    p->table = &p->tables[0].table;
    p->own.table = &p->tables[p->table_count - 1].table;
    p->own.handoffs =
        (struct handoff_list){(struct handoff_entry *)side_entries(p->handoffs), side_count(p->handoffs), 0};
    p->roster = &p->own;
}

static void copy_words(struct dictionary *to, const struct dictionary *from)
{
    for (uint32_t i = to->map.count; i < from->map.count; i++) dictionary_code(to, from->map.entries[i].key);
}

static size_t room_for(size_t leads)
{
    return leads + leads / 16 + 1024;
}

struct picture *picture_parts_copy(const struct picture *old)
{
    struct picture *p = memory_new(sizeof *p);
    const struct fact_table *const tables[LEDGER_TABLES] = {old->table, old->roster->table};
    p->holders = 1;
    p->ground = old->ground;
    p->run = old->run;
    p->spliced = true;
    p->table_count = old->table_count;
    arena_init(&p->names);
    dictionary_init_over(&p->words, p->run->definition->dictionary);
    if (old->spliced) copy_words(&p->words, &old->words);
    for (int i = 0; i < p->table_count; i++) spliced_copy(tables[i], &p->words, &p->tables[i]);
    p->own = *old->roster;
    p->own.usual = NULL;
    p->lead_cap = room_for(p->own.count);
    p->own.leads = memory_large(p->lead_cap * sizeof *p->own.leads);
    if (p->own.count) memcpy((void *)p->own.leads, old->roster->leads, p->own.count * sizeof *p->own.leads);
    p->handoffs = old->spliced ? side_hold(old->handoffs)
                               : side_copy(handoff_shape, old->roster->handoffs.at, old->roster->handoffs.count);
    set_views(p);
    return p;
}

static void reserve_leads(struct picture *p, size_t count)
{
    if (count <= p->lead_cap) return;
    p->lead_cap = room_for(count);
    p->own.leads = memory_grow((void *)p->own.leads, p->lead_cap * sizeof *p->own.leads);
}

static void clear_changes(struct picture_changes *c)
{
    c->all = false;
    for (int i = 0; i < LEDGER_TABLES; i++) vector_clear(&c->rows[i]);
    vector_clear(&c->leads);
}

void picture_parts_follow(struct picture *p, const struct picture *old)
{
    copy_words(&p->words, &old->words);
    for (int i = 0; i < p->table_count; i++) spliced_follow(&p->tables[i], &old->tables[i], &old->changes.rows[i]);
    reserve_leads(p, old->own.count);
    for (size_t i = 0; i < old->changes.leads.count; i++) {
        const uint32_t at = old->changes.leads.at[i].to;
        ((struct lead *)p->own.leads)[at] = old->own.leads[at];
    }
    p->own.count = old->own.count;
    side_give(p->handoffs);
    p->handoffs = side_hold(old->handoffs);
    free(p->own.usual);
    p->own.usual = NULL;
    clear_changes(&p->changes);
    set_views(p);
}

void picture_parts_release(struct picture *p)
{
    for (int i = 0; i < p->table_count; i++) {
        spliced_release(&p->tables[i]);
        vector_release(&p->changes.rows[i]);
    }
    vector_release(&p->changes.leads);
    free((void *)p->own.leads);
    free(p->own.usual);
    side_give(p->handoffs);
    arena_release(&p->names);
    dictionary_release(&p->words);
}

/* ---- how long stages take ---- */

/* For each subject that may have been touched, whom the ledger knows. */
static struct tally **known_touched(const struct ledger *ledger, const struct senders *touched, size_t *count)
{
    struct tally **found = memory_new((touched->list.count * LEDGER_NAMES + 1) * sizeof(struct tally *));
    uint64_t subjects[LEDGER_NAMES];
    *count = 0;
    for (size_t i = 0; i < touched->list.count; i++)
        for (int k = ledger_subjects(touched->list.at[i], subjects); k-- > 0;)
            if ((found[*count] = ledger_find(ledger, subjects[k]))) ++*count;
    return found;
}

void picture_parts_change_usual(const struct picture *old, const struct picture_news *news, struct ledger *ledger)
{
    const int last = old->table_count - 1;
    struct usual gone = {0}, added = {0};
    VECTOR(uint32_t) rows = {0};
    size_t count;
    struct tally **known = known_touched(ledger, news->touched, &count);
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < known[i]->rows[last]; k++) vector_push(&rows, known[i]->row[last] + k);
    usual_collect(&gone, old->roster->table, rows.at, rows.count);
    vector_clear(&rows);
    for (uint32_t i = 0; i < news->tables[last]->rows; i++) vector_push(&rows, i);
    usual_collect(&added, news->tables[last], rows.at, rows.count);
    usual_change(&ledger->usual, &gone, &added);
    usual_release(&gone);
    usual_release(&added);
    vector_release(&rows);
    free(known);
}

/* ---- who is gone ---- */

/* Where rows and leads go, when any is left out; NULL: none is. */
struct places {
    uint32_t *rows[LEDGER_TABLES], *leads;
};

static void mark(uint32_t **place, size_t all, uint32_t from, uint32_t count)
{
    if (!*place) *place = calloc(all + 1, sizeof **place);
    if (!*place) out_of_memory(all * sizeof **place);
    for (uint32_t i = 0; i < count; i++) (*place)[from + i] = NONE;
}

static void mark_gone(struct places *places, const struct picture *p, struct tally *old, const struct tally *fresh)
{
    for (int i = 0; i < p->table_count; i++) {
        if (!old->rows[i] || (fresh && fresh->rows[i] == old->rows[i])) continue;
        mark(&places->rows[i], p->tables[i].table.rows, old->row[i], old->rows[i]);
        old->rows[i] = 0;
    }
    if (old->lead == NONE || (fresh && fresh->lead != NONE)) return;
    mark(&places->leads, p->own.count, old->lead, 1);
    old->lead = NONE;
}

/* Marks become places. */
static void number(uint32_t *place, size_t count)
{
    uint32_t kept = 0;
    for (size_t i = 0; place && i < count; i++)
        if (place[i] != NONE) place[i] = kept++;
}

static void drop_leads(struct picture *p, const uint32_t *place, const uint32_t *rows)
{
    struct lead *leads = (struct lead *)p->own.leads;
    size_t kept = 0;
    for (size_t i = 0; i < p->own.count; i++) {
        if (place && place[i] == NONE) continue;
        leads[kept] = leads[i];
        if (rows) leads[kept].row = rows[leads[i].row]; /* NONE: it gets another below */
        kept++;
    }
    p->own.count = kept;
    if (!place) return;
    struct side_list *const old = p->handoffs;
    p->handoffs = side_renumber(old, handoff_shape, place);
    side_give(old);
}

static void renumber(const struct picture *p, const struct places *places, struct ledger *ledger)
{
    for (size_t k = 0; k < ledger->tallies.count; k++) {
        struct tally *t = &ledger->tallies.at[k];
        for (int i = 0; i < p->table_count; i++)
            if (places->rows[i] && t->rows[i]) t->row[i] = places->rows[i][t->row[i]];
        if (places->leads && t->lead != NONE) t->lead = places->leads[t->lead];
    }
}

void picture_parts_drop(struct picture *p, const struct picture_news *news, struct ledger *ledger)
{
    struct places places = {0};
    size_t count;
    struct tally **known = known_touched(ledger, news->touched, &count);
    for (size_t i = 0; i < count; i++) mark_gone(&places, p, known[i], ledger_find(news->ledger, known[i]->subject));
    free(known);
    for (int i = 0; i < p->table_count; i++) number(places.rows[i], p->tables[i].table.rows);
    number(places.leads, p->own.count);
    const uint32_t *const rows = places.rows[p->table_count - 1];
    p->changes.all = places.leads != NULL;
    for (int i = 0; i < p->table_count; i++) {
        if (!places.rows[i]) continue;
        p->changes.all = true;
        spliced_drop(&p->tables[i], places.rows[i]);
    }
    if (p->changes.all) {
        drop_leads(p, places.leads, rows);
        renumber(p, &places, ledger);
    }
    for (int i = 0; i < p->table_count; i++) free(places.rows[i]);
    free(places.leads);
    set_views(p);
}

/* ---- who is fresh ---- */

/* The place of a fresh subject's rows and lead: that of the ones it had, else behind all others. */
static void place_subject(struct picture *p, const struct picture_news *news, const struct tally *old,
                          struct tally *fresh, uint32_t next_row[LEDGER_TABLES], uint32_t *next_lead)
{
    struct lead *leads = (struct lead *)news->roster->leads;
    for (int i = 0; i < p->table_count; i++) {
        const bool stays = old && fresh->rows[i] && old->rows[i] == fresh->rows[i];
        const uint32_t to = stays ? old->row[i] : next_row[i], from = fresh->row[i];
        if (!stays) next_row[i] += fresh->rows[i];
        for (uint32_t k = 0; k < fresh->rows[i]; k++)
            vector_push(&p->changes.rows[i], ((struct owner_move){from + k, to + k}));
        fresh->row[i] = to;
        if (i == p->table_count - 1 && fresh->lead != NONE) leads[fresh->lead].row += to - from;
    }
    if (fresh->lead == NONE) return;
    const uint32_t to = old && old->lead != NONE ? old->lead : (*next_lead)++;
    vector_push(&p->changes.leads, ((struct owner_move){fresh->lead, to}));
    fresh->lead = to;
}

static int by_place(const void *a, const void *b)
{
    const struct owner_move *x = a, *y = b;
    return (x->to > y->to) - (x->to < y->to);
}

static void sort_moves(struct owner_moves *moves)
{
    if (moves->count) qsort(moves->at, moves->count, sizeof *moves->at, by_place);
}

static void put_lead(const struct splice *s, const struct lead *fresh, struct lead *out)
{
    *out = *fresh;
    out->name = splice_code(s, out->name);
    out->email = splice_code(s, out->email);
    out->title = splice_code(s, out->title);
    out->account_name = splice_code(s, out->account_name);
    out->account = arena_slice(s->texts, out->account);
    out->owner = arena_slice(s->texts, out->owner);
    out->team = arena_slice(s->texts, out->team);
    out->words = kept_words_copy(out->words, s->texts);
}

struct moving {
    const struct picture *picture;
    struct arena *texts;
};

static void move_handoff(void *context, void *entry)
{
    const struct moving *m = context;
    struct handoff_entry *e = entry;
    handoff_move(e, m->picture->own.leads[e->lead].words, m->texts);
}

static void put_leads(struct picture *p, const struct picture_news *news, const struct splice *s, uint32_t count)
{
    const struct owner_moves *moves = &p->changes.leads;
    const struct handoff_list *fresh = &news->roster->handoffs;
    struct moving moving = {p, news->texts};
    reserve_leads(p, count);
    p->own.count = count;
    for (size_t i = 0; i < moves->count; i++)
        put_lead(s, &news->roster->leads[moves->at[i].from], &((struct lead *)p->own.leads)[moves->at[i].to]);
    struct side_list *const old = p->handoffs;
    p->handoffs = side_replace(old, handoff_shape, fresh->at, fresh->count, moves, move_handoff, &moving);
    side_give(old);
}

void picture_parts_put(struct picture *p, const struct picture_news *news, const struct ledger *ledger)
{
    const struct splice s = {news->words, &p->words, news->texts};
    uint32_t next_row[LEDGER_TABLES], next_lead = (uint32_t)p->own.count;
    for (int i = 0; i < p->table_count; i++) next_row[i] = (uint32_t)p->tables[i].table.rows;
    for (size_t i = 0; i < news->ledger->tallies.count; i++) {
        struct tally *fresh = &news->ledger->tallies.at[i];
        place_subject(p, news, ledger_find(ledger, fresh->subject), fresh, next_row, &next_lead);
    }
    for (int i = 0; i < p->table_count; i++) {
        sort_moves(&p->changes.rows[i]);
        spliced_put(&p->tables[i], &s, news->tables[i], &p->changes.rows[i]);
    }
    sort_moves(&p->changes.leads);
    put_leads(p, news, &s, next_lead);
    set_views(p);
}
