/* Files of events in any form: NDJSON, CSV, spend, gzip, every encoding. What is counted is what was given, texts are
 * UTF-8, and rejected rows have reasons. */
#include "fuzz.h"
#include "intake/input.h"
#include "memory_file.h"

struct taken {
    uint64_t events, spend;
};

static void take(void *context, const struct input_event *event)
{
    struct taken *taken = context;
    const struct slice texts[] = {event->name, event->id, event->user, event->anonymous, event->group, event->previous};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) PROMISE(slice_is_utf8(texts[i]));
    PROMISE(event->line >= 1);
    taken->events++;
}

static void take_spend(void *context, const struct spend_row *row)
{
    struct taken *taken = context;
    PROMISE(row->from_day <= row->until_day && slice_is_utf8(row->channel));
    taken->spend++;
}

static void read_input(struct input *input)
{
    static const struct slice paths[] = {{"properties.step", 15}, {"traits.role", 11}, {"context.campaign.source", 23}};
    const struct input_plan plan = {paths, 3};
    struct taken taken = {0};
    struct error error = {0};
    const struct input_sink sink = {&taken, take};
    const struct input_watch watch = {.context = &taken, .spend = take_spend};
    enum outcome outcome = input_read(input, &plan, &sink, 1, &watch, &error);
    const struct input_summary *summary = input_summary(input);
    uint64_t reasons = 0;
    for (size_t i = 0; i < summary->reason_count; i++) reasons += summary->reasons[i].count;
    PROMISE(summary->events == taken.events && summary->spend == taken.spend);
    PROMISE(reasons == summary->rejected);
    PROMISE(outcome != OK || summary->rejected == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diagnostics diagnostics;
    struct error error = {0};
    diagnostics_init(&diagnostics);
    if (memory_file_open(&file, data, size)) {
        const char *files[] = {file.path};
        const struct input_options options = {.files = files, .count = 1};
        struct input *input = input_open(&options, &diagnostics, &error);
        if (input)
            read_input(input);
        else
            PROMISE(error.message[0] || diagnostics.error_count);
        input_free(input);
    }
    memory_file_close(&file);
    diagnostics_release(&diagnostics);
    return 0;
}
