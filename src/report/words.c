#include "report/words.h"

#include <assert.h>

#include "analysis/dimension.h"
#include "definition/words.h"

/* ---- arguments ---- */

struct arguments arguments_new(const struct wording *w)
{
    struct arguments a = {.count = 0};
    arguments_words(&a, "subjects", w->subjects);
    arguments_words(&a, "period", w->period);
    arguments_words(&a, "compare", w->compare);
    arguments_words(&a, "per_period", w->per_period);
    return a;
}

static struct argument *add(struct arguments *a, const char *name)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->at[i].name, name) == 0) return &a->at[i]; /* a figure may take a common name's place */
    assert(a->count < ARGUMENTS_MOST);
    a->at[a->count] = (struct argument){.name = name};
    return &a->at[a->count++];
}

void arguments_number(struct arguments *a, const char *name, double number)
{
    struct argument *argument = add(a, name);
    argument->is_number = true;
    argument->number = isnan(number) ? 0 : number;
}

void arguments_words(struct arguments *a, const char *name, struct words words)
{
    struct argument *argument = add(a, name);
    argument->is_number = false;
    argument->words = words;
}

void arguments_text(struct arguments *a, const char *name, struct slice text)
{
    arguments_words(a, name, words_same(text));
}

/* ---- words ---- */

struct words words_same(struct slice text)
{
    return (struct words){{text, text}};
}
bool words_empty(struct words words)
{
    return !words.in[HEBREW].len && !words.in[ENGLISH].len;
}

struct words word(struct wording *w, struct slice key, const struct arguments *arguments)
{
    return catalogue_words(w->catalogue, w->arena, key, arguments->at, arguments->count);
}

struct words word_key(struct wording *w, const char *key)
{
    struct arguments a = arguments_new(w);
    return word(w, slice_from(key), &a);
}

struct words word_label(const struct label *label)
{
    struct slice he = label->he.len ? label->he : label->en.len ? label->en : label->name;
    struct slice en = label->en.len ? label->en : label->he.len ? label->he : label->name;
    return (struct words){{he, en}};
}

struct words word_duration(struct duration d, struct arena *arena)
{
    const struct speaker hebrew = {.language = LANGUAGE_HE, .arena = arena, .plain = true},
                         english = {.language = LANGUAGE_EN, .arena = arena, .plain = true};
    return (struct words){{spoken_duration(&hebrew, d), spoken_duration(&english, d)}};
}

/* MQL, SQO: the letters say more to those who use them than the words they stand for. DEMO that is called Demo is a
 * word, and no acronym. */
static bool is_acronym(const struct label *label)
{
    const struct slice name = label->name;
    if (name.len > 4 || slice_equal_fold(name, label->en)) return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') return false;
    return name.len > 0;
}

struct words word_stage(const struct wording *w, uint32_t stage)
{
    const struct label *label = &w->analysis->funnel->stages[stage].label;
    return stage <= w->analysis->goal && is_acronym(label) ? words_same(label->name) : word_label(label);
}

static struct slice plain_letters(struct arena *arena, struct slice code)
{
    char *copy = (char *)arena_slice(arena, code).ptr;
    for (size_t i = 0; i < code.len; i++)
        if (copy[i] == '_') copy[i] = ' ';
    return slice_of(copy, code.len);
}

struct words word_code(struct wording *w, const char *prefix, struct slice code)
{
    struct slice key = arena_printf(w->arena, "%s.%.*s", prefix, SLICE_ARG(code));
    if (!code.len) key = arena_printf(w->arena, "%s.none", prefix);
    if (catalogue_has(w->catalogue, key)) return catalogue_words(w->catalogue, w->arena, key, NULL, 0);
    return words_same(code.len ? plain_letters(w->arena, code) : SLICE("?"));
}

struct words word_coded(struct wording *w, const char *prefix, const struct label *label)
{
    return label->he.len || label->en.len ? word_label(label) : word_code(w, prefix, label->name);
}

struct words word_leave(struct wording *w, const struct exit_rule *exit, struct slice reason, bool whole)
{
    const struct label label = definition_reason(w->analysis->funnel, reason);
    struct arguments a = arguments_new(w);
    if (!reason.len) return exit ? word_label(&exit->label) : word_code(w, "reason", reason);
    const struct words said = word_coded(w, "reason", &label);
    if (!exit || !whole) return said;
    arguments_words(&a, "reason", said);
    arguments_words(&a, "exit", word_label(&exit->label));
    return word(w, SLICE("leave.of_exit"), &a);
}

static struct words word_band(struct wording *w, uint32_t dimension, uint32_t code)
{
    const struct dimension *d = &w->analysis->definition->dimensions[dimension];
    uint32_t band = code - 1;
    const char *key = band == 0 ? "band.below" : band >= d->band_count ? "band.above" : "band.between";
    struct arguments a = arguments_new(w);
    if (band > 0) arguments_number(&a, "low", (double)d->bands[band - 1]);
    if (band < d->band_count) {
        const int64_t high = band ? dimension_upper(w->analysis->definition, d, band) : d->bands[0];
        arguments_number(&a, "high", (double)high);
    }
    return word(w, slice_from(key), &a);
}

struct words word_value(struct wording *w, uint32_t dimension, uint32_t code)
{
    if (!code) return word_key(w, "value.unknown");
    if (w->analysis->definition->dimensions[dimension].band_count) return word_band(w, dimension, code);
    const struct label *label = dimension_label(w->analysis->table, dimension, code);
    return label ? word_label(label) : words_same(dictionary_text(w->analysis->table->dictionary, code));
}

struct words word_role(struct wording *w, enum role role)
{
    return word_key(w, arena_printf(w->arena, "role.%s", role == ROLE_NONE ? "none" : role_names[role]).ptr);
}

struct words word_percent(struct wording *w, double percent, bool fixed)
{
    struct words out;
    for (int t = 0; t < TONGUES; t++) out.in[t] = format_percent(w->formats[t], w->arena, percent, fixed);
    return out;
}

struct words word_money(struct wording *w, double amount)
{
    struct words out;
    for (int t = 0; t < TONGUES; t++) out.in[t] = format_money(w->formats[t], w->arena, amount);
    return out;
}

static struct words word_number(struct wording *w, double value, int places, bool fixed)
{
    struct words out;
    for (int t = 0; t < TONGUES; t++) out.in[t] = format_number(w->formats[t], w->arena, value, places, fixed);
    return out;
}

/* ---- periods ---- */

static void window_days(const struct wording *w, const struct report_window *window, int64_t *from, int64_t *until)
{
    *from = zone_day(w->analysis->table->zone, window->from);
    *until = zone_day(w->analysis->table->zone, window->until);
}

/* How many whole months it is, counted from the first of one; 0 when it is not. */
static int whole_months(int64_t from, int64_t until)
{
    int y1, m1, d1, y2, m2, d2;
    civil_from_day(from, &y1, &m1, &d1);
    civil_from_day(until, &y2, &m2, &d2);
    return d1 == 1 && d2 == 1 ? (y2 - y1) * 12 + m2 - m1 : 0;
}

struct words word_window(struct wording *w, const struct report_window *window)
{
    int64_t from, until;
    int year, month, day;
    window_days(w, window, &from, &until);
    civil_from_day(from, &year, &month, &day);
    int months = whole_months(from, until);
    if (months == 12 && month == 1) return words_same(arena_printf(w->arena, "%d", year));
    if (months == 3 && month % 3 == 1) {
        struct arguments a = {.count = 0};
        arguments_number(&a, "quarter", (month + 2) / 3);
        arguments_text(&a, "year", arena_printf(w->arena, "%d", year));
        return word(w, SLICE("phrase.quarter"), &a);
    }
    struct words out;
    for (int t = 0; t < TONGUES; t++)
        out.in[t] = months == 1 ? format_month(w->formats[t], w->arena, from)
                                : format_days(w->formats[t], w->arena, from, until - 1);
    return out;
}

void wording_init(struct wording *w, struct arena *arena, const struct analysis *analysis)
{
    const struct company *company = &analysis->definition->company;
    const struct fact_table *table = analysis->table;
    int64_t from, until;
    *w = (struct wording){.arena = arena, .analysis = analysis, .catalogue = catalogue_new(company->locale)};
    for (int t = 0; t < TONGUES; t++)
        w->formats[t] = formats_new(catalogue_locale(w->catalogue, (enum tongue)t), company->currency);
    w->subjects = word_code(w, "subjects", slice_from(subject_kind_names[analysis->funnel->of]));
    w->period = word_window(w, &table->windows[0]);
    w->compare = analysis->compared ? word_window(w, &table->windows[1]) : words_same(SLICE("—"));
    window_days(w, &table->windows[0], &from, &until);
    w->per_period = catalogue_words(
        w->catalogue, arena, whole_months(from, until) == 1 ? SLICE("phrase.per_month") : SLICE("phrase.per_period"),
        NULL, 0);
}

void wording_release(struct wording *w)
{
    for (int t = 0; t < TONGUES; t++) formats_free(w->formats[t]);
    catalogue_free(w->catalogue);
}

/* ---- findings ---- */

static struct words join(struct wording *w, const struct words *items, size_t count)
{
    struct words out;
    for (int t = 0; t < TONGUES; t++) {
        struct slice *texts = ARENA_ARRAY(w->arena, struct slice, count);
        for (size_t i = 0; i < count; i++) texts[i] = items[i].in[t];
        out.in[t] = count ? format_list(w->formats[t], w->arena, texts, count) : SLICE("");
    }
    return out;
}

static struct words word_list(struct wording *w, const struct figure *f)
{
    struct words *items = ARENA_ARRAY(w->arena, struct words, f->count);
    for (size_t i = 0; i < f->count; i++)
        items[i] = f->kind == FIGURE_VALUES ? word_value(w, f->index, f->codes[i]) : word_label(f->labels[i]);
    return join(w, items, f->count);
}

static struct words word_counted(struct wording *w, double number)
{
    struct arguments a = {.count = 0};
    arguments_number(&a, "n", number);
    return word(w, arena_printf(w->arena, "counted.%s", subject_kind_names[w->analysis->funnel->of]), &a);
}

static void put_figure(struct wording *w, struct arguments *a, const struct figure *f)
{
    switch (f->kind) {
    case FIGURE_COUNT:
    case FIGURE_DAYS:
    case FIGURE_SCORE:
    case FIGURE_DECIMAL: arguments_number(a, f->name, f->number); break;
    case FIGURE_SUBJECTS: arguments_words(a, f->name, word_counted(w, f->number)); break;
    case FIGURE_PERCENT: arguments_words(a, f->name, word_percent(w, f->number, true)); break;
    case FIGURE_WHOLE_PERCENT: arguments_words(a, f->name, word_percent(w, rounded(f->number, 0), false)); break;
    case FIGURE_LIMIT: arguments_words(a, f->name, word_percent(w, f->number, false)); break;
    case FIGURE_MONEY: arguments_words(a, f->name, word_money(w, f->number)); break;
    case FIGURE_P: arguments_words(a, f->name, word_number(w, f->number, 2, true)); break;
    case FIGURE_ABOUT: {
        struct words about;
        for (int t = 0; t < TONGUES; t++) about.in[t] = format_about(w->formats[t], w->arena, f->number);
        arguments_words(a, f->name, about);
        break;
    }
    case FIGURE_STAGE: arguments_words(a, f->name, word_stage(w, f->index)); break;
    case FIGURE_VALUES:
    case FIGURE_LABELS: arguments_words(a, f->name, word_list(w, f)); break;
    case FIGURE_TEXT: arguments_text(a, f->name, f->text); break;
    case FIGURE_DIMENSION:
        arguments_words(a, f->name, word_label(&w->analysis->definition->dimensions[f->index].label));
        break;
    case FIGURE_AGREED:
        arguments_words(a, f->name, word_duration(w->analysis->transitions[f->index - 1].allowed, w->arena));
        break;
    case FIGURE_ROLE: arguments_words(a, f->name, word_role(w, (enum role)f->index)); break;
    case FIGURE_PHRASE: break; /* after the others, below */
    }
}

struct arguments arguments_of_finding(struct wording *w, const struct finding *finding)
{
    struct arguments a = arguments_new(w);
    for (size_t i = 0; i < finding->figure_count; i++) put_figure(w, &a, &finding->figures[i]);
    for (size_t i = 0; i < finding->figure_count; i++)
        if (finding->figures[i].kind == FIGURE_PHRASE)
            arguments_words(&a, finding->figures[i].name, word(w, finding->figures[i].text, &a));
    return a;
}

struct words word_finding(struct wording *w, const char *kind, const struct finding *finding, const char *part)
{
    struct arguments a = arguments_of_finding(w, finding);
    const char *code = strncmp(finding->code, "top_", 4) == 0 ? "top" : finding->code;
    struct slice key =
        arena_printf(w->arena, "%s.%s.%s%s%s", kind, code, finding->form, *finding->form ? "." : "", part);
    if (!catalogue_has(w->catalogue, key))
        key = arena_printf(w->arena, "%s.%s.%s", kind, code, part); /* all forms share it */
    return word(w, key, &a);
}
