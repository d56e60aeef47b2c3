#include "intake/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "value/json_write.h"

static const struct {
    const char *text, *code;
} reasons[REJECT_REASONS] = {
    [REJECT_LONG_LINE] = {"line longer than 1 MB", "long_line"},
    [REJECT_UTF8] = {"invalid UTF-8", "utf8"},
    [REJECT_NUL] = {"NUL byte", "nul"},
    [REJECT_JSON] = {"invalid JSON", "json"},
    [REJECT_NO_OBJECT] = {"not a JSON object", "no_object"},
    [REJECT_TWICE] = {"the same key twice", "twice"},
    [REJECT_DEPTH] = {"nested deeper than 64 levels", "depth"},
    [REJECT_CALL] = {"unknown type of call", "call"},
    [REJECT_NO_EVENT] = {"no event name", "no_event"},
    [REJECT_NO_SUBJECT] = {"no userId or anonymousId", "no_subject"},
    [REJECT_NO_GROUP] = {"no groupId", "no_group"},
    [REJECT_NO_PREVIOUS] = {"no previousId", "no_previous"},
    [REJECT_LONG_ID] = {"an id longer than 240 bytes", "long_id"},
    [REJECT_NO_KEY] = {"what it is about is missing", "no_key"},
    [REJECT_NO_TIME] = {"no timestamp", "no_time"},
    [REJECT_BAD_TIME] = {"unreadable timestamp", "bad_time"},
    [REJECT_FAR_TIME] = {"timestamp before 1970 or after 2100", "far_time"},
    [REJECT_BAD_FIELD] = {"unusable value", "bad_value"},
    [REJECT_COLUMNS] = {"wrong number of fields", "fields"},
    [REJECT_QUOTE] = {"broken quotes", "quotes"},
    [REJECT_AMOUNT] = {"unreadable amount", "amount"},
    [REJECT_TRUNCATED] = {"the file ends too early", "truncated"},
    [REJECT_ERASED] = {"about somebody who was erased", "erased"},
};

struct slice reject_reason_text(enum reject_reason reason)
{
    return slice_from(reasons[reason].text);
}

struct slice reject_reason_code(enum reject_reason reason)
{
    return slice_from(reasons[reason].code);
}

void reject_list_init(struct reject_list *list, bool keep_text)
{
    *list = (struct reject_list){.keep_text = keep_text};
    buffer_init(&list->text, BUFFER_NO_LIMIT);
    buffer_init(&list->reason, 2 * REJECT_TEXT_MAX);
    arena_init(&list->arena);
}

void reject_list_release(struct reject_list *list)
{
    buffer_release(&list->text);
    buffer_release(&list->reason);
    arena_release(&list->arena);
}

/* The longest beginning of s within `max` bytes that does not cut a character in two. */
static struct slice cut_text(struct slice s, size_t max)
{
    if (s.len <= max) return s;
    size_t len = max;
    while (len > max - 3 && ((unsigned char)s.ptr[len] & 0xc0) == 0x80) len--;
    return slice_of(s.ptr, len);
}

static struct slice in_hebrew(struct reject_list *list, struct slice reason)
{
    if (list->hebrew.len && slice_equal(buffer_slice(&list->reason), reason)) return list->hebrew;
    arena_clear(&list->arena);
    buffer_clear(&list->reason);
    buffer_add(&list->reason, reason);
    return list->hebrew = list->retold(&list->arena, reason);
}

static void put_reject(struct reject_list *list, const struct reject *r)
{
    struct json_writer w = {.out = &list->text};
    struct buffer reason;
    buffer_init(&reason, 2 * REJECT_TEXT_MAX);
    buffer_text(&reason, reasons[r->reason].text);
    if (r->detail.len) buffer_text(&reason, ": ");
    buffer_add(&reason, cut_text(r->detail, REJECT_TEXT_MAX));
    json_object(&w);
    json_key(&w, SLICE("file"));
    json_string(&w, r->file);
    json_key(&w, SLICE("line"));
    json_uint(&w, r->line);
    if (r->column) {
        json_key(&w, SLICE("column"));
        json_uint(&w, r->column);
    }
    json_key(&w, SLICE("reason"));
    json_string(&w, buffer_slice(&reason));
    json_key(&w, SLICE("text"));
    json_string(&w, cut_text(r->original, REJECT_TEXT_MAX));
    json_key(&w, SLICE("length"));
    json_uint(&w, r->length);
    json_key(&w, SLICE("code"));
    json_string(&w, reject_reason_code(r->reason));
    if (list->retold) {
        json_key(&w, SLICE("reason_he"));
        json_string(&w, in_hebrew(list, buffer_slice(&reason)));
    }
    json_end(&w);
    buffer_char(&list->text, '\n');
    buffer_release(&reason);
}

static void tally_add(struct reject_tally *tally, const struct reject *reject)
{
    if (!tally->count++) {
        struct slice detail = cut_text(reject->detail, sizeof tally->detail - 1);
        *tally = (struct reject_tally){.count = 1, .file = reject->file, .line = reject->line};
        if (detail.len) memcpy(tally->detail, detail.ptr, detail.len);
    }
}

static void tally_join(struct reject_tally *tally, struct reject_tally *later)
{
    uint64_t count = tally->count;
    if (!count) *tally = *later;
    if (count) tally->count += later->count;
    *later = (struct reject_tally){0};
}

void reject_list_add(struct reject_list *list, const struct reject *reject)
{
    tally_add(&list->tally[reject->reason], reject);
    list->count++;
    if (list->keep_text) put_reject(list, reject);
}

void reject_file_init(struct reject_file *file, const char *path)
{
    *file = (struct reject_file){.path = path};
}

/* The rows are about people: for the owner alone, like the store. */
static FILE *open_private(const char *path)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return fd < 0 ? NULL : fdopen(fd, "w");
}

static bool write_text(struct reject_file *file, struct slice text, struct error *error)
{
    if (file->failed || !file->path || !text.len) return true;
    if (!file->out) file->out = open_private(file->path);
    if (file->out && fwrite(text.ptr, 1, text.len, file->out) == text.len) return true;
    file->failed = true;
    error_set(error, FAILED, "cannot write the rejected rows to %s: %s", file->path, strerror(errno));
    return false;
}

bool reject_file_flush(struct reject_file *file, struct reject_list *list, struct error *error)
{
    if (!list->count) return true;
    bool written = write_text(file, buffer_slice(&list->text), error);
    for (int i = 0; i < REJECT_REASONS; i++) tally_join(&file->tally[i], &list->tally[i]);
    file->count += list->count;
    list->count = 0;
    buffer_clear(&list->text);
    return written;
}

bool reject_file_close(struct reject_file *file, struct error *error)
{
    if (!file->out) return true;
    bool closed = fclose(file->out) == 0;
    file->out = NULL;
    if (!closed) error_set(error, FAILED, "cannot write the rejected rows to %s: %s", file->path, strerror(errno));
    return closed;
}
