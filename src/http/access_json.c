#include "http/access_json.h"

#include "base/civil.h"

/* ---- small things ---- */

void put_text(struct json_writer *w, const char *key, struct slice text)
{
    json_key(w, slice_from(key));
    json_string(w, text);
}

void put_text_or_null(struct json_writer *w, const char *key, struct slice text)
{
    json_key(w, slice_from(key));
    if (text.len)
        json_string(w, text);
    else
        json_null(w);
}

void put_id(struct json_writer *w, char kind, int64_t id)
{
    char text[24];
    snprintf(text, sizeof text, "%c%lld", kind, (long long)id);
    json_string(w, slice_from(text));
}

int64_t id_number(struct slice text, char kind)
{
    int64_t number = 0;
    if (text.len < 2 || text.ptr[0] != kind || text.ptr[1] < '1' || text.ptr[1] > '9') return 0;
    return slice_to_i64(slice_skip(text, 1), &number) ? number : 0;
}

void put_instant(struct json_writer *w, const struct zone *zone, int64_t instant)
{
    if (!instant) {
        json_null(w);
        return;
    }
    struct buffer text;
    buffer_init(&text, 64);
    zone_format(&text, zone ? zone : &zone_utc, instant);
    json_string(w, buffer_slice(&text));
    buffer_release(&text);
}

void put_moment(struct json_writer *w, const char *key, const struct json_frame *frame, int64_t instant)
{
    json_key(w, slice_from(key));
    put_instant(w, frame->zone, instant);
}

void put_roles(struct json_writer *w, role_set roles)
{
    json_array(w);
    for (int role = 0; role < ACCESS_ROLES; role++)
        if (roles & ROLE_BIT(role)) json_string(w, role_name((enum access_role)role));
    json_end(w);
}

void put_parts(struct json_writer *w, const char *key, struct slice text, char joint)
{
    json_key(w, slice_from(key));
    json_array(w);
    while (text.len) json_string(w, slice_cut(&text, joint));
    json_end(w);
}

static struct slice name_of(const struct json_frame *frame, int64_t user)
{
    for (size_t i = 0; frame->people && i < frame->people->count; i++)
        if (frame->people->users[i].id == user) return frame->people->users[i].name;
    return slice_of("", 0);
}

void put_user_ref(struct json_writer *w, const char *key, const struct json_frame *frame, int64_t user)
{
    json_key(w, slice_from(key));
    json_object(w);
    json_key(w, SLICE("id"));
    if (user)
        put_id(w, 'u', user);
    else
        json_string(w, SLICE("command"));
    put_text(w, "name", user ? name_of(frame, user) : SLICE("command line"));
    json_end(w);
}

void put_may(struct json_writer *w, const struct identity *who)
{
    static const struct {
        const char *name;
        enum action action;
    } words[] = {
        {"see_leads", ACTION_LEAD_READ},
        {"assign_leads", ACTION_LEAD_ROUTE},
        {"write_about_leads", ACTION_EVENT_WRITE},
        {"decide_handoffs", ACTION_HANDOFF_ACCEPT},
        {"propose_handoffs", ACTION_HANDOFF_PROPOSE},
        {"edit_definition", ACTION_DEFINITION_EDIT},
        {"sign_marketing", ACTION_DEFINITION_SIGN_MARKETING},
        {"sign_sales", ACTION_DEFINITION_SIGN_SALES},
        {"manage_users", ACTION_USER_MANAGE},
        {"manage_keys", ACTION_KEY_MANAGE},
        {"manage_channels", ACTION_CHANNEL_MANAGE},
        {"see_audit", ACTION_AUDIT_READ},
        {"export", ACTION_EXPORT},
        {"erase", ACTION_ERASE},
    };
    json_array(w);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (access_allows(who, words[i].action)) json_string(w, slice_from(words[i].name));
    json_end(w);
}

/* ---- people ---- */

static const char *state_of(const struct user *user)
{
    if (!user->active) return "off";
    if (!user->has_password) return "invited";
    return user->locked ? "locked" : "active";
}

void put_user(struct json_writer *w, const struct json_frame *frame, const struct user *user)
{
    char version[24];
    snprintf(version, sizeof version, "%lld", (long long)user->version);
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'u', user->id);
    put_text(w, "version", slice_from(version));
    put_text(w, "name", user->name);
    put_text(w, "email", user->email);
    json_key(w, SLICE("roles"));
    put_roles(w, user->roles);
    put_parts(w, "teams", user->teams, ',');
    put_text(w, "lang", user->language);
    put_text(w, "state", slice_from(state_of(user)));
    put_moment(w, "created_at", frame, user->made_at);
    put_moment(w, "last_seen_at", frame, user->seen_at);
    json_key(w, SLICE("sessions"));
    json_int(w, user->sessions);
    json_end(w);
}

void put_session(struct json_writer *w, const struct json_frame *frame, const struct session *session, bool current)
{
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 's', session->id);
    put_user_ref(w, "user", frame, session->user);
    put_moment(w, "created_at", frame, session->made_at);
    put_moment(w, "last_seen_at", frame, session->seen_at);
    put_text_or_null(w, "ip", session->address);
    put_text_or_null(w, "agent", session->agent);
    json_key(w, SLICE("current"));
    json_bool(w, current);
    json_end(w);
}

/* ---- keys ---- */

void put_api_key(struct json_writer *w, const struct json_frame *frame, const struct api_key *key)
{
    char prefix[KEY_SIZE];
    snprintf(prefix, sizeof prefix, "masa_%.*s", SLICE_ARG(key->prefix));
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'k', key->id);
    put_text(w, "kind", SLICE("api"));
    put_text(w, "name", key->name);
    put_text(w, "prefix", slice_from(prefix));
    json_key(w, SLICE("roles"));
    put_roles(w, key->roles);
    json_key(w, SLICE("writes"));
    json_bool(w, key->writes);
    json_key(w, SLICE("source"));
    json_null(w);
    put_parts(w, "origins", slice_of("", 0), ' ');
    put_parts(w, "calls", slice_of("", 0), ' ');
    put_parts(w, "events", slice_of("", 0), ' ');
    json_key(w, SLICE("speaks_of"));
    json_null(w);
    json_key(w, SLICE("write_key"));
    json_null(w);
    json_key(w, SLICE("version"));
    json_null(w);
    put_moment(w, "created_at", frame, key->made_at);
    put_user_ref(w, "created_by", frame, key->made_by);
    put_moment(w, "last_used_at", frame, key->used_at);
    put_moment(w, "expires_at", frame, key->expires_at);
    put_moment(w, "revoked_at", frame, key->revoked_at);
    json_end(w);
}

static void put_calls(struct json_writer *w, unsigned calls)
{
    struct arena arena;
    arena_init(&arena);
    put_parts(w, "calls", permit_calls_text(&arena, calls), ' ');
    arena_release(&arena);
}

void put_write_key(struct json_writer *w, const struct json_frame *frame, const struct write_key *key)
{
    enum { SHOWN = 3 + KEY_PREFIX_TEXT };
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'w', key->id);
    put_text(w, "kind", SLICE("write"));
    put_text(w, "name", key->name);
    put_text(w, "prefix", slice_of(key->key.ptr, key->key.len < SHOWN ? key->key.len : SHOWN));
    json_key(w, SLICE("roles"));
    put_roles(w, 0);
    json_key(w, SLICE("writes"));
    json_bool(w, true);
    put_text(w, "source", key->source);
    put_parts(w, "origins", key->origins, ' ');
    put_calls(w, key->permit.calls);
    put_parts(w, "events", key->permit.events, '\n');
    put_text(w, "speaks_of", key->permit.visitors ? SLICE("visitors") : SLICE("anyone"));
    put_text(w, "write_key", key->key);
    put_text(w, "version", key->version);
    put_moment(w, "created_at", frame, key->made_at);
    put_user_ref(w, "created_by", frame, key->made_by);
    put_moment(w, "last_used_at", frame, key->used_at);
    put_moment(w, "expires_at", frame, 0);
    put_moment(w, "revoked_at", frame, key->revoked_at);
    json_end(w);
}

/* ---- the audit trail ---- */

static const struct {
    const char *action;
    struct slice he, en;
} action_words[] = {
#define WORDS(action, he, en)                                                                                          \
    {                                                                                                                  \
        action, {he, sizeof he - 1},                                                                                   \
        {                                                                                                              \
            en, sizeof en - 1                                                                                          \
        }                                                                                                              \
    }
    WORDS("user.add", "הוספת משתמש", "added a user"),
    WORDS("user.change", "שינוי משתמש", "changed a user"),
    WORDS("user.password", "סיסמה חדשה", "set a new password"),
    WORDS("user.manage", "ניהול משתמשים", "managing users"),
    WORDS("link.first-admin", "קישור למנהל הראשון", "made a link for the first administrator"),
    WORDS("link.invitation", "קישור הזמנה", "made an invitation"),
    WORDS("link.reset", "קישור לסיסמה חדשה", "made a link for a new password"),
    WORDS("link.follow", "כניסה בקישור חד־פעמי", "came in by a one-time link"),
    WORDS("session.begin", "כניסה", "signed in"),
    WORDS("session.end", "סיום כניסה", "ended a session"),
    WORDS("key.make", "יצירת מפתח API", "made an API key"),
    WORDS("key.revoke", "ביטול מפתח API", "revoked an API key"),
    WORDS("key.manage", "ניהול מפתחות", "managing keys"),
    WORDS("write-key.make", "יצירת מפתח כתיבה", "made a write key"),
    WORDS("write-key.change", "שינוי ההגבלות של מפתח כתיבה", "changed what a write key may send"),
    WORDS("write-key.revoke", "ביטול מפתח כתיבה", "revoked a write key"),
    WORDS("channel.make", "יצירת webhook", "made a webhook"),
    WORDS("channel.secret", "סוד חדש ל־webhook", "made a new secret for a webhook"),
    WORDS("channel.try", "ניסיון של webhook", "tried a webhook"),
    WORDS("channel.end", "סיום webhook", "ended a webhook"),
    WORDS("channel.manage", "ניהול webhooks", "managing webhooks"),
    WORDS("audit.read", "קריאת יומן הביקורת", "reading the audit trail"),
    WORDS("request", "בקשה בלי אסימון או מאתר זר", "a request without its token, or from another site"),
    WORDS("handoff.accept", "קבלת ליד", "accepted a lead"),
    WORDS("handoff.reject", "דחיית ליד", "rejected a lead"),
    WORDS("handoff.return", "החזרת ליד לשיווק", "returned a lead to marketing"),
    WORDS("handoff.undo", "ביטול החלטה על ליד", "took back a decision on a lead"),
    WORDS("handoff.assign", "הקצאת ליד", "assigned a lead"),
    WORDS("lead.erase", "מחיקת ליד", "erased a lead"),
    WORDS("lead.note", "הערה על ליד", "wrote a note on a lead"),
    WORDS("lead.answers", "תשובות של ליד", "wrote down answers of a lead"),
    WORDS("lead.owner", "שינוי האחריות על ליד", "gave a lead to somebody"),
    WORDS("lead.milestone", "אבן דרך של ליד", "wrote down a milestone of a lead"),
    WORDS("handoff.propose", "הצעת ליד למכירות", "proposed a lead to sales"),
    WORDS("definition.edit", "עריכת ההגדרה", "edited the definition"),
    WORDS("definition.sign.marketing", "חתימת השיווק על ההגדרה", "signed the definition for marketing"),
    WORDS("definition.sign.sales", "חתימת המכירות על ההגדרה", "signed the definition for sales"),
    WORDS("definition.offer", "הגשת הגדרה לחתימה", "offered a definition for signing"),
    WORDS("definition.sign", "חתימה על הגדרה", "signed a definition"),
    WORDS("definition.refuse", "סירוב לחתום על הגדרה", "refused to sign a definition"),
    WORDS("definition.publish", "פרסום הגדרה", "published a definition"),
    WORDS("backtest", "בדיקת הגדרה לאחור", "tried a definition on the past"),
    WORDS("backtest.cancel", "ביטול בדיקה לאחור", "cancelled a backtest"),
    WORDS("view.save", "שמירת תצוגה", "saved a view"),
    WORDS("view.change", "שינוי תצוגה", "changed a view"),
    WORDS("view.drop", "מחיקת תצוגה", "dropped a view"),
    WORDS("topic.raise", "העלאת נושא לפגישה", "raised a topic"),
    WORDS("topic.drop", "הסרת נושא מהפגישה", "dropped a topic"),
    WORDS("register.enter", "רישום החלטה", "wrote a decision down"),
    WORDS("register.amend", "שינוי החלטה", "changed a decision"),
    WORDS("erase", "מחיקת אדם", "erased a person"),
    WORDS("merge", "איחוד אנשים", "merged people"),
    WORDS("export", "ייצוא רשימה", "exported a list"),
#undef WORDS
};

struct slice audit_words(struct slice action, bool hebrew)
{
    for (size_t i = 0; i < sizeof action_words / sizeof *action_words; i++)
        if (slice_is(action, action_words[i].action)) return hebrew ? action_words[i].he : action_words[i].en;
    return action;
}

/* How objects of the trail are shown. */
static const struct {
    struct slice kind;
    char letter;
} kinds[] = {
    {{"user", 4}, 'u'}, {{"session", 7}, 's'}, {{"key", 3}, 'k'}, {{"write-key", 9}, 'w'}, {{"channel", 7}, 'c'}};
enum { KINDS = sizeof kinds / sizeof *kinds };

struct slice audit_object(struct slice id, struct arena *arena)
{
    for (int i = 0; i < KINDS; i++) {
        const int64_t number = id_number(id, kinds[i].letter);
        if (number) return arena_printf(arena, "%s:%lld", kinds[i].kind.ptr, (long long)number);
    }
    if (!id.len || memchr(id.ptr, ':', id.len)) return id;
    return arena_printf(arena, "lead:%.*s", SLICE_ARG(id));
}

/* "user:3" as kind, id and a name for people. */
static void put_object(struct json_writer *w, const struct json_frame *frame, struct slice object, const char *label)
{
    int64_t number = 0;
    char letter = 0;
    const struct slice kind = slice_cut(&object, ':');
    for (int i = 0; i < KINDS; i++)
        if (slice_equal(kind, kinds[i].kind) && slice_to_i64(object, &number)) letter = kinds[i].letter;
    json_object(w);
    put_text(w, "kind", kind);
    json_key(w, SLICE("id"));
    if (letter)
        put_id(w, letter, number);
    else
        json_string(w, object);
    const struct slice name = letter == 'u' ? name_of(frame, number) : slice_of("", 0);
    put_text(w, label, name.len ? name : object);
    json_end(w);
}

static void put_actor(struct json_writer *w, const struct json_frame *frame, struct slice actor)
{
    if (actor.len && memchr(actor.ptr, ':', actor.len)) {
        put_object(w, frame, actor, "name");
        return;
    }
    json_object(w);
    put_text(w, "kind", SLICE("system"));
    json_key(w, SLICE("id"));
    json_null(w);
    put_text(w, "name", slice_is(actor, "command") ? SLICE("command line") : actor);
    json_end(w);
}

static void put_details(struct json_writer *w, const struct audit_row *row)
{
    json_object(w);
    put_text(w, "outcome", row->outcome);
    if (row->reason.len) put_text(w, "reason", row->reason);
    if (row->before.len) {
        json_key(w, SLICE("before"));
        json_raw(w, row->before);
    }
    if (row->after.len) {
        json_key(w, SLICE("after"));
        json_raw(w, row->after);
    }
    if (row->session) {
        json_key(w, SLICE("session"));
        put_id(w, 's', row->session);
    }
    if (row->erased) {
        json_key(w, SLICE("erased"));
        json_bool(w, true);
    }
    json_end(w);
}

static void put_words(struct json_writer *w, const struct audit_row *row)
{
    const bool refused = slice_is(row->outcome, "refused");
    for (int hebrew = 1; hebrew >= 0; hebrew--) {
        char text[200];
        const char *before = !refused ? "" : hebrew ? "נדחה: " : "refused: ";
        snprintf(text, sizeof text, "%s%.*s", before, SLICE_ARG(audit_words(row->action, hebrew)));
        put_text(w, hebrew ? "he" : "en", slice_from(text));
    }
}

void put_audit(struct json_writer *w, const struct json_frame *frame, const struct audit_row *row)
{
    json_object(w);
    json_key(w, SLICE("id"));
    put_id(w, 'a', row->id);
    put_moment(w, "at", frame, row->at);
    json_key(w, SLICE("actor"));
    put_actor(w, frame, row->actor);
    put_text(w, "action", row->action);
    json_key(w, SLICE("subject"));
    if (row->object.len)
        put_object(w, frame, row->object, "label");
    else
        json_null(w);
    json_key(w, SLICE("text"));
    json_object(w);
    put_words(w, row);
    json_end(w);
    put_text_or_null(w, "ip", row->address);
    json_key(w, SLICE("details"));
    put_details(w, row);
    json_end(w);
}
