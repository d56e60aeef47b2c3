/* People come in, go on, and go: sessions, one-time links, roles; in each case with what an attacker would try. */
#include "access/session.h"

#include <pthread.h>

#include "access/link.h"
#include "access/made.h"
#include "base/test.h"

static int begin(void **state)
{
    *state = memory_new(sizeof(struct made));
    made_begin(*state);
    return 0;
}

static int end(void **state)
{
    made_end(*state);
    free(*state);
    return 0;
}

#define TOKEN(ticket) slice_from((ticket).token)

static enum answer find(struct made *m, const struct session_ticket *ticket, struct identity *who)
{
    return session_find(m->access, TOKEN(*ticket), SLICE("192.0.2.7"), who, &m->error);
}

/* ---- sessions ---- */

static void a_session_stands_for_its_person(void **state)
{
    struct made *m = *state;
    struct identity who;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "Sales@Example.com");
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    assert_int_equal(who.kind, IDENTITY_USER);
    assert_int_equal(who.id, id);
    assert_int_equal(who.roles, ROLE_BIT(ACCESS_SALES));
    assert_string_equal(who.address, "192.0.2.7");
    struct slice other = SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(session_find(m->access, other, SLICE(""), &who, &m->error), ANSWER_UNKNOWN);
    assert_int_equal(who.kind, IDENTITY_NOBODY);
}

static void a_session_ends_when_it_is_not_used(void **state)
{
    struct made *m = *state;
    struct identity who;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    for (int i = 0; i < 5; i++) {
        m->now += m->settings.session_idle - 1;
        assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    }
    made_again(m); /* what was seen was written down */
    m->now += m->settings.session_idle - 2 * MINUTE_US;
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    m->now += m->settings.session_idle;
    assert_int_equal(find(m, &ticket, &who), ANSWER_UNKNOWN);
    m->now -= 1;
    made_again(m);
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
}

static void a_session_ends_at_the_latest_after_its_time(void **state)
{
    struct made *m = *state;
    struct identity who;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    const int64_t last = m->now + m->settings.session_most;
    assert_int_equal(ticket.expires_at, last);
    for (; m->now < last; m->now += 12 * HOUR_US) assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    m->now = last;
    assert_int_equal(find(m, &ticket, &who), ANSWER_UNKNOWN);
    made_session(m, "sales@example.com"); /* whoever comes in sweeps */
    assert_int_equal(made_number(m, "SELECT count(*) FROM session"), 1);
}

static void signing_in_anew_ends_the_session_before(void **state)
{
    struct made *m = *state;
    struct identity who;
    int64_t wait;
    struct session_ticket second;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket first = made_session(m, "sales@example.com");
    const struct sign_in in = {
        .email = SLICE("sales@example.com"), .password = SLICE(PASSWORD), .old_token = TOKEN(first)};
    assert_int_equal(session_sign_in(m->access, &in, &second, &wait, &m->error), ANSWER_OK);
    assert_string_not_equal(first.token, second.token);
    assert_string_not_equal(first.csrf, second.csrf);
    assert_int_equal(find(m, &first, &who), ANSWER_UNKNOWN);
    assert_int_equal(find(m, &second, &who), ANSWER_OK);
}

static void a_renewed_session_has_another_id(void **state)
{
    struct made *m = *state;
    struct identity who;
    struct session_ticket second;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket first = made_session(m, "sales@example.com");
    assert_int_equal(session_renew(m->access, &first.who, &second, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &first, &who), ANSWER_UNKNOWN);
    assert_int_equal(find(m, &second, &who), ANSWER_OK);
    assert_int_equal(who.session, first.who.session);
    assert_int_equal(second.expires_at, first.expires_at);
    assert_int_equal(session_end(m->access, &second.who, second.who.session, &m->error), ANSWER_OK);
    assert_int_equal(session_renew(m->access, &second.who, &second, &m->error), ANSWER_UNKNOWN);
}

static void one_ends_ones_own_sessions_and_an_admin_any(void **state)
{
    struct made *m = *state;
    struct identity who;
    struct session_list list;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    made_user(m, "product@example.com", ROLE_BIT(ACCESS_PRODUCT));
    made_user(m, "admin@example.com", ROLE_BIT(ACCESS_ADMIN));
    const struct session_ticket a = made_session(m, "sales@example.com"), b = made_session(m, "sales@example.com"),
                                other = made_session(m, "product@example.com"),
                                admin = made_session(m, "admin@example.com");
    assert_int_equal(session_list(m->access, &a.who, a.who.id, &m->arena, &list, &m->error), ANSWER_OK);
    assert_int_equal(list.count, 2);
    assert_slice(list.sessions[0].agent, "test");
    assert_int_equal(session_list(m->access, &other.who, a.who.id, &m->arena, &list, &m->error), ANSWER_FORBIDDEN);
    assert_int_equal(session_end(m->access, &other.who, a.who.session, &m->error), ANSWER_FORBIDDEN);
    assert_int_equal(find(m, &a, &who), ANSWER_OK);
    assert_int_equal(session_end(m->access, &a.who, b.who.session, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &b, &who), ANSWER_UNKNOWN);
    assert_int_equal(session_end(m->access, &admin.who, a.who.session, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &a, &who), ANSWER_UNKNOWN);
    assert_int_equal(session_end(m->access, &admin.who, a.who.session, &m->error), ANSWER_ABSENT);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE action = 'session.end' AND outcome = 'done'"
                                    " AND object <> 'x' AND actor LIKE 'user:%' AND address = '192.0.2.7'"),
                     2);
}

/* ---- wrong passwords ---- */

static void wrong_and_unknown_are_told_alike(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    char wrong[512];
    assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "192.0.2.9", SLICE("")), ANSWER_UNKNOWN);
    memcpy(wrong, m->error.message, sizeof wrong);
    assert_int_equal(made_try(m, "nobody@example.com", PASSWORD, "192.0.2.9", SLICE("")), ANSWER_UNKNOWN);
    assert_string_equal(wrong, m->error.message);
    assert_int_equal(made_try(m, "no address", PASSWORD, "192.0.2.9", SLICE("")), ANSWER_UNKNOWN);
    assert_string_equal(wrong, m->error.message);
    /* The same is written down for both, and nothing of what was typed. */
    assert_int_equal(made_number(m,
                                 "SELECT count(*) FROM audit WHERE action = 'session.begin' AND reason = 'signed_out'"
                                 " AND actor = 'nobody' AND address = '192.0.2.9'"),
                     3);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE object LIKE '%nobody@%' OR after LIKE '%horse%'"),
                     0);
}

static void guessing_waits_longer_and_longer(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    for (int i = 0; i < 5; i++)
        assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "", SLICE("")), ANSWER_UNKNOWN);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_LOCKED);
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "", SLICE("")), ANSWER_UNKNOWN);
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_LOCKED);
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_OK);
    assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "", SLICE("")), ANSWER_UNKNOWN);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_OK); /* all was forgiven */
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE reason = 'locked_out'"), 2);
}

static void who_waits_still_waits_after_a_restart(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    for (int i = 0; i < 5; i++)
        assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "", SLICE("")), ANSWER_UNKNOWN);
    made_again(m);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_LOCKED);
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", "wrong horse battery", "", SLICE("")), ANSWER_UNKNOWN);
    made_again(m);
    m->now += SECOND_US; /* two now */
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_LOCKED);
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_OK);
    assert_int_equal(made_number(m, "SELECT count(*) FROM guessing"), 0); /* all was forgiven */
    for (int i = 0; i < 20; i++) {
        char email[32];
        snprintf(email, sizeof email, "a%d@example.com", i);
        assert_int_equal(made_try(m, email, PASSWORD, "192.0.2.66", SLICE("")), ANSWER_UNKNOWN);
    }
    made_again(m);
    assert_int_equal(made_try(m, "a99@example.com", PASSWORD, "192.0.2.66", SLICE("")), ANSWER_LOCKED);
}

static void an_account_that_is_not_there_waits_too(void **state)
{
    struct made *m = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(made_try(m, "nobody@example.com", PASSWORD, "", SLICE("")), ANSWER_UNKNOWN);
    assert_int_equal(made_try(m, "Nobody@example.com", PASSWORD, "", SLICE("")), ANSWER_LOCKED);
}

static void an_address_that_tries_many_accounts_waits(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    for (int i = 0; i < 20; i++) {
        char email[40];
        snprintf(email, sizeof email, "a%d@example.com", i);
        assert_int_equal(made_try(m, email, PASSWORD, "192.0.2.66", SLICE("")), ANSWER_UNKNOWN);
    }
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.66", SLICE("")), ANSWER_LOCKED);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.67", SLICE("")), ANSWER_OK);
    /* An account of one's own does not wash the address clean. */
    m->now += SECOND_US;
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.66", SLICE("")), ANSWER_OK);
    assert_int_equal(made_try(m, "a1@example.com", PASSWORD, "192.0.2.66", SLICE("")), ANSWER_UNKNOWN);
    assert_int_equal(made_try(m, "a1@example.com", PASSWORD, "192.0.2.66", SLICE("")), ANSWER_LOCKED);
}

/* Whoever keeps guessing at an account keeps strangers out, not the person in a browser that was let in before. */
static void a_known_browser_does_not_wait_for_strangers(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    made_user(m, "product@example.com", ROLE_BIT(ACCESS_PRODUCT));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    const struct slice device = slice_from(ticket.device);
    for (int i = 0; i < 6; i++) made_try(m, "sales@example.com", "wrong horse battery", "192.0.2.66", SLICE(""));
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.7", SLICE("")), ANSWER_LOCKED);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.7", device), ANSWER_OK);
    /* It is good for its own person alone, and guesses by it wait like any. */
    for (int i = 0; i < 6; i++) made_try(m, "product@example.com", "wrong horse battery", "192.0.2.66", SLICE(""));
    assert_int_equal(made_try(m, "product@example.com", PASSWORD, "192.0.2.7", device), ANSWER_LOCKED);
    for (int i = 0; i < 5; i++) made_try(m, "sales@example.com", "wrong horse battery", "192.0.2.7", device);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.7", device), ANSWER_LOCKED);
    char forged[DEVICE_SIZE];
    snprintf(forged, sizeof forged, "%s", ticket.device);
    forged[DEVICE_SIZE - 3] ^= 1;
    for (int i = 0; i < 6; i++)
        made_try(m, "sales@example.com", "wrong horse battery", "192.0.2.8", slice_from(forged));
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "192.0.2.8", slice_from(forged)), ANSWER_LOCKED);
}

static void a_password_is_hashed_anew_when_the_cost_has_risen(void **state)
{
    struct made *m = *state;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    m->settings.cost = (struct password_cost){2, 16384};
    made_again(m);
    made_session(m, "sales@example.com");
    assert_int_equal(made_number(m, "SELECT count(*) FROM user WHERE password LIKE '$argon2id$v=19$m=16,t=2,p=1$%'"),
                     1);
    made_session(m, "sales@example.com");
}

/* ---- one-time links ---- */

static void the_first_link_makes_the_first_administrator_once(void **state)
{
    struct made *m = *state;
    struct link link, later;
    struct session_ticket ticket;
    bool needed;
    assert_int_equal(link_first_admin(m->access, &m->command, &needed, &link, &m->error), ANSWER_OK);
    assert_true(needed);
    struct link_use use = {.token = slice_from(link.token),
                           .password = SLICE("password123"),
                           .email = SLICE("Admin@example.com"),
                           .name = SLICE("Admin"),
                           .language = SLICE("he"),
                           .address = SLICE("192.0.2.1")};
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_BAD); /* and is not used up */
    use.password = SLICE(PASSWORD);
    use.name = SLICE("");
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_BAD);
    use.name = SLICE("Admin");
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_OK);
    assert_true(access_allows(&ticket.who, ACTION_USER_MANAGE));
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_GONE); /* shown again */
    assert_int_equal(link_first_admin(m->access, &m->command, &needed, &later, &m->error), ANSWER_OK);
    assert_false(needed);
    assert_int_equal(made_number(m, "SELECT count(*) FROM user"), 1);
    assert_int_equal(made_number(m, "SELECT count(*) FROM one_time_link"), 0);
}

static void a_newer_first_link_ends_the_older(void **state)
{
    struct made *m = *state;
    struct link first, second;
    struct link_view view;
    bool needed;
    link_first_admin(m->access, &m->command, &needed, &first, &m->error);
    link_first_admin(m->access, &m->command, &needed, &second, &m->error);
    assert_int_equal(link_look(m->access, slice_from(first.token), &m->arena, &view, &m->error), ANSWER_GONE);
    assert_int_equal(link_look(m->access, slice_from(second.token), &m->arena, &view, &m->error), ANSWER_OK);
    assert_int_equal(view.purpose, LINK_FIRST_ADMIN);
    m->now = second.expires_at;
    assert_int_equal(link_look(m->access, slice_from(second.token), &m->arena, &view, &m->error), ANSWER_GONE);
}

/* A link that was printed, and lies about, after somebody was made administrator by other means. */
static void a_first_link_makes_no_second_administrator(void **state)
{
    struct made *m = *state;
    struct link link;
    struct session_ticket ticket;
    bool needed;
    link_first_admin(m->access, &m->command, &needed, &link, &m->error);
    made_user(m, "admin@example.com", ROLE_BIT(ACCESS_ADMIN));
    const struct link_use use = {.token = slice_from(link.token),
                                 .password = SLICE(PASSWORD),
                                 .email = SLICE("other@example.com"),
                                 .name = SLICE("Other"),
                                 .language = SLICE("en")};
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_CONFLICT);
    assert_int_equal(made_number(m, "SELECT count(*) FROM user"), 1);
}

static void a_reset_ends_all_sessions_and_the_wait(void **state)
{
    struct made *m = *state;
    struct identity who;
    struct link link, newer;
    struct session_ticket ticket;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket stolen = made_session(m, "sales@example.com");
    for (int i = 0; i < 6; i++) made_try(m, "sales@example.com", "wrong horse battery", "", SLICE(""));
    assert_int_equal(link_make(m->access, &m->command, id, &link, &m->error), ANSWER_OK);
    assert_int_equal(link.purpose, LINK_RESET);
    assert_int_equal(link_make(m->access, &m->command, id, &newer, &m->error), ANSWER_OK);
    struct link_use use = {.token = slice_from(link.token), .password = SLICE("another horse battery")};
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_GONE);
    use.token = slice_from(newer.token);
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &stolen, &who), ANSWER_UNKNOWN);
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    assert_int_equal(made_try(m, "sales@example.com", "another horse battery", "", SLICE("")), ANSWER_OK);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_UNKNOWN);
}

/* ---- people ---- */

static void new_roles_end_sessions_at_once(void **state)
{
    struct made *m = *state;
    struct identity who;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    struct user_change change = {.fields = USER_ROLES, .values.roles = ROLE_BIT(ACCESS_PRODUCT)};
    assert_int_equal(user_change(m->access, &m->command, id, &change, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &ticket, &who), ANSWER_UNKNOWN);
    const struct session_ticket fresh = made_session(m, "sales@example.com");
    assert_false(access_allows(&fresh.who, ACTION_HANDOFF_ACCEPT));
    change = (struct user_change){.fields = USER_ACTIVE, .values.active = false};
    assert_int_equal(user_change(m->access, &m->command, id, &change, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &fresh, &who), ANSWER_UNKNOWN);
    assert_int_equal(made_try(m, "sales@example.com", PASSWORD, "", SLICE("")), ANSWER_UNKNOWN);
}

static void an_open_link_dies_with_its_person(void **state)
{
    struct made *m = *state;
    struct link link;
    struct session_ticket ticket;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    link_make(m->access, &m->command, id, &link, &m->error);
    const struct user_change off = {.fields = USER_ACTIVE}, on = {.fields = USER_ACTIVE, .values.active = true};
    assert_int_equal(user_change(m->access, &m->command, id, &off, &m->error), ANSWER_OK);
    assert_int_equal(link_make(m->access, &m->command, id, &link, &m->error), ANSWER_CONFLICT);
    assert_int_equal(user_change(m->access, &m->command, id, &on, &m->error), ANSWER_OK);
    const struct link_use use = {.token = slice_from(link.token), .password = SLICE(PASSWORD)};
    assert_int_equal(link_follow(m->access, &use, &ticket, &m->error), ANSWER_GONE);
}

static void somebody_is_left_who_manages_people(void **state)
{
    struct made *m = *state;
    const int64_t one = made_user(m, "admin@example.com", ROLE_BIT(ACCESS_ADMIN));
    struct user_change change = {.fields = USER_ROLES, .values.roles = ROLE_BIT(ACCESS_SALES)};
    assert_int_equal(user_change(m->access, &m->command, one, &change, &m->error), ANSWER_LAST_ADMIN);
    change = (struct user_change){.fields = USER_ACTIVE};
    assert_int_equal(user_change(m->access, &m->command, one, &change, &m->error), ANSWER_LAST_ADMIN);
    /* One who was invited and never came does not count. */
    int64_t invited;
    const struct user user = {
        .email = SLICE("b@example.com"), .name = SLICE("B"), .language = SLICE("he"), .roles = ROLE_BIT(ACCESS_ADMIN)};
    assert_int_equal(user_add(m->access, &m->command, &user, &invited, &m->error), ANSWER_OK);
    assert_int_equal(user_change(m->access, &m->command, one, &change, &m->error), ANSWER_LAST_ADMIN);
    made_user(m, "c@example.com", ROLE_BIT(ACCESS_ADMIN));
    assert_int_equal(user_change(m->access, &m->command, one, &change, &m->error), ANSWER_OK);
}

static void people_change_their_own_name_and_nothing_else(void **state)
{
    struct made *m = *state;
    struct user user;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const int64_t other = made_user(m, "product@example.com", ROLE_BIT(ACCESS_PRODUCT));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    struct user_change change = {.fields = USER_NAME | USER_LANGUAGE,
                                 .values = {.name = SLICE("  New name "), .language = SLICE("he")}};
    assert_int_equal(user_change(m->access, &ticket.who, ticket.who.id, &change, &m->error), ANSWER_OK);
    assert_int_equal(user_get(m->access, &ticket.who, ticket.who.id, &m->arena, &user, &m->error), ANSWER_OK);
    assert_slice(user.name, "New name");
    assert_slice(user.language, "he");
    assert_int_equal(user.version, 2);
    assert_int_equal(user_change(m->access, &ticket.who, other, &change, &m->error), ANSWER_FORBIDDEN);
    change.fields |= USER_ROLES;
    change.values.roles = ROLE_EVERY;
    assert_int_equal(user_change(m->access, &ticket.who, ticket.who.id, &change, &m->error), ANSWER_FORBIDDEN);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE action = 'user.manage' AND outcome = 'refused'"
                                    " AND reason = 'forbidden' AND actor LIKE 'user:%' AND session > 0"),
                     2);
}

static void what_somebody_else_changed_is_not_written_over(void **state)
{
    struct made *m = *state;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    struct user_change change = {.fields = USER_TEAMS, .version = 1, .values.teams = SLICE(" team_east , team_west,")};
    assert_int_equal(user_change(m->access, &m->command, id, &change, &m->error), ANSWER_OK);
    assert_int_equal(user_change(m->access, &m->command, id, &change, &m->error), ANSWER_CHANGED);
    struct user user;
    assert_int_equal(user_find(m->access, &m->command, SLICE("SALES@example.com"), &m->arena, &user, &m->error),
                     ANSWER_OK);
    assert_slice(user.teams, "team_east,team_west");
}

static void an_address_belongs_to_one(void **state)
{
    struct made *m = *state;
    int64_t id;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const int64_t other = made_user(m, "product@example.com", ROLE_BIT(ACCESS_PRODUCT));
    const struct user user = {.email = SLICE("SALES@EXAMPLE.COM"),
                              .name = SLICE("x"),
                              .language = SLICE("en"),
                              .roles = ROLE_BIT(ACCESS_SALES)};
    assert_int_equal(user_add(m->access, &m->command, &user, &id, &m->error), ANSWER_CONFLICT);
    const struct user_change change = {.fields = USER_EMAIL, .values.email = SLICE("Sales@example.com")};
    assert_int_equal(user_change(m->access, &m->command, other, &change, &m->error), ANSWER_CONFLICT);
}

static void ones_own_password_needs_the_old_one(void **state)
{
    struct made *m = *state;
    struct identity who;
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket here = made_session(m, "sales@example.com"),
                                there = made_session(m, "sales@example.com");
    const struct slice next = SLICE("another horse battery");
    assert_int_equal(user_new_password(m->access, &here.who, SLICE("wrong"), next, &m->error), ANSWER_WRONG);
    assert_int_equal(user_new_password(m->access, &here.who, SLICE(PASSWORD), SLICE("short"), &m->error), ANSWER_BAD);
    assert_int_equal(find(m, &there, &who), ANSWER_OK);
    assert_int_equal(user_new_password(m->access, &here.who, SLICE(PASSWORD), next, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &here, &who), ANSWER_OK);
    assert_int_equal(find(m, &there, &who), ANSWER_UNKNOWN);
    for (int i = 0; i < 5; i++) user_new_password(m->access, &here.who, SLICE("wrong"), next, &m->error);
    assert_int_equal(user_new_password(m->access, &here.who, next, SLICE(PASSWORD), &m->error), ANSWER_LOCKED);
}

/* ---- the door ---- */

static struct access_request request_of(const struct session_ticket *ticket, char cookie[100])
{
    snprintf(cookie, 100, "a=b; masa_session=%s", ticket->token);
    return (struct access_request){.changes = true,
                                   .cookie = slice_from(cookie),
                                   .csrf = slice_from(ticket->csrf),
                                   .own_origin = SLICE("http://localhost:8080"),
                                   .origin = SLICE("http://localhost:8080"),
                                   .address = SLICE("192.0.2.7")};
}

static void a_stolen_cookie_without_its_token_changes_nothing(void **state)
{
    struct made *m = *state;
    struct identity who;
    char cookie[100], other_cookie[100];
    made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    made_user(m, "product@example.com", ROLE_BIT(ACCESS_PRODUCT));
    const struct session_ticket ticket = made_session(m, "sales@example.com"),
                                other = made_session(m, "product@example.com");
    struct access_request request = request_of(&ticket, cookie);
    request_of(&other, other_cookie);
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_OK);
    request.csrf = SLICE("");
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_FORGED);
    assert_int_equal(who.kind, IDENTITY_NOBODY);
    request.csrf = slice_from(other.csrf);
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_FORGED);
    request.changes = false; /* reading needs none */
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_READ, &who, &m->error), ANSWER_OK);
    request = request_of(&ticket, cookie);
    request.origin = SLICE("https://evil.example");
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_FORGED);
    request.origin = SLICE("null");
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_FORGED);
    request.origin = SLICE(""); /* a client that is no browser sends none */
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_OK);
    assert_int_equal(made_number(m, "SELECT count(*) FROM audit WHERE reason = 'forged' AND action = 'request'"), 4);
}

static void nobody_and_the_wrong_role_are_told_apart(void **state)
{
    struct made *m = *state;
    struct identity who;
    char cookie[100];
    made_user(m, "marketing@example.com", ROLE_BIT(ACCESS_MARKETING));
    const struct session_ticket ticket = made_session(m, "marketing@example.com");
    struct access_request request = request_of(&ticket, cookie);
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_FORBIDDEN);
    assert_non_null(strstr(m->error.message, "sales"));
    request.cookie = SLICE("");
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_ACCEPT, &who, &m->error), ANSWER_UNKNOWN);
    request.secure = true; /* the cookie of plain HTTP is not taken over TLS */
    request.cookie = slice_from(cookie);
    assert_int_equal(access_check(m->access, &request, ACTION_HANDOFF_READ, &who, &m->error), ANSWER_UNKNOWN);
    request.authorization = SLICE("Basic d2tfMTo=");
    assert_int_equal(access_identify(m->access, &request, &who, &m->error), ANSWER_UNKNOWN);
}

/* ---- several at once ---- */

/* Another program changes the store while this one remembers: `masa user disable` beside `masa serve`. */
static void what_another_connection_changed_is_known_at_once(void **state)
{
    struct made *m = *state;
    struct identity who;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    const struct session_ticket ticket = made_session(m, "sales@example.com");
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    struct store *store = store_open(m->path, DATABASE_WRITE, &m->error);
    struct access *other = access_new(store_database(store), made_world(m), &m->settings);
    const struct user_change change = {.fields = USER_LANGUAGE, .values.language = SLICE("he")};
    assert_int_equal(user_change(other, &m->command, id, &change, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &ticket, &who), ANSWER_OK);
    const struct user_change off = {.fields = USER_ACTIVE};
    assert_int_equal(user_change(other, &m->command, id, &off, &m->error), ANSWER_OK);
    assert_int_equal(find(m, &ticket, &who), ANSWER_UNKNOWN);
    access_free(other);
    store_close(store);
}

struct runner {
    struct access *access;
    struct slice token;
    int won;
    pthread_barrier_t *start;
};

static void *follow(void *context)
{
    struct runner *runner = context;
    struct session_ticket ticket;
    const struct link_use use = {.token = runner->token, .password = SLICE(PASSWORD)};
    pthread_barrier_wait(runner->start);
    runner->won = link_follow(runner->access, &use, &ticket, NULL) == ANSWER_OK;
    return NULL;
}

static void of_two_who_follow_one_link_one_comes_in(void **state)
{
    struct made *m = *state;
    struct link link;
    pthread_barrier_t start;
    const int64_t id = made_user(m, "sales@example.com", ROLE_BIT(ACCESS_SALES));
    struct store *store = store_open(m->path, DATABASE_WRITE, &m->error);
    struct access *other = access_new(store_database(store), made_world(m), &m->settings);
    for (int round = 0; round < 10; round++) {
        pthread_t threads[2];
        assert_int_equal(link_make(m->access, &m->command, id, &link, &m->error), ANSWER_OK);
        pthread_barrier_init(&start, NULL, 2);
        struct runner runners[2] = {{m->access, slice_from(link.token), 0, &start},
                                    {other, slice_from(link.token), 0, &start}};
        for (int i = 0; i < 2; i++) assert_int_equal(pthread_create(&threads[i], NULL, follow, &runners[i]), 0);
        for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
        assert_int_equal(runners[0].won + runners[1].won, 1);
        pthread_barrier_destroy(&start);
    }
    access_free(other);
    store_close(store);
    struct audit_state audit;
    assert_int_equal(audit_verify(store_database(m->store), &audit, &m->error), OK);
    assert_string_equal(audit.problem, "");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)
    const struct CMUnitTest tests[] = {
        T(a_session_stands_for_its_person),
        T(a_session_ends_when_it_is_not_used),
        T(a_session_ends_at_the_latest_after_its_time),
        T(signing_in_anew_ends_the_session_before),
        T(a_renewed_session_has_another_id),
        T(one_ends_ones_own_sessions_and_an_admin_any),
        T(wrong_and_unknown_are_told_alike),
        T(guessing_waits_longer_and_longer),
        T(who_waits_still_waits_after_a_restart),
        T(an_account_that_is_not_there_waits_too),
        T(an_address_that_tries_many_accounts_waits),
        T(a_known_browser_does_not_wait_for_strangers),
        T(a_password_is_hashed_anew_when_the_cost_has_risen),
        T(the_first_link_makes_the_first_administrator_once),
        T(a_newer_first_link_ends_the_older),
        T(a_first_link_makes_no_second_administrator),
        T(a_reset_ends_all_sessions_and_the_wait),
        T(new_roles_end_sessions_at_once),
        T(an_open_link_dies_with_its_person),
        T(somebody_is_left_who_manages_people),
        T(people_change_their_own_name_and_nothing_else),
        T(what_somebody_else_changed_is_not_written_over),
        T(an_address_belongs_to_one),
        T(ones_own_password_needs_the_old_one),
        T(a_stolen_cookie_without_its_token_changes_nothing),
        T(nobody_and_the_wrong_role_are_told_apart),
        T(what_another_connection_changed_is_known_at_once),
        T(of_two_who_follow_one_link_one_comes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
