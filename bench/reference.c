/* The reference answer to the benchmark's questions: a plain program of one thread that knows only this one log and
 * these two questions. What every contestant prints is compared with what this prints, and its time shows what a
 * program without any generality needs.
 *
 *     reference q1|q2 FILE.ndjson > answer.csv        (times of its phases on stderr)
 *
 * It maps the file, scans flat JSON objects without escapes, gives each lead a number, keeps 12 bytes an event, and
 * folds event by event in time order. A line whose id was seen before is dropped; a log out of order is sorted first.
 *
 * q1: per lead the stages MCL (created), MEL (engaged), MQL (20 points), SAL, SQL, SQO; then by channel and month of
 * creation their counts, conversions, and the median and mean days from stage to stage. q2: how many leads did one,
 * two, ... five things in order within 30 days of the first. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/map.h"
#include "base/vector.h"

enum type {
    OTHER_TYPE,
    LEAD_CREATED,
    EMAIL_OPENED,
    EMAIL_CLICKED,
    PAGE_VIEW,
    FORM_SUBMITTED,
    WEBINAR_ATTENDED,
    CONTENT_DOWNLOADED,
    DEMO_REQUESTED,
    SALES_ACCEPTED,
    SQL_QUALIFIED,
    OPPORTUNITY_OPENED,
    TYPE_COUNT
};

/* After engagement the first `most` events of a type bring `points` each. `step`: place in the ordered funnel of q2. */
static const struct {
    const char *name;
    int points, most, step;
} TYPES[TYPE_COUNT] = {
    [OTHER_TYPE] = {""},
    [LEAD_CREATED] = {"lead_created"},
    [EMAIL_OPENED] = {"email_opened", 2, 5, 1},
    [EMAIL_CLICKED] = {"email_clicked", 4, 3},
    [PAGE_VIEW] = {"page_view", 1, 10, 2},
    [FORM_SUBMITTED] = {"form_submitted", 10, 2, 3},
    [WEBINAR_ATTENDED] = {"webinar_attended", 8, 2},
    [CONTENT_DOWNLOADED] = {"content_downloaded", 5, 3},
    [DEMO_REQUESTED] = {"demo_requested", 20, 1, 4},
    [SALES_ACCEPTED] = {"sales_accepted", .step = 5},
    [SQL_QUALIFIED] = {"sql_qualified"},
    [OPPORTUNITY_OPENED] = {"opportunity_opened"},
};

enum path { OTHER_PATH, RELEVANT_PAGE, CONTACT_FORM };
static const struct {
    const char *name;
    enum path kind;
} PATHS[] = {{"/pricing", RELEVANT_PAGE},      {"/product", RELEVANT_PAGE},      {"/demo", RELEVANT_PAGE},
             {"/case-studies", RELEVANT_PAGE}, {"/integrations", RELEVANT_PAGE}, {"/forms/contact", CONTACT_FORM}};

enum stage { MCL, MEL, MQL, SAL, SQL, SQO, STAGE_COUNT };
static const char *const STAGES[] = {"mcl", "mel", "mql", "sal", "sql", "sqo"};
enum { MQL_SCORE = 20, FUNNEL_STEPS = 5, WINDOW = 30 * 86400, FIRST_YEAR = 2024, MONTH_COUNT = 24 };

struct event {
    uint32_t at, lead;
    uint8_t type, path, step;
};

/* What is known of a lead from its creation. */
struct profile {
    uint8_t channel; /* 0: never created */
    uint8_t fit;     /* points */
};

struct log {
    VECTOR(struct event) events;
    VECTOR(struct profile) leads;
    struct map types, paths, channels, industries; /* channels from 1 */
};

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- The table of leads. Keys stand in the slots themselves, so that a look-up costs one cache miss, and huge pages
 * keep it from costing a page walk too. */

struct lead_key {
    uint64_t first, second; /* the id's bytes, padded with zeros */
};

struct lead_slot {
    struct lead_key key;
    uint32_t number; /* from 1; 0 is a free slot */
    uint32_t unused[3];
};

struct lead_table {
    struct lead_slot *slots;
    uint32_t mask, count;
};

static void lead_table_init(struct lead_table *t, uint32_t slot_count)
{
    size_t size = slot_count * sizeof *t->slots;
    t->slots = aligned_alloc(1 << 21, size);
    if (!t->slots) out_of_memory(size);
    madvise(t->slots, size, MADV_HUGEPAGE);
    memset(t->slots, 0, size);
    t->mask = slot_count - 1;
}

static inline struct lead_slot *lead_slot_home(const struct lead_table *t, struct lead_key key)
{
    uint64_t h = (key.first ^ key.second * UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
    return &t->slots[(uint32_t)(h >> 29) & t->mask];
}

static inline struct lead_slot *lead_slot_find(const struct lead_table *t, struct lead_key key)
{
    struct lead_slot *s = lead_slot_home(t, key);
    while (s->number && (s->key.first != key.first || s->key.second != key.second))
        s = s == &t->slots[t->mask] ? t->slots : s + 1;
    return s;
}

static void lead_table_grow(struct lead_table *t)
{
    struct lead_table old = *t;
    lead_table_init(t, (old.mask + 1) * 2);
    for (uint32_t i = 0; i <= old.mask; i++)
        if (old.slots[i].number) *lead_slot_find(t, old.slots[i].key) = old.slots[i];
    free(old.slots);
}

static inline uint32_t lead_number(struct lead_table *t, struct lead_key key)
{
    struct lead_slot *s = lead_slot_find(t, key);
    if (s->number) return s->number;
    uint32_t number = ++t->count;
    s->key = key;
    s->number = number;
    if (number * 2 > t->mask) lead_table_grow(t);
    return number;
}

/* ---- Reading lines. The file ends in a newline, which stops every scan. */

enum field { ID, AT, LEAD, TYPE, PATH, STEP, CHANNEL, EMPLOYEES, INDUSTRY, FIELD_COUNT };
static const char *const FIELDS[] = {"id", "ts", "lead", "type", "path", "step", "channel", "employees", "industry"};

enum { BATCH = 64 };

struct reader {
    struct log *log;
    const char *next;
    size_t line;
    struct lead_table leads;
    uint8_t *seen; /* a bit for each id */
    size_t seen_limit;
    char day_text[10]; /* the last day read and its first second */
    uint32_t day_start;
    struct pending {
        struct lead_key lead;
        struct profile profile; /* of a creation */
    } batch[BATCH];             /* of the last events, whose leads have no number yet */
    size_t batch_count;
};

static _Noreturn void refuse(const struct reader *r, const char *why)
{
    fprintf(stderr, "reference: line %zu: %s\n", r->line, why);
    exit(1);
}

static inline void expect(struct reader *r, char c)
{
    if (*r->next != c) refuse(r, "not a flat JSON object as the generator writes it");
    r->next++;
}

/* What stands between quotes. */
static inline struct slice read_quoted(struct reader *r)
{
    expect(r, '"');
    const char *start = r->next, *p = start;
    while (*p != '"') {
        if (*p == '\\' || *p == '\n') refuse(r, "escapes and line ends in texts are not supported");
        p++;
    }
    r->next = p + 1;
    return slice_of(start, (size_t)(p - start));
}

static inline struct slice read_value(struct reader *r)
{
    if (*r->next == '"') return read_quoted(r);
    const char *start = r->next;
    while (*r->next != ',' && *r->next != '}' && *r->next != '\n') r->next++;
    return slice_of(start, (size_t)(r->next - start));
}

/* FIELD_COUNT for a field that no question needs. */
static inline enum field field_of(struct slice key)
{
    for (enum field f = 0; f < FIELD_COUNT; f++)
        if (key.ptr[0] == FIELDS[f][0] && slice_is(key, FIELDS[f])) return f;
    return FIELD_COUNT;
}

static inline void read_line(struct reader *r, struct slice fields[FIELD_COUNT + 1])
{
    memset(fields, 0, (FIELD_COUNT + 1) * sizeof *fields);
    r->line++;
    expect(r, '{');
    for (bool more = true; more;) {
        struct slice key = read_quoted(r);
        expect(r, ':');
        fields[field_of(key)] = read_value(r);
        more = *r->next == ',';
        if (more) r->next++;
    }
    expect(r, '}');
    expect(r, '\n');
    if (!fields[ID].len || !fields[AT].len || !fields[LEAD].len || !fields[TYPE].len)
        refuse(r, "id, ts, lead or type is missing");
}

static inline uint32_t read_number(const struct reader *r, struct slice s)
{
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || value > UINT32_MAX / 10) refuse(r, "not a number, or too large a one");
        value = value * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    if (value > UINT32_MAX) refuse(r, "too large a number");
    return (uint32_t)value;
}

static inline uint32_t two_digits(const char *p)
{
    return (uint32_t)(p[0] - '0') * 10 + (uint32_t)(p[1] - '0');
}

/* 2024-01-01T00:00:12Z; neighbours mostly share the day. */
static inline uint32_t read_time(struct reader *r, struct slice s)
{
    if (s.len != 20 || s.ptr[19] != 'Z') refuse(r, "a time must read like 2024-01-01T00:00:12Z");
    if (memcmp(s.ptr, r->day_text, sizeof r->day_text) != 0) {
        int year = (int)(two_digits(s.ptr) * 100 + two_digits(s.ptr + 2));
        r->day_start = (uint32_t)(civil_to_day(year, (int)two_digits(s.ptr + 5), (int)two_digits(s.ptr + 8)) * 86400);
        memcpy(r->day_text, s.ptr, sizeof r->day_text);
    }
    return r->day_start + two_digits(s.ptr + 11) * 3600 + two_digits(s.ptr + 14) * 60 + two_digits(s.ptr + 17);
}

/* True for the first line of an id. */
static inline bool is_new(struct reader *r, uint32_t id)
{
    if (id >= r->seen_limit) {
        size_t limit = memory_capacity(r->seen_limit, (size_t)id + 64) & ~(size_t)7;
        r->seen = memory_grow(r->seen, limit / 8);
        memset(r->seen + r->seen_limit / 8, 0, (limit - r->seen_limit) / 8);
        r->seen_limit = limit;
    }
    uint8_t bit = (uint8_t)(1u << (id & 7));
    if (r->seen[id >> 3] & bit) return false;
    r->seen[id >> 3] |= bit;
    return true;
}

static struct profile profile_of(struct reader *r, const struct slice fields[])
{
    uint32_t employees = read_number(r, fields[EMPLOYEES]), industry = map_get(&r->log->industries, fields[INDUSTRY]);
    uint32_t channel = map_put(&r->log->channels, fields[CHANNEL], r->log->channels.count + 1);
    if (channel > UINT8_MAX) refuse(r, "more than 255 channels");
    uint32_t size = employees >= 1000 ? 20 : employees >= 200 ? 12 : employees >= 50 ? 6 : 0;
    uint32_t fit = size + (industry == MAP_NONE ? 0 : industry) + (slice_is(fields[CHANNEL], "referral") ? 5 : 0);
    return (struct profile){(uint8_t)channel, (uint8_t)fit};
}

/* Numbers the leads of the waiting events. All their slots are fetched first, so that the misses overlap. */
static void number_leads(struct reader *r)
{
    struct log *log = r->log;
    struct event *events = log->events.at + log->events.count - r->batch_count;
    for (size_t i = 0; i < r->batch_count; i++) __builtin_prefetch(lead_slot_home(&r->leads, r->batch[i].lead));
    for (size_t i = 0; i < r->batch_count; i++) {
        uint32_t lead = lead_number(&r->leads, r->batch[i].lead);
        events[i].lead = lead - 1;
        if (lead > log->leads.count) vector_push(&log->leads, (struct profile){0});
        if (r->batch[i].profile.channel) log->leads.at[lead - 1] = r->batch[i].profile;
    }
    r->batch_count = 0;
}

static inline uint8_t code_of(const struct map *m, struct slice name)
{
    uint32_t code = name.len ? map_get(m, name) : MAP_NONE;
    return code == MAP_NONE ? 0 : (uint8_t)code;
}

static inline void read_event(struct reader *r)
{
    struct slice fields[FIELD_COUNT + 1];
    read_line(r, fields);
    if (!is_new(r, read_number(r, fields[ID]))) return;
    if (fields[LEAD].len > sizeof(struct lead_key)) refuse(r, "a lead's id is longer than 16 bytes");
    struct event e = {.at = read_time(r, fields[AT]),
                      .type = code_of(&r->log->types, fields[TYPE]),
                      .path = code_of(&r->log->paths, fields[PATH]),
                      .step = (uint8_t)read_number(r, fields[STEP])};
    struct pending p = {0};
    memcpy(&p.lead, fields[LEAD].ptr, fields[LEAD].len);
    if (e.type == LEAD_CREATED) p.profile = profile_of(r, fields);
    vector_push(&r->log->events, e);
    r->batch[r->batch_count++] = p;
    if (r->batch_count == BATCH) number_leads(r);
}

static void read_log(struct log *log, struct slice text)
{
    struct reader r = {.log = log, .next = text.ptr};
    const char *end = text.ptr + text.len;
    if (!text.len || end[-1] != '\n') refuse(&r, "the file must end in a newline");
    for (uint32_t i = 1; i < TYPE_COUNT; i++) map_put(&log->types, slice_from(TYPES[i].name), i);
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
        map_put(&log->paths, slice_from(PATHS[i].name), PATHS[i].kind);
    map_put(&log->industries, SLICE("software"), 8);
    map_put(&log->industries, SLICE("finance"), 8);
    map_put(&log->industries, SLICE("healthcare"), 4);
    lead_table_init(&r.leads, 1 << 16);
    while (r.next < end) read_event(&r);
    number_leads(&r);
    free(r.leads.slots);
    free(r.seen);
}

static int compare_events(const void *a, const void *b)
{
    uint32_t x = ((const struct event *)a)->at, y = ((const struct event *)b)->at;
    return (x > y) - (x < y);
}

/* Times are unique within a lead, so the order of the events of one instant does not matter. */
static void sort_log(struct log *log)
{
    size_t i = 1;
    while (i < log->events.count && log->events.at[i - 1].at <= log->events.at[i].at) i++;
    if (i < log->events.count) qsort(log->events.at, log->events.count, sizeof(struct event), compare_events);
}

/* ---- Q1. */

struct journey {
    uint32_t entered[STAGE_COUNT]; /* when; 0 is never */
    uint32_t first_step_open, later_step_open, view_before, view_last;
    uint8_t score, seen[TYPE_COUNT];
};

static inline bool shows_engagement(struct journey *j, const struct event *e)
{
    if (e->type == FORM_SUBMITTED) return e->path == CONTACT_FORM;
    if (e->type == EMAIL_OPENED) {
        if (e->step >= 1 && e->step <= 2 && !j->first_step_open) j->first_step_open = e->at;
        if (e->step >= 3 && e->step <= 5 && !j->later_step_open) j->later_step_open = e->at;
        return j->first_step_open && j->later_step_open;
    }
    if (e->type != PAGE_VIEW || e->path != RELEVANT_PAGE) return false;
    bool third = j->view_before && e->at - j->view_before <= WINDOW;
    j->view_before = j->view_last;
    j->view_last = e->at;
    return third;
}

static inline void enter(struct journey *j, enum stage stage, uint32_t at)
{
    if (j->entered[stage - 1] && !j->entered[stage]) j->entered[stage] = at;
}

static inline void advance(struct journey *j, const struct event *e, struct profile profile)
{
    switch (e->type) {
    case LEAD_CREATED:
        j->entered[MCL] = e->at;
        j->score = profile.fit;
        return;
    case SALES_ACCEPTED: enter(j, SAL, e->at); return;
    case SQL_QUALIFIED: enter(j, SQL, e->at); return;
    case OPPORTUNITY_OPENED: enter(j, SQO, e->at); return;
    }
    if (j->entered[MQL]) return;
    if (!j->entered[MEL]) {
        if (shows_engagement(j, e)) j->entered[MEL] = e->at;
    } else if (j->seen[e->type] < TYPES[e->type].most) {
        j->seen[e->type]++;
        j->score = (uint8_t)(j->score + TYPES[e->type].points);
    }
    if (j->score >= MQL_SCORE) enter(j, MQL, e->at);
}

/* The leads of one channel created in one month; and their times from one stage to the next while that is being
 * counted. */
struct group {
    uint32_t reached[STAGE_COUNT];
    double median[STAGE_COUNT], mean[STAGE_COUNT]; /* days from the stage before */
    uint32_t *times, time_count;
};

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Journeys come in the order of their leads' first events, so that neighbours mostly share the month. */
static uint32_t *group_numbers(const struct log *log, const struct journey *journeys)
{
    uint32_t *numbers = memory_new(log->leads.count * sizeof *numbers);
    int64_t known_day = -1;
    uint32_t month = 0;
    for (size_t i = 0; i < log->leads.count; i++) {
        if (!journeys[i].entered[MCL]) continue;
        int64_t day = journeys[i].entered[MCL] / 86400;
        if (day != known_day) {
            int year, of_year, of_month;
            civil_from_day(day, &year, &of_year, &of_month);
            month = (uint32_t)((year - FIRST_YEAR) * 12 + of_year - 1);
            known_day = day;
        }
        if (month >= MONTH_COUNT) {
            fputs("reference: a lead was created outside 2024 and 2025\n", stderr);
            exit(1);
        }
        numbers[i] = log->leads.at[i].channel * MONTH_COUNT + month;
    }
    return numbers;
}

static void summarise(struct group *g, enum stage to)
{
    uint32_t n = g->time_count;
    uint64_t sum = 0;
    if (!n) return;
    qsort(g->times, n, sizeof *g->times, compare_u32);
    for (uint32_t i = 0; i < n; i++) sum += g->times[i];
    g->mean[to] = (double)sum / n / 86400;
    g->median[to] = ((double)g->times[(n - 1) / 2] + g->times[n / 2]) / 2 / 86400;
}

/* Collects each group's times from the stage before into its part of `times`, which has room for all leads. */
static void measure_stage(struct group *groups, size_t group_count, const uint32_t *numbers,
                          const struct journey *journeys, size_t lead_count, enum stage to, uint32_t *times)
{
    for (size_t i = 0; i < group_count; i++) {
        groups[i].times = times;
        groups[i].time_count = 0;
        times += groups[i].reached[to];
    }
    for (size_t i = 0; i < lead_count; i++) {
        const uint32_t *entered = journeys[i].entered;
        struct group *g = &groups[numbers[i]];
        if (entered[to]) g->times[g->time_count++] = entered[to] - entered[to - 1];
    }
    for (size_t i = 0; i < group_count; i++) summarise(&groups[i], to);
}

static void print_group(struct slice channel, int month, const struct group *g)
{
    printf("%.*s,%04d-%02d", SLICE_ARG(channel), FIRST_YEAR + month / 12, month % 12 + 1);
    for (int s = MCL; s < STAGE_COUNT; s++) printf(",%u", g->reached[s]);
    for (int s = MEL; s < STAGE_COUNT; s++)
        g->reached[s - 1] ? printf(",%.6f", (double)g->reached[s] / g->reached[s - 1]) : printf(",");
    for (int s = MEL; s < STAGE_COUNT; s++) g->reached[s] ? printf(",%.6f", g->median[s]) : printf(",");
    for (int s = MEL; s < STAGE_COUNT; s++) g->reached[s] ? printf(",%.6f", g->mean[s]) : printf(",");
    putchar('\n');
}

static int compare_entries(const void *a, const void *b)
{
    return slice_compare(((const struct map_entry *)a)->key, ((const struct map_entry *)b)->key);
}

/* By channel's name, then month. */
static void print_groups(const struct log *log, const struct group *groups)
{
    static const char *const kinds[] = {"conv", "med", "avg"};
    uint32_t count = log->channels.count;
    struct map_entry *channels = memory_new(count * sizeof *channels);
    if (count) memcpy(channels, log->channels.entries, count * sizeof *channels);
    qsort(channels, count, sizeof *channels, compare_entries);
    printf("channel,month");
    for (int s = MCL; s < STAGE_COUNT; s++) printf(",%s", STAGES[s]);
    for (int k = 0; k < 3; k++)
        for (int s = MEL; s < STAGE_COUNT; s++) printf(",%s_%s", kinds[k], STAGES[s]);
    putchar('\n');
    for (uint32_t c = 0; c < count; c++)
        for (int month = 0; month < MONTH_COUNT; month++) {
            const struct group *g = &groups[channels[c].value * MONTH_COUNT + (uint32_t)month];
            if (g->reached[MCL]) print_group(channels[c].key, month, g);
        }
    free(channels);
}

static void report_q1(const struct log *log, const struct journey *journeys)
{
    size_t group_count = (log->channels.count + 1) * (size_t)MONTH_COUNT;
    struct group *groups = memory_new(group_count * sizeof *groups);
    uint32_t *numbers = group_numbers(log, journeys), *times = memory_new(log->leads.count * sizeof *times);
    for (size_t i = 0; i < log->leads.count; i++)
        for (int s = MCL; s < STAGE_COUNT; s++) groups[numbers[i]].reached[s] += journeys[i].entered[s] > 0;
    for (enum stage to = MEL; to < STAGE_COUNT; to++)
        measure_stage(groups, group_count, numbers, journeys, log->leads.count, to, times);
    print_groups(log, groups);
    free(groups);
    free(numbers);
    free(times);
}

static void answer_q1(const struct log *log, double *folded)
{
    struct journey *journeys = memory_new(log->leads.count * sizeof *journeys);
    for (size_t i = 0; i < log->events.count; i++) {
        const struct event *e = &log->events.at[i];
        advance(&journeys[e->lead], e, log->leads.at[e->lead]);
    }
    *folded = seconds_now();
    report_q1(log, journeys);
    free(journeys);
}

/* ---- Q2. For each step: the latest start of a sequence that has come so far. Only the latest start can still be
 * within the window when any can. */

struct funnel {
    uint32_t start[FUNNEL_STEPS];
};

static void answer_q2(const struct log *log, double *folded)
{
    struct funnel *funnels = memory_new(log->leads.count * sizeof *funnels);
    size_t reached[FUNNEL_STEPS] = {0};
    for (size_t i = 0; i < log->events.count; i++) {
        const struct event *e = &log->events.at[i];
        int step = TYPES[e->type].step;
        uint32_t *start = funnels[e->lead].start;
        if (step == 1)
            start[0] = e->at;
        else if (step > 1 && start[step - 2] && e->at - start[step - 2] <= WINDOW)
            start[step - 1] = start[step - 2];
    }
    *folded = seconds_now();
    for (size_t i = 0; i < log->leads.count; i++)
        for (int s = 0; s < FUNNEL_STEPS && funnels[i].start[s]; s++) reached[s]++;
    puts("l1,l2,l3,l4,l5");
    for (int s = 0; s < FUNNEL_STEPS; s++) printf("%zu%c", reached[s], s + 1 < FUNNEL_STEPS ? ',' : '\n');
    free(funnels);
}

/* ---- The command line. */

static struct slice map_file(const char *name)
{
    struct stat info;
    int file = open(name, O_RDONLY);
    if (file < 0 || fstat(file, &info)) {
        perror(name);
        exit(1);
    }
    if (!info.st_size) return slice_of("", 0);
    void *text = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    close(file);
    if (text == MAP_FAILED) {
        perror(name);
        exit(1);
    }
    return slice_of(text, (size_t)info.st_size);
}

int main(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[1], "q1") != 0 && strcmp(argv[1], "q2") != 0)) {
        fputs("usage: reference q1|q2 FILE.ndjson\n", stderr);
        return 2;
    }
    double started = seconds_now();
    struct log log = {0};
    struct slice text = map_file(argv[2]);
    read_log(&log, text);
    double was_read = seconds_now();
    sort_log(&log);
    double sorted = seconds_now(), folded;
    strcmp(argv[1], "q1") == 0 ? answer_q1(&log, &folded) : answer_q2(&log, &folded);
    fprintf(stderr,
            "{\"events\":%zu,\"leads\":%zu,\"read_s\":%.3f,\"sort_s\":%.3f,\"fold_s\":%.3f,\"report_s\":%.3f}\n",
            log.events.count, log.leads.count, was_read - started, sorted - was_read, folded - sorted,
            seconds_now() - folded);
    munmap((void *)text.ptr, text.len);
    vector_release(&log.events);
    vector_release(&log.leads);
    map_release(&log.types);
    map_release(&log.paths);
    map_release(&log.channels);
    map_release(&log.industries);
    return fflush(stdout) ? 1 : 0;
}
