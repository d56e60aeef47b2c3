/* The catalogue's text: complete in both languages, well formed, and worded as it should be. */
#include <stdio.h>
#include <stdlib.h>

#include "base/test.h"

#include "base/civil.h"
#include "report/catalogue.h"
#include "report/format.h"
#include "report/message.h"

static void both_languages(void **state)
{
    struct catalogue *c = catalogue_new(SLICE("he-IL"));
    struct arena arena;
    arena_init(&arena);
    assert_true(catalogue_count(c) > 200);
    for (size_t i = 0; i < catalogue_count(c); i++) {
        struct slice key = catalogue_key(c, i), he = catalogue_pattern(c, i, HEBREW),
                     en = catalogue_pattern(c, i, ENGLISH), he_names, en_names;
        if (!message_names(&arena, he, &he_names)) fail_msg("%.*s: the Hebrew is malformed", SLICE_ARG(key));
        if (!message_names(&arena, en, &en_names)) fail_msg("%.*s: the English is malformed", SLICE_ARG(key));
        if (!slice_equal(he_names, en_names))
            fail_msg("%.*s: arguments differ: %.*s / %.*s", SLICE_ARG(key), SLICE_ARG(he_names), SLICE_ARG(en_names));
        if (memchr(he.ptr, '\'', he.len) || memchr(en.ptr, '\'', en.len))
            fail_msg("%.*s: an apostrophe quotes in patterns", SLICE_ARG(key));
        if (memmem(he.ptr, he.len, "\xE2\x80\x8F", 3) || memmem(he.ptr, he.len, "\xE2\x80\x8E", 3))
            fail_msg("%.*s: holds a direction mark", SLICE_ARG(key));
        if ((he.len == 0) != (en.len == 0)) fail_msg("%.*s: empty in one language", SLICE_ARG(key));
    }
    arena_release(&arena);
    catalogue_free(c);
}

static void malformed(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"a\nhe x\nen y\n", true},
        {"# c\n\na\nhe x\nen y", true},
        {"a\nhe x\n", false},
        {"he x\n", false},
        {"a\nhe x\nhe y\n", false},
        {"a b\nhe x\nen y\n", false},
        {"a\nhe x\nen y\na\nhe x\nen y\n", false},
        {"a\nhe\nen\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int line;
        struct catalogue *c = catalogue_parse(slice_from(cases[i].text), SLICE("en-US"), &line);
        if ((c != NULL) != cases[i].good) fail_msg("case %zu", i);
        catalogue_free(c);
    }
}

static void worded(void **state)
{
    static const char text[] =
        "to\nhe ל־{x} ומ־{x}\nen to {x}\n"
        "days\nhe {n, plural, one{יום אחד} two{יומיים} other{# ימים}}\nen {n, plural, one{# day} other{# days}}\n"
        "word\nhe אי־{x} דו־שבועי\nen {x}\n";
    static const struct {
        const char *key;
        bool number;
        double n;
        const char *x, *he, *en;
    } cases[] = {
        {"to", false, 0, "SQL", "ל־SQL ומ־SQL", "to SQL"},
        {"to", false, 0, "70", "ל־70 ומ־70", "to 70"},
        {"to", false, 0, "טיקטוק", "לטיקטוק ומ־טיקטוק", "to טיקטוק"}, /* only one letter grows together */
        {"word", false, 0, "אפשר", "אי־אפשר דו־שבועי", "אפשר"},
        {"days", true, 1, "", "יום אחד", "1 day"},
        {"days", true, 2, "", "יומיים", "2 days"},
        {"days", true, 12.5, "", "12.5 ימים", "12.5 days"},
        {"days", true, 1200, "", "1,200 ימים", "1,200 days"},
    };
    int line;
    struct catalogue *c = catalogue_parse(slice_from(text), SLICE("he-IL"), &line);
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice x = slice_from(cases[i].x);
        struct argument argument = {cases[i].number ? "n" : "x", cases[i].number, cases[i].n, {{x, x}}};
        struct words words = catalogue_words(c, &arena, slice_from(cases[i].key), &argument, 1);
        assert_slice(words.in[HEBREW], cases[i].he);
        assert_slice(words.in[ENGLISH], cases[i].en);
    }
    assert_int_equal(catalogue_missing(c), 0);
    assert_slice(catalogue_words(c, &arena, SLICE("none"), NULL, 0).in[ENGLISH], "none");
    catalogue_words(c, &arena, SLICE("to"), NULL, 0); /* without its argument */
    assert_true(catalogue_missing(c) >= 2);
    arena_release(&arena);
    catalogue_free(c);
}

static void numbers(void **state)
{
    struct arena arena;
    arena_init(&arena);
    for (int hebrew = 0; hebrew < 2; hebrew++) {
        struct formats *f = formats_new(hebrew ? "he-IL" : "en-US", SLICE("USD"));
        assert_slice(format_number(f, &arena, 69223, 0, false), "69,223");
        assert_slice(format_number(f, &arena, -3.35, 1, true), "−3.4");
        assert_slice(format_number(f, &arena, 14, 1, false), "14");
        assert_slice(format_number(f, &arena, 14, 1, true), "14.0");
        assert_slice(format_percent(f, &arena, 46.7, true), "46.7%");
        assert_slice(format_percent(f, &arena, 65, false), "65%");
        assert_slice(format_percent(f, &arena, 2.5, false), "2.5%");
        assert_slice(format_money(f, &arena, 1225), "$1,225");
        assert_slice(format_money(f, &arena, 65.333), "$65.33");
        assert_slice(format_money(f, &arena, 65), "$65");
        assert_slice(format_money(f, &arena, 326.67), "$327");
        assert_slice(format_money(f, &arena, -45.5), "−$45.50");
        assert_slice(format_about(f, &arena, 69223), "69,000");
        assert_slice(format_about(f, &arena, 15), "15");
        formats_free(f);
    }
    struct formats *shekels = formats_new("he-IL", SLICE("ILS")), *francs = formats_new("en-US", SLICE("CHF"));
    assert_slice(format_money(shekels, &arena, 1200), "₪1,200");
    assert_slice(format_money(francs, &arena, 1200), "CHF\xC2\xA0"
                                                     "1,200");
    formats_free(shekels);
    formats_free(francs);
    arena_release(&arena);
}

static void dates_and_lists(void **state)
{
    struct arena arena;
    arena_init(&arena);
    struct formats *he = formats_new("he-IL", SLICE("ILS")), *en = formats_new("en-US", SLICE("USD"));
    int64_t day = civil_to_day(2026, 1, 5);
    assert_slice(format_month(he, &arena, day), "ינואר 2026");
    assert_slice(format_month(en, &arena, day), "January 2026");
    assert_true(memmem(format_days(en, &arena, day, day + 30).ptr, 20, "Jan 5", 5) != NULL);
    struct slice hebrew[] = {SLICE("לינקדאין"), SLICE("TikTok")}, mails[] = {SLICE("4"), SLICE("5")};
    assert_slice(format_list(he, &arena, hebrew, 1), "לינקדאין");
    assert_slice(format_list(he, &arena, hebrew, 2), "לינקדאין ו־TikTok");
    assert_slice(format_list(he, &arena, mails, 2), "4 ו־5");
    assert_slice(format_list(en, &arena, mails, 2), "4 and 5");
    formats_free(he);
    formats_free(en);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages), cmocka_unit_test(malformed),       cmocka_unit_test(worded),
        cmocka_unit_test(numbers),        cmocka_unit_test(dates_and_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
