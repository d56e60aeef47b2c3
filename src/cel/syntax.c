#include "cel/syntax.h"

void cel_place(const struct cel_source *source, uint32_t at, int *line, int *column)
{
    int start = source->column ? source->column : 1;
    *line = source->line ? source->line : 1;
    *column = start;
    for (uint32_t i = 0; i < at && i < source->text.len; i++) {
        unsigned char c = (unsigned char)source->text.ptr[i];
        if (c == '\n') {
            ++*line;
            *column = start; /* in a definition the lines of one text are indented alike */
        } else if ((c & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

void cel_report(const struct cel_source *source, uint32_t at, struct slice hint, const char *format, ...)
{
    struct buffer message;
    buffer_init(&message, 2048);
    va_list args;
    va_start(args, format);
    buffer_vprintf(&message, format, args);
    va_end(args);
    struct diagnostic item = {.file = source->file, .message = buffer_slice(&message), .hint = hint};
    cel_place(source, at, &item.line, &item.column);
    diagnostics_add(source->diagnostics, item);
    buffer_release(&message);
}

struct cel_node *cel_node_new(const struct cel_source *source, enum cel_kind kind, uint32_t start, uint32_t end)
{
    struct cel_node *node = ARENA_NEW(source->arena, struct cel_node);
    *node = (struct cel_node){.kind = kind, .start = start, .end = end, .at = start, .depth = 1};
    return node;
}

struct cel_node *cel_node_fill(const struct cel_source *source, struct cel_node *node, struct cel_node *const *args,
                               size_t count)
{
    node->args = ARENA_ARRAY(source->arena, struct cel_node *, count ? count : 1);
    node->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        node->args[i] = args[i];
        if (args[i]->depth >= node->depth) node->depth = args[i]->depth + 1;
    }
    if (node->depth <= CEL_DEPTH_MAX) return node;
    cel_report(source, node->at, SLICE("split the expression"), "nested deeper than %d", CEL_DEPTH_MAX);
    return NULL;
}
