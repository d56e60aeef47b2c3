#include "http/hebrew.h"

#include <stddef.h>
#include <string.h>

/* ---- who wants it ---- */

/* "0.8" in thousandths; what cannot be read, and nothing, is 1. */
static int weight_of(struct slice parameters)
{
    while (parameters.len) {
        struct slice each = slice_trim(slice_cut(&parameters, ';'));
        if (!slice_starts(each, SLICE("q="))) continue;
        int weight = 0, worth = 1000;
        for (size_t i = 2; i < each.len && worth; i++) {
            if (each.ptr[i] == '.') continue;
            if (each.ptr[i] < '0' || each.ptr[i] > '9') return 1000;
            weight += (each.ptr[i] - '0') * worth;
            worth /= 10;
        }
        return weight;
    }
    return 1000;
}

static bool is_language(struct slice tag, struct slice language)
{
    return slice_starts(tag, language) && (tag.len == language.len || tag.ptr[language.len] == '-');
}

bool prefers_hebrew(struct slice accepted)
{
    int hebrew = 0, english = 0;
    while (accepted.len) {
        struct slice each = slice_cut(&accepted, ',');
        const struct slice tag = slice_trim(slice_cut(&each, ';'));
        const int weight = weight_of(each);
        const bool first = hebrew == 0 && english == 0;
        if ((is_language(tag, SLICE("he")) || is_language(tag, SLICE("iw"))) && weight > hebrew)
            hebrew = weight + first; /* of two that are as welcome the first */
        if (is_language(tag, SLICE("en")) && weight > english) english = weight + first;
    }
    return hebrew > english;
}

/* ---- the words ---- */

static const struct refusal_words words[] = {
    {"already_decided", "כבר הוחלט על המסירה הזאת.", true},
    {"bad_body", "משהו בבקשה אינו כפי שצריך; הפרטים בצידה.", false},
    {"bad_cursor", "אי אפשר להמשיך את הרשימה מכאן; התחילו אותה מחדש.", false},
    {"bad_json", "הבקשה אינה JSON תקין.", true},
    {"bad_parameter", "אחד הפרמטרים אינו כפי שצריך.", true},
    {"bad_query", "הכתובת אינה כפי שצריך.", true},
    {"busy", "יש כרגע עומס; נסו שוב בעוד רגע.", false},
    {"changed_meanwhile", "מישהו שינה את זה בינתיים; הסתכלו שוב.", false},
    {"definition_wrong", "בהגדרה יש טעויות; הן מפורטות בצידה.", false},
    {"exists_already", "יש כבר כזה.", true},
    {"forbidden", "התפקידים שלכם אינם מרשים את זה.", false},
    {"forged", "הבקשה לא באה מהדף הזה; טענו אותו מחדש.", false},
    {"idempotency_key_missing", "חסרה הכותרת Idempotency-Key.", false},
    {"key_reused", "המפתח Idempotency-Key כבר שימש לבקשה אחרת.", false},
    {"known", "התשובה ידועה מהאירועים, ואי אפשר למחוק אותה.", true},
    {"last_admin", "זה המנהל האחרון: מישהו צריך להישאר.", false},
    {"link_used", "הקישור כבר שימש, או שזמנו עבר; בקשו חדש.", false},
    {"locked_out", "היו יותר מדי ניסיונות; חכו קצת ונסו שוב.", false},
    {"may_not_decide", "אי אפשר לתת את המסירה למי שאינו מחליט עליה.", true},
    {"no_definition", "אין עדיין הגדרה תקינה.", false},
    {"no_such_cell", "אין תא כזה בדוח.", true},
    {"no_such_model", "אין בהגדרה מודל כזה.", true},
    {"no_such_question", "אין במודל שאלה כזאת.", true},
    {"no_such_team", "אין צוות כזה.", true},
    {"no_such_user", "אין משתמש כזה שעובד כאן.", true},
    {"not_acceptable", "אי אפשר לקבל את זה.", true},
    {"not_confirmed", "לאישור צריך לכתוב את המזהה בדיוק כפי שהוא.", false},
    {"not_found", "אין כזה, או שאין עוד.", true},
    {"not_ready", "הדוח עוד לא מוכן; נסו שוב בעוד רגע.", false},
    {"not_sending", "השרת הזה הופעל בלי שליחה ל־webhooks.", false},
    {"reason_needed", "צריך סיבה, מאלה שבהגדרה.", false},
    {"signed_out", "צריך להיכנס למערכת.", false},
    {"signoff_missing", "חסר אישור של אחד הצדדים.", true},
    {"stands_still", "הדוח עומד על יום קבוע, ומה שנאמר היום לא ייראה בו.", false},
    {"stopping", "השרת נעצר; נסו שוב בעוד רגע.", false},
    {"too_large", "זה גדול מדי.", true},
    {"too_late", "אי אפשר עוד לקחת את זה בחזרה; החזירו את הליד במקום זה.", false},
    {"too_many", "יש כרגע עומס; נסו שוב בעוד רגע.", false},
    {"unavailable", "השרת אינו יכול לקרוא או לכתוב כרגע; נסו שוב בעוד רגע.", false},
    {"under_way", "אותה בקשה כבר בטיפול; חכו לתשובתה.", false},
    {"version_missing", "חסרה הכותרת If-Match עם הגרסה שנראתה.", false},
    {"worked_out", "התשובה מחושבת מערכים אחרים, ואין לה תשובה ביד.", true},
    {"wrong_credentials", "הכתובת או הסיסמה אינן נכונות.", false},
    {"wrong_password", "הסיסמה הנוכחית אחרת.", false},
};

const struct refusal_words *refusal_hebrew(const char *code)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].code, code) == 0) return &words[i];
    return NULL;
}
