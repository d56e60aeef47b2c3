#include "intake/decode.h"

#include <stdlib.h>

#include <unicode/ucnv.h>

#include "base/memory.h"

enum { PIVOT = 4096 };

struct decoder {
    enum encoding encoding;
    UConverter *from, *to;
    UChar pivot[PIVOT], *pivot_source, *pivot_target;
    bool begun;
    uint64_t replaced;
};

static const struct {
    const char *name, *icu;
} encodings[] = {
    [ENCODING_ASCII] = {"UTF-8", NULL},
    [ENCODING_UTF8] = {"UTF-8", NULL},
    [ENCODING_WINDOWS_1255] = {"Windows-1255", "windows-1255"},
    [ENCODING_UTF16_LE] = {"UTF-16LE", "UTF-16LE"},
    [ENCODING_UTF16_BE] = {"UTF-16BE", "UTF-16BE"},
};

struct slice encoding_name(enum encoding encoding)
{
    return slice_from(encodings[encoding].name);
}

bool encoding_find(struct slice name, enum encoding *out)
{
    static const struct {
        struct slice name;
        enum encoding encoding;
    } names[] = {
        {SLICE("utf-8"), ENCODING_UTF8},
        {SLICE("utf8"), ENCODING_UTF8},
        {SLICE("windows-1255"), ENCODING_WINDOWS_1255},
        {SLICE("cp1255"), ENCODING_WINDOWS_1255},
        {SLICE("utf-16"), ENCODING_UTF16_LE},
        {SLICE("utf-16le"), ENCODING_UTF16_LE},
        {SLICE("utf-16be"), ENCODING_UTF16_BE},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_equal_fold(name, names[i].name)) {
            *out = names[i].encoding;
            return true;
        }
    return false;
}

/* In UTF-16 the high bytes are zero (Latin letters, digits, separators), five (Hebrew) or 0x20 (punctuation) nearly
 * always, the zeros among them not few; in other text neither. */
static bool looks_like_utf16(struct slice s, size_t high_at)
{
    size_t zeros = 0, usual = 0, pairs = s.len / 2 < 2048 ? s.len / 2 : 2048;
    for (size_t i = 0; i < pairs; i++) {
        unsigned char high = (unsigned char)s.ptr[2 * i + high_at];
        zeros += high == 0 && s.ptr[2 * i + 1 - high_at] != 0;
        usual += high == 0 || high == 5 || high == 0x20;
    }
    return pairs >= 2 && usual * 20 >= pairs * 19 && zeros * 8 >= pairs;
}

static size_t ascii_prefix(struct slice s)
{
    size_t i = 0;
    uint64_t word;
    while (s.len - i >= sizeof word && (memcpy(&word, s.ptr + i, sizeof word), !(word & 0x8080808080808080u)))
        i += sizeof word;
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80) i++;
    return i;
}

/* Text in another encoding hardly holds a valid sequence of UTF-8 by chance, so more of those than of broken ones means
 * UTF-8 with an accident in it. A character cut by the end of what was read counts for neither. */
static bool looks_like_utf8(struct slice s)
{
    size_t good = 0, bad = 0;
    while (s.len) {
        size_t plain = ascii_prefix(s);
        s = slice_skip(s, plain);
        if (!s.len) break;
        unsigned char c = (unsigned char)s.ptr[0];
        size_t step = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (step > s.len && s.len < 4 && c >= 0xc2 && c < 0xf5) break;
        bool valid = step <= s.len && slice_is_utf8(slice_of(s.ptr, step));
        good += valid;
        bad += !valid;
        s = slice_skip(s, valid ? step : 1);
    }
    return good > bad || (!good && !bad);
}

enum encoding encoding_detect(struct slice start, size_t *mark)
{
    static const struct {
        struct slice mark;
        enum encoding encoding;
    } marks[] = {{SLICE("\xef\xbb\xbf"), ENCODING_UTF8},
                 {SLICE("\xff\xfe"), ENCODING_UTF16_LE},
                 {SLICE("\xfe\xff"), ENCODING_UTF16_BE}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_starts(start, marks[i].mark)) {
            *mark = marks[i].mark.len;
            return marks[i].encoding;
        }
    *mark = 0;
    if (looks_like_utf16(start, 1)) return ENCODING_UTF16_LE;
    if (looks_like_utf16(start, 0)) return ENCODING_UTF16_BE;
    if (ascii_prefix(start) == start.len) return ENCODING_ASCII;
    return looks_like_utf8(start) ? ENCODING_UTF8 : ENCODING_WINDOWS_1255;
}

static void count_replaced(const void *context, UConverterToUnicodeArgs *args, const char *bytes, int32_t length,
                           UConverterCallbackReason reason, UErrorCode *code)
{
    struct decoder *d = (struct decoder *)(uintptr_t)context;
    if (reason <= UCNV_IRREGULAR) d->replaced++;
    UCNV_TO_U_CALLBACK_SUBSTITUTE(NULL, args, bytes, length, reason, code);
}

static void open_converters(struct decoder *d)
{
    UErrorCode code = U_ZERO_ERROR;
    d->from = ucnv_open(encodings[d->encoding].icu, &code);
    d->to = ucnv_open("UTF-8", &code);
    ucnv_setToUCallBack(d->from, count_replaced, d, NULL, NULL, &code);
    if (U_FAILURE(code)) out_of_memory(sizeof *d); /* ICU without its own tables */
    d->pivot_source = d->pivot_target = d->pivot;
}

struct decoder *decoder_new(enum encoding encoding)
{
    struct decoder *d = memory_new(sizeof *d);
    d->encoding = encoding;
    return d;
}

void decoder_free(struct decoder *d)
{
    if (!d) return;
    if (d->from) ucnv_close(d->from);
    if (d->to) ucnv_close(d->to);
    free(d);
}

enum encoding decoder_encoding(const struct decoder *d)
{
    return d->encoding;
}

uint64_t decoder_replaced(const struct decoder *d)
{
    return d->replaced;
}

static size_t copy_bytes(struct slice *in, size_t len, char *out, size_t size)
{
    if (len > size) len = size;
    if (len) memcpy(out, in->ptr, len);
    *in = slice_skip(*in, len);
    return len;
}

static size_t convert(struct decoder *d, struct slice *in, bool last, char *out, size_t size)
{
    UErrorCode code = U_ZERO_ERROR;
    char *target = out;
    const char *source = in->ptr, *end = in->ptr + in->len;
    if (!d->from) open_converters(d);
    ucnv_convertEx(d->to, d->from, &target, out + size, &source, end, d->pivot, &d->pivot_source, &d->pivot_target,
                   d->pivot + PIVOT, !d->begun, last, &code);
    d->begun = true;
    *in = slice_of(source, (size_t)(end - source));
    return (size_t)(target - out);
}

/* Copies ASCII; the first other byte decides. A character that the end of the input cuts waits for its rest. */
static size_t decide(struct decoder *d, struct slice *in, bool last, char *out, size_t size)
{
    size_t plain = ascii_prefix(*in);
    if (plain) return copy_bytes(in, plain, out, size);
    if (in->len < 4 && !last) return 0;
    d->encoding = looks_like_utf8(*in) ? ENCODING_UTF8 : ENCODING_WINDOWS_1255;
    return 0;
}

size_t decoder_run(struct decoder *d, struct slice *in, bool last, char *out, size_t size)
{
    size_t done = 0;
    if (d->encoding == ENCODING_ASCII) {
        size_t step;
        do done += step = decide(d, in, last, out + done, size - done);
        while (step && in->len && done < size);
        if (d->encoding == ENCODING_ASCII) return done;
    }
    if (d->encoding == ENCODING_UTF8) return done + copy_bytes(in, in->len, out + done, size - done);
    return done + convert(d, in, last, out + done, size - done);
}
