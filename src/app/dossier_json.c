#include "app/dossier_json.h"

#include "app/brief.h"
#include "app/lead_row.h"
#include "app/lead_words.h"
#include "app/leads_asked.h"
#include "report/json_put.h"
#include "report/words.h"

/* More people than this of one account are a list of leads, not a group. */
enum { GROUP_MOST = 50 };

static const char *const truth_names[] = {"no", "yes", "unknown"};

/* By what it was said: "sent a form"; of an identify call, which has no words of its own, the source. */
static struct words source_words(const struct dossier_event *event)
{
    if (event && event->type->field_count) return word_label(&event->type->label);
    return words_same(event ? event->source : slice_of("", 0));
}

static void put_answer(struct json_writer *w, const struct dossier *o, const struct dossier_answer *a,
                       struct words question, bool by_hand)
{
    json_object(w);
    json_put_text(w, "code", a->label->name);
    json_put_words(w, "label", word_label(a->label));
    json_put_code(w, "answer", truth_names[a->truth]);
    json_put_text_or_null(w, "said", a->event ? a->event->said : slice_of("", 0));
    json_put_words(w, "source", source_words(a->event));
    json_put_moment(w, "at", o->zone, a->at);
    json_put_words(w, "question", question);
    json_put_bool(w, "by_hand", by_hand);
    json_end(w);
}

static void put_truth(struct json_writer *w, const char *name, struct cell c)
{
    if (c.kind == CELL_BOOL)
        json_put_bool(w, name, c.number);
    else
        json_put_null(w, name);
}

void dossier_put_one_bant(struct json_writer *w, struct dossier *o, size_t i)
{
    const struct bant *bant = o->bants[i].bant;
    json_object(w);
    json_put_text(w, "name", bant->label.name);
    json_put_words(w, "label", word_label(&bant->label));
    json_put_int(w, "yes", o->bants[i].yes);
    json_put_int(w, "of", (int64_t)bant->count);
    json_put_int(w, "pass_at", bant->pass_at);
    put_truth(w, "passed", o->cells[bant->passed_slot]);
    json_put_array(w, "answers");
    const uint32_t which = (uint32_t)(bant - o->definition->bants);
    for (uint32_t k = 0; k < bant->count; k++)
        put_answer(w, o, &o->bants[i].answers[k], brief_question(o->definition, which, k),
                   answer_trait(o->definition, bant, k, &o->arena) != NULL);
    json_end(w);
    json_end(w);
}

void dossier_put_bant(struct json_writer *w, const char *name, struct dossier *o)
{
    json_put_array(w, name);
    for (size_t i = 0; i < o->bant_count; i++) dossier_put_one_bant(w, o, i);
    json_end(w);
}

static void put_criterion(struct json_writer *w, const struct dossier_answer *a)
{
    json_object(w);
    json_put_text(w, "code", a->label->name);
    json_put_words(w, "label", word_label(a->label));
    json_put_code(w, "met", truth_names[a->truth]);
    json_put_decimal(w, "weight", a->weight);
    json_put_text_or_null(w, "value", a->value);
    json_end(w);
}

/* A share as a number of per cent. */
static void put_share(struct json_writer *w, const char *name, int64_t millionths)
{
    json_put_number(w, name, (double)millionths / 10000, 1);
}

void dossier_put_fit(struct json_writer *w, const char *name, const struct dossier *o)
{
    json_put_array(w, name);
    for (size_t i = 0; i < o->fit_count; i++) {
        const struct dossier_fit *fit = &o->fits[i];
        json_object(w);
        json_put_text(w, "name", fit->icp->label.name);
        json_put_words(w, "label", word_label(&fit->icp->label));
        if (fit->fit.kind == CELL_ABSENT)
            json_put_null(w, "match_pct");
        else
            put_share(w, "match_pct", fit->fit.number);
        put_share(w, "needed_pct", fit->icp->match_at);
        put_truth(w, "matched", fit->matched);
        json_put_array(w, "criteria");
        for (size_t k = 0; k < fit->icp->count; k++) put_criterion(w, &fit->criteria[k]);
        json_end(w);
        json_end(w);
    }
    json_end(w);
}

/* Somebody of the account: in a seat of the buying group, or by the title alone. */
static void put_member(struct json_writer *w, const struct roster *r, struct dossier *o, const struct lead *lead)
{
    const struct slice title = lead_text(r, lead->title);
    const struct words unknown = {{SLICE("תפקיד לא ידוע"), SLICE("role not known")}};
    json_object(w);
    if (lead->seat != NONE) {
        brief_put_seat(w, &r->table->definition->seats[lead->seat]);
    } else {
        json_put_words(w, "role", title.len ? words_same(title) : unknown);
        json_put_code(w, "part", "unknown");
    }
    json_put_key(w, "lead");
    lead_row_put(w, &o->arena, r, r->table->zone, lead);
    json_put_null(w, "note");
    json_end(w);
}

static void put_missing(struct json_writer *w, const struct group_seat *seat)
{
    json_object(w);
    brief_put_seat(w, seat);
    json_put_null(w, "lead");
    json_put_null(w, "note");
    json_end(w);
}

void dossier_put_group(struct json_writer *w, const char *name, const struct roster *r, struct dossier *o)
{
    const struct slice account = o->account_count ? o->accounts[o->account_count - 1].id : slice_of("", 0);
    const struct definition *d = r->table->definition; /* whose seats the roster speaks of */
    const struct lead *of_account[GROUP_MOST];
    size_t count = 0;
    json_put_array(w, name);
    for (size_t i = 0; i < r->count && account.len && count < GROUP_MOST; i++)
        if (slice_equal(r->leads[i].account, account)) of_account[count++] = &r->leads[i];
    for (uint32_t seat = 0; seat < d->seat_count && account.len; seat++) {
        bool taken = false;
        for (size_t i = 0; i < count; i++) {
            if (of_account[i]->seat != seat) continue;
            taken = true;
            put_member(w, r, o, of_account[i]);
        }
        if (!taken && d->seats[seat].needed) put_missing(w, &d->seats[seat]);
    }
    for (size_t i = 0; i < count; i++) /* who has no seat: the others only */
        if (of_account[i]->seat == NONE && !slice_equal(lead_id(r, of_account[i]), o->id))
            put_member(w, r, o, of_account[i]);
    json_end(w);
}

/* As the last masa:milestone of each says. */
void dossier_put_milestones(struct json_writer *w, const char *name, struct dossier *o, uint32_t funnel)
{
    struct arena *arena = &o->arena;
    const struct funnel *f = &o->definition->funnels[funnel];
    json_put_array(w, name);
    for (size_t s = 0; s < f->stage_count; s++)
        for (size_t i = 0; i < f->stages[s].milestone_count; i++)
            milestone_put(w, arena, o->zone, o->colleagues, &f->stages[s].milestones[i], o->words);
    json_end(w);
}
