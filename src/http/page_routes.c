#include "http/page_routes.h"

#include <inttypes.h>
#include <string.h>

#include "http/script.h"

/* The page names its one script by hash, in a policy of its own. The header says the same, and what only a header can
 * say; without it the policy of every other page would forbid that script. */
static struct slice policy_of(struct arena *arena, struct slice page)
{
    static const char before[] = "http-equiv=\"Content-Security-Policy\" content=\"";
    const char *at = memmem(page.ptr, page.len, before, sizeof before - 1);
    if (!at) return (struct slice){0};
    at += sizeof before - 1;
    const char *end = memchr(at, '"', page.len - (size_t)(at - page.ptr));
    if (!end) return (struct slice){0};
    return arena_printf(arena, "%.*s; frame-ancestors 'none'", (int)(end - at), at);
}

static void give_dashboard(struct http_exchange *x)
{
    struct slice page = dashboard_text();
    if (!page.len) {
        http_fail(x, 404, "not_found", "this program was built without node, and so without the dashboard");
        return;
    }
    struct slice tag = arena_printf(http_arena(x), "\"%016" PRIx64 "\"", slice_hash(page));
    http_set(x, "Cache-Control", SLICE("no-cache"));
    http_set(x, "ETag", tag);
    http_set(x, "Content-Security-Policy", policy_of(http_arena(x), page));
    if (slice_equal(http_header(x, "If-None-Match"), tag)) {
        http_send(x, 304, NULL);
        return;
    }
    buffer_add(http_out(x), page);
    http_send(x, 200, "text/html; charset=utf-8");
}

/* The page says itself what there is not; yet an address that is none of its own stays a 404. */
#define PAGE(path)                                                                                                     \
    {"GET", path, .handle = give_dashboard, .flags = HTTP_PAGE, .name = "page"},                                       \
    {                                                                                                                  \
        "GET", path "/*", .handle = give_dashboard, .flags = HTTP_PAGE, .name = "page"                                 \
    }

static const struct http_route routes[] = {
    {"GET", "/", .handle = give_dashboard, .flags = HTTP_PAGE, .name = "page"},
    PAGE("/account"),
    PAGE("/agenda"),
    PAGE("/audit"),
    PAGE("/channels"),
    PAGE("/claim"),
    PAGE("/definition"),
    PAGE("/feedback"),
    PAGE("/handoffs"),
    PAGE("/keys"),
    PAGE("/leads"),
    PAGE("/nobody"),
    PAGE("/playbooks"),
    PAGE("/register"),
    PAGE("/rejected"),
    PAGE("/report"),
    PAGE("/users"),
};

struct http_routes page_routes(void)
{
    return (struct http_routes){routes, sizeof routes / sizeof *routes, NULL};
}
