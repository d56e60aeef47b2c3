#include "access/made.h"

#include <stdlib.h>
#include <unistd.h>

#include "access/link.h"
#include "base/test.h"

static int64_t now(void *context)
{
    return ((struct made *)context)->now;
}

static void random_bytes(void *context, void *out, size_t size)
{
    struct made *made = context;
    for (size_t i = 0; i < size; i++) {
        const uint64_t n = __atomic_add_fetch(&made->seed, HASH_K0, __ATOMIC_RELAXED); /* several threads ask */
        ((unsigned char *)out)[i] = (unsigned char)hash_mix(n, HASH_K1);
    }
}

struct world made_world(struct made *made)
{
    return (struct world){made, now, random_bytes};
}

static void open(struct made *made)
{
    made->store = store_open(made->path, DATABASE_CREATE, &made->error);
    if (!made->store) fail_msg("%s", made->error.message);
    made->access = access_new(store_database(made->store), made_world(made), &made->settings);
}

void made_begin(struct made *made)
{
    *made = (struct made){.folder = "/tmp/masa-access-XXXXXX", .now = NOON, .seed = 1};
    assert_non_null(mkdtemp(made->folder));
    snprintf(made->path, sizeof made->path, "%s/a.db", made->folder);
    arena_init(&made->arena);
    made->command = identity_command();
    made->nobody = identity_nobody(SLICE("192.0.2.1"));
    made->settings = access_settings_usual();
    made->settings.cost = (struct password_cost){1, 8192};
    open(made);
}

static void close_all(struct made *made)
{
    access_free(made->access);
    store_close(made->store);
}

void made_again(struct made *made)
{
    close_all(made);
    open(made);
}

void made_end(struct made *made)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    close_all(made);
    arena_release(&made->arena);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", made->path, ends[i]);
        unlink(path);
    }
    rmdir(made->folder);
}

int64_t made_user(struct made *made, const char *email, role_set roles)
{
    const struct user user = {
        .email = slice_from(email), .name = slice_from(email), .language = SLICE("en"), .roles = roles};
    int64_t id = 0;
    struct link link;
    struct session_ticket ticket;
    if (user_add(made->access, &made->command, &user, &id, &made->error) != ANSWER_OK ||
        link_make(made->access, &made->command, id, &link, &made->error) != ANSWER_OK)
        fail_msg("%s", made->error.message);
    const struct link_use use = {.token = slice_from(link.token), .password = SLICE(PASSWORD)};
    if (link_follow(made->access, &use, &ticket, &made->error) != ANSWER_OK) fail_msg("%s", made->error.message);
    assert_int_equal(session_end(made->access, &ticket.who, ticket.who.session, &made->error), ANSWER_OK);
    return id;
}

struct session_ticket made_session(struct made *made, const char *email)
{
    struct session_ticket ticket;
    int64_t wait;
    const struct sign_in in = {
        .email = slice_from(email), .password = SLICE(PASSWORD), .address = SLICE("192.0.2.7"), .agent = SLICE("test")};
    if (session_sign_in(made->access, &in, &ticket, &wait, &made->error) != ANSWER_OK)
        fail_msg("%s", made->error.message);
    return ticket;
}

enum answer made_try(struct made *made, const char *email, const char *password, const char *address,
                     struct slice device)
{
    struct session_ticket ticket;
    int64_t wait;
    const struct sign_in in = {
        .email = slice_from(email), .password = slice_from(password), .address = slice_from(address), .device = device};
    return session_sign_in(made->access, &in, &ticket, &wait, &made->error);
}

int64_t made_number(struct made *made, const char *sql)
{
    /* Prepared on a connection of its own: statements are kept by the place of their text. */
    struct database *db = database_open(made->path, DATABASE_READ, &made->error);
    assert_non_null(db);
    struct statement *s = database_statement(db, sql);
    assert_true(statement_row(s));
    const int64_t number = statement_number(s, 0);
    assert_int_equal(statement_end(s, &made->error), OK);
    database_close(db);
    return number;
}
