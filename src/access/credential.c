#include "access/credential.h"

#include <sodium.h>

/* What may stand in a cookie's value. */
static bool is_cookie_value(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\') return false;
    }
    return true;
}

static struct slice unquoted(struct slice value)
{
    if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
        return slice_of(value.ptr + 1, value.len - 2);
    return value;
}

bool cookie_find(struct slice header, struct slice name, struct slice *value)
{
    size_t found = 0;
    while (header.len) {
        struct slice pair = slice_trim(slice_cut(&header, ';'));
        if (!pair.len || !memchr(pair.ptr, '=', pair.len)) continue;
        const struct slice this_name = slice_trim(slice_cut(&pair, '='));
        if (!slice_equal(this_name, name)) continue;
        *value = unquoted(slice_trim(pair));
        found++;
    }
    return found == 1 && value->len && is_cookie_value(*value);
}

static enum authorization_kind read_basic(struct slice text, struct authorization *out)
{
    size_t len = 0;
    const char *end = NULL;
    if (sodium_base642bin((unsigned char *)out->room, sizeof out->room, text.ptr, text.len, NULL, &len, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.ptr + text.len)
        return AUTHORIZATION_OTHER;
    out->password = slice_of(out->room, len);
    if (!len || memchr(out->room, 0, len) || !memchr(out->room, ':', len)) return AUTHORIZATION_OTHER;
    out->user = slice_cut(&out->password, ':');
    return AUTHORIZATION_BASIC;
}

static enum authorization_kind read_bearer(struct slice text, struct authorization *out)
{
    if (!text.len || !is_cookie_value(text)) return AUTHORIZATION_OTHER;
    memcpy(out->room, text.ptr, text.len);
    out->password = slice_of(out->room, text.len);
    return AUTHORIZATION_BEARER;
}

void authorization_read(struct slice header, struct authorization *out)
{
    struct slice rest = slice_trim(header);
    out->kind = rest.len ? AUTHORIZATION_OTHER : AUTHORIZATION_NONE;
    out->user = out->password = slice_of("", 0);
    if (!rest.len || rest.len > AUTHORIZATION_MAX) return;
    const struct slice scheme = slice_cut(&rest, ' ');
    rest = slice_trim(rest);
    if (slice_equal_fold(scheme, SLICE("Basic"))) out->kind = read_basic(rest, out);
    if (slice_equal_fold(scheme, SLICE("Bearer"))) out->kind = read_bearer(rest, out);
    if (out->kind == AUTHORIZATION_OTHER) out->user = out->password = slice_of("", 0);
}

void cookie_write(struct slice name, struct slice value, int64_t max_age, bool secure, struct buffer *out)
{
    buffer_printf(out, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", SLICE_ARG(name), SLICE_ARG(value),
                  (long long)max_age, secure ? "; Secure" : "");
}

struct slice session_cookie(bool secure)
{
    return secure ? SLICE("__Host-masa_session") : SLICE("masa_session");
}

struct slice device_cookie(bool secure)
{
    return secure ? SLICE("__Host-masa_device") : SLICE("masa_device");
}

/* Without what a scheme implies. */
static struct slice without_usual_port(struct slice origin)
{
    static const struct {
        struct slice scheme, port;
    } usual[] = {{{"http://", 7}, {":80", 3}}, {{"https://", 8}, {":443", 4}}};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (origin.len > usual[i].scheme.len &&
            slice_equal_fold(slice_of(origin.ptr, usual[i].scheme.len), usual[i].scheme) &&
            slice_ends(origin, usual[i].port))
            origin.len -= usual[i].port.len;
    return origin;
}

bool origin_equal(struct slice a, struct slice b)
{
    return a.len && slice_equal_fold(without_usual_port(a), without_usual_port(b));
}
