#include "app/doctor_events.h"

#include "app/run.h"
#include "store/examine.h"
#include "store/tail_log.h"

struct looking {
    const struct doctor_note *note;
    struct erasures erasures;
};

static void tell_problem(void *context, struct slice problem)
{
    const struct looking *l = context;
    l->note->tell(l->note->context, false, "events", problem);
}

static const char *look_at_sender(void *context, unsigned kind, struct slice key)
{
    const struct looking *l = context;
    const struct slice nothing = slice_of("", 0);
    const bool erased =
        erased_has(&l->erasures.erased, kind == SENDER_USER ? key : nothing, kind == SENDER_ANONYMOUS ? key : nothing);
    return erased ? "it holds events of somebody who was erased: tell whoever wrote to the file beside masa" : NULL;
}

static void say(const struct doctor_note *note, bool fine, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say(const struct doctor_note *note, bool fine, const char *what, const char *format, ...)
{
    va_list args;
    struct buffer text;
    buffer_init(&text, 1 << 14);
    va_start(args, format);
    buffer_vprintf(&text, format, args);
    va_end(args);
    note->tell(note->context, fine, what, buffer_slice(&text));
    buffer_release(&text);
}

/* What of the journal can be read is kept, so that the rest stands in nobody's way. */
static void mend_journal(struct store *store, const struct doctor_note *note)
{
    struct tail_mended mended;
    struct error error = {0};
    if (tail_mend(store, &mended, &error) != OK)
        say(note, false, "journal", "%s", error.message);
    else if (mended.damaged && !mended.served)
        say(note, false, "journal",
            "%llu records could not be read: what they held is lost, unless a backup has it. The %llu others were kept;"
            " the file was put aside as %s-tail.damaged",
            (unsigned long long)mended.damaged, (unsigned long long)mended.kept, database_path(store_database(store)));
}

void doctor_events(struct store *store, const struct doctor_note *note)
{
    mend_journal(store, note);
    struct examination found;
    struct error error = {0};
    struct looking l = {.note = note};
    const struct examine_watch watch = {&l, tell_problem, look_at_sender};
    if (erasures_load(store, &l.erasures, &error) != OK || store_examine(store, &found, &watch, &error) != OK)
        say(note, false, "events", "%s", error.message);
    else if (!found.problems)
        say(note, true, "events", "%llu of %llu senders in %llu blocks of %.1f MB, and %llu in the tail",
            (unsigned long long)found.events, (unsigned long long)found.senders, (unsigned long long)found.blocks,
            (double)found.bytes / 1e6, (unsigned long long)found.tail_events);
    if (l.erasures.count)
        say(note, !found.problems, "erased", "%zu persons, under %u ids that no block holds", l.erasures.count,
            l.erasures.erased.hashes.count);
    erasures_release(&l.erasures);
}

void doctor_definition(struct store *store, const struct doctor_note *note)
{
    struct error error = {0};
    struct run run;
    run_init(&run);
    const enum outcome outcome = run_load_stored(&run, database_path(store_database(store)), 0, &error);
    if (outcome == OK)
        say(note, true, "definition", "%.*s, valid", SLICE_ARG(run.definition->name));
    else if (!run.diagnostics.error_count)
        say(note, true, "definition", "none yet; masa import --definition FILE brings one");
    for (size_t i = 0; i < run.diagnostics.list.count && outcome != OK; i++) {
        const struct diagnostic *d = &run.diagnostics.list.at[i];
        say(note, false, "definition", "%.*s:%d:%d: %.*s", SLICE_ARG(d->file), d->line, d->column,
            SLICE_ARG(d->message));
    }
    run_release(&run);
}
