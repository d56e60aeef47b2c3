#include "runtime/splice.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/lap_history.h"

enum { ROOM = 4096 }; /* rows more than there are, and a sixteenth of them */

uint32_t splice_code(const struct splice *s, uint32_t fresh)
{
    return fresh ? dictionary_code(s->to, dictionary_text(s->from, fresh)) : 0;
}

static size_t room_for(size_t rows)
{
    return rows + rows / 16 + ROOM;
}

static struct side_shape shape_of(const struct table_side *side)
{
    return (struct side_shape){side->width, 0}; /* the row stands first in each */
}

static void set_sides(struct spliced_table *t)
{
    struct table_side sides[TABLE_SIDES];
    table_sides(&t->table, sides);
    for (int i = 0; i < TABLE_SIDES; i++) {
        *sides[i].at = side_entries(t->sides[i]);
        *sides[i].count = side_count(t->sides[i]);
    }
}

void spliced_copy(const struct fact_table *table, const struct dictionary *words, struct spliced_table *out)
{
    struct column_list old = {0}, new = {0};
    struct table_side sides[TABLE_SIDES];
    *out = (struct spliced_table){.table = *table, .cap = room_for(table->rows)};
    table_own_lists(table, &out->table);
    table_columns((struct fact_table *)table, &old);
    table_columns(&out->table, &new);
    for (size_t c = 0; c < old.count; c++) {
        if (!*old.at[c].at) continue;
        *new.at[c].at = memory_large(out->cap * new.at[c].width);
        if (table->rows) memcpy(*new.at[c].at, *old.at[c].at, table->rows * new.at[c].width);
    }
    vector_release(&old);
    vector_release(&new);
    table_sides((struct fact_table *)table, sides);
    for (int i = 0; i < TABLE_SIDES; i++) out->sides[i] = side_copy(shape_of(&sides[i]), *sides[i].at, *sides[i].count);
    set_sides(out);
    out->table.dictionary = words;
}

void spliced_release(struct spliced_table *t)
{
    struct column_list columns = {0};
    if (!t->cap) return;
    table_columns(&t->table, &columns);
    for (size_t c = 0; c < columns.count; c++) free(*columns.at[c].at);
    vector_release(&columns);
    table_free_lists(&t->table);
    for (int i = 0; i < TABLE_SIDES; i++) side_give(t->sides[i]);
    *t = (struct spliced_table){0};
}

static void reserve(struct spliced_table *t, struct column_list *columns, size_t rows)
{
    if (rows <= t->cap) return;
    t->cap = room_for(rows);
    for (size_t c = 0; c < columns->count; c++)
        if (*columns->at[c].at) *columns->at[c].at = memory_grow(*columns->at[c].at, t->cap * columns->at[c].width);
}

static void follow_column(const struct table_column *to, const struct table_column *from,
                          const struct owner_moves *moves)
{
    char *const out = *to->at;
    const char *const in = *from->at;
    for (size_t i = 0; out && i < moves->count; i++) {
        const size_t at = moves->at[i].to * to->width;
        memcpy(out + at, in + at, to->width);
    }
}

/* The scalars of another table, its columns and dictionary left aside. */
static void take_scalars(struct fact_table *t, const struct fact_table *from)
{
    t->as_of = from->as_of;
    memcpy(t->windows, from->windows, sizeof t->windows);
    t->has_compare = from->has_compare;
    memcpy(t->visitors, from->visitors, sizeof t->visitors);
    t->quality = from->quality;
}

void spliced_follow(struct spliced_table *t, const struct spliced_table *newer, const struct owner_moves *moves)
{
    struct column_list to = {0}, from = {0};
    table_columns(&t->table, &to);
    table_columns((struct fact_table *)&newer->table, &from);
    reserve(t, &to, newer->table.rows);
    for (size_t c = 0; c < to.count; c++) follow_column(&to.at[c], &from.at[c], moves);
    vector_release(&to);
    vector_release(&from);
    t->table.rows = newer->table.rows;
    take_scalars(&t->table, &newer->table);
    for (int i = 0; i < TABLE_SIDES; i++) {
        side_give(t->sides[i]);
        t->sides[i] = side_hold(newer->sides[i]);
    }
    set_sides(t);
}

/* Rows that stay stand in long runs. */
static void drop_rows(const struct table_column *column, const uint32_t *place, size_t rows)
{
    char *const at = *column->at;
    for (size_t i = 0, end; at && i < rows; i = end) {
        for (; i < rows && place[i] == NONE; i++) {
        }
        for (end = i; end < rows && place[end] != NONE; end++) {
        }
        if (end > i) memmove(at + place[i] * column->width, at + i * column->width, (end - i) * column->width);
    }
}

void spliced_drop(struct spliced_table *t, const uint32_t *place)
{
    struct column_list columns = {0};
    struct table_side sides[TABLE_SIDES];
    size_t kept = 0;
    table_columns(&t->table, &columns);
    for (size_t c = 0; c < columns.count; c++) drop_rows(&columns.at[c], place, t->table.rows);
    vector_release(&columns);
    for (size_t i = 0; i < t->table.rows; i++) kept += place[i] != NONE;
    t->table.rows = kept;
    table_sides(&t->table, sides);
    for (int i = 0; i < TABLE_SIDES; i++) {
        struct side_list *const old = t->sides[i];
        t->sides[i] = side_renumber(old, shape_of(&sides[i]), place);
        side_give(old);
    }
    set_sides(t);
}

static void keep_history(const struct splice *s, const char **history)
{
    if (*history) *history = arena_slice(s->texts, lap_history_bytes(*history)).ptr;
}

static void put_column(const struct splice *s, const struct table_column *to, const struct table_column *from,
                       const struct owner_moves *moves)
{
    char *const out = *to->at;
    const char *const in = *from->at;
    for (size_t i = 0; out && i < moves->count; i++) {
        void *const cell = out + moves->at[i].to * to->width;
        memcpy(cell, in + moves->at[i].from * to->width, to->width);
        if (to->kind == COLUMN_CODE) *(uint32_t *)cell = splice_code(s, *(uint32_t *)cell);
        if (to->kind == COLUMN_TEXT) *(struct slice *)cell = arena_slice(s->texts, *(struct slice *)cell);
        if (to->kind == COLUMN_HISTORY) keep_history(s, cell);
    }
}

struct fixing {
    const struct splice *s;
    const struct table_side *side;
};

static void fix_codes(void *context, void *entry)
{
    const struct fixing *f = context;
    for (int i = 0; i < SIDE_CODES; i++) {
        if (!f->side->codes[i]) continue;
        uint32_t *const code = (uint32_t *)((char *)entry + f->side->codes[i]);
        *code = splice_code(f->s, *code);
    }
}

static void put_sides(struct spliced_table *t, const struct splice *s, const struct fact_table *fresh,
                      const struct owner_moves *moves)
{
    struct table_side to[TABLE_SIDES], from[TABLE_SIDES];
    table_sides(&t->table, to);
    table_sides((struct fact_table *)fresh, from);
    for (int i = 0; i < TABLE_SIDES; i++) {
        struct side_list *const old = t->sides[i];
        struct fixing fixing = {s, &to[i]};
        t->sides[i] = side_replace(old, shape_of(&to[i]), *from[i].at, *from[i].count, moves, fix_codes, &fixing);
        side_give(old);
    }
    set_sides(t);
}

void spliced_put(struct spliced_table *t, const struct splice *s, const struct fact_table *fresh,
                 const struct owner_moves *moves)
{
    struct column_list to = {0}, from = {0};
    size_t rows = t->table.rows;
    if (moves->count && moves->at[moves->count - 1].to >= rows) rows = moves->at[moves->count - 1].to + 1;
    table_columns(&t->table, &to);
    table_columns((struct fact_table *)fresh, &from);
    reserve(t, &to, rows);
    for (size_t c = 0; c < to.count; c++) put_column(s, &to.at[c], &from.at[c], moves);
    vector_release(&to);
    vector_release(&from);
    t->table.rows = rows;
    take_scalars(&t->table, fresh);
    put_sides(t, s, fresh, moves);
}
