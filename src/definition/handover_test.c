/* What people are handed: what it compiles to, and how it is said. */
#include "base/buffer.h"
#include "base/test.h"
#include "definition/load.h"

static const char text[] =
    "masa: 1\n"
    "events: { a: {}, b: {} }\n"
    "traits: { person: { ok: bool, budget: answer, role: { one_of: [cfo, clerk] } }, account: { pains: { list_of: "
    "string } } }\n"
    "bant: { s: { budget: person.budget } }\n"
    "teams: { east: { he: צוות מזרח, en: East team }, leads: }\n"
    "funnels:\n"
    "  f:\n"
    "    stages:\n"
    "      A: { on: a }\n"
    "      B:\n"
    "        decided_by: sales\n"
    "        sla: { within: 2 business days, remind: [ { before: 4 business hours }, { after: 1d, to: sales } ],\n"
    "               escalate: { to: leads } }\n"
    "        return_to: A\n"
    "        return: { early: { he: מוקדם, en: too early } }\n"
    "        reject: { money: { en: no money, needs: s.budget }, other: }\n"
    "        route: [ { to: east } ]\n"
    "      C: { on: b, sla: 3d, milestones: { pilot: { en: a pilot } } }\n"
    "brief:\n"
    "  pains: { refunds: { he: החזרים, en: refunds, when: '\"refunds\" in account.pains' } }\n"
    "  questions: { money: { en: 'Is there money?', he: יש כסף?, answers: s.budget } }\n"
    "playbooks:\n"
    "  first:\n"
    "    en: The first\n"
    "    when: { any: [ person.ok, { all: [ { did: a }, person.role == \"cfo\" ] } ] }\n"
    "    steps: [ Call, { he: לכתוב, en: Write } ]\n"
    "    refreshed: 2026-03-02\n"
    "buying_group:\n"
    "  chief: { he: מנהל, en: Chief, when: { en: is a chief, when: person.role == \"cfo\" }, part: decides }\n"
    "  clerk: { when: person.role == \"clerk\", part: uses, needed: false }\n";

struct fixture {
    struct diagnostics diagnostics;
    struct definition_file *file;
    const struct definition *d;
};

static int set_up(void **state)
{
    static struct fixture f;
    diagnostics_init(&f.diagnostics);
    f.file = definition_parse(slice_from(text), "t.yaml", &f.diagnostics);
    diagnostics_print(&f.diagnostics, stderr);
    assert_non_null(f.file);
    f.d = definition_of(f.file);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    definition_free(f->file);
    diagnostics_release(&f->diagnostics);
    return 0;
}

static void teams_and_reasons_have_texts(void **state)
{
    const struct fixture *f = *state;
    const struct stage *b = &f->d->funnels[0].stages[1], *c = &f->d->funnels[0].stages[2];
    assert_slice(definition_team(f->d, SLICE("east")).en, "East team");
    assert_slice(definition_team(f->d, SLICE("west")).name, "west");
    assert_int_equal(b->reject_count, 2);
    assert_slice(b->reject_reasons[0].label.en, "no money");
    assert_int_equal(b->reject_reasons[0].needs_bant, 0);
    assert_int_equal(b->reject_reasons[0].needs_question, 0);
    assert_int_equal(b->reject_reasons[1].needs_bant, NONE);
    assert_slice(definition_reason(&f->d->funnels[0], SLICE("early")).he, "מוקדם");
    assert_slice(definition_reason(&f->d->funnels[0], SLICE("else")).name, "else");
    assert_slice(c->milestones[0].en, "a pilot");
}

static void a_clock_reminds_and_escalates(void **state)
{
    const struct fixture *f = *state;
    const struct stage *b = &f->d->funnels[0].stages[1], *c = &f->d->funnels[0].stages[2];
    assert_int_equal(b->sla.unit, DURATION_BUSINESS_DAYS);
    assert_int_equal(b->sla.amount, 2);
    assert_int_equal(b->notice_count, 3);
    assert_int_equal(b->notices[0].from, NOTICE_BEFORE_DUE);
    assert_int_equal(b->notices[0].span.amount, 4 * HOUR_US);
    assert_int_equal(b->notices[0].to.len, 0);
    assert_int_equal(b->notices[1].from, NOTICE_AFTER_START);
    assert_slice(b->notices[1].to, "sales");
    assert_true(b->notices[2].escalation);
    assert_int_equal(b->notices[2].from, NOTICE_AT_DUE);
    assert_int_equal(c->sla.amount, 3 * DAY_US);
    assert_int_equal(c->notice_count, 0);
}

static void the_brief_playbooks_and_seats_are_read(void **state)
{
    const struct fixture *f = *state;
    const struct brief *brief = &f->d->brief;
    assert_int_equal(brief->of, KIND_PERSON);
    assert_int_equal(brief->parts[BRIEF_PAINS].count, 1);
    assert_non_null(brief->parts[BRIEF_PAINS].at[0].when);
    assert_int_equal(brief->parts[BRIEF_PAINS].at[0].bant, NONE);
    assert_int_equal(brief->parts[BRIEF_OPENERS].count, 0);
    assert_null(brief->parts[BRIEF_QUESTIONS].at[0].when);
    assert_int_equal(brief->parts[BRIEF_QUESTIONS].at[0].bant, 0);
    assert_int_equal(f->d->playbook_count, 1);
    assert_int_equal(f->d->playbooks[0].step_count, 2);
    assert_slice(f->d->playbooks[0].steps[0].name, "Call");
    assert_slice(f->d->playbooks[0].steps[1].he, "לכתוב");
    assert_int_equal(f->d->playbooks[0].refreshed, civil_to_day(2026, 3, 2));
    assert_int_equal(f->d->seats[0].part, PART_DECIDES);
    assert_true(f->d->seats[0].needed);
    assert_false(f->d->seats[1].needed);
}

static void all_of_it_is_said(void **state)
{
    static const struct {
        enum language language;
        const char *wanted[12];
    } says[] = {{LANGUAGE_EN,
                 {"    A reminder 4 business hours before it is due.\n    A reminder to sales 1 day after it began.\n"
                  "    Goes up to leads when it is due.\n",
                  "Reasons to return: too early.\n", "Reasons to reject: no money or other.\n",
                  "Goes to East team otherwise.\n", "Milestones: a pilot.\n",
                  "  Pains\n    • refunds, when account pains includes refunds\n",
                  "    • Is there money?, until the answer to budget in BANT s is yes\n",
                  "  The first: when person ok is yes or (“a” happened at least once and person role is cfo)\n"
                  "    • Call\n    • Write\n    Gone over on 2026-03-02.\n",
                  "  • Chief (decides): when is a chief\n",
                  "  • clerk (uses): when person role is clerk (may be missing)\n", "Teams: East team and leads.\n"}},
                {LANGUAGE_HE,
                 {"תזכורת 4 שעות עבודה לפני המועד.\n", "בהגיע המועד.\n", "סיבות להחזרה: מוקדם.\n",
                  "מנותב אל צוות מזרח בכל מקרה אחר.\n", "תדריך הליד\n  כאבים\n    • החזרים – כאשר ",
                  "יש כסף? – כל עוד התשובה על ", "    • לכתוב\n", "מנהל – בעמדת החלטה, כאשר ", "צוותים: צוות מזרח"}}};
    const struct fixture *f = *state;
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    for (size_t l = 0; l < sizeof says / sizeof *says; l++) {
        buffer_clear(&out);
        definition_explain(f->d, says[l].language, &out);
        for (size_t i = 0; i < 12 && says[l].wanted[i]; i++)
            if (!memmem(out.data, out.len, says[l].wanted[i], strlen(says[l].wanted[i])))
                fail_msg("%s is not in\n%.*s", says[l].wanted[i], (int)out.len, out.data);
    }
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(teams_and_reasons_have_texts),
        cmocka_unit_test(a_clock_reminds_and_escalates),
        cmocka_unit_test(the_brief_playbooks_and_seats_are_read),
        cmocka_unit_test(all_of_it_is_said),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
