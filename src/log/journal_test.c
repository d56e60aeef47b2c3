/* The journal and its readers: what is acknowledged is read again whatever happened to the file behind it; what was
 * written in part, or before a segment was used again, is not. */
#include "base/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "log/journal.h"
#include "log/journal_reader.h"

static const uint8_t owner[JOURNAL_OWNER] = "one store's own";

struct stand {
    char folder[64], path[96];
    uint64_t merged;
    int sync_fails, write_fails; /* an errno; 0: does not */
    int syncs;
    struct journal_disk disk;
    struct journal *journal;
    struct journal_reader *reader;
    struct buffer read;
};

static uint64_t merged_of(void *context)
{
    return ((struct stand *)context)->merged;
}

static int stand_write(void *context, int file, const struct iovec *parts, int count, uint64_t at)
{
    struct stand *p = context;
    if (p->write_fails && count > 1) { /* a record: half of its first part gets there */
        if (pwrite(file, parts[0].iov_base, parts[0].iov_len / 2, (off_t)at) < 0) return errno;
        return p->write_fails;
    }
    return pwritev(file, parts, count, (off_t)at) < 0 ? errno : 0;
}

/* Not really: what is asked here is what becomes of the bytes, and that it was asked for. */
static int stand_sync(void *context, int file)
{
    struct stand *p = context;
    p->syncs++;
    return p->sync_fails;
}

static void stand_open(struct stand *p)
{
    const struct journal_options options = {
        .path = p->path, .owner = "one store's own", .merged = merged_of, .context = p, .disk = &p->disk};
    struct error error = {0};
    assert_int_equal(journal_open(&options, &p->journal, &error), OK);
}

static void stand_init(struct stand *p)
{
    *p = (struct stand){.folder = "/tmp/masa-journal-XXXXXX"};
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/s.db-tail", p->folder);
    p->disk = (struct journal_disk){p, stand_write, stand_sync};
    buffer_init(&p->read, BUFFER_NO_LIMIT);
    p->reader = journal_reader_new(p->path, owner);
    stand_open(p);
}

/* As after a kill: nothing was said to anybody. */
static void stand_reopen(struct stand *p)
{
    journal_close(p->journal);
    stand_open(p);
}

static void stand_release(struct stand *p)
{
    journal_close(p->journal);
    journal_reader_free(p->reader);
    buffer_release(&p->read);
    unlink(p->path);
    rmdir(p->folder);
}

static enum outcome put(struct stand *p, const char *lines)
{
    return journal_append(p->journal, slice_from(lines), 1, NULL);
}

static void take(void *context, struct slice lines)
{
    struct stand *p = context;
    for (size_t i = 0; i < lines.len; i++)
        if (lines.ptr[i] != '\n') buffer_char(&p->read, lines.ptr[i]);
    buffer_char(&p->read, ' ');
}

/* What a reader finds after `after`, lines parted by spaces. */
static struct slice read_after(struct stand *p, struct journal_reader *reader, uint64_t after)
{
    struct journal_state state;
    buffer_clear(&p->read);
    assert_int_equal(journal_look(reader, p->merged, &state, NULL), OK);
    journal_each(reader, after, UINT64_MAX, take, p);
    return buffer_slice(&p->read);
}

/* By a reader that knew the file before, and by one that comes now: the same. */
static void assert_holds(struct stand *p, const char *wanted)
{
    struct journal_reader *fresh = journal_reader_new(p->path, owner);
    assert_slice(read_after(p, fresh, p->merged), wanted);
    journal_reader_free(fresh);
    assert_slice(read_after(p, p->reader, p->merged), wanted);
}

static struct journal_state look(struct stand *p)
{
    struct journal_state state;
    assert_int_equal(journal_look(p->reader, p->merged, &state, NULL), OK);
    return state;
}

static void poke(struct stand *p, off_t at, const char *bytes, size_t n)
{
    const int file = open(p->path, O_WRONLY);
    assert_int_equal(pwrite(file, bytes, n, at), n);
    close(file);
}

/* ---- what is kept ---- */

static void test_kept(void **state)
{
    struct stand p;
    stand_init(&p);
    assert_holds(&p, "");
    assert_int_equal(put(&p, "a\n"), OK);
    assert_holds(&p, "a ");
    assert_int_equal(put(&p, "bb\n"), OK);
    assert_int_equal(put(&p, "ccc\n"), OK);
    assert_holds(&p, "a bb ccc ");
    assert_slice(read_after(&p, p.reader, 1), "bb ccc ");
    assert_int_equal(p.syncs, 3);
    const struct journal_state now = look(&p);
    assert_int_equal(now.last, 3);
    assert_int_equal(now.records, 3);
    assert_int_equal(now.events, 3);
    assert_int_equal(now.bytes, 9);
    stand_reopen(&p);
    assert_holds(&p, "a bb ccc ");
    assert_int_equal(put(&p, "d\n"), OK);
    assert_holds(&p, "a bb ccc d ");
    assert_int_equal(journal_last(p.journal), 4);
    p.merged = 3;
    assert_holds(&p, "d ");
    assert_int_equal(look(&p).records, 1);
    stand_release(&p);
}

static void test_one_owner(void **state)
{
    struct stand p;
    struct journal *other = NULL;
    struct error error = {0};
    stand_init(&p);
    const struct journal_options same = {
        .path = p.path, .owner = "one store's own", .merged = merged_of, .context = &p};
    assert_int_equal(journal_open(&same, &other, &error), OK);
    assert_null(other);
    put(&p, "a\n");
    journal_close(p.journal);
    assert_int_equal(journal_open(&same, &other, &error), OK);
    assert_non_null(other);
    journal_close(other);
    const struct journal_options stranger = {
        .path = p.path, .owner = "another store's", .merged = merged_of, .context = &p};
    assert_int_equal(journal_open(&stranger, &other, &error), FAILED);
    assert_non_null(strstr(error.message, "belongs to another store"));
    stand_open(&p);
    stand_release(&p);
}

/* A file that went and came again is another one, though it has the same name. */
static void test_removed(void **state)
{
    struct stand p;
    stand_init(&p);
    put(&p, "a\n");
    assert_holds(&p, "a ");
    p.merged = 1;
    assert_int_equal(journal_remove(p.journal, NULL), OK);
    assert_int_equal(access(p.path, F_OK), -1);
    assert_holds(&p, "");
    assert_int_equal(look(&p).last, 1);
    stand_reopen(&p);
    put(&p, "b\n");
    assert_int_equal(journal_last(p.journal), 2);
    assert_holds(&p, "b ");
    stand_release(&p);
}

/* ---- what is not whole ---- */

/* Cut anywhere, as by a power failure: what stands before the cut is read, and what is appended after. */
static void test_torn(void **state)
{
    static const char *const left[] = {"", "first ", "first second "};
    const size_t ends[] = {JOURNAL_HEAD, JOURNAL_HEAD + record_size(6), JOURNAL_HEAD + record_size(6) + record_size(7)};
    for (size_t cut = JOURNAL_HEAD; cut < ends[2]; cut++) {
        struct stand p;
        char wanted[64];
        stand_init(&p);
        put(&p, "first\n");
        put(&p, "second\n");
        const char *before = left[cut >= ends[1] + JOURNAL_RECORD + 7 ? 2 : cut >= ends[0] + JOURNAL_RECORD + 6];
        assert_int_equal(truncate(p.path, (off_t)cut), 0);
        assert_int_equal(truncate(p.path, 1 << 20), 0);
        stand_reopen(&p);
        journal_reader_free(p.reader);
        p.reader = journal_reader_new(p.path, owner);
        assert_holds(&p, before);
        assert_int_equal(look(&p).damaged, 0);
        assert_int_equal(put(&p, "third\n"), OK);
        snprintf(wanted, sizeof wanted, "%sthird ", before);
        assert_holds(&p, wanted);
        stand_release(&p);
    }
}

/* A byte that changed: a record at the end is taken for one that was never whole, one before others is told. */
static void test_changed(void **state)
{
    struct stand p;
    stand_init(&p);
    put(&p, "first\n");
    put(&p, "second\n");
    put(&p, "third\n");
    poke(&p, JOURNAL_HEAD + (off_t)record_size(6) + JOURNAL_RECORD, "S", 1);
    assert_holds(&p, "first third ");
    assert_int_equal(look(&p).damaged, 1);
    p.merged = 2;
    struct journal_reader *fresh = journal_reader_new(p.path, owner);
    assert_slice(read_after(&p, fresh, p.merged), "third ");
    struct journal_state now;
    assert_int_equal(journal_look(fresh, p.merged, &now, NULL), OK);
    assert_int_equal(now.damaged, 0); /* merged before it changed */
    journal_reader_free(fresh);
    stand_release(&p);
}

/* Who only glances counts what cannot be read, until somebody tries to. */
static void test_changed_at_a_glance(void **state)
{
    struct stand p;
    struct journal_state now;
    stand_init(&p);
    put(&p, "first\n");
    put(&p, "second\n");
    put(&p, "third\n");
    poke(&p, JOURNAL_HEAD + (off_t)record_size(6) + JOURNAL_RECORD, "S", 1);
    for (int tries = 0; tries < 2; tries++) {
        assert_int_equal(journal_glance(p.reader, 0, &now, NULL), OK);
        assert_int_equal(now.records, 3);
        assert_int_equal(now.damaged, 0);
        buffer_clear(&p.read);
        assert_false(journal_each(p.reader, 0, now.last, take, &p));
        assert_slice(buffer_slice(&p.read), "first third ");
    }
    assert_int_equal(look(&p).damaged, 1);
    assert_int_equal(look(&p).records, 2);
    put(&p, "fourth\n");
    assert_int_equal(journal_glance(p.reader, 0, &now, NULL), OK);
    assert_int_equal(now.records, 3);
    assert_int_equal(now.damaged, 1);
    stand_release(&p);
}

/* A reader may copy a record while it is being written: what it saw then is no reason to doubt what stands there later,
 * not even when a record behind it was whole already. */
static void test_copied_too_early(void **state)
{
    struct stand p;
    struct journal_state now;
    const off_t second = JOURNAL_HEAD + (off_t)record_size(6) + JOURNAL_RECORD;
    stand_init(&p);
    put(&p, "first\n");
    put(&p, "second\n");
    put(&p, "third\n");
    poke(&p, second, "\0", 1);
    assert_int_equal(journal_glance(p.reader, 0, &now, NULL), OK);
    assert_false(journal_each(p.reader, 0, now.last, take, &p));
    poke(&p, second, "s", 1);
    assert_int_equal(look(&p).damaged, 0);
    assert_holds(&p, "first second third ");
    stand_release(&p);
}

static void test_short_file(void **state)
{
    struct stand p;
    stand_init(&p);
    journal_close(p.journal);
    for (off_t size = 0; size < JOURNAL_HEAD; size += 9) {
        assert_int_equal(truncate(p.path, size), 0);
        stand_open(&p);
        assert_int_equal(put(&p, "a\n"), OK);
        journal_reader_free(p.reader);
        p.reader = journal_reader_new(p.path, owner);
        assert_holds(&p, "a ");
        journal_close(p.journal);
    }
    stand_open(&p);
    stand_release(&p);
}

/* ---- failures ---- */

/* Refused is refused: it is not read, not believed later, and nothing is written behind it. */
static void test_sync_fails(void **state)
{
    struct stand p;
    struct error error = {0};
    stand_init(&p);
    put(&p, "kept\n");
    p.sync_fails = EIO;
    assert_int_equal(journal_append(p.journal, SLICE("refused\n"), 1, &error), FAILED);
    assert_non_null(strstr(error.message, p.path));
    assert_holds(&p, "kept ");
    p.sync_fails = 0;
    assert_int_equal(put(&p, "later\n"), OK);
    assert_holds(&p, "kept later ");
    struct stat about;
    assert_int_equal(stat(p.path, &about), 0);
    assert_true(about.st_size > JOURNAL_SEGMENT); /* it stands in another segment */
    stand_reopen(&p);
    assert_holds(&p, "kept later ");
    stand_release(&p);
}

static void test_no_room(void **state)
{
    static const int full[] = {ENOSPC, EDQUOT, EFBIG};
    struct stand p;
    stand_init(&p);
    put(&p, "kept\n");
    for (size_t i = 0; i < sizeof full / sizeof *full; i++) {
        p.write_fails = full[i];
        assert_int_equal(put(&p, "refused\n"), NO_ROOM);
        assert_holds(&p, "kept ");
    }
    p.write_fails = 0;
    assert_int_equal(put(&p, "later\n"), OK);
    assert_holds(&p, "kept later ");
    stand_reopen(&p);
    assert_holds(&p, "kept later ");
    stand_release(&p);
}

/* ---- used again ---- */

enum { BIG = 5 << 20, PER_SEGMENT = 3 }; /* a third record of this size still fits, a fourth does not */

static struct slice big(struct buffer *text, char letter)
{
    buffer_clear(text);
    memset(buffer_reserve(text, BIG), letter, BIG - 1);
    buffer_advance(text, BIG - 1);
    buffer_char(text, '\n');
    return buffer_slice(text);
}

/* Where a segment was used again, nothing of what it held is read as new, and it does not grow for ever. */
static void test_used_again(void **state)
{
    struct stand p;
    struct buffer text;
    struct stat about;
    stand_init(&p);
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (int i = 0; i < 8 * PER_SEGMENT; i++) {
        assert_int_equal(journal_append(p.journal, big(&text, (char)('a' + i)), 1, NULL), OK);
        p.merged = (uint64_t)(i > PER_SEGMENT ? i - PER_SEGMENT : 0);
    }
    assert_int_equal(stat(p.path, &about), 0);
    assert_true(about.st_size <= 3 * (off_t)JOURNAL_SEGMENT);
    struct journal_reader *fresh = journal_reader_new(p.path, owner);
    const struct slice found = read_after(&p, fresh, p.merged);
    assert_int_equal(found.len, (size_t)(8 * PER_SEGMENT - p.merged) * BIG);
    for (uint64_t i = p.merged; i < 8 * PER_SEGMENT; i++)
        assert_int_equal(found.ptr[(i - p.merged) * BIG], (char)('a' + i));
    journal_reader_free(fresh);

    /* All merged, and a small record at the beginning of a segment full of old ones. */
    p.merged = journal_last(p.journal);
    stand_reopen(&p);
    put(&p, "new\n");
    assert_holds(&p, "new ");
    stand_reopen(&p);
    assert_holds(&p, "new ");
    put(&p, "next\n");
    assert_holds(&p, "new next ");
    buffer_release(&text);
    stand_release(&p);
}

/* One who follows sees every record once, whatever is merged and used again meanwhile. */
static void test_followed(void **state)
{
    struct stand p;
    struct buffer text;
    uint64_t seen = 0;
    stand_init(&p);
    buffer_init(&text, BUFFER_NO_LIMIT);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(journal_append(p.journal, big(&text, (char)('a' + i)), 1, NULL), OK);
        if (i % 2 == 0) continue;
        const struct slice found = read_after(&p, p.reader, seen);
        assert_int_equal(found.len, 2 * BIG);
        assert_int_equal(found.ptr[0], 'a' + i - 1);
        assert_int_equal(found.ptr[BIG], 'a' + i);
        seen += 2;
        p.merged = seen;
    }
    buffer_release(&text);
    stand_release(&p);
}

static bool file_holds(struct stand *p, const char *word)
{
    struct stat about;
    const int file = open(p->path, O_RDONLY);
    assert_int_equal(fstat(file, &about), 0);
    char *all = malloc((size_t)about.st_size + 1);
    assert_int_equal(read(file, all, (size_t)about.st_size), about.st_size);
    close(file);
    const bool found = memmem(all, (size_t)about.st_size, word, strlen(word));
    free(all);
    return found;
}

static void test_wiped(void **state)
{
    struct stand p;
    bool all;
    stand_init(&p);
    put(&p, "secret\n");
    put(&p, "another\n");
    p.merged = 1;
    journal_turn(p.journal);
    put(&p, "fresh\n");
    assert_int_equal(journal_wipe(p.journal, p.merged, &all, NULL), OK);
    assert_false(all); /* one of them is still needed */
    assert_holds(&p, "another fresh ");
    p.merged = 2;
    assert_int_equal(journal_wipe(p.journal, p.merged, &all, NULL), OK);
    assert_true(all);
    assert_false(file_holds(&p, "secret"));
    assert_false(file_holds(&p, "another"));
    assert_holds(&p, "fresh ");
    put(&p, "more\n");
    assert_holds(&p, "fresh more ");
    p.sync_fails = EIO;
    p.merged = 4;
    journal_turn(p.journal);
    assert_int_equal(journal_wipe(p.journal, p.merged, &all, NULL), FAILED);
    assert_false(all); /* it is to be done again */
    p.sync_fails = 0;
    assert_int_equal(journal_wipe(p.journal, p.merged, &all, NULL), OK);
    assert_true(all);
    assert_holds(&p, "");
    stand_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_one_owner),
        cmocka_unit_test(test_removed),
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_changed_at_a_glance),
        cmocka_unit_test(test_copied_too_early),
        cmocka_unit_test(test_short_file),
        cmocka_unit_test(test_sync_fails),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_used_again),
        cmocka_unit_test(test_followed),
        cmocka_unit_test(test_wiped),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
