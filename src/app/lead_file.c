#include "app/lead_file.h"

#include <stdlib.h>

#include "app/lead_csv.h"
#include "base/vector.h"

enum { LINES_AT_ONCE = 256 };

struct line {
    const struct lead *lead; /* NULL: a stranger */
    struct slice id;
};

struct lead_file {
    struct standing_state *state;
    const struct roster *roster;
    struct arena arena;   /* of strangers */
    struct arena scratch; /* of the lines at hand */
    VECTOR(struct line) lines;
    size_t next;
    bool begun;
};

struct lead_file *lead_file_new(struct standing_state *state, const struct roster *roster)
{
    struct lead_file *file = memory_new(sizeof *file);
    file->state = state;
    file->roster = roster;
    arena_init(&file->arena);
    arena_init(&file->scratch);
    return file;
}

void lead_file_add(struct lead_file *file, const struct lead *lead)
{
    vector_push(&file->lines, ((struct line){.lead = lead}));
}

void lead_file_add_stranger(struct lead_file *file, struct slice id)
{
    vector_push(&file->lines, ((struct line){.id = arena_slice(&file->arena, id)}));
}

bool lead_file_more(void *context, struct buffer *out)
{
    struct lead_file *file = context;
    if (!file->begun)
        lead_csv_head(out, file->roster);
    else if (file->next == file->lines.count)
        return false;
    file->begun = true;
    arena_clear(&file->scratch);
    for (int n = 0; n < LINES_AT_ONCE && file->next < file->lines.count; n++, file->next++) {
        const struct line *line = &file->lines.at[file->next];
        if (line->lead)
            lead_csv_row(out, &file->scratch, file->roster, line->lead);
        else
            lead_csv_stranger(out, line->id, file->roster);
    }
    return true;
}

void lead_file_free(void *context)
{
    struct lead_file *file = context;
    if (!file) return;
    standing_give(file->state);
    vector_release(&file->lines);
    arena_release(&file->arena);
    arena_release(&file->scratch);
    free(file);
}
