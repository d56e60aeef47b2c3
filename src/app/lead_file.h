/* A list of leads as a file that is made while it is sent: whoever takes it slowly holds a list of pointers, not the
 * text. It keeps the state it was made of. */
#ifndef MASA_APP_LEAD_FILE_H
#define MASA_APP_LEAD_FILE_H

#include "app/roster.h"
#include "app/standing.h"

struct lead_file;

/* Takes the state over, and gives it back at the end; the roster is one of its. */
struct lead_file *lead_file_new(struct standing_state *state, const struct roster *roster);
void lead_file_add(struct lead_file *file, const struct lead *lead);
/* Somebody of whom only the id is known; it is copied. */
void lead_file_add_stranger(struct lead_file *file, struct slice id);

/* Adds the next lines; false: that was all. */
bool lead_file_more(void *file, struct buffer *out);
void lead_file_free(void *file);

#endif
