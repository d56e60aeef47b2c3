#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static struct address map_ipv4(const void *four)
{
    struct address address;
    memcpy(address.bytes, mapped, sizeof mapped);
    memcpy(address.bytes + sizeof mapped, four, 4);
    return address;
}

struct address address_of(const struct sockaddr *socket_address)
{
    struct address address = {0};
    if (!socket_address) return address;
    if (socket_address->sa_family == AF_INET)
        return map_ipv4(&((const struct sockaddr_in *)(const void *)socket_address)->sin_addr);
    if (socket_address->sa_family == AF_INET6)
        memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)socket_address)->sin6_addr, 16);
    return address;
}

bool address_parse(struct slice text, struct address *out)
{
    char copy[ADDRESS_TEXT_MAX];
    unsigned char four[4];
    if (text.len > 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = slice_of(text.ptr + 1, text.len - 2);
    if (!text.len || text.len >= sizeof copy || memchr(text.ptr, 0, text.len)) return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    if (inet_pton(AF_INET6, copy, out->bytes) == 1) return true;
    if (inet_pton(AF_INET, copy, four) != 1) return false;
    *out = map_ipv4(four);
    return true;
}

void address_text(struct address address, char out[ADDRESS_TEXT_MAX])
{
    bool four = memcmp(address.bytes, mapped, sizeof mapped) == 0;
    inet_ntop(four ? AF_INET : AF_INET6, address.bytes + (four ? sizeof mapped : 0), out, ADDRESS_TEXT_MAX);
}

bool address_is_loopback(struct address address)
{
    static const unsigned char one[16] = {[15] = 1};
    if (memcmp(address.bytes, mapped, sizeof mapped) == 0) return address.bytes[12] == 127;
    return memcmp(address.bytes, one, sizeof one) == 0;
}
