#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 16 << 10, BLOCK_SIZE_MAX = 4 << 20, LARGE = 2 << 20, ALIGN = 16 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    char data[] __attribute__((aligned(ALIGN)));
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_release(struct arena *arena)
{
    free_blocks(arena->blocks);
    arena_init(arena);
}

void arena_clear(struct arena *arena)
{
    struct arena_block *newest = arena->blocks;
    if (!newest) return;
    free_blocks(newest->older);
    newest->older = NULL;
    arena->next = newest->data;
    arena->end = newest->data + newest->size;
    arena->used = 0;
}

static void add_block(struct arena *arena, size_t size)
{
    size_t grown = arena->blocks ? arena->blocks->size * 2 : BLOCK_SIZE;
    if (grown > BLOCK_SIZE_MAX) grown = BLOCK_SIZE_MAX;
    if (grown >= LARGE) grown = grown / LARGE * LARGE - sizeof(struct arena_block); /* whole pages of the large kind */
    if (grown < size) grown = size;
    struct arena_block *block = memory_large(sizeof *block + grown);
    *block = (struct arena_block){.older = arena->blocks, .size = grown};
    arena->blocks = block;
    arena->next = block->data;
    arena->end = block->data + grown;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if ((size_t)(arena->end - arena->next) < size || !arena->blocks) add_block(arena, size);
    void *p = arena->next;
    arena->next += size;
    arena->used += size;
    return p;
}

void *arena_zero(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

struct slice arena_slice(struct arena *arena, struct slice s)
{
    char *copy = arena_alloc(arena, s.len + 1);
    if (s.len) memcpy(copy, s.ptr, s.len);
    copy[s.len] = 0;
    return slice_of(copy, s.len);
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) return slice_of("", 0);
    char *text = arena_alloc(arena, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return slice_of(text, (size_t)n);
}
