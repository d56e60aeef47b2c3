#include "log/journal_form.h"

#include "base/crc32c.h"

static const char magic[8] = "masatail";
enum { FORM = 1, HEAD_SUMMED = JOURNAL_HEAD - 4, RECORD_SUMMED = JOURNAL_RECORD - 4 };

static void put(char *out, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) out[i] = (char)(value >> 8 * i);
}

static uint32_t sum_of_record(const char *head, uint64_t salt)
{
    char salted[8];
    put(salted, salt, sizeof salted);
    return crc32c(crc32c(0, slice_of(salted, sizeof salted)), slice_of(head, RECORD_SUMMED));
}

void segment_head_write(const struct segment_head *head, char out[JOURNAL_HEAD])
{
    memset(out, 0, JOURNAL_HEAD);
    memcpy(out, magic, sizeof magic);
    put(out + 8, FORM, 4);
    memcpy(out + 16, head->owner, JOURNAL_OWNER);
    put(out + 32, head->salt, 8);
    put(out + 40, head->first, 8);
    put(out + HEAD_SUMMED, crc32c(0, slice_of(out, HEAD_SUMMED)), 4);
}

bool segment_head_read(const char in[JOURNAL_HEAD], struct segment_head *out)
{
    if (memcmp(in, magic, sizeof magic) != 0 || slice_load(in + 8, 4) != FORM) return false;
    if (slice_load(in + HEAD_SUMMED, 4) != crc32c(0, slice_of(in, HEAD_SUMMED))) return false;
    memcpy(out->owner, in + 16, JOURNAL_OWNER);
    out->salt = slice_load(in + 32, 8);
    out->first = slice_load(in + 40, 8);
    return true;
}

void record_head_write(const struct record_head *head, uint64_t salt, char out[JOURNAL_RECORD])
{
    put(out, head->number, 8);
    put(out + 8, head->length, 4);
    put(out + 12, head->count, 4);
    put(out + 16, head->sum, 4);
    put(out + RECORD_SUMMED, sum_of_record(out, salt), 4);
}

bool record_head_read(const char in[JOURNAL_RECORD], uint64_t salt, struct record_head *out)
{
    *out = (struct record_head){slice_load(in, 8), (uint32_t)slice_load(in + 8, 4), (uint32_t)slice_load(in + 12, 4),
                                (uint32_t)slice_load(in + 16, 4)};
    return out->length && out->length <= JOURNAL_LINES_MAX &&
           slice_load(in + RECORD_SUMMED, 4) == sum_of_record(in, salt);
}
