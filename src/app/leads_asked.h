/* Inside leads: what a query asks for, read once, so that looking at a lead compares numbers. */
#ifndef MASA_APP_LEADS_ASKED_H
#define MASA_APP_LEADS_ASKED_H

#include "analysis/narrow.h"
#include "app/leads.h"
#include "app/roster.h"

enum lead_state { LEAD_OPEN, LEAD_WON, LEAD_LOST, LEAD_REJECTED, LEAD_RETURNED, LEAD_LEFT, LEAD_STATES };
enum lead_verdict { LEAD_BELOW, LEAD_BORDERLINE, LEAD_ABOVE, LEAD_VERDICTS };
extern const char *const lead_state_names[LEAD_STATES + 1], *const lead_verdict_names[LEAD_VERDICTS + 1];

enum { LEADS_MOST = 200, WORDS_MOST = 8 };

enum lead_order { ORDER_CAPTURED, ORDER_ENTERED, ORDER_TOUCHED, ORDER_SCORE, ORDER_NAME, ORDER_DUE };

struct leads_query {
    struct arena *arena;
    const struct roster *roster;
    const struct zone *zone;
    struct slice words[WORDS_MOST];
    size_t word_count;
    uint64_t stages, reached;                           /* bit per stage; 0: any */
    unsigned states, verdicts;                          /* likewise */
    unsigned clocks;                                    /* 1 << enum clock_state */
    struct slice owners[WORDS_MOST], teams[WORDS_MOST]; /* "none": nobody's */
    size_t owner_count, team_count;
    struct narrowing narrowing;
    int64_t score_min, score_max; /* millionths; INT64_MIN, INT64_MAX: any */
    int64_t touched_before;       /* INSTANT_MAX: whenever */
    int64_t captured_from, captured_until;
    enum lead_order order;
    bool down;
    size_t limit;
    bool goes_on; /* after what follows */
    int64_t after_key;
    struct slice after_name, after_id;
};

enum outcome leads_read(struct leads_query *query, const struct leads_asked *asked, size_t count, struct error *error);

/* How a lead stands, and its score: that of the side that owns its stage. NULL: none. */
enum lead_state lead_state(const struct roster *roster, const struct lead *lead);
const struct score *lead_score(const struct roster *roster, const struct lead *lead, int64_t *value);
enum lead_verdict lead_verdict(const struct score *score, int64_t value);
struct slice lead_id(const struct roster *roster, const struct lead *lead);
struct slice lead_text(const struct roster *roster, uint32_t code); /* empty for 0 */
/* By which people know it: its name, else its address; empty without either. */
struct slice lead_known_as(const struct roster *roster, const struct lead *lead);

bool leads_match(const struct leads_query *query, const struct lead *lead);

#endif
