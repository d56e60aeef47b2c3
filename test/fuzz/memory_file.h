/* A file in memory that has a path, for what reads files by their names. */
#ifndef MASA_FUZZ_MEMORY_FILE_H
#define MASA_FUZZ_MEMORY_FILE_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file {
    int descriptor;
    char path[32];
};

static inline bool memory_file_open(struct memory_file *file, const void *data, size_t size)
{
    file->descriptor = memfd_create("fuzz", 0);
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
    return file->descriptor >= 0 && write(file->descriptor, data, size) == (ssize_t)size;
}

static inline void memory_file_close(struct memory_file *file)
{
    close(file->descriptor);
}

#endif
