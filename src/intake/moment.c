#include "intake/moment.h"

enum { DATE_LEN = 10, CLOCK_LEN = 20, MILLIS_LEN = 24, MICROS_LEN = 27, EPOCH_LEN = 9 };

static const int64_t year_2100 = INT64_C(4102444800);

static inline uint64_t load(const char *p, size_t n)
{
    uint64_t word = 0;
    memcpy(&word, p, n);
    return word;
}

/* Two digits at p as a number; anything above 99 when they are not digits. */
static unsigned two_digits(const char *p)
{
    unsigned tens = (unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';
    return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/* Seconds since midnight of a clock as 09:00:00; -1 for anything else. All eight bytes at once: of each pair of digits
 * the first has its place ten times. */
static int read_clock(const char *p)
{
    const uint64_t noughts = UINT64_C(0x30303a30303a3030), tops = UINT64_C(0xf0f0f0f0f0f0f0f0);
    const uint64_t digits = load(p, 8) ^ noughts; /* and of colons nothing */
    if ((digits | (digits + UINT64_C(0x06060f06060f0606))) & tops) return -1;
    const uint64_t pairs = digits * 10 + (digits >> 8);
    const unsigned hour = pairs & 0xff, minute = pairs >> 24 & 0xff, second = pairs >> 48 & 0xff;
    return hour > 23 || minute > 59 || second > 59 ? -1 : (int)(hour * 3600 + minute * 60 + second);
}

/* Three digits; anything above 999 when they are not digits. */
static unsigned three_digits(const char *p)
{
    const unsigned low = (unsigned char)p[2] - '0';
    return low > 9 ? 1000 : two_digits(p) * 10 + low;
}

/* 2026-01-05T09:00:00Z, and the like with thousandths or millionths, as masa writes them, of a second; the date is in
 * the cache. */
static bool read_canonical(const struct moment_cache *cache, struct slice s, struct time_text *out)
{
    const char *p = s.ptr;
    const int clock = read_clock(p + 11);
    unsigned millis = 0, rest = 0;
    if (clock < 0 || p[10] != 'T') return false;
    if (s.len > CLOCK_LEN) {
        millis = three_digits(p + 20);
        if (s.len == MICROS_LEN) rest = three_digits(p + 23);
        if (p[19] != '.' || millis > 999 || rest > 999) return false;
    }
    if (p[s.len - 1] != 'Z') return false;
    const int64_t micros = ((int64_t)clock * 1000 + millis) * 1000 + rest;
    *out = (struct time_text){.instant = cache->day_instant + micros, .zoned = true};
    return true;
}

static bool read_number(int64_t number, struct time_text *out)
{
    int64_t scale = number <= year_2100 ? SECOND_US : number <= year_2100 * 1000 ? 1000 : 1;
    if (number < 0) return false;
    *out = (struct time_text){.instant = number * scale, .zoned = true};
    return true;
}

static bool read_slowly(struct slice s, struct time_text *out)
{
    int64_t number;
    s = slice_trim(s);
    if (time_parse(s, out)) return true;
    return s.len >= EPOCH_LEN && s.ptr[0] >= '0' && s.ptr[0] <= '9' && slice_to_i64(s, &number) &&
           read_number(number, out);
}

bool moment_read(struct moment_cache *cache, const struct input_value *value, struct time_text *out)
{
    struct slice s = value->text;
    if (value->kind == INPUT_INT) return read_number(value->number, out);
    if (value->kind != INPUT_TEXT) return false;
    if (s.len != CLOCK_LEN && s.len != MILLIS_LEN && s.len != MICROS_LEN) return read_slowly(s, out);
    uint64_t head = load(s.ptr, 8), tail = load(s.ptr + 8, DATE_LEN - 8);
    if (cache->date[0] == head && cache->date[1] == tail) {
        if (read_canonical(cache, s, out)) return true;
    } else if (time_parse(slice_of(s.ptr, DATE_LEN), out)) {
        cache->date[0] = head;
        cache->date[1] = tail;
        cache->day_instant = out->instant;
        if (read_canonical(cache, s, out)) return true;
    }
    return read_slowly(s, out);
}
