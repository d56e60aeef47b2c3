#include "app/line_diff.h"

#include "base/vector.h"

/* Cells of the table of common lengths: 16 MB at most. */
enum { TABLE_MAX = 4 << 20 };

struct lines {
    struct slice *at;
    size_t count, cap;
};

static struct lines split(struct slice text)
{
    struct lines lines = {0};
    while (text.len) vector_push(&lines, slice_cut(&text, '\n'));
    return lines;
}

static void push(struct diff_lines *out, enum line_kind kind, size_t old, size_t now, struct slice text)
{
    vector_push(out, ((struct diff_line){kind, kind == LINE_ADDED ? 0 : (int)old + 1,
                                         kind == LINE_REMOVED ? 0 : (int)now + 1, text}));
}

/* common[i][j]: how long the longest common sequence of a from i and b from j is. */
static uint32_t *common_lengths(const struct slice *a, size_t n, const struct slice *b, size_t m)
{
    const size_t width = m + 1;
    uint32_t *common = memory_new((n + 1) * width * sizeof *common);
    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            const uint32_t down = common[(i + 1) * width + j], right = common[i * width + j + 1];
            common[i * width + j] = slice_equal(a[i], b[j]) ? common[(i + 1) * width + j + 1] + 1
                                    : down > right          ? down
                                                            : right;
        }
    return common;
}

/* What lies between the common beginning and end: n lines of a against m of b, both from `start`. */
static void diff_middle(const struct lines *a, size_t n, const struct lines *b, size_t m, size_t start,
                        struct diff_lines *out)
{
    const struct slice *old = a->at + start, *now = b->at + start;
    const bool fits = (n + 1) * (m + 1) <= TABLE_MAX;
    uint32_t *common = fits ? common_lengths(old, n, now, m) : NULL;
    const size_t width = m + 1;
    size_t i = 0, j = 0;
    while (fits && i < n && j < m) {
        if (slice_equal(old[i], now[j])) {
            push(out, LINE_SAME, start + i, start + j, old[i]);
            i++;
            j++;
        } else if (common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            push(out, LINE_REMOVED, start + i, 0, old[i]);
            i++;
        } else {
            push(out, LINE_ADDED, 0, start + j, now[j]);
            j++;
        }
    }
    for (; i < n; i++) push(out, LINE_REMOVED, start + i, 0, old[i]);
    for (; j < m; j++) push(out, LINE_ADDED, 0, start + j, now[j]);
    free(common);
}

void line_diff(struct slice old, struct slice now, struct diff_lines *out)
{
    struct lines a = split(old), b = split(now);
    const size_t least = a.count < b.count ? a.count : b.count;
    size_t start = 0, end = 0;
    while (start < least && slice_equal(a.at[start], b.at[start])) start++;
    while (end < least - start && slice_equal(a.at[a.count - 1 - end], b.at[b.count - 1 - end])) end++;
    for (size_t i = 0; i < start; i++) push(out, LINE_SAME, i, i, a.at[i]);
    diff_middle(&a, a.count - start - end, &b, b.count - start - end, start, out);
    for (size_t i = 0; i < end; i++)
        push(out, LINE_SAME, a.count - end + i, b.count - end + i, a.at[a.count - end + i]);
    vector_release(&a);
    vector_release(&b);
}
