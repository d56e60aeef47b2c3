/* What of a brief applies, from cells; and when reminders come. */
#include "base/test.h"
#include "definition/load.h"
#include "engine/brief.h"

static const char text[] =
    "masa: 1\n"
    "events: { a: {}, b: {} }\n"
    "traits: { person: { ok: bool, budget: answer, role: { one_of: [cfo, clerk] } } }\n"
    "bant: { s: { budget: person.budget } }\n"
    "brief:\n"
    "  pains: { always: { en: always }, ok: { en: ok, when: person.ok }, not_ok: { en: no, when: '!person.ok' } }\n"
    "  openers: { did: { en: did, when: { did: a, times: 2 } }, still: { en: still, when: { quiet: a, for: 3d } } }\n"
    "  questions: { money: { en: money, answers: s.budget }, clerk: { en: x, when: person.role == \"clerk\", "
    "answers: s.budget } }\n"
    "playbooks: { first: { when: person.ok, steps: [x] }, of_account: { of: account, when: account.contacts >= 0, "
    "steps: [x] }, second: { when: '!has(person.ok)', steps: [x] } }\n"
    "buying_group: { chief: { when: person.role == \"cfo\", part: decides }, any: { when: has(person.role), "
    "part: uses } }\n"
    "funnels: { f: { stages: { A: { on: a }, B: { on: b, sla: { within: 2 business days, remind: [ { before: 4 "
    "business "
    "hours }, { after: 1d }, { before: 30d } ], escalate: [ { to: x }, { late: 1 business hour, to: x } ] } } } } }\n";

enum { SUNDAY = 20457 }; /* 2026-01-04 */

struct fixture {
    struct diagnostics diagnostics;
    struct definition_file *file;
    const struct definition *d;
    struct workweek week;
    struct engine *engine;
    struct folder *folder;
    struct arena arena;
    struct cell *cells;
};

static int set_up(void **state)
{
    static struct fixture f;
    diagnostics_init(&f.diagnostics);
    arena_init(&f.arena);
    f.file = definition_parse(slice_from(text), "t.yaml", &f.diagnostics);
    diagnostics_print(&f.diagnostics, stderr);
    assert_non_null(f.file);
    f.d = definition_of(f.file);
    f.week = workweek_usual(&zone_utc, NULL, 0);
    f.engine = engine_new(f.d, (struct engine_calendar){&zone_utc, &f.week});
    f.folder = folder_new(f.engine, KIND_PERSON);
    f.cells = ARENA_ARRAY(&f.arena, struct cell, f.d->kinds[KIND_PERSON].slot_count);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    folder_free(f->folder);
    engine_free(f->engine);
    definition_free(f->file);
    diagnostics_release(&f->diagnostics);
    arena_release(&f->arena);
    return 0;
}

static void blank(struct fixture *f)
{
    for (size_t i = 0; i < f->d->kinds[KIND_PERSON].slot_count; i++) f->cells[i] = cell_absent();
}

static void set(struct fixture *f, const char *name, struct cell cell)
{
    const struct kind_model *model = &f->d->kinds[KIND_PERSON];
    for (size_t i = 0; i < model->slot_count; i++)
        if (slice_is(model->slots[i].name, name)) {
            f->cells[i] = cell;
            return;
        }
    fail_msg("no slot %s", name);
}

static void assert_chosen(const struct chosen *chosen, const char *wanted)
{
    char said[16] = "";
    for (size_t i = 0; i < chosen->count; i++) said[i] = (char)('0' + chosen->at[i]);
    assert_string_equal(said, wanted);
}

static struct cell word(struct fixture *f, const char *text_of)
{
    return cell_text(dictionary_code(f->d->dictionary, slice_from(text_of)));
}

static void what_is_not_known_does_not_apply(void **state)
{
    struct fixture *f = *state;
    struct briefing b;
    blank(f);
    briefing_make(f->folder, f->cells, SUNDAY * DAY_US, &f->arena, &b);
    assert_chosen(&b.points[BRIEF_PAINS], "0");
    assert_chosen(&b.points[BRIEF_OPENERS], "");
    assert_chosen(&b.points[BRIEF_QUESTIONS], "0");
    assert_chosen(&b.playbooks, "2");
    assert_int_equal(b.seat, NONE);
}

static void what_holds_applies(void **state)
{
    struct fixture *f = *state;
    struct briefing b;
    blank(f);
    set(f, "person.ok", cell_bool(true));
    set(f, "person.role", word(f, "clerk"));
    set(f, "bant.s.budget", cell_bool(false));
    briefing_make(f->folder, f->cells, SUNDAY * DAY_US, &f->arena, &b);
    assert_chosen(&b.points[BRIEF_PAINS], "01");
    assert_chosen(&b.points[BRIEF_QUESTIONS], "01");
    assert_chosen(&b.playbooks, "0");
    assert_int_equal(b.seat, 1);
    set(f, "bant.s.budget", cell_bool(true));
    set(f, "person.role", word(f, "cfo"));
    briefing_make(f->folder, f->cells, SUNDAY * DAY_US, &f->arena, &b);
    assert_chosen(&b.points[BRIEF_QUESTIONS], "");
    assert_int_equal(b.seat, 0);
}

static void what_happened_is_read_from_the_cells(void **state)
{
    struct fixture *f = *state;
    const struct point_list *openers = &f->d->brief.parts[BRIEF_OPENERS];
    const int64_t last = SUNDAY * DAY_US;
    struct briefing b;
    blank(f);
    f->cells[openers->at[0].when->slot] = cell_int(1);
    f->cells[openers->at[1].when->slot] = cell_instant(last);
    briefing_make(f->folder, f->cells, last + 3 * DAY_US - 1, &f->arena, &b);
    assert_chosen(&b.points[BRIEF_OPENERS], "");
    f->cells[openers->at[0].when->slot] = cell_int(2);
    briefing_make(f->folder, f->cells, last + 3 * DAY_US, &f->arena, &b);
    assert_chosen(&b.points[BRIEF_OPENERS], "01");
}

/* From Sunday 10:00; due on Tuesday 10:00. */
static void reminders_follow_the_clock(void **state)
{
    struct fixture *f = *state;
    const struct stage *stage = &f->d->funnels[0].stages[1];
    const int64_t began = SUNDAY * DAY_US + 10 * HOUR_US, due = began + 2 * DAY_US;
    /* Four hours of work before Tuesday 10:00: one of Tuesday, three of Monday. */
    const int64_t wanted[] = {(SUNDAY + 1) * DAY_US + 14 * HOUR_US, began + DAY_US, began, due, due + HOUR_US};
    assert_int_equal(stage->notice_count, 5);
    for (size_t i = 0; i < 5; i++) assert_int_equal(notice_at(f->engine, stage, &stage->notices[i], began), wanted[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_does_not_apply),
        cmocka_unit_test(what_holds_applies),
        cmocka_unit_test(what_happened_is_read_from_the_cells),
        cmocka_unit_test(reminders_follow_the_clock),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
