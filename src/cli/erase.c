#include <inttypes.h>
#include <stdio.h>

#include "app/erase.h"
#include "cli/asked.h"
#include "cli/commands.h"
#include "cli/options.h"

static void print_receipt(const struct erase_receipt *r)
{
    struct buffer time;
    buffer_init(&time, 64);
    time_format(&time, r->at);
    printf("erasure %lld, asked for %.*s\n", (long long)r->number, SLICE_ARG(buffer_slice(&time)));
    printf("  ids %" PRIu64 ", by which what comes again is refused\n", r->ids);
    printf("  events gone %" PRIu64 ", of which %" PRIu64 " stay without the person; blocks written anew %" PRIu64 "\n",
           r->events, r->kept, r->blocks);
    printf("  events of others that named them %" PRIu64 ", audit entries blanked %" PRIu64 "\n", r->mentions,
           r->audit);
    /* One event is the request itself. */
    if (r->events <= 1 && !r->facts)
        printf("  nothing was known of this id: is it written as in the store? masa why --db DB ID tells\n");
    else if (r->residue.len)
        printf("  stays: %" PRIu64 " facts to the day, as residue:%.*s\n", r->facts, SLICE_ARG(r->residue));
    else
        printf("  stays: nothing, no name was drawn for it\n");
    buffer_release(&time);
}

static void print_done(const char *db, const struct erase_done *done)
{
    for (size_t i = 0; i < done->count; i++) print_receipt(&done->receipts[i]);
    if (!done->count) {
        printf("nobody asks to be erased\n");
        return;
    }
    if (!done->log_emptied)
        printf("%s-wal or %s-tail still holds what was written over, because somebody is reading or appending:"
               " say masa erase --db %s again\n",
               db, db, db);
    printf(
        "not reached: copies made by masa backup, %s.v*.backup, %s.rejects.ndjson, and the files that were imported\n",
        db, db);
}

int erase_command(int argc, char **argv)
{
    const char *db = NULL;
    const struct option_row rows[] = {{"db", "FILE", "the store (required)", &db}};
    const struct option_set set = {
        "erase", "erase --db DB [ID...]",
        "Takes persons out of a store for good, under all their ids, and prints a receipt: "
        "those named,\nand whoever the log asks to forget. What was counted stays, to the day "
        "and without a name.",
        rows, sizeof rows / sizeof *rows};
    int words, code = options_read(&set, argc, argv, &words);
    if (code >= 0) return code;
    if (!db) {
        fprintf(stderr, "usage: masa %s\n", set.usage);
        return BAD_USAGE;
    }
    struct arena arena;
    struct error error = {0};
    struct erase_done done;
    arena_init(&arena);
    struct slice *ids = ARENA_ARRAY(&arena, struct slice, (size_t)words);
    for (int i = 0; i < words; i++) ids[i] = slice_from(argv[1 + i]);
    const struct erase_asked asked = {.db = db, .ids = ids, .count = (size_t)words, .world = world_system()};
    const enum outcome outcome = erase_persons(&asked, &done, &error);
    if (outcome == OK || done.count) print_done(db, &done);
    if (outcome != OK) fprintf(stderr, "masa erase: %s\n", error.message);
    erase_done_release(&done);
    arena_release(&arena);
    return outcome;
}
