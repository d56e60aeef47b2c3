/* What one evaluation of a three-clause criterion costs, beside Lua 5.4 doing the same over the same rows in the same
 * run.
 *
 * Both see 4,096 rows of three values in random order, so that branches are not learned by heart; Lua gets the values
 * as arguments on its stack, its fastest way in. Each of many short rounds measures both, and the best round of each
 * counts: the others measure what else the machine does. Prints nanoseconds and the ratio; exit 1 when the two
 * disagree. */
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cel/rule.h"

enum { ROWS = 4096, PASSES = 16, ROUNDS = 600 };
enum { EMPLOYEES, INDUSTRY, OPENS, SLOTS };

static const char criterion[] = "employees >= 100 && industry in [\"saas\", \"retail\"] && opens >= 2";
static const char lua_criterion[] =
    "return function(employees, industry, opens)\n"
    "  return employees >= 100 and (industry == 'saas' or industry == 'retail') and opens >= 2\n"
    "end";
static const char *const industries[] = {"saas", "retail", "banking", "health", "media"};

struct row {
    int64_t employees, opens;
    unsigned industry;
    bool expected;
};

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void make_rows(struct row *rows)
{
    uint64_t state = 42;
    for (int i = 0; i < ROWS; i++) {
        struct row *r = &rows[i];
        r->employees = (int64_t)(random_next(&state) % 250);
        r->industry = (unsigned)(random_next(&state) % 5);
        r->opens = (int64_t)(random_next(&state) % 5);
        r->expected = r->employees >= 100 && r->industry < 2 && r->opens >= 2;
    }
}

struct masa {
    struct arena arena;
    struct dictionary dictionary;
    struct diagnostics diagnostics;
    struct rule_scratch *scratch;
    const struct rule *rule;
    struct cell (*cells)[SLOTS];
};

static bool masa_prepare(struct masa *m, const struct row *rows)
{
    arena_init(&m->arena);
    dictionary_init(&m->dictionary);
    diagnostics_init(&m->diagnostics);
    struct rule_scope *scope = rule_scope_new(&m->arena, &m->dictionary);
    rule_scope_field(scope, SLICE("employees"), (struct field_type){.kind = FIELD_INT}, EMPLOYEES);
    rule_scope_field(scope, SLICE("industry"), (struct field_type){.kind = FIELD_TEXT}, INDUSTRY);
    rule_scope_field(scope, SLICE("opens"), (struct field_type){.kind = FIELD_INT}, OPENS);
    struct rule_place place = {SLICE("bench"), 1, 1};
    m->rule = rule_compile(scope, slice_from(criterion), 1u << FIELD_BOOL, place, &m->diagnostics);
    m->scratch = rule_scratch_new(&m->dictionary);
    m->cells = arena_alloc(&m->arena, ROWS * sizeof *m->cells);
    for (int i = 0; i < ROWS; i++) {
        m->cells[i][EMPLOYEES] = cell_int(rows[i].employees);
        m->cells[i][INDUSTRY] = cell_text(dictionary_code(&m->dictionary, slice_from(industries[rows[i].industry])));
        m->cells[i][OPENS] = cell_int(rows[i].opens);
    }
    return m->rule != NULL;
}

static void masa_release(struct masa *m)
{
    rule_scratch_free(m->scratch);
    diagnostics_release(&m->diagnostics);
    dictionary_release(&m->dictionary);
    arena_release(&m->arena);
}

static long masa_pass(struct masa *m)
{
    long held = 0;
    for (int i = 0; i < ROWS; i++) held += cell_is_true(rule_eval(m->rule, m->cells[i], m->scratch));
    return held;
}

static bool lua_holds(lua_State *lua, const struct row *r, int text_at)
{
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, r->employees);
    lua_pushvalue(lua, text_at + (int)r->industry);
    lua_pushinteger(lua, r->opens);
    lua_call(lua, 3, 1);
    bool held = lua_toboolean(lua, -1);
    lua_pop(lua, 1);
    return held;
}

static long lua_pass(lua_State *lua, const struct row *rows)
{
    long held = 0;
    for (int i = 0; i < ROWS; i++) held += lua_holds(lua, &rows[i], 2);
    return held;
}

/* The function at 1, the industries' texts from 2 on. */
static bool lua_prepare(lua_State *lua)
{
    if (luaL_loadstring(lua, lua_criterion) != LUA_OK || lua_pcall(lua, 0, 1, 0) != LUA_OK) return false;
    for (int i = 0; i < 5; i++) lua_pushstring(lua, industries[i]);
    return true;
}

static bool agree(struct masa *m, lua_State *lua, const struct row *rows)
{
    for (int i = 0; i < ROWS; i++) {
        bool ours = cell_is_true(rule_eval(m->rule, m->cells[i], m->scratch));
        if (ours == rows[i].expected && lua_holds(lua, &rows[i], 2) == rows[i].expected) continue;
        fprintf(stderr, "row %d: the answers differ\n", i);
        return false;
    }
    return true;
}

int main(void)
{
    static struct row rows[ROWS];
    struct masa m;
    lua_State *lua = luaL_newstate();
    make_rows(rows);
    if (!lua || !masa_prepare(&m, rows) || !lua_prepare(lua) || !agree(&m, lua, rows)) return 1;
    double best_masa = 1e300, best_lua = 1e300;
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int pass = 0; pass < PASSES; pass++) sum += masa_pass(&m);
        double middle = now_ns();
        for (int pass = 0; pass < PASSES / 4; pass++) sum += lua_pass(lua, rows);
        double end = now_ns();
        if (middle - start < best_masa * PASSES * ROWS) best_masa = (middle - start) / (PASSES * ROWS);
        if (end - middle < best_lua * (PASSES / 4) * ROWS) best_lua = (end - middle) / ((PASSES / 4) * ROWS);
    }
    printf("criterion %s\n", criterion);
    printf("masa      %6.1f ns\nlua 5.4   %6.1f ns\nratio     %6.2f  (lua / masa; %ld held)\n", best_masa, best_lua,
           best_lua / best_masa, sum);
    lua_close(lua);
    masa_release(&m);
    return 0;
}
