/* One reading for two definitions: every event goes to the gather of each, with the fields that each reads. */
#ifndef MASA_APP_BESIDE_H
#define MASA_APP_BESIDE_H

#include "app/run.h"

/* Both are loaded, and `first` has its gather; `second` gets one of as many threads. The plan asks for what both read;
 * the sinks and holders, one for each thread, give each its own. They live in the first run's arena. */
struct input_plan beside_open(struct run *first, struct run *second, const struct input_plan *plan,
                              const struct run_options *options, struct input_sink *sinks, struct holder *holders);
/* After reading: what the first took beside events is the second's too, and so are blocks of a store that are held. */
void beside_close(struct run *first, struct run *second, const struct holder *holders);

#endif
