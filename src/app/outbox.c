#include "app/outbox.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "app/channels.h"
#include "app/erasures.h"
#include "app/reminders.h"
#include "deliver/courier.h"
#include "report/json_put.h"

/* What could not be told in a day is told no more: it would come as news. */
#define TELL_WITHIN DAY_US
#define LOOK_AGAIN  (5 * SECOND_US) /* the store failed */

enum { CATCH_UP_MS = 2000 };

struct outbox {
    struct outbox_options options;
    struct work *work;
    struct courier *courier;
    struct reminders *reminders; /* of the thread that looks, as is what follows */
    int64_t last_channel;        /* the newest; others are to be told once it is another */
    atomic_uint_fast64_t counts[OUTBOX_COUNTS], waiting, troubled;
};

/* ---- deciding ---- */

/* A reminder of one channel. */
struct candidate {
    const struct send_channel *channel;
    struct reminder reminder;
};

struct looking {
    struct outbox *outbox;
    const struct send_channel_list *channels;
    struct arena *arena;
    VECTOR(struct candidate) come;
};

static void consider(void *context, const struct reminder *m)
{
    struct looking *l = context;
    for (size_t i = 0; i < l->channels->count; i++) {
        const struct send_channel *channel = &l->channels->at[i];
        if (!channel->ended_at && m->at >= channel->made_at && reminder_is_for(m, channel))
            vector_push(&l->come, ((struct candidate){channel, *m}));
    }
}

/* The state may be of before an erasure that is done by now. */
static bool is_erased(const struct erasures *erasures, struct slice lead)
{
    const struct slice none = {0};
    return slice_starts(lead, SLICE("anon:")) ? erased_has(&erasures->erased, none, slice_skip(lead, 5))
                                              : erased_has(&erasures->erased, lead, none);
}

struct decided {
    uint64_t new, late;
};

static enum outcome decide_one(struct looking *l, const struct erasures *erasures, const struct candidate *c,
                               int64_t now, struct decided *decided, struct error *error)
{
    const struct roster *r = c->reminder.roster;
    const struct handoff_entry *e = c->reminder.entry;
    const struct slice lead = r->table->subject[r->leads[e->lead].row];
    const bool late = c->reminder.at < now - TELL_WITHIN;
    const struct send send = {.channel = c->channel->id,
                              .message = channels_message_name(l->outbox->work, l->arena),
                              .type = slice_from(c->reminder.type),
                              .handoff = slice_from(e->id),
                              .lead = lead,
                              .stage = roster_funnel(r)->stages[e->stage].label.name,
                              .addressee = c->reminder.addressee,
                              .due_at = c->reminder.at,
                              .decided_at = now,
                              .reason = late ? SEND_LATE : SEND_NO_REASON};
    int64_t id = 0;
    if (is_erased(erasures, lead)) return OK;
    const enum outcome outcome = send_decide(work_database(l->outbox->work), &send, &id, error);
    decided->new += id != 0;
    decided->late += id && late;
    return outcome;
}

/* All of them, or none; what is decided already stays as it is. */
static bool decide(struct looking *l, int64_t now, struct error *error)
{
    struct outbox *o = l->outbox;
    struct erasures erasures;
    struct decided decided = {0};
    if (work_begin(o->work, error) != ANSWER_OK) return false;
    enum outcome outcome = erasures_load(work_store(o->work), &erasures, error);
    for (size_t i = 0; i < l->come.count && outcome == OK; i++)
        outcome = decide_one(l, &erasures, &l->come.at[i], now, &decided, error);
    erasures_release(&erasures);
    if (work_end(o->work, answer_of(outcome), NULL, NULL, error) != ANSWER_OK) return false;
    atomic_fetch_add(&o->counts[OUTBOX_DECIDED], decided.new);
    atomic_fetch_add(&o->counts[OUTBOX_OVERTAKEN], decided.late);
    if (decided.new > decided.late) courier_wake(o->courier);
    return true;
}

/* ---- alerts ---- */

#define WORDS(he, en) ((struct words){.in = {[HEBREW] = he, [ENGLISH] = en}})

static void add_alert(const struct send_channel *c, struct arena *arena, struct alert_list *out)
{
    const struct slice name = c->name;
    vector_push(out, ((struct alert){
                         .code = ALERT_DELIVERY_FAILING,
                         .id = arena_printf(arena, "delivery_failing:c%lld", (long long)c->id),
                         .text = WORDS(arena_printf(arena, "ההתראות לא מגיעות אל %.*s", SLICE_ARG(name)),
                                       arena_printf(arena, "What is sent to %.*s does not arrive", SLICE_ARG(name))),
                         .link = SLICE("/channels"),
                         .since = c->failing_since}));
}

static void look_at_channels(struct outbox *o, const struct send_channel_list *channels, struct arena *arena,
                             struct alert_list *alerts)
{
    uint64_t waiting = 0, troubled = 0;
    for (size_t i = 0; i < channels->count; i++) {
        const struct send_channel *c = &channels->at[i];
        if (c->ended_at) continue;
        waiting += (uint64_t)c->waiting;
        troubled += c->troubled;
        if (c->troubled) add_alert(c, arena, alerts);
    }
    atomic_store(&o->waiting, waiting);
    atomic_store(&o->troubled, troubled);
}

/* ---- a look ---- */

static enum outcome read_channels(struct outbox *o, struct arena *arena, struct send_channel_list *out,
                                  struct error *error)
{
    work_lock(o->work);
    const enum outcome outcome = send_channel_list(work_database(o->work), arena, out, error);
    work_unlock(o->work);
    return outcome;
}

/* When the oldest that holds was made; INSTANT_MAX: none does. */
static int64_t told_since(struct outbox *o, const struct send_channel_list *channels)
{
    int64_t first = INSTANT_MAX, last = 0;
    for (size_t i = 0; i < channels->count; i++) {
        const struct send_channel *c = &channels->at[i];
        if (!c->ended_at && c->made_at < first) first = c->made_at;
        if (c->id > last) last = c->id;
    }
    if (last != o->last_channel) reminders_forget(o->reminders);
    o->last_channel = last;
    return first;
}

int64_t outbox_look(struct outbox *o, const struct standing_state *state, int64_t now, struct arena *arena,
                    struct alert_list *alerts)
{
    struct send_channel_list channels = {0};
    struct looking l = {.outbox = o, .channels = &channels, .arena = arena};
    struct error error = {0};
    int64_t next = INSTANT_MAX;
    bool well = read_channels(o, arena, &channels, &error) == OK;
    if (well) {
        const int64_t since = told_since(o, &channels);
        look_at_channels(o, &channels, arena, alerts);
        if (state && since != INSTANT_MAX) next = reminders_look(o->reminders, state, since, now, consider, &l);
        if (l.come.count) well = decide(&l, now, &error);
    }
    if (!well) reminders_forget(o->reminders);
    if (!well && o->options.failed) o->options.failed(o->options.context, &error);
    if (!well && now + LOOK_AGAIN < next) next = now + LOOK_AGAIN;
    vector_release(&l.come);
    vector_release(&channels);
    return next;
}

/* ---- delivering ---- */

static int64_t clock_of(void *context)
{
    const struct outbox *o = context;
    return world_now(&o->options.world);
}

static void write_test(const struct send *send, struct slice site, struct buffer *out)
{
    struct json_writer w = {.out = out};
    struct buffer link;
    buffer_init(&link, 1 << 16);
    buffer_printf(&link, "%.*s/channels", SLICE_ARG(site));
    json_object(&w);
    json_put_text(&w, "type", send->type);
    json_put_time(&w, "timestamp", send->due_at);
    json_put_object(&w, "data");
    json_put_words(&w, "text",
                   WORDS(SLICE("ניסיון: ההתראות של masa מגיעות לכאן"), SLICE("A try: what masa sends arrives here")));
    json_put_text(&w, "link", buffer_slice(&link));
    json_end(&w);
    json_end(&w);
    buffer_release(&link);
}

static enum courier_word ask(void *context, const struct send_channel *channel, const struct send *send,
                             struct buffer *body)
{
    const struct outbox *o = context;
    struct slice site = slice_from(o->options.site ? o->options.site : "");
    struct reminder reminder;
    struct error error = {0};
    if (slice_ends(site, SLICE("/"))) site.len--;
    if (slice_is(send->type, SEND_TEST)) {
        write_test(send, site, body);
        return COURIER_SEND;
    }
    /* So that what was decided a moment ago counts. */
    if (standing_lag(o->options.standing) > 0) standing_catch_up(o->options.standing, CATCH_UP_MS);
    struct standing_state *state = standing_take(o->options.standing, &error);
    if (!state) return COURIER_LATER;
    const bool still = reminder_of_send(state, send, &reminder) && reminder_is_for(&reminder, channel);
    if (still) reminder_write(&reminder, site, body);
    standing_give(state);
    return still ? COURIER_SEND : COURIER_DROP;
}

static void settled(void *context, const struct send *send, enum send_state state)
{
    static const enum outbox_count counts[SEND_STATES] = {[SEND_PENDING] = OUTBOX_RETRIED,
                                                          [SEND_SENT] = OUTBOX_SENT,
                                                          [SEND_FAILED] = OUTBOX_FAILED,
                                                          [SEND_OVERTAKEN] = OUTBOX_OVERTAKEN};
    struct outbox *o = context;
    atomic_fetch_add(&o->counts[counts[state]], 1);
    const bool ends = state == SEND_SENT && atomic_load(&o->troubled);
    const bool begins = state == SEND_FAILED || (state == SEND_PENDING && send->attempts >= SEND_TROUBLE_ATTEMPTS);
    if ((ends || begins) && o->options.changed) o->options.changed(o->options.context);
}

static void courier_failed(void *context, const struct error *error)
{
    const struct outbox *o = context;
    if (o->options.failed) o->options.failed(o->options.context, error);
}

/* ---- the whole ---- */

enum outcome outbox_start(const struct outbox_options *options, struct outbox **out, struct error *error)
{
    struct outbox *o = memory_new(sizeof *o);
    o->options = *options;
    o->reminders = reminders_new();
    enum outcome outcome = work_open(options->db, options->access, options->world, &o->work, error);
    const struct courier_options delivery = {.db = options->db,
                                             .reach = options->reach,
                                             .context = o,
                                             .now = clock_of,
                                             .ask = ask,
                                             .settled = settled,
                                             .failed = courier_failed};
    if (outcome == OK) outcome = courier_start(&delivery, &o->courier, error);
    if (outcome == OK)
        *out = o;
    else
        outbox_free(o);
    return outcome;
}

void outbox_stop(struct outbox *o)
{
    if (o) courier_stop(o->courier);
}

void outbox_wake(struct outbox *o)
{
    courier_wake(o->courier);
    if (o->options.changed) o->options.changed(o->options.context);
}

void outbox_free(struct outbox *o)
{
    if (!o) return;
    courier_free(o->courier);
    work_close(o->work);
    reminders_free(o->reminders);
    free(o);
}

uint64_t outbox_counted(const struct outbox *o, enum outbox_count what)
{
    return atomic_load(&o->counts[what]);
}

uint64_t outbox_waiting(const struct outbox *o)
{
    return atomic_load(&o->waiting);
}

uint64_t outbox_troubled(const struct outbox *o)
{
    return atomic_load(&o->troubled);
}
