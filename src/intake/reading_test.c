#include "intake/reading_test.h"

#include <stdio.h>
#include <unistd.h>

enum { THREADS_MAX = 8 };

struct keeper {
    const struct input_plan *plan;
    struct buffer lines;
};

static void put_field(struct buffer *out, const char *name, struct slice text)
{
    if (text.len) buffer_printf(out, " %s=%.*s", name, SLICE_ARG(text));
}

static void put_value(struct buffer *out, struct slice path, const struct input_value *v)
{
    static const char *const kinds[] = {"missing", "null", "bool", "int", "number", "text", "json"};
    if (v->kind == INPUT_MISSING) return;
    buffer_printf(out, " %.*s:%s", SLICE_ARG(path), kinds[v->kind]);
    if (v->kind == INPUT_BOOL || v->kind == INPUT_INT)
        buffer_printf(out, "=%lld", (long long)v->number);
    else if (v->kind != INPUT_NULL)
        buffer_printf(out, "=%.*s", SLICE_ARG(v->text));
}

static void take(void *context, const struct input_event *e)
{
    static const char *const calls[] = {"track", "identify", "group", "page", "screen", "alias"};
    struct keeper *k = context;
    struct buffer *out = &k->lines;
    buffer_text(out, calls[e->call]);
    if (e->name.len) buffer_printf(out, " %.*s", SLICE_ARG(e->name));
    put_field(out, "user", e->user);
    put_field(out, "anonymous", e->anonymous);
    put_field(out, "group", e->group);
    put_field(out, "previous", e->previous);
    buffer_text(out, " at=");
    time_format(out, e->at.instant);
    if (e->at.day_only)
        buffer_text(out, "(day)");
    else if (!e->at.zoned)
        buffer_text(out, "(wall)");
    put_field(out, "id", e->id);
    buffer_printf(out, " line=%llu", (unsigned long long)e->line);
    for (size_t i = 0; i < k->plan->count; i++) put_value(out, k->plan->paths[i], &e->values[i]);
    put_field(out, "rest", e->rest);
    buffer_char(out, '\n');
}

static void take_spend(void *context, const struct spend_row *row)
{
    struct buffer *out = context;
    buffer_printf(out, "%llu: ", (unsigned long long)row->line);
    day_format(out, row->from_day);
    buffer_text(out, "..");
    day_format(out, row->until_day);
    buffer_printf(out, " %.*s/%.*s %lld %.*s\n", SLICE_ARG(row->channel), SLICE_ARG(row->campaign),
                  (long long)row->amount, SLICE_ARG(row->currency));
}

static int by_text(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Threads give events in any order. */
static void sort_lines(struct buffer *b)
{
    VECTOR(struct slice) lines = {0};
    struct slice rest = buffer_slice(b);
    struct buffer sorted;
    buffer_init(&sorted, BUFFER_NO_LIMIT);
    while (rest.len) vector_push(&lines, slice_cut(&rest, '\n'));
    if (lines.count) qsort(lines.at, lines.count, sizeof *lines.at, by_text);
    for (size_t i = 0; i < lines.count; i++) {
        buffer_add(&sorted, lines.at[i]);
        buffer_char(&sorted, '\n');
    }
    vector_release(&lines);
    buffer_release(b);
    *b = sorted;
}

static void read_all(const char *path, struct buffer *out)
{
    FILE *f = fopen(path, "r");
    char block[4096];
    size_t n;
    while (f && (n = fread(block, 1, sizeof block, f)) > 0) buffer_add(out, slice_of(block, n));
    if (f) fclose(f);
}

/* Takes the folder's name, which differs from run to run, out of the text. */
static void forget_folder(struct buffer *b, const char *folder)
{
    size_t len = strlen(folder);
    char *from = b->data, *to = from, *end = from + b->len;
    while (from < end) {
        char *hit = memmem(from, (size_t)(end - from), folder, len);
        size_t kept = (size_t)((hit ? hit : end) - from);
        memmove(to, from, kept);
        to += kept;
        from += kept + (hit ? len + 1 : 0); /* and the slash behind it */
    }
    if (b->data) b->len = (size_t)(to - b->data);
}

static void read_files(struct reading *r, const struct input_options *options, const struct input_plan *plan,
                       int threads)
{
    struct keeper keepers[THREADS_MAX];
    struct input_sink sinks[THREADS_MAX];
    const struct input_watch watch = {.context = &r->spend, .spend = take_spend};
    for (int i = 0; i < threads; i++) {
        keepers[i].plan = plan;
        buffer_init(&keepers[i].lines, BUFFER_NO_LIMIT);
        sinks[i] = (struct input_sink){&keepers[i], take};
    }
    struct input *input = input_open(options, &r->diagnostics, &r->error);
    r->outcome = input ? input_read(input, plan, sinks, threads, &watch, &r->error) : r->error.code;
    if (input) {
        for (size_t i = 0; i < input_file_count(input); i++) input_say(input, i, &r->said);
        r->summary = *input_summary(input);
    }
    input_free(input);
    for (int i = 0; i < threads; i++) {
        buffer_add(&r->events, buffer_slice(&keepers[i].lines));
        buffer_release(&keepers[i].lines);
    }
    sort_lines(&r->events);
}

void reading_run(struct reading *r, const struct reading_case *what)
{
    char folder[] = "/tmp/masa-reading-XXXXXX", path[128], rejects[128];
    *r = (struct reading){0};
    struct buffer *buffers[] = {&r->events, &r->rejects, &r->said, &r->spend};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_init(buffers[i], BUFFER_NO_LIMIT);
    diagnostics_init(&r->diagnostics);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, what->name ? what->name : "in");
    snprintf(rejects, sizeof rejects, "%s/rejects", folder);
    FILE *f = fopen(path, "w");
    fwrite(what->text, 1, what->len ? what->len : strlen(what->text), f);
    fclose(f);

    struct slice paths[READING_PATHS];
    struct input_plan plan = {.paths = paths, .rest = what->rest};
    while (plan.count < READING_PATHS && what->plan[plan.count]) {
        paths[plan.count] = slice_from(what->plan[plan.count]);
        plan.count++;
    }
    const char *files[] = {path};
    const struct input_options options = {.files = files, .count = 1, .mapping = what->mapping, .reject_path = rejects};
    read_files(r, &options, &plan, what->threads ? what->threads : 1);
    read_all(rejects, &r->rejects);
    forget_folder(&r->rejects, folder);
    forget_folder(&r->said, folder);
    struct buffer message = {.data = r->error.message, .len = strlen(r->error.message)};
    forget_folder(&message, folder);
    r->error.message[message.len] = 0;
    unlink(rejects);
    unlink(path);
    rmdir(folder);
}

void reading_release(struct reading *r)
{
    struct buffer *buffers[] = {&r->events, &r->rejects, &r->said, &r->spend};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_release(buffers[i]);
    diagnostics_release(&r->diagnostics);
}
