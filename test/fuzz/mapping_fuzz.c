/* Mapping files: a refusal says why, and one that is accepted reads a small file. */
#include "fuzz.h"
#include "intake/input.h"
#include "memory_file.h"

static const char rows[] = "id,email,when,amount,stage\n1,a@example.com,2026-01-05,12.5,Won\n2,,05/01/2026 09:00,,\n";

static void ignore(void *context, const struct input_event *event)
{
    PROMISE(event->line >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file mapping, file;
    struct diagnostics diagnostics;
    struct error error = {0};
    diagnostics_init(&diagnostics);
    bool opened = memory_file_open(&mapping, data, size);
    if (memory_file_open(&file, rows, sizeof rows - 1) && opened) {
        const char *files[] = {file.path};
        const struct input_options options = {.files = files, .count = 1, .mapping = mapping.path};
        const struct input_plan plan = {0};
        const struct input_sink sink = {NULL, ignore};
        struct input *input = input_open(&options, &diagnostics, &error);
        if (input)
            input_read(input, &plan, &sink, 1, &(struct input_watch){0}, &error);
        else
            PROMISE(error.message[0] || diagnostics.error_count);
        input_free(input);
    }
    memory_file_close(&mapping);
    memory_file_close(&file);
    diagnostics_release(&diagnostics);
    return 0;
}
