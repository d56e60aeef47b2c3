/* The clock of a stage that is to be entered in time: in the company's working hours where the SLA is counted in them.
 * Everything follows from when it began, when it stopped, and the moment at which it is looked at. */
#ifndef MASA_APP_HANDOFF_CLOCK_H
#define MASA_APP_HANDOFF_CLOCK_H

#include "app/roster.h"
#include "value/json_write.h"

enum clock_state { CLOCK_OK, CLOCK_SOON, CLOCK_LATE, CLOCK_PAUSED, CLOCK_MET };

extern const char *const clock_state_names[]; /* ends with NULL */

struct sla_clock {
    const struct roster *roster;
    const struct stage *stage;   /* that is to be entered; its SLA is not empty */
    int64_t began, due, stopped; /* stopped: INSTANT_MAX while it runs */
    int64_t looked;              /* as of now, or when it stopped */
    int64_t left, total;         /* microseconds of its own kind of time */
    enum clock_state state;      /* SOON: less than a quarter is left; PAUSED: nobody works at this moment */
};
/* False when the stage has no SLA. */
bool clock_read(const struct roster *roster, const struct stage *stage, int64_t began, int64_t stopped,
                struct sla_clock *out);
/* The stage that a lead is to enter next, while its lap is open. False: it has no clock. */
bool clock_of_lead(const struct roster *roster, const struct lead *lead, struct sla_clock *out);

/* The reminder or escalation that came last of those that are for somebody; NULL: none has come. */
const struct notice *clock_notice(const struct sla_clock *clock, bool escalation,
                                  bool (*is_for)(void *context, const struct notice *notice), void *context);

/* Sla, or null when `clock` is NULL. */
void clock_put(struct json_writer *w, const char *name, struct arena *arena, const struct sla_clock *clock);
/* SlaDay[], and reminders and escalations with their times. */
void clock_put_days(struct json_writer *w, const char *name, const struct sla_clock *clock);
void clock_put_notices(struct json_writer *w, const char *name, struct arena *arena, const struct sla_clock *clock);

#endif
