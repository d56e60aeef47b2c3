/* Periods and as-ofs as people write them: an accepted one has days in order. */
#include "analysis/period.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int64_t as_of = INT64_C(1777000000000000);
    struct period period;
    int64_t instant;
    if (period_parse(fuzz_text(data, size), &zone_utc, as_of, WEEK_FROM_SUNDAY, &period)) {
        struct period earlier = period_year_earlier(period), before = period_before(period);
        PROMISE(period.from_day <= period.until_day);
        PROMISE(earlier.from_day <= earlier.until_day && earlier.from_day < period.from_day);
        PROMISE(before.until_day <= period.from_day || period.from_day == period.until_day);
    }
    as_of_parse(fuzz_text(data, size), &zone_utc, &instant);
    return 0;
}
