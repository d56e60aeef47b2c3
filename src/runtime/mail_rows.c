#include "runtime/mail_rows.h"

enum { STEPS_MAX = 64 };

static struct mail_row *mail_of(struct mail_rows *rows, const struct mail_walk *w, int64_t step)
{
    for (size_t i = w->first; i < rows->count; i++)
        if (rows->at[i].step == step) return &rows->at[i];
    vector_push(rows, ((struct mail_row){.row = w->row, .step = (int32_t)step}));
    return vector_last(rows);
}

struct mail_walk mail_walk_begin(const struct mail_rows *rows, uint32_t row, int64_t until)
{
    return (struct mail_walk){row, until, rows->count, -1};
}

bool mail_walk_take(struct mail_rows *rows, struct mail_walk *w, const struct lap_mail *m)
{
    if (rows->count - w->first >= STEPS_MAX) return false;
    const bool sent = m->what & LAP_MAIL_SENT, opened = m->what & LAP_MAIL_OPENED, clicked = m->what & LAP_MAIL_CLICKED;
    struct mail_row *mail = mail_of(rows, w, m->step);
    mail->sent |= sent;
    mail->raw_opened |= opened;
    mail->raw_clicked |= clicked;
    if (m->what & LAP_MAIL_MACHINE) return true;
    mail->opened |= opened;
    mail->clicked |= clicked;
    if (!sent && m->at < w->until) w->contributing = m->step; /* INSTANT_NONE is before everything */
    return true;
}

void mail_walk_end(struct mail_rows *rows, const struct mail_walk *w)
{
    if (w->until != INSTANT_NONE && w->contributing >= 0) mail_of(rows, w, w->contributing)->contributed = true;
}
