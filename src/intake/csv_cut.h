/* Cuts a CSV file, as a stream of text, into pieces of whole records for readers in several threads: one thread at a
 * time cuts, under the caller's lock. What the readers then find does not depend on where the cuts are.
 *
 * Where records end, quotes decide. Most text has none, or fields that are quoted on one line, and only quotes and the
 * line ends between them are looked for. A record that is not so simple (a line end inside quotes, a quote that is not
 * closed) is read whole, as readers do, and what only the text behind it shows is noted in the piece. */
#ifndef MASA_INTAKE_CSV_CUT_H
#define MASA_INTAKE_CSV_CUT_H

#include "intake/csv.h"
#include "intake/feed.h"
#include "intake/text.h"

struct csv_rules {
    char separator;
    size_t fields; /* of a record */
    uint64_t skip; /* lines before the header */
    bool header;   /* the first record is one */
};

struct csv_cutter;

/* `text` is asked what could not be decoded; NULL: nothing. `piece`: bytes of one, about; 0: as is best. */
struct csv_cutter *csv_cutter_new(struct feed_source source, const struct text *text, const struct csv_rules *rules,
                                  size_t piece);
void csv_cutter_free(struct csv_cutter *cutter);
/* False at the end. The piece was initialised by csv_piece_init, or is one to be used again. */
bool csv_cut(struct csv_cutter *cutter, struct csv_piece *piece);
/* Physical lines cut off so far. */
uint64_t csv_cutter_lines(const struct csv_cutter *cutter);

void csv_piece_init(struct csv_piece *piece);
void csv_piece_release(struct csv_piece *piece);

#endif
