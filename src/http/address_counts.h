/* How many things each address has open: the measure by which one client is kept from taking all. */
#ifndef MASA_HTTP_ADDRESS_COUNTS_H
#define MASA_HTTP_ADDRESS_COUNTS_H

#include "base/address.h"

/* A count for each address; for one thread, or under the caller's lock. */
struct address_counts;
struct address_counts *address_counts_new(void);
void address_counts_free(struct address_counts *counts);
uint32_t address_count(const struct address_counts *counts, struct address address);
/* Both return the count afterwards. One that falls to zero is forgotten. */
uint32_t address_add(struct address_counts *counts, struct address address);
uint32_t address_drop(struct address_counts *counts, struct address address);

#endif
