#include "app/lead_detail.h"

#include "analysis/dimension.h"
#include "app/brief.h"
#include "app/dossier_json.h"
#include "app/handoff_clock.h"
#include "app/handoff_row.h"
#include "app/lead_row.h"
#include "app/leads_asked.h"
#include "report/json_put.h"
#include "report/words.h"

struct detail {
    struct json_writer w;
    struct dossier *o;
    const struct roster *roster;
    const struct lead *lead; /* NULL: the funnel does not count it */
    uint32_t funnel;
};

/* ---- who ---- */

static void put_identities(struct detail *d)
{
    json_put_array(&d->w, "identities");
    for (size_t i = 0; i < d->o->identity_count; i++) {
        const struct dossier_identity *identity = &d->o->identities[i];
        json_object(&d->w);
        json_put_code(&d->w, "kind", identity->kind);
        json_put_text(&d->w, "value", identity->value);
        json_put_moment(&d->w, "since", d->o->zone, identity->since);
        json_end(&d->w);
    }
    json_end(&d->w);
}

static void put_traits(struct detail *d)
{
    json_put_array(&d->w, "traits");
    for (size_t i = 0; i < d->o->trait_count; i++) {
        const struct dossier_trait *t = &d->o->traits[i];
        if (t->of != KIND_PERSON && t->of != KIND_ACCOUNT) continue;
        json_object(&d->w);
        json_put_text(&d->w, "name", t->label->name);
        json_put_words(&d->w, "label", word_label(t->label));
        json_put_text(&d->w, "value", t->value);
        json_put_code(&d->w, "of", subject_kind_names[t->of]);
        json_put_moment(&d->w, "since", d->o->zone, t->since);
        json_end(&d->w);
    }
    json_end(&d->w);
}

/* The last that was said: by a field or a trait called consent. */
static void put_consent(struct detail *d)
{
    int64_t at = INSTANT_NONE;
    struct slice said = SLICE("null");
    for (size_t i = d->o->event_count; i-- > 0 && at == INSTANT_NONE;) {
        const struct told_event *e = &d->o->events[i].told;
        for (size_t k = 0; k < e->field_count; k++) {
            if (!slice_is(e->fields[k].name, "consent")) continue;
            if (!slice_is(e->fields[k].json, "true") && !slice_is(e->fields[k].json, "false")) continue;
            said = e->fields[k].json;
            at = e->at;
        }
    }
    json_put_object(&d->w, "consent");
    json_put_key(&d->w, "email");
    json_raw(&d->w, said);
    json_put_moment(&d->w, "at", d->o->zone, at);
    json_end(&d->w);
}

/* ---- where it stands ---- */

/* The last time of this lap. */
static const struct interval *interval_of(const struct detail *d, size_t stage)
{
    const struct facts *facts = d->o->trace->facts;
    const uint32_t lap = dossier_lap(d->o, d->funnel);
    for (size_t i = facts->interval_count; i-- > 0;) {
        const struct interval *x = &facts->intervals[i];
        if (x->funnel == d->funnel && x->lap == lap && x->stage == stage) return x;
    }
    return NULL;
}

static const char *step_state(const struct interval *x)
{
    if (!x) return "ahead";
    if (x->how == HOW_INHERITED) return "inherited";
    if (x->left == INSTANT_MAX) return "now";
    return x->entered == x->left ? "passed_through" : "past";
}

static void put_days(struct json_writer *w, const char *name, int64_t us)
{
    if (us < 0)
        json_put_null(w, name);
    else
        json_put_number(w, name, (double)us / (double)DAY_US, 1);
}

/* From the entry of the stage before, until the stage is entered or the lap ends. */
static void put_clock(struct detail *d, const struct stage *s, size_t stage, const struct interval *x)
{
    const struct interval *before = stage ? interval_of(d, stage - 1) : NULL;
    struct sla_clock clock;
    const bool runs = before && before->how != HOW_INHERITED &&
                      (x ? !how_passed(x->how) : before->left == INSTANT_MAX) &&
                      clock_read(d->roster, s, before->entered, x ? x->entered : INSTANT_MAX, &clock);
    clock_put(&d->w, "sla", &d->o->arena, runs ? &clock : NULL);
}

static void put_step(struct detail *d, size_t stage)
{
    const struct stage *s = &d->o->definition->funnels[d->funnel].stages[stage];
    const struct interval *x = interval_of(d, stage);
    const int64_t until = x && x->left != INSTANT_MAX ? x->left : d->o->as_of;
    json_object(&d->w);
    json_put_text(&d->w, "stage", s->label.name);
    json_put_words(&d->w, "label", word_label(&s->label));
    json_put_text_or_null(&d->w, "owner", s->owner ? slice_from(role_names[s->owner]) : slice_of("", 0));
    json_put_code(&d->w, "state", step_state(x));
    const bool been = x && x->how != HOW_INHERITED;
    json_put_moment(&d->w, "entered_at", d->o->zone, been ? x->entered : INSTANT_NONE);
    json_put_moment(&d->w, "left_at", d->o->zone, been ? x->left : INSTANT_NONE);
    put_days(&d->w, "days", been ? until - x->entered : -1);
    put_days(&d->w, "usual_days", roster_usual(d->roster, stage));
    put_clock(d, s, stage, x);
    json_end(&d->w);
}

static void put_path(struct detail *d)
{
    json_put_array(&d->w, "path");
    for (size_t s = 0; s < d->o->definition->funnels[d->funnel].stage_count; s++) put_step(d, s);
    json_end(&d->w);
}

/* ---- its account ---- */

static struct slice account_trait(const struct dossier *o, const char *name)
{
    for (size_t i = 0; i < o->trait_count; i++)
        if (o->traits[i].of == KIND_ACCOUNT && slice_is(o->traits[i].label->name, name)) return o->traits[i].value;
    return slice_of("", 0);
}

/* As its leads have it; of an account without any, only what rules read of it is known. */
static struct slice account_name(const struct detail *d, struct slice id)
{
    for (size_t i = 0; i < d->roster->count; i++)
        if (d->roster->leads[i].account_name && slice_equal(d->roster->leads[i].account, id))
            return lead_text(d->roster, d->roster->leads[i].account_name);
    return account_trait(d->o, "name");
}

static void put_account_counts(struct detail *d, struct slice id)
{
    int64_t people = 0, open = 0, won = 0;
    for (size_t i = 0; i < d->roster->count; i++) {
        const struct lead *lead = &d->roster->leads[i];
        if (!slice_equal(lead->account, id)) continue;
        const enum lead_state state = lead_state(d->roster, lead);
        people++;
        open += state == LEAD_OPEN || state == LEAD_RETURNED;
        won += state == LEAD_WON;
    }
    json_put_int(&d->w, "people", people);
    json_put_int(&d->w, "open", open);
    json_put_int(&d->w, "won", won);
}

/* Dimensions that the account gives. */
static void put_account_dimensions(struct detail *d)
{
    const struct fact_table *t = d->roster->table;
    json_put_object(&d->w, "dimensions");
    for (uint32_t i = 0; d->lead && i < t->definition->dimension_count; i++) {
        const struct dimension *dimension = &t->definition->dimensions[i];
        if (dimension->kind != DIMENSION_VALUE) continue;
        const struct slot *slot = &t->definition->kinds[dimension->of].slots[dimension->slot];
        const struct slice value = dimension_value(&d->o->arena, t, i, t->dimension[i][d->lead->row]);
        if (slot->origin != SLOT_FOREIGN || slot->foreign != KIND_ACCOUNT || !value.len) continue;
        json_key(&d->w, dimension->label.name);
        json_string(&d->w, value);
    }
    json_end(&d->w);
}

static void put_account(struct detail *d)
{
    if (!d->o->account_count) {
        json_put_null(&d->w, "account");
        return;
    }
    const struct slice id = d->o->accounts[d->o->account_count - 1].id;
    json_put_object(&d->w, "account");
    json_put_object(&d->w, "account");
    json_put_text(&d->w, "id", id);
    json_put_text_or_null(&d->w, "name", account_name(d, id));
    json_put_text_or_null(&d->w, "domain", account_trait(d->o, "domain"));
    json_end(&d->w);
    put_account_counts(d, id);
    put_account_dimensions(d);
    json_end(&d->w);
}

/* ---- who is no lead ---- */

static struct slice own_text(const struct dossier *o, const char *trait)
{
    const uint32_t slot = definition_trait_slot(&o->definition->kinds[o->kind], trait);
    const bool known = slot != NONE && o->cells[slot].kind == CELL_TEXT;
    return known ? dictionary_text(o->dictionary, (uint32_t)o->cells[slot].number) : slice_of("", 0);
}

/* By the same traits as a lead (app/roster.c). */
static void put_stranger(struct detail *d)
{
    const struct dossier *o = d->o;
    const bool titled = definition_trait_slot(&o->definition->kinds[o->kind], "title") != NONE;
    struct stranger who = {.id = o->id,
                           .name = own_text(o, "name"),
                           .email = own_text(o, "email"),
                           .title = own_text(o, titled ? "title" : "role")};
    if (o->account_count) {
        who.account = o->accounts[o->account_count - 1].id;
        who.account_name = account_name(d, who.account);
    }
    lead_row_put_stranger(&d->w, &who, o->definition->funnels[d->funnel].label.name);
}

/* ---- its handoffs ---- */

static void put_handoffs(struct detail *d)
{
    json_put_array(&d->w, "handoffs");
    for (size_t i = d->roster->handoffs.count; d->lead && i-- > 0;) {
        const struct handoff_entry *e = &d->roster->handoffs.at[i];
        if (&d->roster->leads[e->lead] == d->lead) handoff_put(&d->w, &d->o->arena, d->roster, e);
    }
    json_end(&d->w);
}

/* Those whose situation is this one. */
static void put_playbooks(struct detail *d)
{
    struct briefing briefing;
    struct folder *folder = folder_new(d->o->run.engine, d->o->kind);
    briefing_make(folder, d->o->cells, d->o->as_of, &d->o->arena, &briefing);
    brief_put_playbooks(&d->w, d->o->definition, &briefing.playbooks);
    folder_free(folder);
}

/* ---- together ---- */

/* The store may have another definition by now. */
static uint32_t funnel_in(const struct definition *d, struct slice name)
{
    for (uint32_t i = 0; i < d->funnel_count; i++)
        if (slice_equal(d->funnels[i].label.name, name)) return i;
    return d->report.funnel;
}

void lead_detail_write(const struct standing_lead *found, struct dossier *o, struct buffer *out)
{
    const struct roster *roster = found->roster;
    struct detail d = {.w = {.out = out},
                       .o = o,
                       .roster = roster,
                       .lead = roster_find(roster, o->id),
                       .funnel = funnel_in(o->definition, roster_funnel(roster)->label.name)};
    json_object(&d.w);
    json_put_key(&d.w, "lead");
    if (d.lead)
        lead_row_put(&d.w, &o->arena, roster, roster->table->zone, d.lead);
    else
        put_stranger(&d);
    put_identities(&d);
    put_traits(&d);
    put_consent(&d);
    put_path(&d);
    dossier_put_bant(&d.w, "bant", o);
    put_account(&d);
    dossier_put_group(&d.w, "group", roster, o);
    put_handoffs(&d);
    dossier_put_milestones(&d.w, "milestones", o, d.funnel);
    put_playbooks(&d);
    json_put_array(&d.w, "merged_from");
    for (size_t i = 0; i < o->alias_count; i++) json_string(&d.w, o->aliases[i]);
    json_end(&d.w);
    json_end(&d.w);
}
