#include "cel/network.h"

#include <arpa/inet.h>

enum { TEXT_MAX = 64 };

static bool parse_address(struct slice text, unsigned char bytes[16], size_t *len)
{
    char copy[TEXT_MAX];
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.ptr, '\0', text.len)) return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    bool six = strchr(copy, ':') != NULL;
    if (six && strchr(copy, '.')) return false;
    *len = six ? 16 : 4;
    return inet_pton(six ? AF_INET6 : AF_INET, copy, bytes) == 1;
}

bool network_parse_ip(struct arena *arena, struct slice text, struct value *out)
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    unsigned char bytes[16];
    size_t len;
    if (!parse_address(text, bytes, &len)) return false;
    bool four_in_six = len == 16 && memcmp(bytes, mapped, sizeof mapped) == 0;
    struct slice address = four_in_six ? slice_of((char *)bytes + 12, 4) : slice_of((char *)bytes, len);
    *out = (struct value){.kind = VALUE_IP, .text = arena_slice(arena, address)};
    return true;
}

bool network_parse_cidr(struct arena *arena, struct slice text, struct value *out)
{
    unsigned char bytes[16];
    size_t len;
    int64_t prefix;
    struct slice length = text, address = slice_cut(&length, '/');
    bool digits = length.len && length.len <= 3 && *length.ptr >= '0' && *length.ptr <= '9' &&
                  (*length.ptr != '0' || length.len == 1);
    if (!digits || !slice_to_i64(length, &prefix) || !parse_address(address, bytes, &len)) return false;
    if (prefix > (int64_t)len * 8) return false;
    *out = (struct value){
        .kind = VALUE_CIDR, .extra = (uint32_t)prefix, .text = arena_slice(arena, slice_of((char *)bytes, len))};
    return true;
}

void network_print(struct buffer *out, struct value v)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(v.text.len == 4 ? AF_INET : AF_INET6, v.text.ptr, text, sizeof text);
    buffer_text(out, text);
    if (v.kind == VALUE_CIDR) buffer_printf(out, "/%u", v.extra);
}
