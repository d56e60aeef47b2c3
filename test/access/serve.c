/* The routes of people over a real server and a real store, and nothing else, with a clock that a test moves.
 *
 *     serve DB
 *
 * prints its address and the one-time link of the first administrator, then reads lines: "+N" moves the clock on by N
 * seconds, "doctor" prints what the audit trail comes to, "write KEY ORIGIN" asks for the source of a write key, the
 * end of input ends it. Passwords cost little here. */
#include <stdio.h>
#include <stdlib.h>

#include "access/link.h"
#include "access/write_source.h"
#include "base/civil.h"
#include "http/access_routes.h"
#include "store/store.h"

struct clock {
    struct world system;
    _Atomic int64_t ahead;
};

static int64_t now(void *context)
{
    struct clock *clock = context;
    return world_now(&clock->system) + clock->ahead;
}

static void random_bytes(void *context, void *out, size_t size)
{
    world_random(&((struct clock *)context)->system, out, size);
}

static struct company_words company(void *context, struct arena *arena)
{
    return (struct company_words){SLICE("example"), SLICE("USD"), SLICE("he-IL"), NULL};
}

static void doctor(struct store *store)
{
    struct audit_state state;
    struct error error;
    if (audit_verify(store_database(store), &state, &error) != OK)
        printf("%s\n", error.message);
    else
        printf("%lld entries, %s\n", (long long)state.entries, state.problem[0] ? state.problem : "whole");
}

static void ask_write_key(struct access *access, struct slice words)
{
    struct arena arena;
    struct write_source source;
    struct error error;
    const struct slice key = slice_cut(&words, ' ');
    arena_init(&arena);
    const enum answer answer = write_source_find(access, key, &arena, &source, &error);
    if (answer != ANSWER_OK)
        printf("%s\n", answer_code(answer));
    else
        printf("%.*s %s\n", SLICE_ARG(source.name), write_source_allows(&source, words) ? "yes" : "no");
    arena_release(&arena);
}

static void obey(struct clock *clock, struct store *second, struct access *access)
{
    char line[512];
    while (fgets(line, sizeof line, stdin)) {
        struct slice words = slice_trim(slice_from(line));
        int64_t seconds;
        if (words.len && words.ptr[0] == '+' && slice_to_i64(slice_skip(words, 1), &seconds)) {
            clock->ahead += seconds * SECOND_US;
            puts("moved");
        } else if (slice_is(words, "doctor")) {
            doctor(second);
        } else if (slice_starts(words, SLICE("write "))) {
            ask_write_key(access, slice_skip(words, 6));
        }
        fflush(stdout);
    }
}

static int serve(struct store *store, struct store *second, struct error *error)
{
    struct clock clock = {.system = world_system()};
    const struct world world = {&clock, now, random_bytes};
    struct access_settings settings = access_settings_usual();
    settings.cost = (struct password_cost){1, 8192};
    struct access *access = access_new(store_database(store), world, &settings);
    struct access_service service = {.access = access, .world = world, .company = company};
    const struct http_routes tables[] = {session_routes(&service), people_routes(&service)};
    const struct http_options options = {
        .host = "127.0.0.1", .port = "0", .tables = tables, .table_count = 2, .gate = access_gate(&service)};
    struct http_server *server = NULL;
    const struct identity command = identity_command();
    struct link link;
    bool needed;
    int code = FAILED;
    if (access_service_start(&service, error) == OK &&
        link_first_admin(access, &command, &needed, &link, error) == ANSWER_OK &&
        http_server_start(&options, &server, error) == OK) {
        printf("%s\n%s\n", http_server_url(server), needed ? link.token : "-");
        fflush(stdout);
        obey(&clock, second, access);
        http_server_stop(server);
        code = OK;
    }
    access_service_stop(&service);
    access_free(access);
    return code;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    if (argc != 2) return BAD_USAGE;
    struct store *store = store_open(argv[1], DATABASE_CREATE, &error), *second = NULL;
    if (store) second = store_open(argv[1], DATABASE_READ, &error);
    const int code = second ? serve(store, second, &error) : FAILED;
    if (code != OK) fprintf(stderr, "%s\n", error.message);
    store_close(second);
    store_close(store);
    return code;
}
