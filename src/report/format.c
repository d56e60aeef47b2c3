#include "report/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/udateintervalformat.h>
#include <unicode/ulistformatter.h>
#include <unicode/unumberformatter.h>
#include <unicode/ustring.h>

#include "analysis/statistics.h"
#include "base/civil.h"
#include "base/memory.h"

enum { PLACES_MAX = 4, TEXT_MAX = 400 };

struct formats {
    char locale[32];
    bool hebrew;
    struct slice symbol; /* of the currency */
    char symbol_text[32];
    UNumberFormatter *number[PLACES_MAX + 1][2]; /* by places, fixed or not */
    UFormattedNumber *result;
    UDateFormat *month;
    UDateIntervalFormat *days;
    UListFormatter *list;
};

static UDateFormat *date_pattern(const char *locale, const char *pattern)
{
    UChar text[32];
    UErrorCode status = U_ZERO_ERROR;
    u_uastrcpy(text, pattern);
    UDateFormat *out = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, u"Etc/UTC", -1, text, -1, &status);
    return U_SUCCESS(status) ? out : NULL;
}

static void read_symbol(struct formats *f, struct slice currency)
{
    UChar code[4] = {0};
    UErrorCode status = U_ZERO_ERROR;
    UBool choice;
    int32_t length = 0, bytes = 0;
    for (size_t i = 0; i < currency.len && i < 3; i++) code[i] = (UChar)currency.ptr[i];
    const UChar *name = ucurr_getName(code, "en", UCURR_NARROW_SYMBOL_NAME, &choice, &length, &status);
    if (U_SUCCESS(status)) u_strToUTF8(f->symbol_text, sizeof f->symbol_text - 2, &bytes, name, length, &status);
    if (U_FAILURE(status)) bytes = snprintf(f->symbol_text, sizeof f->symbol_text, "%.3s", currency.ptr);
    bool letters = f->symbol_text[bytes - 1] >= 'A' && f->symbol_text[bytes - 1] <= 'z'; /* "CHF 12", "$12" */
    if (letters) memcpy(f->symbol_text + bytes, "\xC2\xA0", 2), bytes += 2;
    f->symbol = slice_of(f->symbol_text, (size_t)bytes);
}

struct formats *formats_new(const char *locale, struct slice currency)
{
    struct formats *f = memory_new(sizeof *f);
    UErrorCode status = U_ZERO_ERROR;
    snprintf(f->locale, sizeof f->locale, "%s", locale);
    f->hebrew = strncmp(locale, "he", 2) == 0;
    for (int places = 0; places <= PLACES_MAX; places++)
        for (int fixed = 0; fixed < 2; fixed++) {
            UChar skeleton[64];
            char text[64];
            snprintf(text, sizeof text, "%s%.*s rounding-mode-half-up", places ? "." : "precision-integer", places,
                     fixed ? "0000" : "####");
            u_uastrcpy(skeleton, text);
            f->number[places][fixed] = unumf_openForSkeletonAndLocale(skeleton, -1, locale, &status);
        }
    f->result = unumf_openResult(&status);
    f->month = date_pattern(locale, "LLLL y");
    f->days = udtitvfmt_open(locale, u"yMMMd", -1, u"Etc/UTC", -1, &status);
    f->list = ulistfmt_open(locale, &status);
    read_symbol(f, currency);
    return f;
}

void formats_free(struct formats *f)
{
    if (!f) return;
    for (int places = 0; places <= PLACES_MAX; places++)
        for (int fixed = 0; fixed < 2; fixed++) unumf_close(f->number[places][fixed]);
    unumf_closeResult(f->result);
    if (f->month) udat_close(f->month);
    udtitvfmt_close(f->days);
    ulistfmt_close(f->list);
    free(f);
}

static bool is_mark(UChar c)
{
    return c == 0x200E || c == 0x200F || c == 0x061C;
}

/* To UTF-8, without direction marks and odd spaces, with a true minus. */
static struct slice keep(struct arena *arena, const UChar *text, int32_t length)
{
    UChar clean[TEXT_MAX];
    char bytes[TEXT_MAX * 3];
    int32_t n = 0, size = 0;
    UErrorCode status = U_ZERO_ERROR;
    for (int32_t i = 0; i < length && n < TEXT_MAX; i++) {
        UChar c = text[i];
        if (is_mark(c)) continue;
        bool minus = c == '-' && (i == 0 || text[i - 1] <= ' ' || is_mark(text[i - 1])) && i + 1 < length &&
                     text[i + 1] >= '0' && text[i + 1] <= '9';
        clean[n++] = minus ? 0x2212 : c == 0x2009 || c == 0x202F ? ' ' : c;
    }
    u_strToUTF8(bytes, sizeof bytes, &size, clean, n, &status);
    return arena_slice(arena, slice_of(bytes, U_SUCCESS(status) ? (size_t)size : 0));
}

struct slice format_number(struct formats *f, struct arena *arena, double value, int places, bool fixed)
{
    UChar text[TEXT_MAX];
    UErrorCode status = U_ZERO_ERROR;
    if (isnan(value)) return SLICE("—");
    value = rounded(value, places);
    unumf_formatDouble(f->number[places][fixed], value, f->result, &status);
    int32_t length = unumf_resultToString(f->result, text, TEXT_MAX, &status);
    return keep(arena, text, U_SUCCESS(status) ? length : 0);
}

struct slice format_percent(struct formats *f, struct arena *arena, double value, bool fixed)
{
    if (isnan(value)) return SLICE("—");
    return arena_printf(arena, "%.*s%%", SLICE_ARG(format_number(f, arena, value, 1, fixed)));
}

struct slice format_money(struct formats *f, struct arena *arena, double value)
{
    if (isnan(value)) return SLICE("—");
    double size = fabs(value);
    bool cents = size < 100 && rounded(size, 2) != rounded(size, 0);
    struct slice digits = format_number(f, arena, size, cents ? 2 : 0, true);
    return arena_printf(arena, "%s%.*s%.*s", value < 0 && rounded(size, 2) > 0 ? "−" : "", SLICE_ARG(f->symbol),
                        SLICE_ARG(digits));
}

struct slice format_about(struct formats *f, struct arena *arena, double value)
{
    double step = 1;
    while (value / step >= 100) step *= 10;
    return format_number(f, arena, rounded(value / step, 0) * step, 0, false);
}

struct slice format_month(struct formats *f, struct arena *arena, int64_t day)
{
    UChar text[TEXT_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = udat_format(f->month, (double)day * 86400000.0, text, TEXT_MAX, NULL, &status);
    return keep(arena, text, U_SUCCESS(status) ? length : 0);
}

struct slice format_days(struct formats *f, struct arena *arena, int64_t from_day, int64_t last_day)
{
    UChar text[TEXT_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = udtitvfmt_format(f->days, (double)from_day * 86400000.0, (double)last_day * 86400000.0, text,
                                      TEXT_MAX, NULL, &status);
    return keep(arena, text, U_SUCCESS(status) ? length : 0);
}

/* ICU writes "ו-LinkedIn" with a hyphen; Hebrew has a maqaf for it. */
static struct slice hebrew_and(struct arena *arena, struct slice text)
{
    struct slice at = text;
    for (; at.len > 3; at = slice_skip(at, 1))
        if (memcmp(at.ptr, "\xD7\x95-", 3) == 0)
            return arena_printf(arena, "%.*s\xD7\x95\xD6\xBE%.*s", (int)(at.ptr - text.ptr), text.ptr, (int)at.len - 3,
                                at.ptr + 3);
    return text;
}

struct slice format_list(struct formats *f, struct arena *arena, const struct slice *items, size_t count)
{
    enum { ITEMS_MAX = 16, ITEM_MAX = 120 };
    UChar texts[ITEMS_MAX][ITEM_MAX], out[ITEMS_MAX * ITEM_MAX];
    const UChar *list[ITEMS_MAX];
    int32_t lengths[ITEMS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    if (count == 1) return items[0];
    if (count > ITEMS_MAX) count = ITEMS_MAX;
    for (size_t i = 0; i < count; i++) {
        UErrorCode cut = U_ZERO_ERROR;
        lengths[i] = 0;
        u_strFromUTF8WithSub(texts[i], ITEM_MAX, &lengths[i], items[i].len ? items[i].ptr : "", (int32_t)items[i].len,
                             0xFFFD, NULL, &cut);
        if (lengths[i] > ITEM_MAX) lengths[i] = ITEM_MAX;
        list[i] = texts[i];
    }
    int32_t length = ulistfmt_format(f->list, list, lengths, (int32_t)count, out, ITEMS_MAX * ITEM_MAX, &status);
    struct slice joined = keep(arena, out, U_SUCCESS(status) ? length : 0);
    return f->hebrew ? hebrew_and(arena, joined) : joined;
}
