#include "http/click_link.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

_Static_assert(CLICK_SIGNATURE == crypto_auth_hmacsha256_BYTES, "the size of a signature");
_Static_assert(CLICK_SECRET == crypto_auth_hmacsha256_KEYBYTES, "the size of the secret");

static enum outcome make_secret(struct click_links *links, const char *path, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return error_set(error, FAILED, "cannot make %s: %s", path, strerror(errno));
    randombytes_buf(links->secret, CLICK_SECRET);
    bool good = write(fd, links->secret, CLICK_SECRET) == CLICK_SECRET && fsync(fd) == 0;
    good &= close(fd) == 0;
    return good ? OK : error_set(error, FAILED, "cannot write %s: %s", path, strerror(errno));
}

enum outcome click_secret_load(struct click_links *links, const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return make_secret(links, path, error);
    if (fd < 0) return error_set(error, FAILED, "cannot read %s: %s", path, strerror(errno));
    ssize_t n = read(fd, links->secret, CLICK_SECRET);
    close(fd);
    if (n == CLICK_SECRET) return OK;
    return error_set(error, FAILED, "%s does not hold %d bytes; without it, links made before lead nowhere", path,
                     CLICK_SECRET);
}

static bool is_plain_url(struct slice url)
{
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>') return false;
    }
    return url.len > 0;
}

/* The host without its port; empty when there is a user name or something else that could mislead. */
static struct slice host_of(struct slice url)
{
    size_t n = 0;
    if (slice_starts(url, SLICE("https://")))
        url = slice_skip(url, 8);
    else if (slice_starts(url, SLICE("http://")))
        url = slice_skip(url, 7);
    else
        return (struct slice){0};
    while (n < url.len && !strchr("/?#", url.ptr[n])) n++;
    struct slice host = slice_of(url.ptr, n);
    if (n && (memchr(host.ptr, '@', n) || memchr(host.ptr, '%', n))) return (struct slice){0};
    return slice_cut(&host, ':');
}

bool click_target_allowed(const struct click_links *links, struct slice url)
{
    if (!is_plain_url(url)) return false;
    struct slice host = host_of(url);
    for (size_t i = 0; i < links->host_count; i++)
        if (slice_equal_fold(links->hosts[i], host)) return true;
    return false;
}

/* Over both parts and their border. */
static void sign(const struct click_links *links, struct slice to, struct slice data,
                 unsigned char out[CLICK_SIGNATURE])
{
    crypto_auth_hmacsha256_state state;
    uint64_t len = to.len;
    crypto_auth_hmacsha256_init(&state, links->secret, CLICK_SECRET);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)&len, sizeof len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)to.ptr, to.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)data.ptr, data.len);
    crypto_auth_hmacsha256_final(&state, out);
}

static void percent_encode(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr("-._~/:", c));
        if (plain)
            buffer_char(out, c);
        else
            buffer_printf(out, "%%%02X", (unsigned char)c);
    }
}

struct slice click_link_make(const struct click_links *links, struct arena *arena, struct slice to, struct slice event)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    unsigned char signature[CLICK_SIGNATURE];
    char hex[CLICK_SIGNATURE_TEXT + 1];
    size_t size = sodium_base64_encoded_len(event.len, variant);
    char *data = arena_alloc(arena, size);
    sodium_bin2base64(data, size, (const unsigned char *)event.ptr, event.len, variant);
    sign(links, to, slice_from(data), signature);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    struct buffer out;
    buffer_init(&out, BUFFER_NO_LIMIT);
    buffer_text(&out, "/v1/r?to=");
    percent_encode(&out, to);
    buffer_printf(&out, "&data=%s&sig=%s", data, hex);
    struct slice link = arena_slice(arena, buffer_slice(&out));
    buffer_release(&out);
    return link;
}

bool click_link_open(const struct click_links *links, struct arena *arena, struct slice to, struct slice data,
                     struct slice signature, struct slice *event)
{
    unsigned char want[CLICK_SIGNATURE], given[CLICK_SIGNATURE];
    size_t len;
    if (signature.len != CLICK_SIGNATURE_TEXT ||
        sodium_hex2bin(given, sizeof given, signature.ptr, signature.len, NULL, &len, NULL) != 0 || len != sizeof given)
        return false;
    sign(links, to, data, want);
    return sodium_memcmp(want, given, sizeof want) == 0 && click_target_allowed(links, to) &&
           base64_decode(arena, data, event);
}

bool base64_decode(struct arena *arena, struct slice text, struct slice *out)
{
    static const int variants[] = {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
                                   sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    char *room = arena_alloc(arena, text.len + 1), *plain = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) plain[i] = text.ptr[i] == ' ' ? '+' : text.ptr[i]; /* a + in a query */
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        size_t len;
        if (sodium_base642bin((unsigned char *)room, text.len, plain, text.len, NULL, &len, NULL, variants[i]) != 0)
            continue;
        *out = slice_of(room, len);
        return true;
    }
    return false;
}
