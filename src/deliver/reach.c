#include "deliver/reach.h"

#include <ifaddrs.h>

/* What is not the public internet though it looks like it: the special-purpose registries of IANA. */
#define V4(a, b, c, bits)                                                                                              \
    {                                                                                                                  \
        {{[10] = 0xff, 0xff, a, b, c}}, 96 + (bits)                                                                    \
    }
#define V6(a, b, c, d, bits)                                                                                           \
    {                                                                                                                  \
        {{a, b, c, d}}, bits                                                                                           \
    }
static const struct reach_net apart[] = {
    V4(0, 0, 0, 8),                 /* this network */
    V4(10, 0, 0, 8),                /* private */
    V4(100, 64, 0, 10),             /* of carriers */
    V4(127, 0, 0, 8),               /* this machine */
    V4(169, 254, 0, 16),            /* this link; where clouds tell machines their keys */
    V4(172, 16, 0, 12),             /* private */
    V4(192, 0, 0, 24),              /* protocols */
    V4(192, 0, 2, 24),              /* documentation */
    V4(192, 88, 99, 24),            /* relays of old */
    V4(192, 168, 0, 16),            /* private */
    V4(198, 18, 0, 15),             /* benchmarks */
    V4(198, 51, 100, 24),           /* documentation */
    V4(203, 0, 113, 24),            /* documentation */
    V4(224, 0, 0, 3),               /* many at once, and what is reserved */
    V6(0x20, 0x01, 0x00, 0x00, 23), /* protocols, tunnels */
    V6(0x20, 0x01, 0x0d, 0xb8, 32), /* documentation */
    V6(0x20, 0x02, 0x00, 0x00, 16), /* tunnels that lead to an IPv4 address */
    V6(0x3f, 0xff, 0x00, 0x00, 20), /* documentation */
};
static const struct reach_net ipv4 = {{{[10] = 0xff, 0xff}}, 96}, global = V6(0x20, 0, 0, 0, 3),
                              translated = V6(0x00, 0x64, 0xff, 0x9b, 96); /* an IPv4 address by way of IPv6 */
#undef V4
#undef V6

static bool is_in(const struct reach_net *net, struct address address)
{
    const int whole = net->bits / 8, rest = net->bits % 8;
    if (memcmp(net->address.bytes, address.bytes, (size_t)whole) != 0) return false;
    return !rest || (net->address.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0;
}

bool reach_parse(struct slice text, struct reach_net *out)
{
    const struct slice address = slice_cut(&text, '/');
    int64_t bits = -1;
    if (!address_parse(address, &out->address)) return false;
    const bool four = is_in(&ipv4, out->address) && !memchr(address.ptr, ':', address.len);
    const int most = four ? 32 : 128;
    if (!text.len) {
        out->bits = 128;
        return address.ptr + address.len == text.ptr; /* no slash without a number */
    }
    if (!slice_to_i64(text, &bits) || bits < 0 || bits > most) return false;
    out->bits = (int)bits + (four ? 96 : 0);
    return true;
}

bool reach_is_named(const struct reach *reach, struct address address)
{
    for (size_t i = 0; i < reach->count; i++)
        if (is_in(&reach->nets[i], address)) return true;
    return false;
}

bool reach_is_public(struct address address)
{
    if (is_in(&translated, address)) {
        memmove(address.bytes, ipv4.address.bytes, 12);
        return reach_is_public(address);
    }
    if (!is_in(&ipv4, address) && !is_in(&global, address)) return false;
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        if (is_in(&apart[i], address)) return false;
    return true;
}

/* One that is public, and this machine's: what listens there may be meant for the inside. Unknown: it is. */
static bool is_own(struct address address)
{
    struct ifaddrs *all;
    bool own = false;
    if (getifaddrs(&all) != 0) return true;
    for (const struct ifaddrs *each = all; each && !own; each = each->ifa_next)
        own = each->ifa_addr && address_equal(address_of(each->ifa_addr), address);
    freeifaddrs(all);
    return own;
}

bool reach_allows(const struct reach *reach, struct address address, bool encrypted)
{
    return reach_is_named(reach, address) || (encrypted && reach_is_public(address) && !is_own(address));
}
