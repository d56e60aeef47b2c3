#include "intake/progress.h"

#include <unistd.h>

enum { WIDTH = 24 };

static const double FIRST_SECONDS = 0.5;

void progress_bar_init(struct progress_bar *bar, FILE *out)
{
    *bar = (struct progress_bar){.out = isatty(fileno(out)) ? out : NULL};
}

static void put_seconds(struct buffer *out, double seconds)
{
    long whole = (long)(seconds + 0.5);
    if (whole < 60)
        buffer_printf(out, "%ld s", whole);
    else if (whole < 3600)
        buffer_printf(out, "%ld:%02ld min", whole / 60, whole % 60);
    else
        buffer_printf(out, "%ld:%02ld h", whole / 3600, whole / 60 % 60);
}

void progress_line(const struct input_progress *p, struct buffer *out)
{
    if (p->bytes_total) {
        uint64_t part = p->bytes < p->bytes_total ? p->bytes : p->bytes_total;
        int done = (int)(part * WIDTH / p->bytes_total);
        buffer_char(out, '[');
        for (int i = 0; i < WIDTH; i++) buffer_char(out, i < done ? '=' : ' ');
        buffer_printf(out, "] %3d%%  ", (int)(part * 100 / p->bytes_total));
    }
    if (p->seconds > 0) buffer_printf(out, "%.0f MB/s  ", (double)p->bytes / 1e6 / p->seconds);
    char digits[32];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)p->lines);
    buffer_grouped(out, slice_from(digits));
    buffer_text(out, " lines");
    if (p->seconds_left < 0) return;
    buffer_text(out, "  ");
    put_seconds(out, p->seconds_left);
    buffer_text(out, " left");
}

void progress_bar_show(void *context, const struct input_progress *p)
{
    struct progress_bar *bar = context;
    if (!bar->out || p->seconds < FIRST_SECONDS) return;
    struct buffer line;
    buffer_init(&line, 256);
    progress_line(p, &line);
    fprintf(bar->out, "\r%.*s\033[K", SLICE_ARG(buffer_slice(&line)));
    fflush(bar->out);
    bar->shown = true;
    buffer_release(&line);
}

void progress_bar_end(struct progress_bar *bar)
{
    if (!bar->shown) return;
    fputs("\r\033[K", bar->out);
    fflush(bar->out);
    bar->shown = false;
}
