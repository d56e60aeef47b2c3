/* Versions of the definition: checked, kept as drafts, compared, signed, published. */
#include "app/check.h"
#include "app/templates.h"
#include "app/versions.h"
#include "http/body.h"
#include "http/work_routes.h"

enum { PAGE = 50, PAGE_MAX = 200, BODY_MAX = 16 << 10, TEXT_BODY_MAX = 4 << 20, TEXT_MAX = 1000000, NOTE_MAX = 1000 };

/* ---- a version as JSON ---- */

static void put_moment_or_null(struct work_call *c, struct json_writer *w, const char *key, int64_t at)
{
    put_moment(w, key, &c->frame, at == INSTANT_NONE ? 0 : at);
}

static void put_by(struct work_call *c, struct json_writer *w, const char *key, int64_t user)
{
    if (user) {
        put_user_ref(w, key, &c->frame, user);
        return;
    }
    json_key(w, slice_from(key));
    json_null(w);
}

static void put_signoff(struct work_call *c, struct json_writer *w, enum signing_side side, const struct signoff *said)
{
    json_object(w);
    put_text(w, "side", slice_from(signing_side_names[side]));
    put_text(w, "state", !said->given ? SLICE("missing") : said->signs ? SLICE("signed") : SLICE("refused"));
    put_by(c, w, "by", said->author);
    put_moment_or_null(c, w, "at", said->at);
    put_text_or_null(w, "note", said->note);
    json_end(w);
}

static void put_version(struct work_call *c, struct json_writer *w, const struct version_card *v, bool whole)
{
    struct slice name = v->stored.origin;
    json_object(w);
    put_text(w, "version", v->stored.digest);
    put_text(w, "name", slice_cut(&name, '.'));
    put_text(w, "state", slice_from(version_state_names[v->state]));
    put_by(c, w, "author", v->stored.author);
    put_moment_or_null(c, w, "created_at", v->made_at);
    put_moment_or_null(c, w, "effective_from", v->effective_from);
    put_moment_or_null(c, w, "effective_to", v->effective_to);
    put_text_or_null(w, "note", v->stored.note);
    put_text_or_null(w, "based_on", v->based_on);
    json_key(w, SLICE("signoffs"));
    json_array(w);
    for (int side = 0; side < SIGNING_SIDES; side++)
        if (v->needed >> side & 1 || v->sides[side].given) put_signoff(c, w, side, &v->sides[side]);
    json_end(w);
    json_key(w, SLICE("changed"));
    json_raw(w, v->changed);
    if (whole) put_text(w, "text", v->stored.text);
    json_end(w);
}

static void set_tag(struct work_call *c, const struct version_card *v)
{
    http_set(c->x, "ETag", arena_printf(c->arena, "\"%.*s\"", SLICE_ARG(v->stored.digest)));
}

static void tell(struct work_call *c, const struct version_card *v)
{
    work_call_tell(c, "definition", "version", v->stored.digest, "state", slice_from(version_state_names[v->state]));
}

/* ---- reading ---- */

static void list(struct http_exchange *x)
{
    struct work_call c;
    struct version_page page;
    int64_t before, limit;
    work_call_begin(&c, x);
    if (!work_call_number(&c, "cursor", 0, INT64_MAX, &before) ||
        !work_call_number(&c, "limit", PAGE, PAGE_MAX, &limit))
        return;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = versions_list(c.work, before, limit, c.arena, &page, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        json_object(&w);
        json_key(&w, SLICE("items"));
        json_array(&w);
        for (size_t i = 0; i < page.count; i++) put_version(&c, &w, &page.at[i], false);
        json_end(&w);
        work_call_put_end(&c, &w, page.next, page.total);
        json_end(&w);
    }
    work_call_done(&c, answer, 200);
}

static void give(struct http_exchange *x)
{
    struct work_call c;
    struct version_card v;
    work_call_begin(&c, x);
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK) answer = version_find(c.work, http_param(x, "version"), c.arena, &v, &c.error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(x)};
        put_version(&c, &w, &v, true);
        set_tag(&c, &v);
    }
    work_call_done(&c, answer, 200);
}

static void diff(struct http_exchange *x)
{
    struct work_call c;
    work_call_begin(&c, x);
    work_call_done(&c, version_diff(c.work, http_param(x, "version"), http_query(x, "against"), http_out(x), &c.error),
                   200);
}

/* ---- texts ---- */

/* False: it was answered. */
static bool read_text(struct http_exchange *x, const char *const *fields, struct slice *text, struct slice *note)
{
    struct body body;
    if (!body_read(x, fields, &body)) return false;
    body_needs(&body, "text");
    *text = body_text(&body, "text");
    *note = body_text(&body, "note");
    if (text->len > TEXT_MAX) body_wrong(&body, "text", "is to have at most a million bytes");
    if (note->len > NOTE_MAX) body_wrong(&body, "note", "is to have at most a thousand bytes");
    return body_end(&body);
}

static void check(struct http_exchange *x)
{
    static const char *const fields[] = {"text", NULL};
    struct work_call c;
    struct slice text, note;
    work_call_begin(&c, x);
    if (!read_text(x, fields, &text, &note)) return;
    check_write(text, version_file_name(c.work, c.arena), http_wants_hebrew(x), http_out(x));
    http_send(x, 200, "application/json");
}

static void answer_draft(struct work_call *c, const struct version_offer *offer)
{
    struct version_card v;
    enum answer answer = work_call_people(c);
    if (answer == ANSWER_OK) answer = version_offer(c->work, c->who, offer, c->arena, &v, &c->error);
    if (answer == ANSWER_OK) {
        struct json_writer w = {.out = http_out(c->x)};
        put_version(c, &w, &v, true);
        set_tag(c, &v);
        tell(c, &v);
    }
    work_call_done(c, answer, 201);
}

static void propose(struct http_exchange *x)
{
    static const char *const fields[] = {"text", "note", NULL};
    struct work_call c;
    struct version_offer offer = {0};
    struct diagnostics diagnostics;
    work_call_begin(&c, x);
    offer.seen = work_call_seen(&c);
    if (!offer.seen.len || !read_text(x, fields, &offer.text, &offer.note)) return;
    diagnostics_init(&diagnostics);
    struct definition_file *file = check_text(offer.text, version_file_name(c.work, c.arena), &diagnostics);
    offer.file = file;
    if (file)
        answer_draft(&c, &offer);
    else
        work_call_refuse_text(x, offer.text, &diagnostics, "The definition has errors; none of it was kept.");
    definition_free(file);
    diagnostics_release(&diagnostics);
}

/* ---- signing and publishing ---- */

/* 0: it was refused. */
static int answer_short(struct work_call *c, enum answer answer, const struct version_card *v, const char *conflict)
{
    if (answer == ANSWER_CONFLICT) {
        http_fail(c->x, 409, conflict, "%s", c->error.message);
        return 0;
    }
    if (answer != ANSWER_OK) {
        access_fail(c->x, answer, &c->error);
        return 0;
    }
    struct json_writer w = {.out = http_out(c->x)};
    put_version(c, &w, v, false);
    tell(c, v);
    return 200;
}

/* SIGNING_SIDES: it is none. */
static enum signing_side side_named(struct slice name)
{
    int side = 0;
    while (side < SIGNING_SIDES && !slice_is(name, signing_side_names[side])) side++;
    return (enum signing_side)side;
}

static int sign_once(struct http_exchange *x)
{
    static const char *const fields[] = {"side", "sign", "note", NULL};
    struct work_call c;
    struct body body;
    struct version_card v;
    work_call_begin(&c, x);
    if (!body_read(x, fields, &body)) return 0;
    body_needs(&body, "side");
    body_needs(&body, "sign");
    const enum signing_side side = side_named(body_text(&body, "side"));
    const bool signs = body_bool(&body, "sign");
    const struct slice note = body_text(&body, "note");
    if (side == SIGNING_SIDES) body_wrong(&body, "side", "marketing or sales");
    if (note.len > NOTE_MAX) body_wrong(&body, "note", "is to have at most a thousand bytes");
    if (!body_end(&body)) return 0;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK)
        answer = version_sign(c.work, c.who, http_param(x, "version"), side, signs, note, c.arena, &v, &c.error);
    return answer_short(&c, answer, &v, "not_a_draft");
}

static void sign(struct http_exchange *x)
{
    work_call_once(x, sign_once);
}

/* 409 signoff_missing, with whose. */
static void refuse_unsigned(struct work_call *c, unsigned missing)
{
    struct buffer details;
    buffer_init(&details, BUFFER_NO_LIMIT);
    struct json_writer w = {.out = &details};
    json_object(&w);
    json_key(&w, SLICE("missing"));
    json_array(&w);
    for (int side = 0; side < SIGNING_SIDES; side++)
        if (missing >> side & 1) json_string(&w, slice_from(signing_side_names[side]));
    json_end(&w);
    json_end(&w);
    http_fail_with(c->x, 409, "signoff_missing", c->error.message, buffer_slice(&details));
    buffer_release(&details);
}

static int publish_once(struct http_exchange *x)
{
    static const char *const fields[] = {"effective_from", NULL};
    struct work_call c;
    struct body body;
    struct version_card v;
    unsigned missing = 0;
    work_call_begin(&c, x);
    const struct slice version = http_param(x, "version"), seen = work_call_seen(&c);
    if (!seen.len || !body_read(x, fields, &body)) return 0;
    const int64_t from = body_instant(&body, "effective_from");
    if (!body_end(&body)) return 0;
    enum answer answer = work_call_people(&c);
    if (answer == ANSWER_OK && !slice_equal(seen, version))
        answer = answer_set(&c.error, ANSWER_CHANGED, "The version you saw is %.*s; look again.", SLICE_ARG(seen));
    if (answer == ANSWER_OK) answer = version_publish(c.work, c.who, version, from, c.arena, &v, &missing, &c.error);
    if (!missing) return answer_short(&c, answer, &v, "not_a_draft");
    refuse_unsigned(&c, missing);
    return 0;
}

static void publish(struct http_exchange *x)
{
    work_call_once(x, publish_once);
}

/* What a store that has nothing yet may begin with. */
static void list_templates(struct http_exchange *x)
{
    struct json_writer w = {.out = http_out(x)};
    json_object(&w);
    json_key(&w, SLICE("items"));
    json_array(&w);
    for (size_t i = 0; i < starter_count; i++) {
        json_object(&w);
        put_text(&w, "name", slice_from(starters[i].name));
        put_text(&w, "text", slice_from(starters[i].text));
        json_end(&w);
    }
    json_end(&w);
    json_end(&w);
    http_send(x, 200, "application/json");
}

struct http_routes definition_routes(struct work_service *service)
{
    static const struct http_route routes[] = {
        {"GET", "/api/v1/definitions", ACCESS_WHO(ACTION_DEFINITION_READ), .handle = list},
        {"POST", "/api/v1/definitions", ACCESS_WHO(ACTION_DEFINITION_EDIT), TEXT_BODY_MAX, propose, 0, NULL},
        {"POST", "/api/v1/definitions/check", ACCESS_WHO(ACTION_DEFINITION_READ), TEXT_BODY_MAX, check, 0, NULL},
        {"GET", "/api/v1/definitions/templates", ACCESS_WHO(ACTION_DEFINITION_READ), .handle = list_templates},
        {"GET", "/api/v1/definitions/:version", ACCESS_WHO(ACTION_DEFINITION_READ), .handle = give},
        {"GET", "/api/v1/definitions/:version/diff", ACCESS_WHO(ACTION_DEFINITION_READ), .handle = diff},
        {"POST", "/api/v1/definitions/:version/signoffs", ACCESS_KNOWN, BODY_MAX, sign, 0, NULL},
        {"POST", "/api/v1/definitions/:version/publish", ACCESS_WHO(ACTION_DEFINITION_EDIT), BODY_MAX, publish, 0,
         NULL},
    };
    return (struct http_routes){routes, sizeof routes / sizeof *routes, service};
}
