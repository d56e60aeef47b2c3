/* The fixed texts of explanations in both languages, and how numbers, lengths of time and lists are said. Hebrew
 * sentences are put so that no word has to agree in gender with a name that comes from the file; names and expressions
 * in Latin letters are isolated in them. */
#ifndef MASA_DEFINITION_WORDS_H
#define MASA_DEFINITION_WORDS_H

#include "definition/load.h"

/* {0}, {1}, {2} are filled in. */
#define PHRASES(P)                                                                                                     \
    /* values */                                                                                                       \
    P(OF_PERSON, "person {0}", "{0} של איש הקשר")                                                                      \
    P(OF_ACCOUNT, "account {0}", "{0} בחשבון")                                                                         \
    P(OF_DEAL, "deal {0}", "{0} בעסקה")                                                                                \
    P(OF_SUBSCRIPTION, "subscription {0}", "{0} במינוי")                                                               \
    P(OF_MARKET, "market {0}", "{0} בשוק")                                                                             \
    P(SIGNAL, "the signal {0}", "המדד {0}")                                                                            \
    P(FIT, "the fit to the profile {0}", "מידת ההתאמה לפרופיל {0}")                                                    \
    P(YES_COUNT, "the number of yes answers in BANT {0}", "מספר תשובות ה\"כן\" במבחן BANT {0}")                        \
    P(SCORE, "the {0} score", "הניקוד {0}")                                                                            \
    P(ENTRY_OF, "{0} in {1}", "{0} ב־{1}")                                                                             \
    P(TIMES_SIGN, "{0} × {1}", "{0} × {1}")                                                                            \
    P(PLUS_SIGN, "{0} + {1}", "{0} + {1}")                                                                             \
    P(MINUS_SIGN, "{0} − {1}", "{0} − {1}")                                                                            \
    P(YES, "yes", "כן")                                                                                                \
    P(NO, "no", "לא")                                                                                                  \
    /* conditions */                                                                                                   \
    P(IS, "{0} is {1}", "{0}: {1}")                                                                                    \
    P(IS_NOT, "{0} is not {1}", "{0}: לא {1}")                                                                         \
    P(ABOVE, "{0} above {1}", "{0}: מעל {1}")                                                                          \
    P(AT_LEAST, "{0} at least {1}", "{0}: לפחות {1}")                                                                  \
    P(BELOW, "{0} below {1}", "{0}: פחות מ־{1}")                                                                       \
    P(AT_MOST, "{0} at most {1}", "{0}: לכל היותר {1}")                                                                \
    P(FROM_TO, "{0} from {1} to {2}", "{0}: מ־{1} עד {2}")                                                             \
    P(INCLUDES, "{0} includes {1}", "{0}: כולל את {1}")                                                                \
    P(INCLUDES_NOT, "{0} does not include {1}", "{0}: לא כולל את {1}")                                                 \
    P(STARTS, "{0} begins with {1}", "{0}: מתחיל ב־{1}")                                                               \
    P(STARTS_NOT, "{0} does not begin with {1}", "{0}: לא מתחיל ב־{1}")                                                \
    P(ENDS, "{0} ends in {1}", "{0}: מסתיים ב־{1}")                                                                    \
    P(ENDS_NOT, "{0} does not end in {1}", "{0}: לא מסתיים ב־{1}")                                                     \
    P(CONTAINS, "{0} contains {1}", "{0}: מכיל {1}")                                                                   \
    P(CONTAINS_NOT, "{0} does not contain {1}", "{0}: לא מכיל {1}")                                                    \
    P(KNOWN, "{0} is known", "{0}: ידוע")                                                                              \
    P(NOT_KNOWN, "{0} is not known", "{0}: לא ידוע")                                                                   \
    P(UNLESS_KNOWN, "{0}; when that is not known, {1}", "{0}; כשזה לא ידוע, {1}")                                      \
    P(EMPTY, "{0} is empty", "{0}: ריק")                                                                               \
    P(NOT_EMPTY, "{0} is not empty", "{0}: לא ריק")                                                                    \
    P(WORK_EMAIL, "{0} is a work address", "{0}: כתובת של מקום העבודה")                                                \
    P(NOT_WORK_EMAIL, "{0} is no work address", "{0}: לא כתובת של מקום העבודה")                                        \
    P(MATCHED, "fits the profile {0}", "יש התאמה לפרופיל {0}")                                                         \
    P(NOT_MATCHED, "does not fit the profile {0}", "אין התאמה לפרופיל {0}")                                            \
    P(PASSED, "passes BANT {0}", "יש עמידה במבחן BANT {0}")                                                            \
    P(NOT_PASSED, "does not pass BANT {0}", "אין עמידה במבחן BANT {0}")                                                \
    P(ANSWER_YES, "the answer to {0} in BANT {1} is yes", "התשובה על {0} במבחן BANT {1}: כן")                          \
    P(ANSWER_NO, "the answer to {0} in BANT {1} is no", "התשובה על {0} במבחן BANT {1}: לא")                            \
    P(NOT, "not true that {0}", "לא נכון: {0}")                                                                        \
    P(AND, " and ", " וגם ")                                                                                           \
    P(LIST_AND, " and ", " ו־{0}")                                                                                     \
    P(OR, " or ", " או ")                                                                                              \
    P(GROUPED, "({0})", "({0})")                                                                                       \
    P(HOLDS, "{0} holds", "מתקיים {0}")                                                                                \
    P(HOLDS_NOT, "{0} does not hold", "לא מתקיים {0}")                                                                 \
    /* what happened */                                                                                                \
    P(EVENT, "“{0}”", "\"{0}\"")                                                                                       \
    P(EVENT_WITH, "“{0}” ({1})", "\"{0}\" ({1})")                                                                      \
    P(HAPPENED, "{0} happened at least {1}", "האירוע {0} קרה לפחות {1}")                                               \
    P(EITHER_HAPPENED, "{0} happened at least {1}", "אחד האירועים {0} קרה לפחות {1}")                                  \
    P(SOME_HAPPENED, "{0} happened at least {1} in all", "האירועים {0} קרו יחד לפחות {1}")                             \
    P(EACH_COUNTED, "{0}, each {1} counted once", "{0}, פעם אחת לכל {1}")                                              \
    P(HUMAN, "{0}, by people and not by machines", "{0}, בידי אדם ולא בידי מכונה")                                     \
    P(PEOPLE_OF_ACCOUNT, "people of the account", "אנשי החשבון")                                                       \
    P(CONTACTS_OF_DEAL, "contacts of the deal", "אנשי הקשר של העסקה")                                                  \
    P(CONTACTS_OF_SUBSCRIPTION, "contacts of the subscription", "אנשי הקשר של המינוי")                                 \
    P(MEMBERS_SUM, "the sum of {0} over the {1}", "סכום של {0} אצל {1}")                                               \
    P(MEMBERS_WITH, "how many {2} have at least {1} of {0}", "כמה מ{2} הגיעו לפחות ל־{1} של {0}")                      \
    P(MEMBERS_PRIMARY, "{0}, counting only the primary contact", "{0}, רק לפי איש הקשר הראשי")                         \
    P(MEMBERS_FIRST, "{0}, counting only the earliest contact", "{0}, רק לפי איש הקשר המוקדם ביותר")                   \
    P(CROWD, "{0}: those of {1} people or more of one company's mail domain within {2} were made by a machine.",       \
      "{0}: אלה של {1} אנשים או יותר מדומיין דואר אחד של חברה בתוך {2} הם מעשה מכונה.")                                \
    P(BURST, "{0}: {1} or more within {2} were made by a machine.", "{0}: {1} או יותר בתוך {2} הם מעשה מכונה.")        \
    P(MACHINES, "Machines", "מכונות")                                                                                  \
    P(WITHIN, "{0}, within {1}", "{0}, בתוך {1}")                                                                      \
    P(SINCE, "{0}, since entering {1}", "{0}, מאז הכניסה לשלב {1}")                                                    \
    P(QUIET, "{0} did not happen for {1}", "האירוע {0} לא קרה במשך {1}")                                               \
    P(QUIET_SOME, "none of {0} happened for {1}", "אף אחד מהאירועים {0} לא קרה במשך {1}")                              \
    P(QUIET_ANY, "there is no activity at all for {0}", "אין שום פעילות במשך {0}")                                     \
    /* clauses */                                                                                                      \
    P(ALL_OF, "all of these hold:", "כל אלה מתקיימים:")                                                                \
    P(ANY_OF, "at least one of these holds:", "מתקיים לפחות אחד מאלה:")                                                \
    P(NONE_OF, "this does not hold:", "זה אינו מתקיים:")                                                               \
    P(SOME_OF, "at least {0} of these hold:", "מתקיימים לפחות {0} מאלה:")                                              \
    P(LABELLED, "{0}: {1}", "{0} – {1}")                                                                               \
    /* sections */                                                                                                     \
    P(TITLE, "{0}: definition {1}, version {2}", "{0}: ההגדרה {1}, גרסה {2}")                                          \
    P(SIGNED_BY, "It takes effect when signed by: {0}.", "תוקף ההגדרה מותנה בחתימה של: {0}.")                          \
    P(AUDIENCE, "Target audience", "קהל היעד")                                                                         \
    P(AUDIENCE_WHEN, "A person belongs to it when", "איש קשר שייך לקהל היעד כאשר")                                     \
    P(SIGNALS, "Signals", "מדדים")                                                                                     \
    P(PROFILES, "Ideal customer profiles", "פרופילים של לקוח אידיאלי")                                                 \
    P(QUESTIONS, "Qualification questions (BANT)", "מבחני סינון (BANT)")                                               \
    P(SCORES, "Scores", "ניקוד")                                                                                       \
    P(FUNNEL_OF_PERSON, "Funnel {0}: counts persons", "משפך {0}: סופר אנשי קשר")                                       \
    P(FUNNEL_OF_ACCOUNT, "Funnel {0}: counts accounts", "משפך {0}: סופר חשבונות")                                      \
    P(FUNNEL_OF_DEAL, "Funnel {0}: counts deals", "משפך {0}: סופר עסקאות")                                             \
    P(FUNNEL_OF_SUBSCRIPTION, "Funnel {0}: counts subscriptions", "משפך {0}: סופר מינויים")                            \
    P(FUNNEL_OF_MARKET, "Funnel {0}", "משפך {0}")                                                                      \
    P(CREDIT_PRIMARY, "A deal is credited to its primary contact.", "עסקה נזקפת לאיש הקשר הראשי שלה.")                 \
    P(CREDIT_ALL, "A deal is credited to all its contacts.", "עסקה נזקפת לכל אנשי הקשר שלה.")                          \
    P(CREDIT_FIRST, "A deal is credited to its earliest contact.", "עסקה נזקפת לאיש הקשר המוקדם ביותר שלה.")           \
    P(EXITS, "Ways out of {0}", "יציאות ממשפך {0}")                                                                    \
    P(LANDINGS, "Ways back into the middle of {0}", "חזרות לאמצע משפך {0}")                                            \
    P(TEAMS, "Teams: {0}.", "צוותים: {0}.")                                                                            \
    P(BRIEF, "The brief of a lead", "תדריך הליד")                                                                      \
    P(PAINS, "Pains", "כאבים")                                                                                         \
    P(OPENERS, "Conversation starters", "פתיחים לשיחה")                                                                \
    P(DISCOVERY, "Discovery questions", "שאלות גילוי")                                                                 \
    P(PLAYBOOKS, "Playbooks", "תרחישים")                                                                               \
    P(BUYING_GROUP, "The buying group", "קבוצת הקנייה")                                                                \
    P(KPIS, "Measures", "מדדי ביצוע")                                                                                  \
    /* signals */                                                                                                      \
    P(COUNT_OF, "how many times {0} happened", "כמה פעמים קרה: {0}")                                                   \
    P(DISTINCT_OF, "how many different values of {1} there were in {0}", "כמה ערכים שונים של {1} היו ב: {0}")          \
    P(SUM_OF, "the sum of {1} over {0}", "סכום {1} בכל: {0}")                                                          \
    P(FIRST_OF, "the first {1} in {0}", "{1} בפעם הראשונה שקרה: {0}")                                                  \
    P(LAST_OF, "the latest {1} in {0}", "{1} בפעם האחרונה שקרה: {0}")                                                  \
    P(MIN_OF, "the smallest {1} in {0}", "{1} הנמוך ביותר ב: {0}")                                                     \
    P(MAX_OF, "the largest {1} in {0}", "{1} הגבוה ביותר ב: {0}")                                                      \
    P(DAYS_SINCE, "whole days since the latest {0}", "ימים שלמים מאז הפעם האחרונה שקרה: {0}")                          \
    P(STREAK_DAYS, "consecutive days with {0}", "ימים רצופים שבהם קרה: {0}")                                           \
    P(STREAK_WEEKS, "consecutive weeks with {0}", "שבועות רצופים שבהם קרה: {0}")                                       \
    P(WEIGH, "points: {0}", "נקודות: {0}")                                                                             \
    P(WEIGHT, "{0} gives {1}", "{0} נותן {1}")                                                                         \
    P(WEIGHT_MOST, "{0} gives {1} (at most {2})", "{0} נותן {1} (לכל היותר {2})")                                      \
    P(HALF_LIFE, "{0}; points halve every {1}", "{0}; הנקודות יורדות לחצי כל {1}")                                     \
    P(CAPPED, "{0}; at most {1} in all", "{0}; לכל היותר {1} בסך הכול")                                                \
    /* ICP, BANT, scores */                                                                                            \
    P(ICP, "{0}: fits when at least {1} of the weights hold:", "{0}: יש התאמה כאשר לפחות {1} מהמשקלות מתקיימים:")      \
    P(CRITERION, "{0} (weight {1})", "{0} (משקל {1})")                                                                 \
    P(BANT_ALL, "{0}: passes when all {1} answers are yes:", "{0}: עובר כאשר כל {1} התשובות הן \"כן\":")               \
    P(BANT, "{0}: passes with at least {1} yes answers out of {2}:", "{0}: עובר עם לפחות {1} תשובות \"כן\" מתוך {2}:") \
    P(QUESTION, "{0}: yes when {1}", "{0} – \"כן\" כאשר {1}")                                                          \
    P(SCORE_ADDS, "{0} adds up:", "{0} הוא הסכום של:")                                                                 \
    P(OWNED, "{0}, of {1},", "{0}, של {1},")                                                                           \
    P(TERM, "{0}: {1} points", "{0} – {1} נקודות")                                                                     \
    P(TERM_AS, "{0}: as many points as {1}", "{0} – מספר הנקודות: {1}")                                                \
    P(TERM_WHEN, "{0}: {1} points when {2}", "{0} – {1} נקודות כאשר {2}")                                              \
    P(TERM_AS_WHEN, "{0}: when {2}, as many points as {1}", "{0} – כאשר {2}, מספר הנקודות: {1}")                       \
    P(TERM_CAP, "{0}, at most {1}", "{0}, לכל היותר {1}")                                                              \
    P(THRESHOLD, "The threshold: above {0}, not {0} itself.", "הסף: מעל {0}, לא כולל {0}.")                            \
    P(BORDERLINE, "From {0} up to the threshold it is borderline.", "מ־{0} ועד הסף זהו מקרה גבולי.")                   \
    P(BORDERLINE_TEAM, "From {0} up to the threshold it goes to {1}.", "מ־{0} ועד הסף זה עובר אל {1}.")                \
    /* stages */                                                                                                       \
    P(STAGE, "{0}. {1}", "{0}. {1}")                                                                                   \
    P(STAGE_OWNED, "{0}. {1}, owned by {2}", "{0}. {1}, באחריות {2}")                                                  \
    P(ENTERED_WHEN, "Entered when", "הכניסה לשלב כאשר")                                                                \
    P(DECIDED, "Entered only when {0} accepts; the proposal is made on entering {1}.",                                 \
      "הכניסה לשלב רק בהחלטה של {0}; ההצעה מוגשת עם הכניסה לשלב {1}.")                                                 \
    P(GATED, "Checked only while in {0}.", "נבדק רק בזמן השהות בשלב {0}.")                                             \
    P(CARRIES, "Missing stages before it are entered with it.", "שלבים קודמים שחסרים נרשמים יחד איתו.")                \
    P(SLA, "Within {0} of entering {1}.", "בתוך {0} מהכניסה לשלב {1}.")                                                \
    P(NOTICE_AT_DUE, "when it is due", "בהגיע המועד")                                                                  \
    P(NOTICE_AFTER_START, "{0} after it began", "{0} אחרי תחילת הספירה")                                               \
    P(NOTICE_BEFORE_DUE, "{0} before it is due", "{0} לפני המועד")                                                     \
    P(NOTICE_AFTER_DUE, "{0} after it was due", "{0} אחרי המועד")                                                      \
    P(REMIND, "A reminder {0}.", "תזכורת {0}.")                                                                        \
    P(REMIND_TO, "A reminder to {1} {0}.", "תזכורת אל {1} {0}.")                                                       \
    P(ESCALATE, "Goes up to {1} {0}.", "עובר לטיפול של {1} {0}.")                                                      \
    P(RETURN_REASONS, "Reasons to return: {0}.", "סיבות להחזרה: {0}.")                                                 \
    P(RETURN_TO, "A return goes back to {0}.", "החזרה מובילה לשלב {0}.")                                               \
    P(AGAIN_EVIDENCE, "Entered again only on new evidence.", "כניסה חוזרת רק על סמך מידע חדש.")                        \
    P(AGAIN_EVENT, "Entered again only after a new event.", "כניסה חוזרת רק בעקבות אירוע חדש.")                        \
    P(AGAIN_AFTER, "Entered again after {0} at the earliest.", "כניסה חוזרת רק לאחר {0}.")                             \
    P(AGAIN_BY_HAND, "Entered again by hand only.", "כניסה חוזרת באופן ידני בלבד.")                                    \
    P(ROUTES, "Goes to {0}.", "מנותב אל {0}.")                                                                         \
    P(ROUTE_WHEN, "{0} when {1}", "{0} כאשר {1}")                                                                      \
    P(ROUTE_REST, "{0} otherwise", "{0} בכל מקרה אחר")                                                                 \
    P(REJECT, "Reasons to reject: {0}.", "סיבות לדחייה: {0}.")                                                         \
    P(MILESTONES, "Milestones: {0}.", "אבני דרך: {0}.")                                                                \
    P(ADVISED, "Advised, not required: {0}.", "מומלץ, לא חובה: {0}.")                                                  \
    P(EXIT_WHEN, "{0}: left when", "{0}: היציאה כאשר")                                                                 \
    P(EXIT_DECIDED, "{0}: left when {1} decides so.", "{0}: היציאה בהחלטה של {1}.")                                    \
    P(REASONS, "Reasons: {0}.", "סיבות: {0}.")                                                                         \
    P(LANDING_WHEN, "{0}: whoever was in the funnel lands at {1} when", "{0}: מי שכבר היה במשפך חוזר לשלב {1} כאשר")   \
    P(LANDING_AFTER, "Only after {0}.", "רק אחרי {0}.")                                                                \
    P(LANDING_AFTER_ALL, "After a win or any exit.", "אחרי זכייה או אחרי כל יציאה.")                                   \
    P(LANDING_AGAIN, "Only on new evidence since then.", "רק על סמך מידע חדש מאז.")                                    \
    P(LANDING_AGAIN_EVENT, "Only after a new event since then.", "רק בעקבות אירוע חדש מאז.")                           \
    P(LANDING_AGAIN_AFTER, "{0} after that at the earliest, without a new event.",                                     \
      "לא לפני שעברו {0} מאז, גם בלי אירוע חדש.")                                                                      \
    P(LANDING_INHERITED,                                                                                               \
      "A new lap begins there; what stands before it is inherited, and is in no count, time or rate.",                 \
      "שם מתחיל סיבוב חדש; השלבים שלפניו עוברים בירושה, ואינם נכללים בשום ספירה, זמן או שיעור.")                       \
    /* what people are handed */                                                                                       \
    P(POINT_WHEN, "{0}, when {1}", "{0} – כאשר {1}")                                                                   \
    P(ASKED_UNTIL, "{0}, until the answer to {1} in BANT {2} is yes",                                                  \
      "{0} – כל עוד התשובה על {1} במבחן BANT {2} אינה \"כן\"")                                                         \
    P(PLAYBOOK, "{0}: when {1}", "{0}: כאשר {1}")                                                                      \
    P(REFRESHED, "Gone over on {0}.", "עודכן ב־{0}.")                                                                  \
    P(SEAT, "{0} ({1}): when {2}", "{0} – {1}, כאשר {2}")                                                              \
    P(SEAT_FREE, "{0} (may be missing)", "{0} (לא חובה)")                                                              \
    P(DECIDES, "decides", "בעמדת החלטה")                                                                               \
    P(INFLUENCES, "influences", "בעמדת השפעה")                                                                         \
    P(USES, "uses", "בשימוש יומיומי")                                                                                  \
    P(BLOCKS, "can block", "עם יכולת לעצור")                                                                           \
    /* measures */                                                                                                     \
    P(LANDING, "Landing rate: of those for whom {0}, how many reach {1}.",                                             \
      "שיעור הנחיתה: מבין מי שאצלם {0}, כמה מגיעים לשלב {1}.")                                                         \
    P(TRANSITION, "{0} to {1}: {2}.", "מ־{0} ל־{1}: {2}.")                                                             \
    P(FAILING, "below {0} is failing", "מתחת ל־{0} כישלון")                                                            \
    P(GOOD, "{0} or more is good", "{0} ומעלה טוב")                                                                    \
    P(EXCELLENT, "{0} or more is excellent", "{0} ומעלה מצוין")                                                        \
    P(WANTED, "wanted between {0} and {1}", "הטווח הרצוי בין {0} ל־{1}")                                               \
    P(TARGET_DAYS, "the aim is {0}", "היעד הוא {0}")                                                                   \
    P(FROM_STAGE, "{0} to {1}", "{0} אל {1}")                                                                          \
    P(LANDING_RATE, "landing rate", "שיעור הנחיתה")                                                                    \
    /* what changes; first what a number is of */                                                                      \
    P(BANT_OF, "BANT {0}", "מבחן BANT {0}")                                                                            \
    P(MATCH_OF, "the share of weights that fits the profile {0}", "חלק המשקלות הדרוש להתאמה לפרופיל {0}")              \
    P(PASS_OF, "the number of yes answers that passes BANT {0}", "מספר תשובות ה\"כן\" הדרוש במבחן BANT {0}")           \
    P(THRESHOLD_OF, "the threshold of the {0} score", "הסף של הניקוד {0}")                                             \
    P(BORDER_OF, "where the borderline of the {0} score begins", "תחילת המקרה הגבולי בניקוד {0}")                      \
    P(SLA_OF, "the time until {0}", "הזמן עד הכניסה לשלב {0}")                                                         \
    P(OWNER_OF, "the owner of {0}", "האחריות על {0}")                                                                  \
    P(GOES, "{0} goes from {1} to {2}", "{0}: מ־{1} ל־{2}")                                                            \
    P(INSTEAD, "{0}: “{2}” instead of “{1}”", "{0}: \"{2}\" במקום \"{1}\"")                                            \
    P(ADDED, "{0}: added: {1}", "{0} – תוספת: {1}")                                                                    \
    P(REMOVED, "{0}: removed: {1}", "{0} – הסרה: {1}")                                                                 \
    P(RULE_ADDED, "{0} is new", "חדש: {0}")                                                                            \
    P(RULE_REMOVED, "{0} is gone", "הוסר: {0}")                                                                        \
    P(NOBODY, "nobody", "אין")                                                                                         \
    P(CHANGED, "{0} is changed", "שינוי: {0}")                                                                         \
    /* roles */                                                                                                        \
    P(MARKETING, "marketing", "שיווק")                                                                                 \
    P(SALES, "sales", "מכירות")                                                                                        \
    P(SUCCESS, "customer success", "הצלחת לקוחות")                                                                     \
    P(PRODUCT, "product", "מוצר")

#define PHRASE_ID(id, en, he) SAY_##id,
enum phrase { PHRASES(PHRASE_ID) PHRASE_COUNT };
#undef PHRASE_ID

/* Who speaks: of which definition, in which language. Texts live in the arena. */
struct speaker {
    const struct definition *definition;
    enum language language;
    struct arena *arena;
    bool plain; /* whoever draws the text isolates it */
};

struct slice phrase(const struct speaker *s, enum phrase which);
struct slice fill1(const struct speaker *s, enum phrase which, struct slice a);
struct slice fill2(const struct speaker *s, enum phrase which, struct slice a, struct slice b);
struct slice fill3(const struct speaker *s, enum phrase which, struct slice a, struct slice b, struct slice c);
/* Keeps a text of the other direction in one piece; only Hebrew needs it. */
struct slice isolated(const struct speaker *s, struct slice text);
/* What people read: the language's text, else the name, isolated. */
struct slice spoken(const struct speaker *s, const struct label *label);
struct slice spoken_number(const struct speaker *s, int64_t millionths);
struct slice spoken_whole(const struct speaker *s, int64_t n); /* any int, beyond what decimals hold */
struct slice spoken_percent(const struct speaker *s, int64_t millionths);
struct slice spoken_times(const struct speaker *s, int64_t n);
struct slice spoken_duration(const struct speaker *s, struct duration d);
struct slice spoken_role(const struct speaker *s, enum role role);
/* "a, b or c": SAY_OR or SAY_LIST_AND joins the last two. */
struct slice spoken_list(const struct speaker *s, const struct slice *items, size_t count, enum phrase join);

/* ---- speak.c: rules in words ---- */

/* A condition as a sentence; what a number is worth: "60 × the fit to the profile x". */
struct slice speak_rule(const struct speaker *s, enum subject_kind kind, const struct rule *rule);
struct slice speak_matcher(const struct speaker *s, const struct matcher *matcher);
struct slice speak_match(const struct speaker *s, const struct match *match);
/* The name of a value that rules of the kind may read, and a value of it: "yes", "saas", "4500 USD", "a, b". An absent
 * one is an empty text; instants are the caller's to say. */
struct slice speak_slot(const struct speaker *s, enum subject_kind kind, uint32_t slot);
struct slice speak_cell(const struct speaker *s, enum subject_kind kind, uint32_t slot, struct cell cell);
/* How a signal's events are narrowed: who, within what, since when. */
struct slice speak_window(const struct speaker *s, struct slice text, const struct signal *signal);

/* ---- speak_clause.c ---- */

/* A leaf as a sentence, a branch as the line above its members. */
struct slice speak_clause(const struct speaker *s, enum subject_kind kind, const struct clause *clause);
/* All of a clause as one sentence: what its label says in the language, else its members joined. */
struct slice speak_situation(const struct speaker *s, enum subject_kind kind, const struct clause *clause);
/* That one of the matcher's events happened so many times. */
struct slice speak_happened(const struct speaker *s, const struct matcher *matcher, int64_t times);
/* The name of the property that a signal sums, keeps or counts apart. */
struct slice speak_property(const struct speaker *s, const struct signal *signal);

#endif
