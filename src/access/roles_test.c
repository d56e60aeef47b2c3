/* test/access/roles.txt says in plain text who may do what; the program must say the same, action by action and role by
 * role. With a second argument the file is written as the program has it, for a change that is wanted. */
#include <stdio.h>
#include <stdlib.h>

#include "access/identity.h"
#include "base/vector.h"

static void write_table(FILE *out)
{
    fprintf(out,
            "# Who may do what: a + where the role may. Somebody with two roles may what either may. A key may what\n"
            "# its roles may, but nothing marked \"people\"; a key that only reads, nothing marked \"changes\".\n");
    fprintf(out, "%-28s", "#");
    for (int role = 0; role < ACCESS_ROLES; role++)
        fprintf(out, "%-11.*s", SLICE_ARG(role_name((enum access_role)role)));
    fprintf(out, "notes\n");
    for (int action = 0; action < ACTIONS; action++) {
        const struct action_row *row = action_row((enum action)action);
        fprintf(out, "%-28s", row->name);
        for (int role = 0; role < ACCESS_ROLES; role++)
            fprintf(out, "%-11s", roles_allow(ROLE_BIT(role), (enum action)action) ? "+" : "-");
        fprintf(out, "%s%s\n", row->writes ? "changes" : "reads", row->people_only ? ", people" : "");
    }
}

static struct slice read_all(const char *path, struct buffer *out)
{
    buffer_init(out, 1 << 20);
    FILE *file = fopen(path, "rb");
    if (!file) return slice_of(NULL, 0);
    int c;
    while ((c = getc(file)) != EOF) buffer_char(out, (char)c);
    fclose(file);
    return buffer_slice(out);
}

/* Lines that differ; notes and all. */
static int compare(struct slice said, struct slice is)
{
    int wrong = 0, line = 0;
    while (said.len || is.len) {
        const struct slice a = slice_cut(&said, '\n'), b = slice_cut(&is, '\n');
        line++;
        if (slice_equal(a, b)) continue;
        wrong++;
        printf("line %d\n  the file says    %.*s\n  the program says %.*s\n", line, SLICE_ARG(a), SLICE_ARG(b));
    }
    return wrong;
}

/* What holds whatever the table says. */
static int check_rules(void)
{
    static const enum action by_sales[] = {ACTION_HANDOFF_ACCEPT, ACTION_HANDOFF_REJECT, ACTION_HANDOFF_RETURN,
                                           ACTION_DEFINITION_SIGN_SALES};
    int wrong = 0;
    for (size_t i = 0; i < sizeof by_sales / sizeof *by_sales; i++)
        for (int roles = 0; roles <= ROLE_EVERY; roles++)
            wrong += roles_allow((role_set)roles, by_sales[i]) != ((roles & ROLE_BIT(ACCESS_SALES)) != 0);
    for (int action = 0; action < ACTIONS; action++) {
        const struct identity nobody = {.kind = IDENTITY_NOBODY, .roles = ROLE_EVERY, .writes = true},
                              none = {.kind = IDENTITY_USER, .writes = true},
                              reads = {.kind = IDENTITY_API_KEY, .roles = ROLE_EVERY};
        wrong += access_allows(&nobody, (enum action)action) || access_allows(&none, (enum action)action);
        wrong += access_allows(&reads, (enum action)action) && action_row((enum action)action)->writes;
        wrong += action_named(slice_from(action_row((enum action)action)->name)) != (enum action)action;
    }
    wrong += action_named(SLICE("nothing")) != ACTIONS;
    if (wrong) printf("%d rules do not hold\n", wrong);
    return wrong;
}

static int check_names(void)
{
    static const struct {
        const char *text, *written; /* NULL: refused */
    } cases[] = {{"", ""},
                 {"admin, sales", "sales,admin"},
                 {"sales,sales", "sales"},
                 {",sales,", "sales"},
                 {"boss", NULL},
                 {"Sales", NULL},
                 {"sales admin", NULL},
                 {"marketing,sales,success,product,admin", "marketing,sales,success,product,admin"}};
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        role_set roles;
        struct slice unknown = {0};
        struct buffer out;
        buffer_init(&out, 256);
        const bool read = role_set_read(slice_from(cases[i].text), &roles, &unknown);
        if (read) role_set_write(roles, &out);
        const bool right = read ? cases[i].written && slice_is(buffer_slice(&out), cases[i].written)
                                : !cases[i].written && unknown.len;
        if (!right) printf("%s is read wrongly\n", cases[i].text);
        wrong += !right;
        buffer_release(&out);
    }
    return wrong;
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    struct buffer said;
    if (argc < 2) return 1;
    FILE *out = argc > 2 ? fopen(argv[1], "wb") : open_memstream(&text, &size);
    if (!out) return 1;
    write_table(out);
    fclose(out);
    if (argc > 2) return 0;
    const int wrong[] = {compare(read_all(argv[1], &said), slice_of(text, size)), check_rules(), check_names()};
    int failed = 0;
    for (int i = 0; i < 3; i++) failed += wrong[i] != 0;
    printf("%d of 3 cases pass\n", 3 - failed);
    buffer_release(&said);
    free(text);
    return failed != 0;
}
