/* A journal made of any bytes, its checksums being right where the second byte asks for that: what is read from it is
 * whole and in order, another reader reads the same, and who takes it over appends behind it. The first byte says up to
 * where it was merged. */
#include "log/journal.h"

#include "base/buffer.h"
#include "base/crc32c.h"
#include "fuzz.h"
#include "log/journal_reader.h"
#include "memory_file.h"

enum { MEND_HEAD = 1, MEND_RECORDS = 2, MEND_LINES = 4 };

static const uint8_t owner[JOURNAL_OWNER] = "whose it is here";

/* A head, and records one after the other, of what stands there. */
static void mend(char *bytes, size_t size, unsigned how)
{
    struct segment_head head = {.salt = slice_load(bytes + 32, 8), .first = slice_load(bytes + 40, 8)};
    memcpy(head.owner, owner, JOURNAL_OWNER);
    if (how & MEND_HEAD) segment_head_write(&head, bytes);
    for (size_t at = JOURNAL_HEAD; how & MEND_RECORDS && at + JOURNAL_RECORD < size;) {
        const size_t room = size - at - JOURNAL_RECORD;
        const struct record_head record = {.number = slice_load(bytes + at, 8) & 0xff,
                                           .length = (uint32_t)(1 + slice_load(bytes + at + 8, 1) % room),
                                           .count = (uint32_t)slice_load(bytes + at + 12, 1)};
        struct record_head whole = record;
        if (how & MEND_LINES) whole.sum = crc32c(0, slice_of(bytes + at + JOURNAL_RECORD, record.length));
        record_head_write(&whole, head.salt, bytes + at);
        at += record_size(record.length);
    }
}

static void take(void *context, struct slice lines)
{
    struct buffer *out = context;
    PROMISE(lines.len && lines.len <= JOURNAL_LINES_MAX);
    buffer_add(out, lines);
}

static bool read_all(const char *path, uint64_t merged, struct journal_state *state, struct buffer *out)
{
    struct journal_reader *reader = journal_reader_new(path, owner);
    struct journal_state again;
    const bool good = journal_look(reader, merged, state, NULL) == OK;
    if (good) {
        journal_each(reader, merged, UINT64_MAX, take, out);
        PROMISE(out->len == state->bytes && state->last >= merged);
        PROMISE(journal_look(reader, merged, &again, NULL) == OK);
        PROMISE(again.records == state->records && again.last == state->last && again.damaged == state->damaged);
    }
    journal_reader_free(reader);
    return good;
}

/* Who only glances reads the same lines. */
static void read_at_a_glance(const char *path, uint64_t merged, const struct buffer *lines)
{
    struct journal_reader *reader = journal_reader_new(path, owner);
    struct journal_state state;
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    PROMISE(journal_glance(reader, merged, &state, NULL) == OK);
    PROMISE(state.bytes >= lines->len);
    const bool all = journal_each(reader, merged, UINT64_MAX, take, &out);
    PROMISE(all == (state.bytes == lines->len) && slice_equal(buffer_slice(&out), buffer_slice(lines)));
    buffer_release(&out);
    journal_reader_free(reader);
}

static uint64_t merged_so_far(void *context)
{
    return *(uint64_t *)context;
}

static void take_over(const char *path, uint64_t merged, const struct journal_state *before, struct buffer *lines)
{
    struct journal_options options = {.path = path, .merged = merged_so_far, .context = &merged};
    struct journal *journal;
    struct journal_state after;
    struct buffer now;
    memcpy(options.owner, owner, JOURNAL_OWNER);
    PROMISE(journal_open(&options, &journal, NULL) == OK && journal);
    PROMISE(journal_append(journal, SLICE("new\n"), 1, NULL) == OK);
    buffer_init(&now, BUFFER_NO_LIMIT);
    PROMISE(read_all(path, merged, &after, &now));
    buffer_text(lines, "new\n");
    PROMISE(slice_equal(buffer_slice(lines), buffer_slice(&now)));
    PROMISE(after.last == before->last + 1 && after.records == before->records + 1);
    buffer_release(&now);
    journal_close(journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct journal_state state;
    struct buffer bytes, lines;
    if (size < 2 + JOURNAL_HEAD) return 0;
    buffer_init(&bytes, BUFFER_NO_LIMIT);
    buffer_init(&lines, BUFFER_NO_LIMIT);
    buffer_add(&bytes, fuzz_text(data + 2, size - 2));
    mend(bytes.data, bytes.len, data[1]);
    PROMISE(memory_file_open(&file, bytes.data, bytes.len));
    if (read_all(file.path, data[0], &state, &lines)) {
        read_at_a_glance(file.path, data[0], &lines);
        if (state.last < UINT64_MAX) take_over(file.path, data[0], &state, &lines);
    }
    memory_file_close(&file);
    buffer_release(&bytes);
    buffer_release(&lines);
    return 0;
}
