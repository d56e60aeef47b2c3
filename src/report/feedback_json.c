/* A feedback as JSON: schema/feedback.schema.json, key by key. Shares are in per cent. */
#include "report/feedback_words.h"
#include "report/json_put.h"
#include "report/tree.h"

struct out {
    struct json_writer w;
    const struct feedback *f;
    struct arena arena;
    struct catalogue *catalogue;
};

static void put_test(struct out *o, const char *name, double p, struct range gap)
{
    json_put_object(&o->w, name);
    json_put_number(&o->w, "p_value", p, 4);
    json_put_share_range(&o->w, "difference_ci95", gap);
    json_end(&o->w);
}

static void put_criterion(struct out *o, const struct feedback_criterion *c)
{
    const struct funnel *funnel = &o->f->table->definition->funnels[o->f->table->funnel];
    json_object(&o->w);
    json_put_text(&o->w, "key", feedback_key(&o->arena, o->f, c));
    json_put_code(&o->w, "kind", criterion_kind_names[c->criterion->kind]);
    json_put_text(&o->w, "stage", funnel->stages[c->criterion->stage].label.name);
    json_put_words(&o->w, "name", feedback_name(&o->arena, o->f, c));
    json_put_words(&o->w, "rule", feedback_rule(&o->arena, o->f, c));
    json_put_key(&o->w, "at_least_points");
    if (c->halved)
        json_decimal(&o->w, c->threshold == 1 ? 0 : c->threshold);
    else
        json_null(&o->w);
    json_put_int(&o->w, "unknown", (int64_t)c->unknown);
    json_put_fared(&o->w, "with", &c->with, c->before_decision);
    json_put_fared(&o->w, "without", &c->without, c->before_decision);
    put_test(o, "accepted", c->p_accepted, c->accepted_gap);
    put_test(o, "won", c->p_won, c->won_gap);
    json_put_code(&o->w, "says", feedback_says_names[c->says]);
    json_put_code(&o->w, "support", support_codes[c->support]);
    json_put_words(&o->w, "text", feedback_sentence(o->catalogue, &o->arena, o->f, c));
    json_end(&o->w);
}

static void put_channel(struct out *o, const struct feedback_channel *c)
{
    json_object(&o->w);
    json_put_text_or_null(&o->w, "channel", dictionary_text(o->f->table->dictionary, c->value));
    json_put_words(&o->w, "label", feedback_channel_name(o->catalogue, &o->arena, o->f, c));
    json_put_int(&o->w, "handed_over", (int64_t)c->n);
    json_put_int(&o->w, "failed", (int64_t)c->failed);
    json_put_int(&o->w, "won", (int64_t)c->won);
    json_put_number(&o->w, "failed_pct", percent_of(c->failed, c->n, 1), 1);
    json_put_share_range(&o->w, "ci95", c->failed_range);
    json_put_number(&o->w, "others_failed_pct", percent_of(c->others_failed, c->others, 1), 1);
    json_put_number(&o->w, "p_value", c->p, 4);
    json_put_bool(&o->w, "keeps_failing", c->keeps_failing);
    json_put_code(&o->w, "support", support_codes[c->support]);
    json_end(&o->w);
}

void feedback_write_json(const struct feedback_view *view, struct buffer *out)
{
    struct out o = {.w = {.out = out, .indent = 2}, .f = view->feedback};
    const struct fact_table *t = o.f->table;
    arena_init(&o.arena);
    o.catalogue = catalogue_new(t->definition->company.locale);
    json_object(&o.w);
    json_put_text(&o.w, "program", view->program);
    json_put_time(&o.w, "as_of", t->as_of);
    json_put_object(&o.w, "definition");
    json_put_text(&o.w, "name", t->definition->name);
    json_put_text(&o.w, "hash", t->definition->hash);
    json_end(&o.w);
    json_put_text(&o.w, "funnel", t->definition->funnels[t->funnel].label.name);
    json_put_time(&o.w, "from", view->in_period ? t->windows[0].from : INSTANT_NONE);
    json_put_time(&o.w, "until", view->in_period ? t->windows[0].until : INSTANT_NONE);
    json_put_int(&o.w, "min_n", (int64_t)o.f->min_n);
    json_put_int(&o.w, "subjects", (int64_t)o.f->subjects);
    json_put_int(&o.w, "tests", (int64_t)o.f->tests);
    json_put_array(&o.w, "criteria");
    for (size_t i = 0; i < o.f->criterion_count; i++) put_criterion(&o, &o.f->criteria[i]);
    json_end(&o.w);
    json_put_array(&o.w, "channels");
    for (size_t i = 0; i < o.f->channel_count; i++) put_channel(&o, &o.f->channels[i]);
    json_end(&o.w);
    json_end(&o.w);
    buffer_char(out, '\n');
    catalogue_free(o.catalogue);
    arena_release(&o.arena);
}
