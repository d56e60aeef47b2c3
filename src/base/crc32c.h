/* CRC-32C (Castagnoli), the checksum by which what was written only in part is told from what is whole. Some gigabytes
 * a second where the processor has an instruction for it. */
#ifndef MASA_BASE_CRC32C_H
#define MASA_BASE_CRC32C_H

#include "base/slice.h"

/* Of the bytes that gave `before` (0: none) followed by `s`. */
uint32_t crc32c(uint32_t before, struct slice s);
/* The same without the instruction. */
uint32_t crc32c_portable(uint32_t before, struct slice s);

#endif
