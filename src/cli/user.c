/* masa user list|add|role|disable|enable|link [EMAIL] --db DB
 *
 * The people of a store, from the machine it stands on: whoever may write to the file may do this, and the audit trail
 * says that it was done here. It is also how a lost administrator is rescued. */
#include <stdio.h>
#include <string.h>

#include "access/audit.h"
#include "access/link.h"
#include "access/user.h"
#include "base/civil.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "store/store.h"

struct user_options {
    const char *db, *name, *roles, *language, *teams, *url;
};

/* One run of the command. */
struct session_here {
    const struct user_options *options;
    struct access *access;
    struct identity who;
    struct arena arena;
    struct error error;
    struct slice email;
};

static enum answer find(struct session_here *here, struct user *user)
{
    return user_find(here->access, &here->who, here->email, &here->arena, user, &here->error);
}

static enum answer read_roles(struct session_here *here, role_set *roles)
{
    struct slice unknown;
    if (role_set_read(slice_from(here->options->roles), roles, &unknown)) return ANSWER_OK;
    return answer_set(&here->error, ANSWER_BAD,
                      "there is no role %.*s; they are marketing, sales, success, product, admin", SLICE_ARG(unknown));
}

static void print_instant(int64_t at)
{
    struct buffer text;
    buffer_init(&text, 64);
    if (at) time_format(&text, at - at % SECOND_US);
    printf("%-22.*s", SLICE_ARG(at ? buffer_slice(&text) : SLICE("never")));
    buffer_release(&text);
}

static enum answer list(struct session_here *here)
{
    struct user_list users;
    const enum answer answer = user_list(here->access, &here->who, &here->arena, &users, &here->error);
    for (size_t i = 0; i < users.count; i++) {
        const struct user *user = &users.users[i];
        struct buffer roles;
        buffer_init(&roles, 256);
        role_set_write(user->roles, &roles);
        printf("%4lld  %-10s", (long long)user->id,
               !user->active        ? "disabled"
               : user->has_password ? "active"
                                    : "invited");
        print_instant(user->seen_at);
        printf("%.*s  %.*s  %.*s\n", SLICE_ARG(user->email), SLICE_ARG(buffer_slice(&roles)), SLICE_ARG(user->name));
        buffer_release(&roles);
    }
    return answer;
}

static enum answer print_link(struct session_here *here, int64_t id)
{
    struct link made;
    struct buffer until, text;
    const enum answer answer = link_make(here->access, &here->who, id, &made, &here->error);
    if (answer != ANSWER_OK) return answer;
    buffer_init(&until, 64);
    buffer_init(&text, 4096);
    link_write(&made, slice_from(here->options->url), &text);
    time_format(&until, made.expires_at - made.expires_at % SECOND_US);
    printf("%.*s\n", SLICE_ARG(buffer_slice(&text)));
    fprintf(stderr, "%s; works once, until %.*s. Whoever has it comes in: hand it over safely.\n",
            made.purpose == LINK_RESET ? "A new password for a user" : "An invitation",
            SLICE_ARG(buffer_slice(&until)));
    buffer_release(&until);
    buffer_release(&text);
    return ANSWER_OK;
}

static enum answer add(struct session_here *here)
{
    int64_t id;
    const struct user_options *o = here->options;
    struct user user = {.email = here->email,
                        .name = o->name ? slice_from(o->name) : here->email,
                        .language = slice_from(o->language ? o->language : "en"),
                        .teams = slice_from(o->teams)};
    enum answer answer = read_roles(here, &user.roles);
    if (answer == ANSWER_OK) answer = user_add(here->access, &here->who, &user, &id, &here->error);
    return answer == ANSWER_OK ? print_link(here, id) : answer;
}

static enum answer change(struct session_here *here, const struct user_change *what)
{
    struct user user;
    const enum answer answer = find(here, &user);
    return answer == ANSWER_OK ? user_change(here->access, &here->who, user.id, what, &here->error) : answer;
}

static enum answer role(struct session_here *here)
{
    struct user_change what = {.fields = USER_ROLES};
    const enum answer answer = read_roles(here, &what.values.roles);
    return answer == ANSWER_OK ? change(here, &what) : answer;
}

static enum answer disable(struct session_here *here)
{
    return change(here, &(struct user_change){.fields = USER_ACTIVE});
}

static enum answer enable(struct session_here *here)
{
    return change(here, &(struct user_change){.fields = USER_ACTIVE, .values.active = true});
}

static enum answer make_link(struct session_here *here)
{
    struct user user;
    const enum answer answer = find(here, &user);
    return answer == ANSWER_OK ? print_link(here, user.id) : answer;
}

/* A company may begin with its people: adding one makes the store. */
static const struct {
    const char *name;
    bool needs_email, needs_roles;
    enum database_mode mode;
    enum answer (*run)(struct session_here *here);
} deeds[] = {
    {"list", false, false, DATABASE_WRITE, list},    {"add", true, true, DATABASE_CREATE, add},
    {"role", true, true, DATABASE_WRITE, role},      {"disable", true, false, DATABASE_WRITE, disable},
    {"enable", true, false, DATABASE_WRITE, enable}, {"link", true, false, DATABASE_WRITE, make_link},
};
enum { DEEDS = sizeof deeds / sizeof *deeds };

static int usage(const char *problem)
{
    fprintf(stderr, "masa user: %s\nsee: masa user --help\n", problem);
    return BAD_USAGE;
}

static int run(int deed, const struct user_options *options, const char *email)
{
    struct session_here here = {.options = options, .who = identity_command(), .email = slice_from(email)};
    struct store *store = store_open(options->db, deeds[deed].mode, &here.error);
    enum answer answer = ANSWER_FAILED;
    arena_init(&here.arena);
    if (store) {
        here.access = access_new(store_database(store), world_system(), NULL);
        answer = deeds[deed].run(&here);
        access_free(here.access);
    }
    store_close(store);
    if (answer != ANSWER_OK) fprintf(stderr, "masa user: %s\n", here.error.message);
    arena_release(&here.arena);
    if (answer == ANSWER_BAD) return BAD_USAGE;
    return answer == ANSWER_OK && fflush(stdout) == 0 ? OK : FAILED;
}

int user_command(int argc, char **argv)
{
    struct user_options o = {.url = "http://localhost:8080"};
    const struct option_row rows[] = {
        {"db", "DB", "the store (required)", &o.db},
        {"name", "NAME", "of a new user; default: the address", &o.name},
        {"roles", "A,B", "of add and role: marketing, sales, success, product, admin", &o.roles},
        {"lang", "he|en", "of a new user; default: en", &o.language},
        {"teams", "A,B", "of a new user", &o.teams},
        {"url", "URL", "where masa is served, for links; default: http://localhost:8080", &o.url},
    };
    const struct option_set set = {
        "user", "user list|add|role|disable|enable|link [EMAIL] --db DB [--roles A,B]",
        "The people of a store. add and link print a one-time link with which the user chooses a password.", rows,
        sizeof rows / sizeof *rows};
    int words = 0, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (words < 1) return usage("what? list, add, role, disable, enable or link");
    for (int i = 0; i < DEEDS; i++) {
        if (strcmp(argv[1], deeds[i].name) != 0) continue;
        if (!o.db) return usage("which store? --db DB");
        if (words != 1 + deeds[i].needs_email)
            return usage(deeds[i].needs_email ? "which user? one e-mail address" : "list takes no more words");
        if (deeds[i].needs_roles && !o.roles) return usage("which roles? --roles A,B");
        return run(i, &o, deeds[i].needs_email ? argv[2] : NULL);
    }
    return usage("what? list, add, role, disable, enable or link");
}
