#include "http/lead_routes.h"

#include "app/lead_detail.h"
#include "app/nobody.h"
#include "app/people_page.h"
#include "app/raw_event.h"
#include "http/access_json.h"
#include "http/parse.h"
#include "http/report_answers.h"

static void give_leads(struct http_exchange *x)
{
    struct leads_asked asked[QUERY_PAIRS_MAX];
    const size_t count = report_pairs(x, asked);
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    const enum outcome outcome = leads_page(state, asked, count, http_out(x), &error);
    standing_give(state);
    if (outcome == OK)
        http_send(x, 200, "application/json");
    else
        http_fail(x, 400, "bad_parameter", "%s", error.message);
}

/* NULL: it was answered. A lead that goes by another id now is sent there. */
static struct dossier *open_lead(struct http_exchange *x, struct standing_state *state, struct standing_lead *found)
{
    const struct slice id = http_param(x, "id"), funnel = http_query(x, "funnel");
    struct error error = {0};
    struct dossier *dossier;
    bool absent;
    *found = standing_find(state, id, funnel);
    if (!found->roster) {
        http_fail(x, 400, "bad_parameter", "funnel: there is none called %.*s", SLICE_ARG(funnel));
        return NULL;
    }
    const enum outcome outcome =
        dossier_open(state, roster_funnel(found->roster)->of, id, INSTANT_NONE, &dossier, &absent, &error);
    if (outcome == OK) {
        if (!found->lead) *found = standing_find(state, dossier->id, funnel); /* it was an alias */
        return dossier;
    }
    if (absent)
        http_fail(x, 404, "not_found", "There is no lead %.*s.", SLICE_ARG(id));
    else
        report_answer_made(x, outcome, &error);
    return NULL;
}

static void give_lead(struct http_exchange *x)
{
    struct standing_state *state = report_take_state(x);
    struct standing_lead found;
    struct dossier *dossier = state ? open_lead(x, state, &found) : NULL;
    if (dossier) {
        lead_detail_write(&found, dossier, http_out(x));
        dossier_close(dossier);
        report_send_tagged(x);
    }
    standing_give(state);
}

static void give_timeline(struct http_exchange *x)
{
    struct leads_asked asked[QUERY_PAIRS_MAX];
    const size_t count = report_pairs(x, asked);
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    struct standing_lead found;
    struct dossier *dossier = state ? open_lead(x, state, &found) : NULL;
    if (dossier) {
        const enum outcome outcome = lead_timeline_write(dossier, asked, count, http_out(x), &error);
        dossier_close(dossier);
        report_answer_made(x, outcome, &error);
    }
    standing_give(state);
}

static void give_raw(struct http_exchange *x)
{
    const struct slice id = http_param(x, "event");
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    struct standing_lead found;
    bool absent = false;
    struct dossier *dossier = state ? open_lead(x, state, &found) : NULL;
    if (dossier) {
        const enum outcome outcome = raw_event_write(state, dossier, id, http_out(x), &absent, &error);
        dossier_close(dossier);
        if (absent)
            http_fail(x, 404, "not_found", "There is no event %.*s of this lead.", SLICE_ARG(id));
        else
            report_answer_made(x, outcome, &error);
    }
    standing_give(state);
}

static void give_why(struct http_exchange *x)
{
    const struct standing_why request = {.subject = http_param(x, "id"),
                                         .funnel = http_query(x, "funnel"),
                                         .as_of = http_query(x, "as_of"),
                                         .recorded = slice_is(http_query(x, "mode"), "recorded")};
    struct error error = {0};
    bool absent = false;
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    const enum outcome outcome = standing_why(state, &request, http_out(x), &absent, &error);
    standing_give(state);
    if (absent)
        http_fail(x, 404, "not_found", "There is no lead %.*s.", SLICE_ARG(request.subject));
    else
        report_answer_made(x, outcome, &error);
}

/* ---- the people behind a number ---- */

static struct people_asked people_report_pairs(struct http_exchange *x)
{
    struct people_asked asked = {.cell = http_query(x, "cell"),
                                 .state = http_query(x, "state"),
                                 .rest = http_query(x, "rest"),
                                 .cursor = http_query(x, "cursor"),
                                 .limit = http_query(x, "limit")};
    report_asked(x, &asked.report);
    return asked;
}

static void refuse_people(struct http_exchange *x, bool absent, enum outcome outcome, const struct error *error)
{
    if (absent)
        http_fail(x, 404, "no_such_cell", "%s", error->message);
    else
        report_answer_made(x, outcome, error);
}

static void give_people(struct http_exchange *x)
{
    const struct people_asked asked = people_report_pairs(x);
    struct error error = {0};
    bool absent;
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    const enum outcome outcome = people_page(state, &asked, http_out(x), &absent, &error);
    standing_give(state);
    if (outcome == OK)
        http_send(x, 200, "application/json");
    else
        refuse_people(x, absent, outcome, &error);
}

/* ---- files ---- */

/* A list that leaves the program is told in the audit trail, by what was asked for. False: it was answered. */
static bool note_export(struct http_exchange *x, const char *what)
{
    const struct report_service *service = http_context(x);
    struct error error = {0};
    struct buffer asked;
    struct slice name, value;
    buffer_init(&asked, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &asked};
    json_object(&w);
    for (size_t i = 0; http_query_at(x, i, &name, &value); i++) {
        if (slice_is(name, "q")) continue; /* what customers are called */
        json_key(&w, name);
        json_string(&w, value);
    }
    json_end(&w);
    const struct audit_entry entry = {
        .action = SLICE("export"), .object = slice_from(what), .after = buffer_slice(&asked)};
    const enum answer answer = access_note(service->access, access_caller(x), &entry, 1, &error);
    buffer_release(&asked);
    if (answer != ANSWER_OK) access_fail(x, answer, &error);
    return answer == ANSWER_OK;
}

/* The file is sent, or given back. */
static void send_file(struct http_exchange *x, struct lead_file *file, const char *list, const char *name)
{
    if (!note_export(x, list)) {
        lead_file_free(file);
        return;
    }
    http_set(x, "Content-Disposition", slice_from(name));
    http_send_pieces(x, "text/csv; charset=utf-8", (struct http_pieces){file, lead_file_more, lead_file_free});
}

static void give_people_csv(struct http_exchange *x)
{
    const struct people_asked asked = people_report_pairs(x);
    struct lead_file *file = NULL;
    struct error error = {0};
    bool absent;
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    const enum outcome outcome = people_file(state, &asked, &file, &absent, &error);
    if (outcome == OK) {
        send_file(x, file, "list:people", "attachment; filename=\"people.csv\"");
        return;
    }
    standing_give(state);
    refuse_people(x, absent, outcome, &error);
}

static void give_leads_csv(struct http_exchange *x)
{
    struct leads_asked asked[QUERY_PAIRS_MAX];
    const size_t count = report_pairs(x, asked);
    struct lead_file *file = NULL;
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    if (leads_file(state, asked, count, &file, &error) == OK) {
        send_file(x, file, "list:leads", "attachment; filename=\"leads.csv\"");
        return;
    }
    standing_give(state);
    http_fail(x, 400, "bad_parameter", "%s", error.message);
}

/* ---- by what is accepted ---- */

/* The first type named is what is wanted most, but for a weight, which nobody sends for files. */
static bool wants_csv(const struct http_exchange *x)
{
    struct slice accept = http_header(x, "Accept");
    struct slice first = slice_cut(&accept, ',');
    return slice_equal_fold(slice_trim(slice_cut(&first, ';')), SLICE("text/csv"));
}

static void give_leads_as_wanted(struct http_exchange *x)
{
    const struct report_service *service = http_context(x);
    struct error error = {0};
    if (!wants_csv(x)) {
        give_leads(x);
        return;
    }
    const enum answer answer =
        access_require(service->access, access_caller(x), ACTION_EXPORT, SLICE("list:leads"), &error);
    if (answer == ANSWER_OK)
        give_leads_csv(x);
    else
        access_fail(x, answer, &error);
}

/* ---- nobody's ---- */

static void give_nobody(struct http_exchange *x)
{
    struct leads_asked asked[QUERY_PAIRS_MAX];
    const size_t count = report_pairs(x, asked);
    struct error error = {0};
    struct standing_state *state = report_take_state(x);
    if (!state) return;
    const enum outcome outcome = nobody_page(state, asked, count, http_out(x), &error);
    standing_give(state);
    if (outcome == OK)
        http_send(x, 200, "application/json");
    else
        http_fail(x, 400, "bad_parameter", "%s", error.message);
}

/* ---- together ---- */

struct http_routes lead_routes(struct report_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/leads", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_leads_as_wanted},
        {"GET", "/api/v1/leads.csv", ACCESS_WHO(ACTION_EXPORT), .handle = give_leads_csv},
        {"GET", "/api/v1/leads/:id", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_lead},
        {"GET", "/api/v1/leads/:id/events/:event", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_raw},
        {"GET", "/api/v1/leads/:id/timeline", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_timeline},
        {"GET", "/api/v1/leads/:id/why", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_why},
        {"GET", "/api/v1/nobody", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_nobody},
        {"GET", "/api/v1/report/people", ACCESS_WHO(ACTION_LEAD_READ), .handle = give_people},
        {"GET", "/api/v1/report/people.csv", ACCESS_WHO(ACTION_EXPORT), .handle = give_people_csv},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}
