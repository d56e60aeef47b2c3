/* CSV: every line of the text is in one record, broken or not, and a record promises no more than it has. The first
 * byte chooses the separator, and whether records with a wrong number of fields are taken back. */
#include "fuzz.h"
#include "base/buffer.h"
#include "intake/csv.h"

static size_t read_slice(void *context, char *out, size_t size)
{
    struct slice *rest = context;
    size_t len = rest->len < size ? rest->len : size;
    if (len) memcpy(out, rest->ptr, len);
    *rest = slice_skip(*rest, len);
    return len;
}

static uint64_t count_lines(struct slice text)
{
    uint64_t lines = text.len && text.ptr[text.len - 1] != '\n';
    for (size_t i = 0; i < text.len; i++) lines += text.ptr[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t', '|'};
    if (!size) return 0;
    struct slice text = fuzz_text(data + 1, size - 1);
    struct slice rest = text;
    struct csv *csv = csv_new((struct feed_source){read_slice, &rest}, separators[data[0] % 4]);
    struct csv_record record;
    enum csv_state state;
    uint64_t line = 1;
    size_t first_count = 0;
    while ((state = csv_next(csv, &record)) != CSV_END) {
        PROMISE(record.line == line);
        PROMISE(state != CSV_RECORD || record.count > 0);
        PROMISE(state != CSV_QUOTE || record.fault);
        PROMISE(!record.clean ||
                (slice_is_utf8(record.text) && !(record.text.len && memchr(record.text.ptr, 0, record.text.len))));
        size_t fields = 0;
        for (size_t i = 0; state == CSV_RECORD && i < record.count; i++) fields += record.fields[i].len;
        PROMISE(fields <= record.length);
        if (state == CSV_RECORD && !first_count) first_count = record.count;
        if (state == CSV_RECORD && data[0] & 4 && record.count != first_count) csv_take_back(csv);
        PROMISE(csv_lines(csv) + 1 > line);
        line = csv_lines(csv) + 1;
    }
    PROMISE(line == count_lines(text) + 1);
    csv_free(csv);
    return 0;
}
