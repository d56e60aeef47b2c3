/* CSV: every line of the text is in one record, broken or not, a record promises no more than it has, and where the
 * text is cut changes nothing. The first byte chooses the separator, the rules and the size of the pieces. */
#include "fuzz.h"
#include "intake/csv_cut.h"

struct seen {
    uint64_t records, digest, line;
};

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

static void add(struct seen *seen, uint64_t number)
{
    seen->digest = (seen->digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
}

static void add_text(struct seen *seen, struct slice text)
{
    add(seen, text.len);
    for (size_t i = 0; i < text.len; i++) add(seen, (unsigned char)text.ptr[i]);
}

static void look_at(struct seen *seen, enum csv_state state, const struct csv_record *record)
{
    PROMISE(record->line == seen->line);
    PROMISE(state != CSV_RECORD || record->count > 0);
    PROMISE(state != CSV_QUOTE || record->fault);
    PROMISE(state == CSV_FIELDS || !record->clean ||
            (slice_is_utf8(record->text) && !(record->text.len && memchr(record->text.ptr, 0, record->text.len))));
    size_t fields = 0;
    for (size_t i = 0; state == CSV_RECORD && i < record->count; i++) {
        fields += record->fields[i].len;
        add_text(seen, record->fields[i]);
    }
    PROMISE(fields <= record->length);
    seen->records++;
    add(seen, state);
    add(seen, record->line);
    add(seen, record->count);
    add(seen, record->length);
    add_text(seen, record->text);
}

static struct seen read_pieces(struct slice text, const struct csv_rules *rules, size_t size)
{
    struct slice rest = text;
    struct csv_cutter *cutter = csv_cutter_new((struct feed_source){read_slice, &rest}, NULL, rules, size);
    struct csv *csv = csv_new(rules->separator);
    struct seen seen = {.line = 1};
    struct csv_piece piece;
    csv_piece_init(&piece);
    while (csv_cut(cutter, &piece)) {
        struct csv_record record;
        enum csv_state state;
        PROMISE(piece.first_line == seen.line);
        csv_begin(csv, &piece);
        for (uint64_t i = 0; i < piece.skip; i++, seen.line++) PROMISE(csv_skip_line(csv));
        while ((state = csv_next(csv, &record)) != CSV_END) {
            look_at(&seen, state, &record);
            PROMISE(csv_lines(csv) + 1 > seen.line);
            seen.line = csv_lines(csv) + 1;
        }
    }
    PROMISE(seen.line == count_lines(text) + 1);
    csv_piece_release(&piece);
    csv_free(csv);
    csv_cutter_free(cutter);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = {',', ';', '\t', '|'};
    if (!size) return 0;
    const struct slice text = fuzz_text(data + 1, size - 1);
    const struct csv_rules rules = {
        .separator = separators[data[0] % 4],
        .fields = 1 + (data[0] >> 2 & 1),
        .skip = data[0] >> 3 & 1,
        .header = data[0] >> 4 & 1,
    };
    const struct seen whole = read_pieces(text, &rules, 0), cut = read_pieces(text, &rules, 1 + (data[0] >> 5));
    PROMISE(whole.records == cut.records && whole.digest == cut.digest);
    return 0;
}
