/* A standing state that is brought up again and again, held against one folded anew of the same store at the same
 * time: standing_probe DB, and on standard input
 *
 *     now MICROSECONDS
 *     lines COUNT       then so many lines of the log, which come to the tail together
 *     check             the report, the roster and the counts of both must be the same, byte for byte; and so must
 *                       reports of other periods and comparisons be what a fold of everything for each says
 *
 * Prints what differs and ends with 1, else how many states were made of a few subjects and how many of all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/roster.h"
#include "app/standing.h"
#include "store/tail.h"

static _Atomic int64_t now;

static int64_t tell_now(void *context)
{
    return now;
}

static void no_random(void *context, void *out, size_t size)
{
    memset(out, 0, size);
}

static const struct world world = {NULL, tell_now, no_random};

static void need(bool good, const char *what)
{
    if (good) return;
    fprintf(stderr, "standing_probe: %s\n", what);
    exit(2);
}

/* ---- what a state shows ---- */

static void put_text(struct buffer *out, const struct fact_table *t, uint32_t code)
{
    buffer_printf(out, " '%.*s'", SLICE_ARG(dictionary_text(t->dictionary, code)));
}

static void put_row(struct buffer *out, const struct fact_table *t, size_t row)
{
    const struct definition *d = t->definition;
    buffer_printf(out, " / lap %u in %d exit %d %d %" PRId64 " returns %d days %d audience %d carried %" PRIu64,
                  t->lap[row], t->now_in[row], t->exit[row], t->exit_stage[row], t->exit_at[row], t->returns[row],
                  t->touch_days[row], t->audience[row], t->carried[row]);
    put_text(out, t, t->exit_reason[row]);
    for (size_t s = 0; s < d->funnels[t->funnel].stage_count; s++) buffer_printf(out, " %" PRId64, t->entered[s][row]);
    for (size_t i = 0; i < d->dimension_count; i++)
        if (d->dimensions[i].band_count)
            buffer_printf(out, " band %u", t->dimension[i][row]);
        else
            put_text(out, t, t->dimension[i][row]);
    for (size_t i = 0; i < d->score_count; i++) buffer_printf(out, " %" PRId64, t->score[i][row]);
    for (size_t i = 0; i < d->icp_count; i++) buffer_printf(out, " icp %d", t->icp[i][row]);
}

static void put_handoff(struct buffer *out, const struct handoff_entry *e)
{
    buffer_printf(out,
                  " / %s stage %d %" PRId64 " %" PRId64 " %" PRId64 " outcome %d state %d version %u to %.*s by %.*s",
                  e->id, e->stage, e->submitted, e->due, e->ended, e->outcome, e->state, e->version, SLICE_ARG(e->to),
                  e->assigned ? (int)e->assigned->by.len : 0, e->assigned ? e->assigned->by.ptr : "");
    for (size_t i = 0; i < e->decision_count; i++)
        buffer_printf(out, " %d %" PRId64 " '%.*s' '%.*s' %d", e->decisions[i].decision, e->decisions[i].at,
                      SLICE_ARG(e->decisions[i].by), SLICE_ARG(e->decisions[i].reason), e->decisions[i].word != NULL);
}

static void put_words(struct buffer *out, const struct kept_words *words)
{
    for (size_t i = 0; words && i < words->count; i++) {
        buffer_printf(out, " / word %d %" PRId64 " '%.*s' '%.*s'", words->at[i].kind, words->at[i].at,
                      SLICE_ARG(words->at[i].by), SLICE_ARG(words->at[i].message));
        for (size_t k = 0; k < WORD_FIELDS; k++) buffer_printf(out, " %.*s", SLICE_ARG(words->at[i].texts[k]));
    }
}

static int by_text(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* A line for each lead, in order of text: rows stand in no particular order. */
static void put_roster(const struct roster *r, struct arena *arena, struct buffer *out)
{
    struct slice *lines = ARENA_ARRAY(arena, struct slice, r->count + 1);
    struct buffer line;
    buffer_init(&line, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < r->count; i++) {
        const struct lead *l = &r->leads[i];
        const struct slice key = r->table->subject[l->row];
        buffer_clear(&line);
        buffer_printf(&line, "%.*s captured %" PRId64 " since %" PRId64 " returned %d touched %" PRId64 " %u of %.*s",
                      SLICE_ARG(key), l->captured, l->since, l->returned, l->touched, l->touch, SLICE_ARG(l->account));
        put_text(&line, r->table, l->name);
        put_text(&line, r->table, l->title);
        put_text(&line, r->table, l->account_name);
        for (size_t row = l->row + 1; row-- > 0 && slice_equal(r->table->subject[row], key);)
            put_row(&line, r->table, row);
        for (size_t k = 0; k < r->handoffs.count; k++)
            if (r->handoffs.at[k].lead == i) put_handoff(&line, &r->handoffs.at[k]);
        put_words(&line, l->words);
        buffer_printf(&line, " owner %.*s team %.*s\n", SLICE_ARG(l->owner), SLICE_ARG(l->team));
        lines[i] = arena_slice(arena, buffer_slice(&line));
    }
    for (size_t s = 0; s < r->table->definition->funnels[r->table->funnel].stage_count; s++)
        buffer_printf(out, "usually %" PRId64 "\n", roster_usual(r, s));
    if (r->count) qsort(lines, r->count, sizeof *lines, by_text);
    for (size_t i = 0; i < r->count; i++) buffer_add(out, lines[i]);
    buffer_release(&line);
}

static void put_state(struct standing *standing, struct buffer *out)
{
    struct error error = {0};
    struct arena arena;
    struct json_writer w = {.out = out};
    const struct standing_request usual = {0}, flow = {.basis = SLICE("flow"), .lang = SLICE("en")};
    struct standing_state *state = standing_take(standing, &error);
    need(state != NULL, error.message);
    arena_init(&arena);
    need(standing_report(state, &usual, out, &error) == OK, error.message);
    need(standing_report(state, &flow, out, &error) == OK, error.message);
    buffer_char(out, '\n');
    standing_put_counts(state, &w);
    buffer_char(out, '\n');
    for (size_t i = 0; standing_roster_at(state, i); i++) put_roster(standing_roster_at(state, i), &arena, out);
    arena_release(&arena);
    standing_give(state);
}

/* Where they part, a line with what is around it. */
static void tell_difference(const struct buffer *a, const struct buffer *b)
{
    size_t at = 0;
    while (at < a->len && at < b->len && a->data[at] == b->data[at]) at++;
    const size_t from = at > 200 ? at - 200 : 0;
    printf("of some: ...%.*s\nof all:  ...%.*s\n", (int)(a->len - from < 400 ? a->len - from : 400), a->data + from,
           (int)(b->len - from < 400 ? b->len - from : 400), b->data + from);
}

/* ---- other windows ---- */

/* The log begins in March: where one is compared with March, many leads are seen as of the midst of what they did. */
static const struct standing_request others[] = {
    {.period = SLICE("2026")},
    {.period = SLICE("last 30 days"), .compare = SLICE("the period before")},
    {.period = SLICE("last 30 days"), .compare = SLICE("2026-03-01..2026-03-20"), .basis = SLICE("flow")},
    {.period = SLICE("last 3 days"), .compare = SLICE("2026-03-01..2026-03-12"), .lang = SLICE("en")},
    {.period = SLICE("last 60 days"), .compare = SLICE("2026-03-01..2026-04-05"), .only = {.where_count = 1}},
    {.period = SLICE("last month"), .compare = SLICE("2026-02-20..2026-03-20")},
    {.period = SLICE("2026-01"), .compare = SLICE("2026-02..2026-04")},
    {.period = SLICE("2026-03-01..2026-07-31"), .compare = SLICE("2026-03"), .basis = SLICE("flow")},
    {.compare = SLICE("none")},
    {.funnel = SLICE("third"), .period = SLICE("last 30 days"), .compare = SLICE("2026-03-01..2026-03-20")},
    {.funnel = SLICE("accounts")},
};
static const struct slice somewhere[] = {SLICE("together:2-3")};

/* Of the side tables, what belongs to a row. */
static void put_sides(struct buffer *out, const struct fact_table *t, size_t row)
{
    for (size_t i = 0; i < t->handoff_count; i++) {
        const struct handoff_row *h = &t->handoffs[i];
        if (h->row != row) continue;
        buffer_printf(out, " / handoff %d %d %" PRId64 " %" PRId64 " %" PRId64, h->stage, h->outcome, h->submitted,
                      h->due, h->at);
        put_text(out, t, h->reason);
    }
    for (size_t i = 0; i < t->returned_count; i++)
        if (t->returned[i].row == row)
            buffer_printf(out, " / returned %d %" PRId64, t->returned[i].stage, t->returned[i].at);
    for (size_t i = 0; i < t->mail_count; i++) {
        const struct mail_row *m = &t->mails[i];
        if (m->row == row)
            buffer_printf(out, " / mail %d %d%d%d%d%d%d", m->step, m->sent, m->opened, m->clicked, m->raw_opened,
                          m->raw_clicked, m->contributed);
    }
    for (size_t i = 0; i < t->credit_count; i++) {
        if (t->credits[i].row != row) continue;
        put_text(out, t, t->credits[i].value);
        buffer_printf(out, " credit %" PRId64 " %" PRId64, t->credits[i].amount, t->credits[i].won_at);
    }
}

/* A line for each row, in order of text; rows of no lap are not there. */
static void put_table(struct arena *arena, const struct fact_table *t, struct buffer *out)
{
    struct slice *lines = ARENA_ARRAY(arena, struct slice, t->rows + 1);
    size_t count = 0;
    struct buffer line;
    buffer_init(&line, BUFFER_NO_LIMIT);
    for (size_t row = 0; row < t->rows; row++) {
        if (!t->lap[row]) continue;
        buffer_clear(&line);
        buffer_printf(&line, "%.*s window %d unproposed %" PRIu64 " visited %d", SLICE_ARG(t->subject[row]),
                      t->window[row], t->unproposed[row], t->visited ? t->visited[row] : 0);
        put_row(&line, t, row);
        for (size_t i = 0; t->best_score && i < t->definition->score_count; i++)
            buffer_printf(&line, " best %" PRId64, t->best_score[i][row]);
        put_sides(&line, t, row);
        buffer_char(&line, '\n');
        lines[count++] = arena_slice(arena, buffer_slice(&line));
    }
    if (count) qsort(lines, count, sizeof *lines, by_text);
    for (size_t i = 0; i < count; i++) buffer_add(out, lines[i]);
    for (int w = 1; w < 3; w++) buffer_printf(out, "visitors %" PRIu64 "\n", t->visitors[w]);
    buffer_release(&line);
}

static enum outcome put_used(void *context, struct arena *arena, const struct fact_table *table, enum basis basis,
                             struct error *error)
{
    put_table(arena, table, context);
    return OK;
}

/* The same report and table of a fold of its own. */
static void fold_report(const char *db, const struct standing_request *asked, struct buffer *out)
{
    struct run run;
    struct arena arena;
    struct error error = {0};
    struct report_fold fold;
    const struct report_request request = {
        .run = {.db = db, .now = now, .threads = 2, .spend = true},
        .now = now,
        .funnel = asked->funnel,
        .period = asked->period,
        .compare = asked->compare,
        .keep_subjects = true,
        .format = REPORT_JSON,
        .report = {.program = SLICE("masa " MASA_VERSION),
                   .basis = asked->basis.len ? BASIS_OF_FLOW : BASIS_AS_DEFINED,
                   .language = asked->lang.len ? LANGUAGE_ENGLISH : LANGUAGE_OF_COMPANY}};
    run_init(&run);
    arena_init(&arena);
    need(report_fold(&run, &request, NULL, &fold, &error) == OK, error.message);
    const struct fact_table *table = fold.table;
    need(table_narrow_asked(&arena, &asked->only, &table, &error) == OK, error.message);
    need(report_write(&arena, table, &request, out, &error) == OK, error.message);
    put_table(&arena, table, out);
    tabulate_free(fold.tabulate);
    arena_release(&arena);
    run_release(&run);
}

static bool check_others(struct standing *standing, const char *db)
{
    struct error error = {0};
    struct buffer a, b;
    struct standing_state *state = standing_take(standing, &error);
    bool same = true;
    need(state != NULL, error.message);
    buffer_init(&a, BUFFER_NO_LIMIT);
    buffer_init(&b, BUFFER_NO_LIMIT);
    for (size_t i = 0; i < sizeof others / sizeof *others && same; i++) {
        struct standing_request asked = others[i];
        buffer_clear(&a);
        buffer_clear(&b);
        if (asked.only.where_count) asked.only.where = somewhere;
        need(standing_report(state, &asked, &a, &error) == OK, error.message);
        need(standing_use(state, &asked, &(struct standing_use){&a, put_used}, &error) == OK, error.message);
        fold_report(db, &asked, &b);
        same = a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
        if (same) continue;
        printf("of the period %.*s compared with %.*s, funnel %.*s:\n", SLICE_ARG(asked.period),
               SLICE_ARG(asked.compare), SLICE_ARG(asked.funnel));
        tell_difference(&a, &b);
    }
    buffer_release(&a);
    buffer_release(&b);
    standing_give(state);
    return same;
}

static struct standing *start(const char *db)
{
    struct standing *s;
    struct error error = {0};
    const struct standing_options options = {.db = db, .world = world, .threads = 2};
    need(standing_start(&options, &s, &error) == OK, error.message);
    return s;
}

static bool check(struct standing *kept, const char *db)
{
    struct buffer a, b;
    buffer_init(&a, BUFFER_NO_LIMIT);
    buffer_init(&b, BUFFER_NO_LIMIT);
    need(standing_catch_up(kept, 60000), "the state did not catch up");
    struct standing *anew = start(db);
    need(standing_catch_up(anew, 60000), "no state folded anew");
    put_state(kept, &a);
    put_state(anew, &b);
    standing_free(anew);
    const bool same = a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
    if (!same) tell_difference(&a, &b);
    buffer_release(&a);
    buffer_release(&b);
    return same;
}

/* ---- what comes ---- */

struct input {
    char *line;
    size_t room;
};

static bool next_line(struct input *in, struct slice *out)
{
    const ssize_t len = getline(&in->line, &in->room, stdin);
    if (len > 0) *out = slice_of(in->line, (size_t)len);
    return len > 0;
}

static void take_lines(struct input *in, const struct log_port *log, int64_t count)
{
    struct error error = {0};
    struct buffer lines;
    struct slice line;
    buffer_init(&lines, BUFFER_NO_LIMIT);
    for (int64_t i = 0; i < count; i++) {
        need(next_line(in, &line), "fewer lines than said");
        buffer_add(&lines, line);
    }
    need(log->append(log->context, buffer_slice(&lines), (size_t)count, &error) == OK, error.message);
    buffer_release(&lines);
}

/* Does what the input says; false as soon as something differs. */
static bool follow(const char *db, const struct log_port *log, struct standing **kept)
{
    struct input in = {0};
    struct slice line;
    bool same = true;
    while (same && next_line(&in, &line)) {
        int64_t number = 0;
        struct slice rest = slice_trim(line), word = slice_cut(&rest, ' ');
        slice_to_i64(rest, &number);
        if (slice_is(word, "now")) {
            now = number;
            continue;
        }
        if (slice_is(word, "lines")) { /* which stand in the line's place */
            take_lines(&in, log, number);
            continue;
        }
        need(slice_is(word, "check"), "now, lines or check");
        if (!*kept) *kept = start(db);
        same = check(*kept, db) && check_others(*kept, db);
    }
    free(in.line);
    return same;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct standing *kept = NULL;
    need(argc == 2, "usage: standing_probe DB");
    struct store *store = store_open(argv[1], DATABASE_WRITE, &error);
    need(store != NULL, error.message);
    const struct log_port log = tail_port(store);
    const bool same = follow(argv[1], &log, &kept);
    if (kept && same)
        printf("%" PRIu64 " of some, %" PRIu64 " of all\n", standing_folds_of_some(kept),
               standing_folds(kept) - standing_folds_of_some(kept));
    standing_free(kept);
    store_close(store);
    return same ? 0 : 1;
}
