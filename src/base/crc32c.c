#include "base/crc32c.h"

/* What four bits shifted out put in, for the polynomial 0x1edc6f41, mirrored. */
static const uint32_t nibbles[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
                                     0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
                                     0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};

uint32_t crc32c_portable(uint32_t before, struct slice s)
{
    uint32_t crc = ~before;
    for (size_t i = 0; i < s.len; i++) {
        crc ^= (unsigned char)s.ptr[i];
        crc = crc >> 4 ^ nibbles[crc & 15];
        crc = crc >> 4 ^ nibbles[crc & 15];
    }
    return ~crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t crc32c_instruction(uint32_t before, struct slice s)
{
    uint64_t words = (uint32_t)~before;
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) words = __builtin_ia32_crc32di(words, slice_load_8(s.ptr + i));
    uint32_t crc = (uint32_t)words;
    for (; i < s.len; i++) crc = __builtin_ia32_crc32qi(crc, (unsigned char)s.ptr[i]);
    return ~crc;
}

uint32_t crc32c(uint32_t before, struct slice s)
{
    return __builtin_cpu_supports("sse4.2") ? crc32c_instruction(before, s) : crc32c_portable(before, s);
}
#else
uint32_t crc32c(uint32_t before, struct slice s)
{
    return crc32c_portable(before, s);
}
#endif
