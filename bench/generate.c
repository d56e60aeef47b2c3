/* Writes the benchmark's event log: a revenue funnel of some thousands or millions of leads over 24 months, one JSON
 * object a line, in time order. The same options give the same bytes.
 *
 * Timestamps are unique within a lead, so every question about order has exactly one answer. Activity is Zipf-like: the
 * lead of rank r is active in proportion to (r + 100)^-0.7. Sales events follow a simulated qualification, so that
 * about one lead in twenty ends with an opportunity; some sales events come too early on purpose and must not count.
 *
 * With --shuffled a second file gets the same events as a careless sender would deliver them: in random order, some
 * lines twice, and some held back until all others have been written. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/civil.h"
#include "base/vector.h"

enum type {
    LEAD_CREATED,
    EMAIL_OPENED,
    EMAIL_CLICKED,
    PAGE_VIEW,
    FORM_SUBMITTED,
    WEBINAR_ATTENDED,
    CONTENT_DOWNLOADED,
    DEMO_REQUESTED,
    EMAIL_BOUNCED,
    SALES_ACCEPTED,
    SQL_QUALIFIED,
    OPPORTUNITY_OPENED,
    DEAL_WON,
    TYPE_COUNT
};

/* The first `most` events of a type after engagement bring `points` each. */
static const struct {
    const char *name;
    int points, most;
} TYPES[TYPE_COUNT] = {
    [LEAD_CREATED] = {"lead_created"},
    [EMAIL_OPENED] = {"email_opened", 2, 5},
    [EMAIL_CLICKED] = {"email_clicked", 4, 3},
    [PAGE_VIEW] = {"page_view", 1, 10},
    [FORM_SUBMITTED] = {"form_submitted", 10, 2},
    [WEBINAR_ATTENDED] = {"webinar_attended", 8, 2},
    [CONTENT_DOWNLOADED] = {"content_downloaded", 5, 3},
    [DEMO_REQUESTED] = {"demo_requested", 20, 1},
    [EMAIL_BOUNCED] = {"email_bounced"},
    [SALES_ACCEPTED] = {"sales_accepted"},
    [SQL_QUALIFIED] = {"sql_qualified"},
    [OPPORTUNITY_OPENED] = {"opportunity_opened"},
    [DEAL_WON] = {"deal_won"},
};

/* Path 0 is none; the first five pages are those that show interest. */
enum {
    FIRST_PAGE = 1,
    LAST_RELEVANT_PAGE = 5,
    FIRST_BLOG_PAGE = 7,
    PAGE_COUNT = 16,
    FIRST_FORM = 17,
    CONTACT_FORM = 17
};
static const char *const PATHS[] = {"",
                                    "/pricing",
                                    "/product",
                                    "/demo",
                                    "/case-studies",
                                    "/integrations",
                                    "/",
                                    "/blog",
                                    "/blog/release-notes",
                                    "/about",
                                    "/careers",
                                    "/docs",
                                    "/docs/api",
                                    "/partners",
                                    "/events",
                                    "/webinars",
                                    "/legal",
                                    "/forms/contact",
                                    "/forms/newsletter",
                                    "/forms/ebook",
                                    "/forms/event"};
static const char *const CHANNELS[] = {"organic", "paid_search", "social", "email", "referral", "event"};
static const char *const REGIONS[] = {"emea", "amer", "apac", "latam"};
static const char *const INDUSTRIES[] = {"software",      "finance",   "healthcare", "retail",
                                         "manufacturing", "education", "government", "other"};
enum { REFERRAL = 4, SOFTWARE = 0, FINANCE = 1, HEALTHCARE = 2, INDUSTRY_COUNT = 8 };
enum { MQL_SCORE = 20, EMPLOYEES_MAX = 250000 };

static const uint32_t DAY = 86400;
static const uint32_t FIRST_SECOND = 1704067200; /* 2024-01-01 */
static const uint32_t SPAN = 731 * 86400u;       /* 2024, a leap year, and 2025 */
static const double TURN = 6.283185307179586;

struct event {
    uint32_t at, lead;
    uint8_t type, path, step;
};

struct lead {
    uint32_t rank, employees;
    uint8_t channel, region, industry;
};

struct options {
    const char *output, *shuffled;
    uint32_t lead_count;
    double events_per_lead;
    uint64_t seed, shuffle_seed;
    double duplicates, late; /* as a part of 1 */
};

struct journal {
    VECTOR(struct event) events;
    struct lead *leads;
    uint64_t *order; /* (at, index of the event), sorted: the line order of the file in time order */
    uint64_t random; /* state of the generator of random numbers */
    long engaged, qualified, opportunities;
};

/* ---- Random numbers: splitmix64 and what is drawn from it. Each draw stands in a statement of its own, because C does
 * not say in which order the operands of one expression are evaluated. */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Strictly between 0 and 1. */
static double draw_uniform(uint64_t *state)
{
    return ((double)(draw(state) >> 11) + 0.5) * (1.0 / 9007199254740992.0);
}

static double draw_exponential(uint64_t *state, double mean)
{
    return -mean * log(draw_uniform(state));
}

/* An index of `weights`, in proportion to them. */
static int draw_weighted(uint64_t *state, const int *weights, int count)
{
    int total = 0;
    for (int i = 0; i < count; i++) total += weights[i];
    int at = (int)(draw(state) % (uint64_t)total);
    int i = 0;
    for (; at >= weights[i]; i++) at -= weights[i];
    return i;
}

static int draw_poisson(uint64_t *state, double mean)
{
    if (mean > 60) {
        double radius = sqrt(-2 * log(draw_uniform(state)));
        double angle = TURN * draw_uniform(state);
        int near = (int)(mean + sqrt(mean) * (radius * cos(angle)) + 0.5);
        return near < 0 ? 0 : near;
    }
    double limit = exp(-mean), product = draw_uniform(state);
    int count = 0;
    for (; product > limit; count++) product *= draw_uniform(state);
    return count;
}

/* ---- One lead. */

static void add(struct journal *j, uint32_t lead, uint32_t at, int type, int path, int step)
{
    struct event e = {at, lead, (uint8_t)type, (uint8_t)path, (uint8_t)step};
    vector_push(&j->events, e);
}

static void draw_lead(struct journal *j, struct lead *lead)
{
    static const int channel_weights[] = {30, 25, 15, 12, 10, 8}, region_weights[] = {35, 40, 17, 8};
    lead->channel = (uint8_t)draw_weighted(&j->random, channel_weights, 6);
    lead->region = (uint8_t)draw_weighted(&j->random, region_weights, 4);
    lead->industry = (uint8_t)(draw(&j->random) % INDUSTRY_COUNT);
    double radius = sqrt(-2 * log(draw_uniform(&j->random)));
    double angle = TURN * draw_uniform(&j->random);
    uint32_t employees = (uint32_t)(exp(1.0 + 2.0 * radius * fabs(cos(angle))) + 1);
    lead->employees = employees < EMPLOYEES_MAX ? employees : EMPLOYEES_MAX;
}

/* One e-mail, page or form event, most of them soon after the lead was created. */
static void add_behaviour(struct journal *j, uint32_t lead, uint32_t created)
{
    static const uint8_t types[] = {EMAIL_OPENED,     EMAIL_CLICKED,      PAGE_VIEW,      FORM_SUBMITTED,
                                    WEBINAR_ATTENDED, CONTENT_DOWNLOADED, DEMO_REQUESTED, EMAIL_BOUNCED};
    static const int type_weights[] = {42, 8, 34, 4, 3, 5, 1, 3}, step_weights[] = {26, 20, 16, 12, 10, 7, 5, 4};
    static const int form_weights[] = {25, 40, 25, 10};
    static const int page_weights[] = {90, 110, 35, 45, 40, 220, 160, 40, 60, 50, 70, 30, 20, 15, 10, 5};
    const double horizon = 240.0 * DAY;
    double after = draw_exponential(&j->random, 40.0 * DAY);
    if (after > horizon) after = draw_uniform(&j->random) * horizon;
    int type = types[draw_weighted(&j->random, type_weights, 8)], path = 0, step = 0;
    if (type == EMAIL_OPENED || type == EMAIL_CLICKED || type == EMAIL_BOUNCED)
        step = 1 + draw_weighted(&j->random, step_weights, 8);
    else if (type == PAGE_VIEW)
        path = FIRST_PAGE + draw_weighted(&j->random, page_weights, PAGE_COUNT);
    else if (type == FORM_SUBMITTED)
        path = FIRST_FORM + draw_weighted(&j->random, form_weights, 4);
    else if (type == CONTENT_DOWNLOADED)
        path = FIRST_BLOG_PAGE + (int)(draw(&j->random) % 2);
    add(j, lead, created + 60 + (uint32_t)after, type, path, step);
}

/* By time; events of one instant keep their order. Insertion, because the lists are short and nearly sorted. */
static void sort_events(struct event *events, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct event moving = events[i];
        size_t k = i;
        for (; k > 0 && events[k - 1].at > moving.at; k--) events[k] = events[k - 1];
        events[k] = moving;
    }
}

static int fit_score(const struct lead *lead)
{
    int size = lead->employees >= 1000 ? 20 : lead->employees >= 200 ? 12 : lead->employees >= 50 ? 6 : 0;
    int industry = lead->industry == SOFTWARE || lead->industry == FINANCE ? 8 : lead->industry == HEALTHCARE ? 4 : 0;
    return size + industry + (lead->channel == REFERRAL ? 5 : 0);
}

/* What must be remembered of a lead's past to see that it engages. */
struct interest {
    uint32_t first_step_open, later_step_open, view_before, view_last;
};

static bool shows_engagement(struct interest *past, const struct event *e)
{
    if (e->type == FORM_SUBMITTED) return e->path == CONTACT_FORM;
    if (e->type == EMAIL_OPENED) {
        if (e->step <= 2 && !past->first_step_open) past->first_step_open = e->at;
        if (e->step >= 3 && e->step <= 5 && !past->later_step_open) past->later_step_open = e->at;
        return past->first_step_open && past->later_step_open;
    }
    if (e->type != PAGE_VIEW || e->path > LAST_RELEVANT_PAGE) return false;
    bool third = past->view_before && e->at - past->view_before <= 30 * DAY;
    past->view_before = past->view_last;
    past->view_last = e->at;
    return third;
}

/* When the lead's behaviour makes it a marketing qualified lead; 0 is never. */
static uint32_t simulate_qualification(struct journal *j, const struct lead *lead, const struct event *events,
                                       size_t count)
{
    struct interest past = {0};
    int score = fit_score(lead), seen[TYPE_COUNT] = {0};
    bool engaged = false;
    uint32_t qualified = 0;
    for (size_t i = 0; i < count && !qualified; i++) {
        int type = events[i].type;
        if (!engaged)
            engaged = shows_engagement(&past, &events[i]);
        else if (seen[type]++ < TYPES[type].most)
            score += TYPES[type].points;
        if (engaged && score >= MQL_SCORE) qualified = events[i].at;
    }
    j->engaged += engaged;
    j->qualified += qualified > 0;
    return qualified;
}

/* What sales does: now and then something too early, and the steps after a real qualification. */
static void add_sales(struct journal *j, uint32_t lead, uint32_t created, uint32_t qualified)
{
    static const struct {
        int type;
        double chance, mean_days;
    } steps[] = {
        {SALES_ACCEPTED, 0.72, 3}, {SQL_QUALIFIED, 0.70, 9}, {OPPORTUNITY_OPENED, 0.66, 14}, {DEAL_WON, 0.30, 45}};
    if (draw_uniform(&j->random) < 0.02)
        add(j, lead, created + 60 + (uint32_t)draw_exponential(&j->random, 20.0 * DAY), SALES_ACCEPTED, 0, 0);
    if (draw_uniform(&j->random) < 0.01)
        add(j, lead, created + 60 + (uint32_t)draw_exponential(&j->random, 30.0 * DAY), SQL_QUALIFIED, 0, 0);
    uint32_t at = qualified;
    for (size_t i = 0; qualified && i < sizeof steps / sizeof *steps; i++) {
        if (draw_uniform(&j->random) >= steps[i].chance) break;
        at += 600 + (uint32_t)draw_exponential(&j->random, steps[i].mean_days * DAY);
        add(j, lead, at, steps[i].type, 0, 0);
        j->opportunities += steps[i].type == OPPORTUNITY_OPENED;
    }
}

static void generate_lead(struct journal *j, uint32_t number, double mean_events)
{
    size_t first = j->events.count;
    struct lead *lead = &j->leads[number];
    uint32_t created = FIRST_SECOND + (uint32_t)(draw_uniform(&j->random) * SPAN);
    draw_lead(j, lead);
    add(j, number, created, LEAD_CREATED, 0, 0);
    int count = draw_poisson(&j->random, mean_events);
    for (int i = 0; i < count; i++) add_behaviour(j, number, created);
    sort_events(j->events.at + first, j->events.count - first);
    uint32_t qualified = simulate_qualification(j, lead, j->events.at + first, j->events.count - first);
    add_sales(j, number, created, qualified);
    sort_events(j->events.at + first, j->events.count - first);
    for (size_t i = first + 1; i < j->events.count; i++)
        if (j->events.at[i].at <= j->events.at[i - 1].at) j->events.at[i].at = j->events.at[i - 1].at + 1;
}

/* ---- All leads. */

static double activity(uint32_t rank)
{
    return pow(rank + 100.0, -0.7);
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void generate(struct journal *j, const struct options *o)
{
    uint32_t n = o->lead_count;
    j->random = o->seed;
    j->leads = memory_new(n * sizeof *j->leads);
    for (uint32_t i = 0; i < n; i++) j->leads[i].rank = i;
    for (uint32_t i = n - 1; i > 0; i--) {
        uint32_t other = (uint32_t)(draw(&j->random) % (i + 1)), rank = j->leads[i].rank;
        j->leads[i].rank = j->leads[other].rank;
        j->leads[other].rank = rank;
    }
    double mean_activity = 0;
    for (uint32_t i = 0; i < n; i++) mean_activity += activity(i);
    mean_activity /= n;
    /* The creation and the average number of sales events are not behaviour. */
    double behaviour = o->events_per_lead - 1.27 < 0.5 ? 0.5 : o->events_per_lead - 1.27;
    for (uint32_t i = 0; i < n; i++) generate_lead(j, i, behaviour * activity(j->leads[i].rank) / mean_activity);

    j->order = memory_new(j->events.count * sizeof *j->order);
    for (size_t i = 0; i < j->events.count; i++) j->order[i] = (uint64_t)j->events.at[i].at << 32 | i;
    qsort(j->order, j->events.count, sizeof *j->order, compare_u64);
}

/* ---- Writing. */

/* Every lead number has its own scattered 32-bit name. */
static uint32_t lead_name(uint32_t number)
{
    number = (number ^ number >> 16) * 0x7feb352du;
    number = (number ^ number >> 15) * 0x846ca68bu;
    return number ^ number >> 16;
}

/* The line of the event that is in place `place` by time; the place gives its id. */
static void write_line(FILE *file, struct buffer *line, const struct journal *j, size_t place)
{
    const struct event *e = &j->events.at[(uint32_t)j->order[place]];
    buffer_clear(line);
    buffer_printf(line, "{\"id\":%zu,\"ts\":\"", place + 1);
    time_format(line, e->at * SECOND_US);
    buffer_printf(line, "\",\"lead\":\"L%08x\",\"type\":\"%s\"", lead_name(e->lead), TYPES[e->type].name);
    if (e->path) buffer_printf(line, ",\"path\":\"%s\"", PATHS[e->path]);
    if (e->step) buffer_printf(line, ",\"step\":%d", e->step);
    if (e->type == LEAD_CREATED) {
        const struct lead *lead = &j->leads[e->lead];
        buffer_printf(line, ",\"channel\":\"%s\",\"region\":\"%s\",\"employees\":%u,\"industry\":\"%s\"",
                      CHANNELS[lead->channel], REGIONS[lead->region], lead->employees, INDUSTRIES[lead->industry]);
    }
    buffer_text(line, "}\n");
    fwrite(line->data, 1, line->len, file);
}

/* The lines at `places`, or all in order when it is NULL. */
static bool write_file(const char *name, const struct journal *j, const uint32_t *places, size_t count)
{
    FILE *file = fopen(name, "w");
    if (!file) {
        perror(name);
        return false;
    }
    struct buffer line;
    buffer_init(&line, BUFFER_NO_LIMIT);
    setvbuf(file, NULL, _IOFBF, 1 << 20);
    for (size_t i = 0; i < count; i++) write_line(file, &line, j, places ? places[i] : i);
    buffer_release(&line);
    bool failed = ferror(file);
    if (fclose(file) || failed) {
        perror(name);
        return false;
    }
    return true;
}

static void shuffle(uint64_t *random, uint32_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = draw(random) % i;
        uint32_t item = items[i - 1];
        items[i - 1] = items[other];
        items[other] = item;
    }
}

static bool write_shuffled(const struct journal *j, const struct options *o)
{
    uint64_t random = o->shuffle_seed;
    size_t count = j->events.count;
    size_t copies = (size_t)((double)count * o->duplicates), late = (size_t)((double)count * o->late);
    uint32_t *places = memory_new((count + copies) * sizeof *places), *on_time = places,
             *held_back = places + count + copies;
    for (size_t i = 0; i < count; i++) places[i] = (uint32_t)i;
    shuffle(&random, places, count);
    /* Move the last of them to the very end of the list, then fill the gap with copies of those that are on time. */
    held_back -= late;
    memmove(held_back, places + count - late, late * sizeof *places);
    for (size_t i = 0; i < copies; i++) on_time[count - late + i] = on_time[draw(&random) % (count - late)];
    shuffle(&random, on_time, count - late + copies);
    bool written = write_file(o->shuffled, j, places, count + copies);
    free(places);
    return written;
}

/* ---- The command line. */

static void usage(void)
{
    fputs("usage: generate FILE.ndjson [--leads N] [--events-per-lead N] [--seed N]\n"
          "                [--shuffled FILE.ndjson [--shuffle SEED] [--duplicates 1%] [--late 1%]]\n",
          stderr);
}

/* "1%" and "0.01" are the same; at most one half, so that enough events remain on time. */
static bool read_part(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (*end == '%') {
        *out /= 100;
        end++;
    }
    return end != text && !*end && *out >= 0 && *out <= 0.5;
}

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        {"leads", required_argument, NULL, 'n'},   {"events-per-lead", required_argument, NULL, 'e'},
        {"seed", required_argument, NULL, 's'},    {"shuffled", required_argument, NULL, 'f'},
        {"shuffle", required_argument, NULL, 'S'}, {"duplicates", required_argument, NULL, 'd'},
        {"late", required_argument, NULL, 'l'},    {0}};
    bool good = true;
    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (c) {
        case 'n': o->lead_count = (uint32_t)strtoul(optarg, NULL, 10); break;
        case 'e': o->events_per_lead = strtod(optarg, NULL); break;
        case 's': o->seed = strtoull(optarg, NULL, 10); break;
        case 'f': o->shuffled = optarg; break;
        case 'S': o->shuffle_seed = strtoull(optarg, NULL, 10); break;
        case 'd': good = good && read_part(optarg, &o->duplicates); break;
        case 'l': good = good && read_part(optarg, &o->late); break;
        default: good = false;
        }
    }
    if (optind + 1 != argc) return false;
    o->output = argv[optind];
    return good && o->lead_count > 0 && o->events_per_lead > 0 && o->lead_count * o->events_per_lead < UINT32_MAX / 2;
}

int main(int argc, char **argv)
{
    struct options o = {
        .lead_count = 1000000, .events_per_lead = 10, .seed = 42, .shuffle_seed = 43, .duplicates = 0.01, .late = 0.01};
    if (!read_options(argc, argv, &o)) {
        usage();
        return 2;
    }
    struct journal j = {0};
    generate(&j, &o);
    bool written = write_file(o.output, &j, NULL, j.events.count) && (!o.shuffled || write_shuffled(&j, &o));
    fprintf(stderr, "%u leads, %zu events; engaged %.1f%%, qualified %.1f%%, opportunities %.1f%%\n", o.lead_count,
            j.events.count, 100.0 * (double)j.engaged / o.lead_count, 100.0 * (double)j.qualified / o.lead_count,
            100.0 * (double)j.opportunities / o.lead_count);
    vector_release(&j.events);
    free(j.leads);
    free(j.order);
    return written ? 0 : 1;
}
