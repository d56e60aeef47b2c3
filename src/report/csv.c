/* The report as CSV: sections one under the other, each a title, a header and rows; a blank line between. Column names
 * are those of the JSON, so that a reader of one knows the other; titles and labels are in the report's language;
 * numbers are plain. */
#include "base/zone.h"
#include "report/tree.h"
#include "report/words.h"
#include "value/csv_write.h"

struct sheet {
    const struct report *r;
    const struct analysis *a;
    struct csv_writer w;
    struct wording words;
    enum tongue t;
    bool begun;
};

static void text(struct sheet *s, struct slice value)
{
    csv_text(&s->w, value);
}
static void code(struct sheet *s, const char *value)
{
    csv_text(&s->w, slice_from(value));
}
static void said(struct sheet *s, struct words words)
{
    csv_text(&s->w, words.in[s->t]);
}
static void stage(struct sheet *s, uint32_t index)
{
    csv_text(&s->w, stage_code(s->r, index));
}
static void count(struct sheet *s, uint64_t n)
{
    csv_uint(&s->w, n);
}

static void number(struct sheet *s, double value, int places)
{
    if (isnan(value)) {
        csv_empty(&s->w);
        return;
    }
    /* as many decimals as there are, up to `places` */
    int used = places;
    while (used > 0 && rounded(value, used) == rounded(value, used - 1)) used--;
    csv_number(&s->w, rounded(value, places), used);
}

static void maybe(struct sheet *s, int64_t n)
{
    if (n < 0)
        csv_empty(&s->w);
    else
        csv_uint(&s->w, (uint64_t)n);
}

static void compared(struct sheet *s, uint64_t n)
{
    maybe(s, s->a->compared ? (int64_t)n : -1);
}

static void range(struct sheet *s, struct range r, double scale, int places)
{
    number(s, r.low * scale, places);
    number(s, r.high * scale, places);
}

static void end(struct sheet *s)
{
    csv_end(&s->w);
}

/* A blank line, the title, the columns. */
static void section(struct sheet *s, struct slice title, const char *const *columns)
{
    if (s->begun) end(s);
    s->begun = true;
    text(s, title);
    end(s);
    for (; *columns; columns++) code(s, *columns);
}

#define COLUMNS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct slice heading(struct sheet *s, const char *name)
{
    return word_key(&s->words, arena_printf(s->words.arena, "heading.%s", name).ptr).in[s->t];
}

static void stage_columns(struct sheet *s)
{
    for (uint32_t i = 0; i < s->a->stage_count; i++) stage(s, i);
}

static void change(struct sheet *s, const struct difference *d)
{
    number(s, d->given ? d->pp : NAN, 1);
    number(s, d->given ? d->pct : NAN, 1);
    number(s, d->given ? d->p : NAN, 4);
    code(s, d->given ? verdict_codes[d->verdict] : "");
}

static void write_head(struct sheet *s)
{
    const struct fact_table *t = s->a->table;
    section(s, heading(s, "report"), COLUMNS("name", "value"));
    end(s);
    struct buffer b;
    buffer_init(&b, 1000);
    time_format(&b, t->as_of);
    const struct {
        const char *name;
        struct slice value;
    } rows[] = {
        {"company", s->a->definition->company.name},
        {"funnel", s->a->funnel->label.name},
        {"period", s->r->period.in[s->t]},
        {"compare", s->a->compared ? s->r->compare.in[s->t] : SLICE("")},
        {"basis", s->a->basis == BASIS_FLOW ? SLICE("flow") : SLICE("cohort")},
        {"mode", s->r->recorded ? SLICE("recorded") : SLICE("if")},
        {"as_of", buffer_slice(&b)},
        {"definition", s->a->definition->name},
        {"version", s->a->definition->hash},
        {"program", s->r->program},
        {"title", s->r->title.in[s->t]},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        code(s, rows[i].name);
        text(s, rows[i].value);
        end(s);
    }
    buffer_release(&b);
}

static void write_kpis(struct sheet *s)
{
    section(s, heading(s, "kpis"),
            COLUMNS("code", "label", "value", "compare_value", "n", "hits", "ci95_low", "ci95_high", "band", "support",
                    "change_pp", "change_pct", "p_value", "verdict"));
    end(s);
    for (size_t i = 0; i < s->a->kpi_count; i++) {
        const struct kpi *k = &s->a->kpis[i];
        text(s, s->r->kpis[i].code);
        said(s, s->r->kpis[i].label);
        int places = k->unit == UNIT_MONEY || k->unit == UNIT_RATIO ? 2 : 1;
        number(s, k->now, places);
        number(s, k->before, places);
        maybe(s, k->n);
        maybe(s, k->hits);
        range(s, k->range, 1, places);
        code(s, light_codes[k->light]);
        code(s, support_codes[k->support]);
        change(s, &k->change);
        end(s);
    }
}

static void write_stages(struct sheet *s)
{
    section(s, heading(s, "stages"),
            COLUMNS("stage", "label", "count", "compare_count", "change_pct", "of_previous_pct", "of_first_pct",
                    "stopped", "chance_to_end_pct"));
    end(s);
    for (uint32_t i = 0; i < s->a->stage_count; i++) {
        const struct stage_measure *m = &s->a->stages[i];
        stage(s, i);
        said(s, s->r->stages[i]);
        count(s, m->now);
        compared(s, m->before);
        number(s, m->change.given ? m->change.pct : NAN, 1);
        number(s, i ? share_percent(&s->a->transitions[i - 1].now) : NAN, 1);
        number(s, percent_of(m->now, s->a->stages[0].now, 1), 1);
        count(s, m->stopped);
        number(s, i == s->a->goal ? NAN : share_percent(&m->chance), 1);
        end(s);
    }
}

static void transition_row(struct sheet *s, const struct transition *t)
{
    stage(s, t->from);
    stage(s, t->to);
    number(s, share_percent(&t->now), 1);
    count(s, t->now.n);
    count(s, t->now.hits);
    range(s, t->now.range, 100, 1);
    code(s, light_codes[t->light]);
    code(s, support_codes[t->now.support]);
    number(s, s->a->compared ? share_percent(&t->before) : NAN, 1);
    change(s, &t->change);
    number(s, t->days.mean, 1);
    number(s, t->days.median, 1);
    number(s, t->allowed_days, 1);
    count(s, t->left.returned);
    count(s, t->left.rejected);
    count(s, t->left.exited);
    count(s, t->left.waiting);
    end(s);
}

static void write_transitions(struct sheet *s)
{
    section(s, heading(s, "transitions"),
            COLUMNS("from", "to", "rate_pct", "n", "hits", "ci95_low", "ci95_high", "band", "support",
                    "compare_rate_pct", "change_pp", "change_pct", "p_value", "verdict", "mean_days", "median_days",
                    "sla_days", "returned", "rejected", "exited", "waiting"));
    end(s);
    for (uint32_t i = 0; i + 1 < s->a->stage_count; i++) transition_row(s, &s->a->transitions[i]);
    if (s->a->stage_count > 2) transition_row(s, &s->a->overall);
}

static void write_breakdown(struct sheet *s, uint32_t d)
{
    const struct breakdown *b = &s->a->breakdowns[d];
    section(s, s->r->breakdowns[d].label.in[s->t], COLUMNS("value", "label"));
    stage_columns(s);
    code(s, "to_last_pct");
    code(s, "ci95_low");
    code(s, "ci95_high");
    code(s, "support");
    end(s);
    for (size_t i = 0; i < breakdown_rows(b); i++) {
        const struct group_measure *m = breakdown_row(b, i);
        text(s, s->r->breakdowns[d].rows[i].value);
        said(s, s->r->breakdowns[d].rows[i].label);
        for (uint32_t k = 0; k < s->a->stage_count; k++) count(s, m->now[k]);
        number(s, share_percent(&m->to_last), 1);
        range(s, m->to_last.range, 100, 1);
        code(s, support_codes[m->to_last.support]);
        end(s);
    }
}

static void write_trend(struct sheet *s)
{
    section(s, heading(s, "trend"), COLUMNS("month", "partial"));
    stage_columns(s);
    end(s);
    for (size_t m = 0; m < s->a->month_count; m++) {
        text(s, arena_printf(s->words.arena, "%04d-%02d", s->a->months[m].year, s->a->months[m].month));
        code(s, s->a->months[m].partial ? "true" : "false");
        for (uint32_t k = 0; k < s->a->stage_count; k++) count(s, s->a->months[m].counts[k]);
        end(s);
    }
}

static void write_sequence(struct sheet *s)
{
    if (!s->a->mail_count) return;
    section(s, heading(s, "sequence"),
            COLUMNS("step", "label", "sent", "opened", "open_pct", "clicked", "click_pct", "contributed_to_mel",
                    "machine_opened", "machine_clicked"));
    end(s);
    for (size_t i = 0; i < s->a->mail_count; i++) {
        const struct mail_measure *m = &s->a->mails[i];
        number(s, (double)m->step, 0);
        said(s, s->r->mails[i]);
        count(s, m->sent);
        count(s, m->opened.hits);
        number(s, share_percent(&m->opened), 1);
        count(s, m->clicked.hits);
        number(s, share_percent(&m->clicked), 1);
        count(s, m->contributed);
        count(s, m->machine_opened);
        count(s, m->machine_clicked);
        end(s);
    }
}

static void write_channels(struct sheet *s)
{
    if (!s->a->channel_count) return;
    section(s, heading(s, "channels"),
            COLUMNS("source", "label", "monthly_spend", "mcl", "cost_per_mcl", "sqo", "cost_per_sqo", "won", "revenue",
                    "roi_pct", "recommendation", "why", "support"));
    end(s);
    for (size_t i = 0; i < channel_rows(s->a); i++) {
        const struct channel *c = channel_row(s->a, i);
        text(s, s->r->channels[i].value);
        said(s, s->r->channels[i].label);
        number(s, c->monthly_spend, 2);
        count(s, c->first);
        number(s, c->cost_per_first, 0);
        count(s, c->goal);
        number(s, c->cost_per_goal, 0);
        count(s, c->won);
        number(s, c->revenue, 2);
        number(s, 100 * c->roi, 0);
        code(s, i < s->a->channel_shown ? recommendation_codes[c->recommendation] : "");
        said(s, s->r->channels[i].why);
        code(s, support_codes[c->support]);
        end(s);
    }
}

static void write_audience(struct sheet *s)
{
    const struct audience_measure *m = &s->a->audience;
    if (!m->given) return;
    section(s, heading(s, "audience"), COLUMNS("code", "label", "met", "unmet", "unknown"));
    end(s);
    code(s, "");
    said(s, s->r->audience);
    count(s, m->aimed.hits);
    count(s, m->aimed.n - m->aimed.hits);
    csv_empty(&s->w);
    end(s);
    for (size_t c = 0; c < m->clause_count; c++) {
        text(s, m->clauses[c].label->name);
        said(s, s->r->audience_clauses[c]);
        count(s, m->clauses[c].met);
        count(s, m->clauses[c].unmet);
        count(s, m->clauses[c].unknown);
        end(s);
    }
}

static void write_handoffs(struct sheet *s)
{
    const struct handoff_measure *h = &s->a->handoff;
    if (!h->given) return;
    section(s, heading(s, "handoffs"),
            COLUMNS("stage", "submitted", "accepted", "returned", "rejected", "pending", "withdrawn", "unproposed"));
    end(s);
    stage(s, h->stage);
    const uint64_t counts[] = {h->submitted, h->accepted,  h->returned,  h->rejected,
                               h->pending,   h->withdrawn, h->unproposed};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) count(s, counts[i]);
    end(s);
}

static void write_leaving(struct sheet *s)
{
    if (s->a->leave_count)
        section(s, heading(s, "exits"), COLUMNS("stage", "kind", "reason", "label", "count")), end(s);
    for (size_t i = 0; i < s->a->leave_count; i++) {
        const struct leave *l = &s->a->leaves[i];
        stage(s, l->stage);
        code(s, leave_codes[l->kind]);
        text(s, dictionary_text(s->a->table->dictionary, l->reason));
        said(s, s->r->leaves[i]);
        count(s, l->count);
        end(s);
    }
    if (s->a->outcome_count)
        section(s, heading(s, "outcomes"), COLUMNS("code", "label", "count", "compare_count", "revenue")), end(s);
    for (size_t i = 0; i < s->a->outcome_count; i++) {
        text(s, s->r->outcome_codes[i]);
        said(s, s->r->outcomes[i]);
        count(s, s->a->outcomes[i].now);
        compared(s, s->a->outcomes[i].before);
        number(s, s->a->outcomes[i].revenue, 2);
        end(s);
    }
}

static void write_findings(struct sheet *s)
{
    section(s, heading(s, "insights"), COLUMNS("code", "severity", "support", "title", "text"));
    end(s);
    for (size_t i = 0; i < s->a->insights.count; i++) {
        code(s, s->a->insights.at[i].code);
        code(s, severity_codes[s->a->insights.at[i].severity]);
        code(s, support_codes[s->a->insights.at[i].support]);
        said(s, s->r->insights[i].title);
        said(s, s->r->insights[i].text);
        end(s);
    }
    section(s, heading(s, "actions"), COLUMNS("priority", "code", "owner", "support", "text", "expected"));
    end(s);
    for (size_t i = 0; i < s->a->actions.count; i++) {
        const struct finding *f = &s->a->actions.at[i];
        count(s, i + 1);
        code(s, f->code);
        code(s, f->owner == ROLE_NONE ? "" : role_names[f->owner]);
        code(s, support_codes[f->support]);
        said(s, s->r->actions[i].text);
        said(s, s->r->actions[i].expected);
        end(s);
    }
}

static void write_quality(struct sheet *s)
{
    const struct data_quality *q = &s->a->table->quality;
    section(s, heading(s, "quality"), COLUMNS("name", "count"));
    end(s);
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {{"accepted", q->accepted},     {"duplicates", q->duplicates},
                {"rejected", q->rejected},     {"left_out", q->left_out},
                {"conflicts", q->conflicts},   {"late", q->late},
                {"future", q->future},         {"machine", q->machine_touches},
                {"erased", q->erased},         {"undeclared", q->unknown_event},
                {"wrong_type", q->wrong_type}, {"unrelated", q->unrelated_outcomes}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        code(s, rows[i].name);
        if (rows[i].count != q->late || q->arrivals_known || strcmp(rows[i].name, "late") != 0)
            count(s, rows[i].count);
        else
            csv_empty(&s->w);
        end(s);
    }
}

static void write_files(struct sheet *s)
{
    const struct data_quality *q = &s->a->table->quality;
    section(s, heading(s, "files"),
            COLUMNS("file", "rows", "accepted", "rejected", "format", "encoding", "separator", "mapping"));
    end(s);
    for (size_t i = 0; i < q->file_count; i++) {
        const struct quality_file *file = &q->files[i];
        csv_text(&s->w, file->name);
        count(s, file->rows);
        count(s, file->accepted);
        count(s, file->rejected);
        code(s, file->format);
        csv_text(&s->w, file->encoding);
        code(s, file->separator ? file->separator : "");
        csv_text(&s->w, file->mapping);
        end(s);
    }
}

void report_write_csv(const struct report *report, struct buffer *out)
{
    struct arena arena;
    arena_init(&arena);
    struct sheet s = {.r = report, .a = report->analysis, .w = {.out = out}, .t = report->tongue};
    wording_init(&s.words, &arena, report->analysis);
    buffer_text(out, "\xEF\xBB\xBF");
    write_head(&s);
    write_kpis(&s);
    write_stages(&s);
    write_transitions(&s);
    for (uint32_t d = 0; d < s.a->definition->dimension_count; d++)
        if (s.a->breakdowns[d].given) write_breakdown(&s, d);
    write_trend(&s);
    write_sequence(&s);
    write_channels(&s);
    write_audience(&s);
    write_handoffs(&s);
    write_leaving(&s);
    write_findings(&s);
    write_quality(&s);
    write_files(&s);
    wording_release(&s.words);
    arena_release(&arena);
}
