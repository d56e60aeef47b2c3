#include "base/crc32c.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

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

/* The instruction takes three cycles and one can begin in each: three thirds of a piece are summed beside each other.
 */
enum { THIRD = 1024, PIECE = 3 * THIRD };

/* The sum of what gave `sum` and a THIRD of zeros, or two: a product with the power of x that they stand for, without
 * the 33 that multiplying and the instruction add. */
#define OVER_ONE UINT32_C(0x170076fa)
#define OVER_TWO UINT32_C(0xa51b6135)

__attribute__((target("sse4.2,pclmul"))) static uint64_t over(uint64_t sum, uint32_t power)
{
    const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)sum), _mm_cvtsi32_si128((int)power), 0);
    return __builtin_ia32_crc32di(0, (uint64_t)_mm_cvtsi128_si64(product));
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t crc32c_pieces(uint32_t before, struct slice s)
{
    uint64_t sum = (uint32_t)~before;
    for (; s.len >= PIECE; s = slice_of(s.ptr + PIECE, s.len - PIECE)) {
        uint64_t second = 0, third = 0;
        for (const char *p = s.ptr; p < s.ptr + THIRD; p += 8) {
            sum = __builtin_ia32_crc32di(sum, slice_load_8(p));
            second = __builtin_ia32_crc32di(second, slice_load_8(p + THIRD));
            third = __builtin_ia32_crc32di(third, slice_load_8(p + 2 * THIRD));
        }
        sum = over(sum, OVER_TWO) ^ over(second, OVER_ONE) ^ third;
    }
    return crc32c_instruction(~(uint32_t)sum, s);
}

uint32_t crc32c(uint32_t before, struct slice s)
{
    if (s.len >= PIECE && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.2"))
        return crc32c_pieces(before, s);
    return __builtin_cpu_supports("sse4.2") ? crc32c_instruction(before, s) : crc32c_portable(before, s);
}
#else
uint32_t crc32c(uint32_t before, struct slice s)
{
    return crc32c_portable(before, s);
}
#endif
