/* The tail of a store: in its journal while it is served, in its rows otherwise, and the same to whoever reads. */
#include "base/test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "store/examine.h"
#include "store/tail_log.h"

struct setting {
    char folder[64], db[96], journal[128];
    struct store *store, *reader; /* the service's, and that of somebody who looks on */
    struct tail_log *log;
    struct buffer read;
    atomic_bool over;
};

static void begin(struct setting *p)
{
    struct error error = {0};
    *p = (struct setting){.folder = "/tmp/masa-tail-XXXXXX"};
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->db, sizeof p->db, "%s/s.db", p->folder);
    snprintf(p->journal, sizeof p->journal, "%s-tail", p->db);
    p->store = store_open(p->db, DATABASE_CREATE, &error);
    assert_non_null(p->store);
    p->reader = store_open(p->db, DATABASE_WRITE, &error);
    p->log = tail_log_open(p->store, &error);
    assert_non_null(p->log);
    buffer_init(&p->read, BUFFER_NO_LIMIT);
}

static void end(struct setting *p)
{
    static const char *const suffixes[] = {"", "-tail", "-tail.damaged", ".copy"};
    char name[192];
    assert_int_equal(tail_log_close(p->log, NULL), OK);
    store_close(p->store);
    store_close(p->reader);
    buffer_release(&p->read);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", p->db, suffixes[i]);
        unlink(name);
    }
    assert_int_equal(rmdir(p->folder), 0);
}

static void put(struct log_port port, const char *lines)
{
    assert_int_equal(port.append(port.context, slice_from(lines), 1, NULL), OK);
}

static void take(void *context, struct slice lines)
{
    struct buffer *out = context;
    for (size_t i = 0; i < lines.len; i++) buffer_char(out, lines.ptr[i] == '\n' ? ' ' : lines.ptr[i]);
}

static void assert_tail(struct setting *p, struct store *store, const char *wanted)
{
    buffer_clear(&p->read);
    assert_int_equal(tail_each(store, TAIL_END, take, &p->read, NULL), OK);
    assert_slice(buffer_slice(&p->read), wanted);
}

static struct tail_state look(struct store *store)
{
    struct tail_state state;
    assert_int_equal(tail_look(store, &state, NULL), OK);
    return state;
}

static void drop(struct store *store, struct tail_mark mark)
{
    assert_int_equal(database_begin(store_database(store), NULL), OK);
    assert_int_equal(tail_drop(store, mark, NULL), OK);
    assert_int_equal(database_commit(store_database(store), NULL), OK);
}

static void both_are_read(void **state)
{
    struct setting p;
    begin(&p);
    put(tail_log_port(p.log), "a\n");
    put(tail_port(p.reader), "row\n"); /* a command beside the service */
    put(tail_log_port(p.log), "b\n");
    assert_tail(&p, p.reader, "a b row ");
    assert_tail(&p, p.store, "a b row ");
    const struct tail_state before = look(p.reader);
    assert_int_equal(before.groups, 3);
    assert_int_equal(before.events, 3);
    assert_int_equal(before.bytes, 8);
    put(tail_log_port(p.log), "c\n");
    const struct tail_state after = look(p.reader);
    assert_int_equal(tail_mark_groups(before.last, after.last), 1);
    drop(p.reader, before.last);
    assert_tail(&p, p.reader, "c ");
    assert_true(tail_mark_equal(look(p.reader).last, after.last)); /* what is merged was there */
    buffer_clear(&p.read);
    assert_int_equal(tail_between(p.reader, before.last, after.last, take, &p.read, NULL), OK);
    assert_slice(buffer_slice(&p.read), "c ");
    end(&p);
}

/* Ended well, a store is one file; killed, it is taken over. */
static void it_ends(void **state)
{
    struct setting p;
    begin(&p);
    put(tail_log_port(p.log), "a\n");
    put(tail_log_port(p.log), "b\n");
    drop(p.reader, (struct tail_mark){0, 1});
    assert_int_equal(tail_log_close(p.log, NULL), OK);
    assert_int_equal(access(p.journal, F_OK), -1);
    assert_tail(&p, p.reader, "b ");
    const struct tail_mark last = look(p.reader).last;
    assert_int_equal(last.row, 1);
    assert_int_equal(last.record, 2);
    p.log = tail_log_open(p.store, NULL);
    put(tail_log_port(p.log), "c\n");
    assert_tail(&p, p.reader, "c b ");
    assert_int_equal(look(p.reader).last.record, 3); /* no number is given twice */
    end(&p);
}

static void a_second_service_makes_rows(void **state)
{
    struct setting p;
    begin(&p);
    struct tail_log *second = tail_log_open(p.reader, NULL);
    assert_non_null(second);
    put(tail_log_port(second), "second\n");
    put(tail_log_port(p.log), "first\n");
    assert_int_equal(look(p.reader).last.row, 1);
    assert_tail(&p, p.reader, "first second ");
    assert_int_equal(tail_log_close(second, NULL), OK);
    assert_int_equal(access(p.journal, F_OK), 0);
    end(&p);
}

static void more_than_a_record_holds_is_a_row(void **state)
{
    struct setting p;
    struct buffer text;
    begin(&p);
    buffer_init(&text, BUFFER_NO_LIMIT);
    memset(buffer_reserve(&text, JOURNAL_LINES_MAX + 1), 'x', JOURNAL_LINES_MAX + 1);
    buffer_advance(&text, JOURNAL_LINES_MAX);
    buffer_char(&text, '\n');
    const struct log_port port = tail_log_port(p.log);
    assert_int_equal(port.append(port.context, buffer_slice(&text), 1, NULL), OK);
    assert_int_equal(look(p.reader).last.row, 1);
    assert_int_equal(look(p.reader).bytes, text.len);
    buffer_release(&text);
    end(&p);
}

static void a_copy_has_it_in_one_file(void **state)
{
    struct setting p;
    char name[128];
    struct error error = {0};
    begin(&p);
    snprintf(name, sizeof name, "%s.copy", p.db);
    put(tail_log_port(p.log), "merged\n");
    drop(p.reader, (struct tail_mark){0, 1});
    put(tail_log_port(p.log), "a\n");
    put(tail_port(p.reader), "row\n");
    assert_int_equal(store_copy(p.reader, name, &error), OK);
    struct store *copy = store_open(name, DATABASE_READ, &error);
    assert_non_null(copy);
    assert_tail(&p, copy, "row a ");
    store_close(copy);
    assert_int_equal(store_copy(p.reader, name, &error), FAILED);
    end(&p);
}

static void spoil(const struct setting *p, const char *word)
{
    static char all[1 << 16];
    const int file = open(p->journal, O_RDWR);
    const ssize_t size = read(file, all, sizeof all);
    const char *at = memmem(all, (size_t)size, word, strlen(word));
    assert_non_null(at);
    assert_int_equal(pwrite(file, "X", 1, at - all), 1);
    close(file);
}

/* Reading stops, and says so, until the doctor has kept what is whole. */
static void what_is_damaged_is_told_and_the_rest_kept(void **state)
{
    struct setting p;
    struct tail_mended mended;
    struct error error = {0};
    begin(&p);
    put(tail_log_port(p.log), "first\n");
    put(tail_log_port(p.log), "second\n");
    put(tail_log_port(p.log), "third\n");
    spoil(&p, "second");
    store_close(p.reader);
    p.reader = store_open(p.db, DATABASE_WRITE, &error);
    assert_int_equal(tail_each(p.reader, TAIL_END, take, &p.read, &error), FAILED);
    assert_non_null(strstr(error.message, "masa doctor"));
    assert_int_equal(look(p.reader).damaged, 1);
    assert_int_equal(tail_mend(p.reader, &mended, &error), OK);
    assert_true(mended.served);
    assert_int_equal(mended.damaged, 1);
    assert_int_equal(tail_log_close(p.log, &error), FAILED); /* the file stays as it is */
    assert_int_equal(tail_mend(p.reader, &mended, &error), OK);
    assert_false(mended.served);
    assert_int_equal(mended.kept, 2);
    assert_tail(&p, p.reader, "first third ");
    assert_int_equal(tail_mend(p.reader, &mended, &error), OK);
    assert_int_equal(mended.damaged, 0);
    p.log = tail_log_open(p.store, &error);
    put(tail_log_port(p.log), "fourth\n");
    assert_tail(&p, p.reader, "fourth first third ");
    end(&p);
}

static bool journal_holds(const struct setting *p, const char *word)
{
    static char all[4 << 20];
    const int file = open(p->journal, O_RDONLY);
    if (file < 0) return false;
    const ssize_t size = read(file, all, sizeof all);
    close(file);
    return memmem(all, (size_t)size, word, strlen(word));
}

/* The owner's thread, as app/checkpoint.c has it: merges, then wipes. */
static void *wipe_when_asked(void *context)
{
    struct setting *p = context;
    struct store *own = store_open(p->db, DATABASE_WRITE, NULL);
    enum outcome outcome = OK;
    for (; outcome == OK && !atomic_load(&p->over); usleep(1000)) {
        if (!tail_log_turn(p->log, own)) continue;
        drop(own, look(own).last);
        outcome = tail_log_wipe(p->log, own, NULL);
    }
    store_close(own);
    return outcome == OK ? NULL : "failed";
}

static void nothing_is_left_of_what_was_merged(void **state)
{
    struct setting p;
    pthread_t owner;
    void *failed;
    bool left;
    begin(&p);
    put(tail_log_port(p.log), "secret\n");
    put(tail_log_port(p.log), "hidden\n");
    assert_int_equal(tail_wipe(p.reader, 100, &left, NULL), OK);
    assert_true(left); /* nobody does it */
    assert_int_equal(pthread_create(&owner, NULL, wipe_when_asked, &p), 0);
    assert_int_equal(tail_wipe(p.reader, 60000, &left, NULL), OK);
    assert_false(left);
    atomic_store(&p.over, true);
    pthread_join(owner, &failed);
    assert_null(failed);
    assert_false(journal_holds(&p, "secret"));
    assert_false(journal_holds(&p, "hidden"));
    put(tail_log_port(p.log), "fresh\n");
    assert_tail(&p, p.reader, "fresh ");
    assert_int_equal(tail_log_close(p.log, NULL), OK);
    assert_int_equal(tail_wipe(p.reader, 0, &left, NULL), OK);
    assert_false(left); /* no journal, nothing left in it */
    p.log = tail_log_open(p.store, NULL);
    end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_are_read),
        cmocka_unit_test(it_ends),
        cmocka_unit_test(a_second_service_makes_rows),
        cmocka_unit_test(more_than_a_record_holds_is_a_row),
        cmocka_unit_test(a_copy_has_it_in_one_file),
        cmocka_unit_test(what_is_damaged_is_told_and_the_rest_kept),
        cmocka_unit_test(nothing_is_left_of_what_was_merged),
    };
    return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
