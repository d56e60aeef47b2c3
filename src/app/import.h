/* `masa import`: files into a store. What `masa export` wrote makes the same store again. */
#ifndef MASA_APP_IMPORT_H
#define MASA_APP_IMPORT_H

#include "app/run.h"
#include "store/carried.h"
#include "store/merge.h"

struct import_request {
    const char *db;
    int64_t now;
    struct run_options run; /* its definition may be NULL when the store has one */
};

struct import_result {
    struct merge_counts events;
    uint64_t rejected; /* rows */
    uint64_t left_out; /* values that could not be read, of rows that are used */
    uint64_t erased;   /* events about somebody who was erased: refused */
    uint64_t spend;    /* rows */
    struct carried_counts carried;
};

/* Reads the files into the store, which is made when it is not there; each event is kept once, so that the same files
 * again change nothing. OK, SOME_REJECTED, or the error says; what was imported before an error stays. The store keeps
 * the definition; its first is in force from the beginning, a later one that is new from now on. What files of an
 * export carry beside events comes first, so that their definitions are in force when they were, and none has to be
 * named. */
enum outcome import_files(struct run *run, const struct import_request *request, struct import_result *result,
                          struct error *error);

#endif
