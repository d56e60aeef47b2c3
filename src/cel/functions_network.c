/* The network extension: addresses and networks. */
#include "cel/function.h"
#include "cel/network.h"

static struct value to_ip(struct cel_run *run, const struct value *a)
{
    struct value v;
    return network_parse_ip(run->arena, a[0].text, &v) ? v
                                                       : cel_fail(run, "'%.*s' is no IP address", SLICE_ARG(a[0].text));
}

static struct value to_cidr(struct cel_run *run, const struct value *a)
{
    struct value v;
    return network_parse_cidr(run->arena, a[0].text, &v) ? v : cel_fail(run, "'%.*s' is no CIDR", SLICE_ARG(a[0].text));
}

static struct value is_ip(struct cel_run *run, const struct value *a)
{
    struct value v;
    return value_bool(network_parse_ip(run->arena, a[0].text, &v));
}

static struct value is_cidr(struct cel_run *run, const struct value *a)
{
    struct value v;
    return value_bool(network_parse_cidr(run->arena, a[0].text, &v));
}

static struct value is_canonical(struct cel_run *run, const struct value *a)
{
    struct value v = to_ip(run, a);
    if (v.kind == VALUE_ERROR) return v;
    struct buffer text;
    buffer_init(&text, 64);
    network_print(&text, v);
    bool same = slice_equal(buffer_slice(&text), a[0].text);
    buffer_release(&text);
    return value_bool(same);
}

static const unsigned char *bytes_of(const struct value *v)
{
    return (const unsigned char *)v->text.ptr;
}
static bool is_four(const struct value *v)
{
    return v->text.len == 4;
}

static bool all_zero(const struct value *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_of(v)[i]) return false;
    return true;
}

static bool unspecified(const struct value *v)
{
    return all_zero(v, v->text.len);
}

static bool loopback(const struct value *v)
{
    return is_four(v) ? bytes_of(v)[0] == 127 : all_zero(v, 15) && bytes_of(v)[15] == 1;
}

static bool multicast(const struct value *v)
{
    return is_four(v) ? bytes_of(v)[0] >> 4 == 0xE : bytes_of(v)[0] == 0xFF;
}

static bool link_local_multicast(const struct value *v)
{
    const unsigned char *b = bytes_of(v);
    return is_four(v) ? b[0] == 224 && b[1] == 0 && b[2] == 0 : b[0] == 0xFF && (b[1] & 0x0F) == 2;
}

static bool link_local_unicast(const struct value *v)
{
    const unsigned char *b = bytes_of(v);
    return is_four(v) ? b[0] == 169 && b[1] == 254 : b[0] == 0xFE && (b[1] & 0xC0) == 0x80;
}

static bool broadcast(const struct value *v)
{
    return is_four(v) && memcmp(bytes_of(v), "\xFF\xFF\xFF\xFF", 4) == 0;
}

static struct value family(struct cel_run *run, const struct value *a)
{
    return value_int(is_four(a) ? 4 : 6);
}
static struct value is_unspecified(struct cel_run *run, const struct value *a)
{
    return value_bool(unspecified(a));
}
static struct value is_loopback(struct cel_run *run, const struct value *a)
{
    return value_bool(loopback(a));
}
static struct value is_link_multicast(struct cel_run *run, const struct value *a)
{
    return value_bool(link_local_multicast(a));
}
static struct value is_link_unicast(struct cel_run *run, const struct value *a)
{
    return value_bool(link_local_unicast(a));
}
static struct value is_global_unicast(struct cel_run *run, const struct value *a)
{
    return value_bool(!broadcast(a) && !unspecified(a) && !loopback(a) && !multicast(a) && !link_local_unicast(a));
}

/* Do the first `prefix` bits agree? */
static bool same_prefix(const struct value *a, const struct value *b, uint32_t prefix)
{
    if (a->text.len != b->text.len) return false;
    uint32_t whole = prefix / 8, rest = prefix % 8;
    if (memcmp(a->text.ptr, b->text.ptr, whole) != 0) return false;
    return rest == 0 || (bytes_of(a)[whole] ^ bytes_of(b)[whole]) >> (8 - rest) == 0;
}

static struct value contains_ip(struct cel_run *run, const struct value *a)
{
    return value_bool(same_prefix(&a[0], &a[1], a[0].extra));
}

static struct value contains_ip_text(struct cel_run *run, const struct value *a)
{
    struct value pair[2] = {a[0], to_ip(run, a + 1)};
    return pair[1].kind == VALUE_ERROR ? pair[1] : contains_ip(run, pair);
}

static struct value contains_cidr(struct cel_run *run, const struct value *a)
{
    return value_bool(a[1].extra >= a[0].extra && same_prefix(&a[0], &a[1], a[0].extra));
}

static struct value contains_cidr_text(struct cel_run *run, const struct value *a)
{
    struct value pair[2] = {a[0], to_cidr(run, a + 1)};
    return pair[1].kind == VALUE_ERROR ? pair[1] : contains_cidr(run, pair);
}

static struct value address(struct cel_run *run, const struct value *a)
{
    return (struct value){.kind = VALUE_IP, .text = a[0].text};
}

static struct value masked(struct cel_run *run, const struct value *a)
{
    struct value v = a[0];
    v.text = arena_slice(run->arena, v.text);
    unsigned char *bytes = (unsigned char *)v.text.ptr;
    for (uint32_t bit = v.extra; bit < v.text.len * 8; bit++) bytes[bit / 8] &= (unsigned char)~(0x80u >> bit % 8);
    return v;
}

static struct value prefix_length(struct cel_run *run, const struct value *a)
{
    return value_int(a[0].extra);
}

const struct cel_row cel_rows_network[] = {
    {"ip", "(string) net.IP", to_ip},
    {"cidr", "(string) net.CIDR", to_cidr},
    {"isIP", "(string) bool", is_ip},
    {"isCIDR", "(string) bool", is_cidr},
    {"ip.isCanonical", "(string) bool", is_canonical},
    {"family", "net.IP.() int", family},
    {"isUnspecified", "net.IP.() bool", is_unspecified},
    {"isLoopback", "net.IP.() bool", is_loopback},
    {"isGlobalUnicast", "net.IP.() bool", is_global_unicast},
    {"isLinkLocalMulticast", "net.IP.() bool", is_link_multicast},
    {"isLinkLocalUnicast", "net.IP.() bool", is_link_unicast},
    {"containsIP", "net.CIDR.(net.IP) bool", contains_ip},
    {"containsIP", "net.CIDR.(string) bool", contains_ip_text},
    {"containsCIDR", "net.CIDR.(net.CIDR) bool", contains_cidr},
    {"containsCIDR", "net.CIDR.(string) bool", contains_cidr_text},
    {"ip", "net.CIDR.() net.IP", address},
    {"masked", "net.CIDR.() net.CIDR", masked},
    {"prefixLength", "net.CIDR.() int", prefix_length},
    {0},
};
