/* Runs a fuzz target over the files of a folder: replay FOLDER. Says each file's name first, so that the last one named
 * is the one that broke a promise, and ends with a count as the test runner reads it. */
#include <dirent.h>
#include <stdio.h>

#include "base/buffer.h"
#include "fuzz.h"

static bool read_file(const char *path, struct buffer *out)
{
    FILE *file = fopen(path, "rb");
    char block[4096];
    buffer_clear(out);
    for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;) buffer_add(out, slice_of(block, n));
    return file && !fclose(file);
}

static bool replay(const char *path, struct buffer *bytes)
{
    printf("# %s\n", path);
    fflush(stdout);
    if (!read_file(path, bytes)) return false;
    LLVMFuzzerTestOneInput((const uint8_t *)bytes->data, bytes->len);
    return true;
}

int main(int argc, char **argv)
{
    struct dirent **names = NULL;
    struct buffer bytes;
    int count = argc == 2 ? scandir(argv[1], &names, NULL, alphasort) : -1, files = 0, passed = 0;
    buffer_init(&bytes, BUFFER_NO_LIMIT);
    for (int i = 0; i < count; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
        if (names[i]->d_name[0] != '.') passed += replay(path, &bytes), files++;
        free(names[i]);
    }
    free(names);
    buffer_release(&bytes);
    printf("%d of %d cases pass\n", passed, files);
    return files == 0 || passed < files;
}
