/* What importing and merging the live tail have in common: which fields of events the store keeps where. */
#ifndef MASA_APP_GATHERING_H
#define MASA_APP_GATHERING_H

#include "app/run.h"
#include "store/collect.h"

struct gathering {
    struct input_plan input;
    struct collect_plan collect;
};

/* Contents hold what the definition declares, read or not; the other paths (may be none) and all else that events say
 * are kept cold. Lives in the run's arena; `out` must stay where it is. */
void gathering_plan(struct run *run, struct names *names, struct sources *sources, const struct slice *others,
                    size_t other_count, struct gathering *out);

#endif
