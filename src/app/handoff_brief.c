/* The brief of a handoff: what a seller is told before the first call, from the lead's dossier and the definition. */
#include "app/brief.h"
#include "app/dossier_json.h"
#include "app/handoff_row.h"
#include "app/handoffs.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "report/words.h"

enum { DID_MOST = 20 };

struct briefed {
    struct json_writer w;
    const struct roster *roster;
    const struct handoff_entry *entry;
    struct dossier *o;
};

/* ---- why it came to sales ---- */

/* "Profile match: 62.5%", "BANT by sales: 2/4": what a thing is called in each language, with its kind when the name
 * does not say it, and the same number. */
static void put_numbered(struct briefed *b, const char *kind, const struct label *label, struct slice number)
{
    struct words words = word_label(label);
    for (int tongue = 0; tongue < TONGUES; tongue++) {
        const struct slice name = words.in[tongue];
        const bool told = !*kind || memmem(name.ptr, name.len, kind, strlen(kind));
        words.in[tongue] = arena_printf(&b->o->arena, "%s%s%.*s: %.*s", told ? "" : kind, told ? "" : " ",
                                        SLICE_ARG(name), SLICE_ARG(number));
    }
    json_put_words_item(&b->w, words);
}

/* What let it into the stage before, which is when it was proposed. */
static void put_rule(struct briefed *b)
{
    const struct facts *facts = b->o->trace->facts;
    for (size_t i = 0; i < facts->interval_count; i++) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel != b->roster->table->funnel || x->entered != b->entry->submitted) continue;
        if (x->stage + 1 == b->entry->stage && x->because && x->because->label.name.len)
            json_put_words_item(&b->w, brief_situation(b->o->definition, b->o->kind, x->because, &b->o->arena));
    }
}

static void put_why(struct briefed *b)
{
    struct arena *arena = &b->o->arena;
    int64_t value;
    const struct score *score = lead_score(b->roster, &b->roster->leads[b->entry->lead], &value);
    json_put_array(&b->w, "why");
    put_rule(b);
    for (size_t i = 0; i < b->o->fit_count; i++) {
        const struct dossier_fit *fit = &b->o->fits[i];
        if (fit->fit.kind == CELL_DECIMAL)
            put_numbered(b, "", &fit->icp->label, arena_printf(arena, "%.1f%%", (double)fit->fit.number / 10000));
    }
    for (size_t i = 0; i < b->o->bant_count; i++)
        put_numbered(b, "BANT", &b->o->bants[i].bant->label,
                     arena_printf(arena, "%lld/%zu", (long long)b->o->bants[i].yes, b->o->bants[i].bant->count));
    if (score) put_numbered(b, "", &score->label, arena_printf(arena, "%.0f", (double)value / DECIMAL_ONE));
    json_end(&b->w);
}

/* ---- what they did ---- */

static bool is_theirs(const struct dossier_event *e)
{
    return e->type->touch && e->human >= HUMAN_SURE;
}

/* The same again on one day, with no other words: told once. */
static bool is_same(const struct briefed *b, const struct dossier_event *one, const struct dossier_event *other)
{
    return one->type == other->type && slice_equal(one->said, other->said) &&
           zone_day(b->o->zone, one->told.at) == zone_day(b->o->zone, other->told.at);
}

static void put_did(struct briefed *b)
{
    size_t told = 0;
    json_put_array(&b->w, "did");
    for (size_t i = b->o->event_count; i-- > 0 && told < DID_MOST;) {
        const struct dossier_event *e = &b->o->events[i];
        uint64_t times = 1;
        if (!is_theirs(e)) continue;
        for (; i > 0 && (!is_theirs(&b->o->events[i - 1]) || is_same(b, e, &b->o->events[i - 1])); i--)
            times += is_theirs(&b->o->events[i - 1]);
        json_object(&b->w);
        json_put_moment(&b->w, "at", b->o->zone, e->told.at);
        json_put_words(&b->w, "label", word_label(&e->type->label));
        json_put_text_or_null(&b->w, "said", e->said);
        json_put_key(&b->w, "times");
        json_uint(&b->w, times);
        json_end(&b->w);
        told++;
    }
    json_end(&b->w);
}

/* ---- what the definition says to do ---- */

static void put_handed(struct briefed *b)
{
    struct briefing briefing;
    struct folder *folder = folder_new(b->o->run.engine, b->o->kind);
    briefing_make(folder, b->o->cells, b->o->as_of, &b->o->arena, &briefing);
    brief_put_points(&b->w, b->o->definition, &briefing);
    brief_put_playbooks(&b->w, b->o->definition, &briefing.playbooks);
    folder_free(folder);
}

static void write_brief(struct briefed *b)
{
    struct sla_clock clock;
    const struct sla_clock *runs = handoff_clock(b->roster, b->entry, &clock) ? &clock : NULL;
    struct arena *arena = &b->o->arena;
    json_object(&b->w);
    json_put_key(&b->w, "handoff");
    handoff_put(&b->w, arena, b->roster, b->entry);
    put_why(b);
    put_did(b);
    dossier_put_fit(&b->w, "fit", b->o);
    dossier_put_bant(&b->w, "bant", b->o);
    put_handed(b);
    dossier_put_group(&b->w, "group", b->roster, b->o);
    clock_put_days(&b->w, "sla_days", runs);
    clock_put_notices(&b->w, "reminders", arena, runs);
    dossier_put_milestones(&b->w, "milestones", b->o, b->roster->table->funnel);
    json_end(&b->w);
}

enum outcome handoffs_brief(struct standing_state *state, const struct handoff_found *found, struct buffer *out,
                            struct error *error)
{
    const struct roster *roster = found->roster;
    struct briefed b = {.w = {.out = out}, .roster = roster, .entry = found->entry};
    bool absent;
    const struct slice subject = roster->table->subject[roster->leads[found->entry->lead].row];
    const enum outcome outcome =
        dossier_open(state, roster_funnel(roster)->of, subject, INSTANT_NONE, &b.o, &absent, error);
    if (outcome != OK) return outcome;
    write_brief(&b);
    dossier_close(b.o);
    return OK;
}
