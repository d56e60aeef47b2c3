/* Text on a terminal: display width, wrapping, colour, tables that line up, Hebrew in logical order.
 *
 * Numbers and Latin words inside Hebrew are isolated (U+2066 ... U+2069) and every Hebrew line begins with U+200F, so
 * that a terminal that knows bidirectional text lays the lines and the tables out from the right; one that does not
 * shows the same columns from the left. Marks and isolates have no width. */
#ifndef MASA_REPORT_CANVAS_H
#define MASA_REPORT_CANVAS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/vector.h"

enum tone { TONE_PLAIN, TONE_STRONG, TONE_DIM, TONE_ACCENT, TONE_GOOD, TONE_WARN, TONE_BAD };

struct canvas {
    struct buffer *out;
    struct arena *arena;
    bool colour, hebrew;
    int columns;
};

/* Columns a text takes: none for marks, combining points and controls, two for wide East Asian characters. */
int canvas_width(struct slice text);
/* The text with what runs left to right isolated, for a Hebrew line. */
struct slice canvas_isolate(struct arena *arena, struct slice text);
/* From one thing to another: it points where the line is read to. */
struct slice canvas_arrow(const struct canvas *canvas);
/* Cut to a width, with an ellipsis. */
struct slice canvas_fit(struct arena *arena, struct slice text, int width);

void canvas_blank(struct canvas *c);
/* Wrapped at words, every line indented. */
void canvas_text(struct canvas *c, int indent, struct slice text, enum tone tone);
/* A label of a fixed width, then wrapped text beside it. */
void canvas_labelled(struct canvas *c, int indent, struct slice label, int label_width, struct slice text,
                     enum tone tone);
void canvas_heading(struct canvas *c, struct slice text);

/* A table: cells are given row by row; the first row is the head. Columns are as wide as their widest cell; when all
 * are too wide for the canvas, the widest text column is cut. */
struct grid_cell {
    struct slice text;
    enum tone tone;
};
enum { GRID_COLUMNS_MAX = 24 };
struct grid {
    struct canvas *canvas;
    size_t columns;
    bool right[GRID_COLUMNS_MAX]; /* numbers stand at the end of their column */
    VECTOR(struct grid_cell) cells;
};

struct grid grid_new(struct canvas *c);
/* Head cells; all before the first row. */
void grid_column(struct grid *g, struct slice head, bool right);
void grid_cell(struct grid *g, struct slice text, enum tone tone);
/* Draws and releases; nothing when there are no rows. */
void grid_draw(struct grid *g, int indent);

#endif
