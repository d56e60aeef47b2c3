/* What stands in a request besides its body: headers for the guard, then path and query, basic authentication, a list
 * of forwarders, base64. The first line is the target, the rest are headers. */
#include "fuzz.h"
#include "base/address.h"
#include "http/click_link.h"
#include "http/guard.h"
#include "http/parse.h"

/* What the guard lets through says one thing only about where the body ends. */
static void check_guard(struct slice headers, struct arena *arena)
{
    struct guard guard = {0};
    uint32_t hosts = 0, lengths = 0, encodings = 0;
    while (headers.len) {
        struct slice value = slice_cut(&headers, '\n'), name = slice_cut(&value, ':');
        value = slice_trim(value);
        guard_header(&guard, name, value);
        hosts += slice_equal_fold(name, SLICE("host"));
        lengths += slice_equal_fold(name, SLICE("content-length"));
        encodings += slice_equal_fold(name, SLICE("transfer-encoding"));
        struct slice user, password;
        struct address address;
        if (basic_auth_parse(arena, value, &user, &password))
            PROMISE(slice_is_utf8(user) && slice_is_utf8(password) && (!user.len || !memchr(user.ptr, ':', user.len)));
        if (address_parse(forwarded_last(value), &address)) {
            struct address again;
            char text[ADDRESS_TEXT_MAX];
            address_text(address, text);
            PROMISE(address_parse(slice_from(text), &again) && address_equal(address, again));
        }
    }
    if (!guard_fault(&guard, SLICE("HTTP/1.1"))) PROMISE(hosts == 1 && lengths + encodings <= 1);
}

static void check_target(struct slice target, struct arena *arena)
{
    struct slice query = target, text = slice_cut(&query, '?'), plain;
    struct http_path path;
    struct http_pairs pairs;
    struct http_pair params[PATH_PARTS_MAX];
    size_t count;
    if (path_parse(arena, text, &path)) {
        PROMISE(path.count <= PATH_PARTS_MAX);
        for (size_t i = 0; i < path.count; i++)
            PROMISE(slice_is_utf8(path.part[i]) && !slice_is(path.part[i], "..") &&
                    (!path.part[i].len || !memchr(path.part[i].ptr, 0, path.part[i].len)));
        if (path_match(&path, SLICE("/v1/projects/:key/settings"), params, &count)) PROMISE(count == 1);
        PROMISE(!path_match(&path, SLICE("/v1/batch"), params, &count) || path.count == 2);
    }
    if (query_parse(arena, query, &pairs)) {
        PROMISE(pairs.count <= QUERY_PAIRS_MAX);
        for (size_t i = 0; i < pairs.count; i++)
            PROMISE(slice_is_utf8(pairs.at[i].value) && strlen(pairs.at[i].value.ptr) == pairs.at[i].value.len);
    }
    if (base64_decode(arena, query, &plain)) PROMISE(plain.len <= query.len);
}

/* An allowed address leads to an allowed host, whatever stands around it. */
static void check_link(struct slice url)
{
    static const struct slice hosts[] = {{"example.com", 11}};
    const struct click_links links = {.hosts = hosts, .host_count = 1};
    if (!click_target_allowed(&links, url)) return;
    struct slice rest = slice_skip(url, url.ptr[4] == 's' ? 8 : 7);
    PROMISE(slice_equal_fold(slice_of(rest.ptr, 11), hosts[0]));
    PROMISE(rest.len == 11 || strchr(":/?#", rest.ptr[11]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct slice text = fuzz_text(data, size), target;
    if (size > 64 << 10) return 0;
    arena_init(&arena);
    target = slice_cut(&text, '\n');
    check_target(target, &arena);
    check_guard(text, &arena);
    check_link(target);
    arena_release(&arena);
    return 0;
}
