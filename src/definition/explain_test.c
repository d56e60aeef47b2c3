/* Rules as sentences, in both languages. In the Hebrew rows | stands for the invisible marks around names in Latin
 * letters. */
#include "base/buffer.h"
#include "base/test.h"
#include "definition/load.h"

static const char common[] =
    "masa: 1\n"
    "events:\n"
    "  opened: { he: פתיחת מייל, en: opened a mail,\n"
    "            properties: { step: int, path: { type: string, he: כתובת, en: address } } }\n"
    "  clicked: {}\n"
    "traits:\n"
    "  person: { email: string, role: { one_of: [cfo, head_of_it] }, ok: bool, answers: { budget: answer } }\n"
    "  account: { size: { type: int, he: מספר העובדים, en: employees }, region: string, pains: { list_of: string },\n"
    "             branches: { map_of: int }, revenue: money }\n"
    "signals:\n"
    "  quietness: { did: opened, days_since: true }\n"
    "  warm: { en: warmth, he: חום, weigh: { opened: 1 } }\n"
    "icp: { big: { en: big firm, he: חברה גדולה, size: { when: account.size > 5 } } }\n"
    "bant: { sales: { budget: person.answers.budget, need: person.ok } }\n"
    "scores: { fit: { terms: [ { id: a, points: 9, when: person.ok } ] } }\n"
    "dimensions: { region: { value: account.region, values: { us: { he: ארה״ב, en: the US } } } }\n";

static const struct row {
    const char *clause, *english, *hebrew;
} rows[] = {
    {"account.size >= 100", "account employees at least 100", "מספר העובדים בחשבון: לפחות 100"},
    {"100 <= account.size", "account employees at least 100", "מספר העובדים בחשבון: לפחות 100"},
    {"'!(account.size >= 100)'", "account employees below 100", "מספר העובדים בחשבון: פחות מ־100"},
    {"account.size >= 100 && account.size <= 500", "account employees from 100 to 500",
     "מספר העובדים בחשבון: מ־100 עד 500"},
    {"'person.role in [\"cfo\", \"head_of_it\"]'", "person role is cfo or head of it",
     "|role| של איש הקשר: |cfo| או |head of it|"},
    {"person.role != \"cfo\"", "person role is not cfo", "|role| של איש הקשר: לא |cfo|"},
    {"account.region == \"us\"", "account region is the US", "|region| בחשבון: ארה״ב"},
    {"'\"a\" in account.pains && \"b\" in account.pains'", "account pains includes a and b",
     "|pains| בחשבון: כולל את |a| ו־|b|"},
    {"'!(\"a\" in account.pains)'", "account pains does not include a", "|pains| בחשבון: לא כולל את |a|"},
    {"'account.branches[\"tlv\"] > 2'", "account branches in tlv above 2", "|branches| בחשבון ב־|tlv|: מעל 2"},
    {"account.revenue > money(5000, \"USD\")", "account revenue above 5000 USD", "|revenue| בחשבון: מעל |5000 USD|"},
    {"person.ok", "person ok is yes", "|ok| של איש הקשר: כן"},
    {"'!person.ok'", "person ok is no", "|ok| של איש הקשר: לא"},
    {"person.ok == false", "person ok is no", "|ok| של איש הקשר: לא"},
    {"has(person.email)", "person email is known", "|email| של איש הקשר: ידוע"},
    {"person.email != \"\"", "person email is not empty", "|email| של איש הקשר: לא ריק"},
    {"work_email(person.email)", "person email is a work address", "|email| של איש הקשר: כתובת של מקום העבודה"},
    {"'!(person.email.endsWith(\"@a.com\") || person.email.endsWith(\"@b.com\"))'",
     "person email does not end in @a.com or @b.com", "|email| של איש הקשר: לא מסתיים ב־|@a.com| או |@b.com|"},
    {"person.ok && (account.size > 5 || person.role == \"cfo\")",
     "person ok is yes and (account employees above 5 or person role is cfo)",
     "|ok| של איש הקשר: כן וגם (מספר העובדים בחשבון: מעל 5 או |role| של איש הקשר: |cfo|)"},
    {"'has(person.ok) ? person.ok : account.size > 5'",
     "person ok is yes; when that is not known, account employees above 5",
     "|ok| של איש הקשר: כן; כשזה לא ידוע, מספר העובדים בחשבון: מעל 5"},
    {"icp.big.matched", "fits the profile big firm", "יש התאמה לפרופיל חברה גדולה"},
    {"icp.big.fit > 0.5", "the fit to the profile big firm above 0.5", "מידת ההתאמה לפרופיל חברה גדולה: מעל 0.5"},
    {"bant.sales.passed", "passes BANT sales", "יש עמידה במבחן BANT |sales|"},
    {"'!bant.sales.budget'", "the answer to budget in BANT sales is no", "התשובה על |budget| במבחן BANT |sales|: לא"},
    {"bant.sales.yes >= 1", "the number of yes answers in BANT sales at least 1",
     "מספר תשובות ה\"כן\" במבחן BANT |sales|: לפחות 1"},
    {"scores.fit > 8", "the fit score above 8", "הניקוד |fit|: מעל 8"},
    {"signals.quietness > 3", "the signal quietness above 3", "המדד |quietness|: מעל 3"},
    {"signals.warm > 3", "warmth above 3", "חום: מעל 3"},
    {"'account.pains.exists(p, p == \"a\")'", "account.pains.exists(p, p == \"a\") holds",
     "מתקיים |account.pains.exists(p, p == \"a\")|"},
    {"{ did: opened }", "“opened a mail” happened at least once", "האירוע \"פתיחת מייל\" קרה לפחות פעם אחת"},
    {"{ did: clicked, times: 2, within: 2d }", "“clicked” happened at least twice, within 2 days",
     "האירוע \"|clicked|\" קרה לפחות פעמיים, בתוך יומיים"},
    {"{ did: [opened, clicked], times: 3, human: true }",
     "“opened a mail” or “clicked” happened at least 3 times in all, by people and not by machines",
     "האירועים \"פתיחת מייל\" או \"|clicked|\" קרו יחד לפחות 3 פעמים, בידי אדם ולא בידי מכונה"},
    {"{ did: opened, where: { step: [1, 2], path: not empty }, within: 90m }",
     "“opened a mail” (step is 1 or 2 and address is not empty) happened at least once, within 90 minutes",
     "האירוע \"פתיחת מייל\" (|step|: 1 או 2 וגם כתובת: לא ריק) קרה לפחות פעם אחת, בתוך 90 דקות"},
    {"{ did: opened, where: { path: empty } }", "“opened a mail” (address is empty) happened at least once",
     "האירוע \"פתיחת מייל\" (כתובת: ריק) קרה לפחות פעם אחת"},
    {"{ did: opened, distinct: path, times: 3, since: entered(A) }",
     "“opened a mail” happened at least 3 times, each address counted once, since entering A",
     "האירוע \"פתיחת מייל\" קרה לפחות 3 פעמים, פעם אחת לכל כתובת, מאז הכניסה לשלב |A|"},
    {"{ quiet: opened, for: 30d }", "“opened a mail” did not happen for 30 days",
     "האירוע \"פתיחת מייל\" לא קרה במשך 30 יום"},
    {"{ quiet: any, for: 2 business days }", "there is no activity at all for 2 business days",
     "אין שום פעילות במשך שני ימי עסקים"},
};

/* The Hebrew text without isolates, each of them a |. */
static void unmark(struct slice text, struct buffer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        bool mark = text.len - i >= 3 && memcmp(text.ptr + i, "\xE2\x81", 2) == 0 &&
                    ((unsigned char)text.ptr[i + 2] & 0xFE) == 0xA8;
        buffer_char(out, mark ? '|' : text.ptr[i]);
        i += mark ? 2 : 0;
    }
    buffer_char(out, 0);
}

static void check_language(const struct definition *d, enum language language, const struct row *row)
{
    static const char *const leads[] = {"Entered when ", "הכניסה לשלב כאשר "};
    struct buffer said, plain, wanted;
    buffer_init(&said, BUFFER_NO_LIMIT);
    buffer_init(&plain, BUFFER_NO_LIMIT);
    buffer_init(&wanted, BUFFER_NO_LIMIT);
    definition_explain(d, language, &said);
    unmark(buffer_slice(&said), &plain);
    buffer_printf(&wanted, "%s%s.\n", leads[language], language == LANGUAGE_HE ? row->hebrew : row->english);
    buffer_char(&wanted, 0);
    if (!strstr(plain.data, wanted.data)) fail_msg("%s\nwanted %s\nin %s", row->clause, wanted.data, plain.data);
    assert_null(strchr(plain.data, '{'));
    buffer_release(&said);
    buffer_release(&plain);
    buffer_release(&wanted);
}

static void check_row(const struct row *row)
{
    struct buffer text;
    struct diagnostics diagnostics;
    buffer_init(&text, BUFFER_NO_LIMIT);
    diagnostics_init(&diagnostics);
    buffer_printf(&text, "%sfunnels:\n  f:\n    stages:\n      A: { on: opened }\n      B:\n        enter: %s\n",
                  common, row->clause);
    struct definition_file *file = definition_parse(buffer_slice(&text), "t.yaml", &diagnostics);
    if (!file) {
        diagnostics_print(&diagnostics, stderr);
        fail_msg("refused: %s", row->clause);
    }
    check_language(definition_of(file), LANGUAGE_EN, row);
    check_language(definition_of(file), LANGUAGE_HE, row);
    definition_free(file);
    diagnostics_release(&diagnostics);
    buffer_release(&text);
}

static void clauses_are_sentences(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i]);
}

enum { SENTENCES_MAX = 9 };
typedef const char *const sentences[SENTENCES_MAX + 1]; /* ends with NULL */

static void check_sentences(struct slice text, sentences *wanted)
{
    struct diagnostics diagnostics;
    struct buffer out;
    diagnostics_init(&diagnostics);
    buffer_init(&out, BUFFER_NO_LIMIT);
    struct definition_file *file = definition_parse(text, "t", &diagnostics);
    assert_non_null(file);
    for (int language = LANGUAGE_EN; language <= LANGUAGE_HE; language++) {
        buffer_clear(&out);
        definition_explain(definition_of(file), (enum language)language, &out);
        assert_non_null(wanted[language][0]);
        for (size_t i = 0; wanted[language][i]; i++)
            if (!memmem(out.data, out.len, wanted[language][i], strlen(wanted[language][i])))
                fail_msg("%s is not in\n%.*s", wanted[language][i], (int)out.len, out.data);
    }
    definition_free(file);
    diagnostics_release(&diagnostics);
    buffer_release(&out);
}

static void bursts_laps_and_landings_are_sentences(void **state)
{
    static sentences wanted[] = {
        [LANGUAGE_EN] =
            {"“clicked in a mail”: 3 or more within 10 seconds were made by a machine.",
             "Entered again only after a new event.", "how many people of the account have at least 2 of visits",
             "the sum of visits over the people of the account",
             "“clicked in a mail”: those of 5 people or more of one company's mail domain within 2 seconds were made "
             "by a machine.",
             "l: whoever was in the funnel lands at B when “clicked in a mail” happened at least once.",
             "Only after C or gave up.", "30 days after that at the earliest, without a new event.",
             "what stands before it is inherited, and is in no count, time or rate."},
        [LANGUAGE_HE] = {
            "\"הקלקה במייל\": 3 או יותר בתוך 10 שניות הם מעשה מכונה.", "כניסה חוזרת רק בעקבות אירוע חדש.",
            "כמה מאנשי החשבון הגיעו לפחות ל־2 של ", "סכום של ",
            "\"הקלקה במייל\": אלה של 5 אנשים או יותר מדומיין דואר אחד של חברה בתוך שתי שניות הם מעשה מכונה.",
            "מי שכבר היה במשפך חוזר לשלב ", "רק אחרי ", "לא לפני שעברו 30 יום מאז, גם בלי אירוע חדש.",
            "השלבים שלפניו עוברים בירושה, ואינם נכללים בשום ספירה, זמן או שיעור."}};
    check_sentences(
        SLICE("masa: 1\n"
              "signals: { visits: { did: clicked }, t: { of: account, members: { with: visits, at_least: 2 } },\n"
              "  u: { of: account, members: { sum: visits } } }\n"
              "events: { clicked: { he: הקלקה במייל, en: clicked in a mail, burst: { times: 3, within: 10s }, "
              "crowd: { people: 5, within: 2s } } }\n"
              "traits: { person: { email: string } }\n"
              "funnels: { f: { stages: { A: { on: clicked, again: new event }, B: { on: clicked }, C: { on: clicked } "
              "},\n"
              "  exits: { left: { en: gave up, on: clicked } },\n"
              "  landings: { l: { at: B, on: clicked, after: [C, left], again: 30d } } } }\n"),
        wanted);
}

static void contacts_are_sentences(void **state)
{
    static sentences wanted[] = {
        [LANGUAGE_EN] =
            {"t: how many contacts of the deal have at least 2 of visits",
             "u: the sum of visits over the contacts of the subscription",
             "v: the sum of visits over the contacts of the deal, counting only the primary contact",
             "w: how many contacts of the deal have at least 1 of visits, counting only the earliest contact"},
        [LANGUAGE_HE] = {" – כמה מאנשי הקשר של העסקה הגיעו לפחות ל־2 של ", " אצל אנשי הקשר של המינוי",
                         " אצל אנשי הקשר של העסקה, רק לפי איש הקשר הראשי", ", רק לפי איש הקשר המוקדם ביותר"}};
    check_sentences(SLICE("masa: 1\n"
                          "signals: { visits: { he: ביקורים, en: visits, did: clicked },\n"
                          "  t: { of: deal, members: { with: visits, at_least: 2, role: all } },\n"
                          "  u: { of: subscription, members: { sum: visits } },\n"
                          "  v: { of: deal, members: { sum: visits, role: primary } },\n"
                          "  w: { of: deal, members: { with: visits, role: first } } }\n"
                          "events: { clicked: {} }\n"
                          "funnels: { f: { stages: { A: { on: clicked }, B: { on: clicked } } } }\n"),
                    wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(clauses_are_sentences),
                                       cmocka_unit_test(bursts_laps_and_landings_are_sentences),
                                       cmocka_unit_test(contacts_are_sentences)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
