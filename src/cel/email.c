#include "cel/email.h"

#include <stdlib.h>

enum { LOCAL_MAX = 64, DOMAIN_MAX = 253, LABEL_MAX = 63 };

/* Ascending, lower case. */
static const char *const free_domains[] = {
#include "cel/free_mail.inc"
};

static bool is_host_char(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c >= 0x80;
}

/* Labels between dots, at least two, the last no number. */
static bool is_host(struct slice host)
{
    if (host.len > DOMAIN_MAX) return false;
    int labels = 0;
    struct slice label = {0};
    for (struct slice rest = host; rest.len || labels == 0; labels++) {
        bool more = memchr(rest.ptr ? rest.ptr : "", '.', rest.len) != NULL;
        label = slice_cut(&rest, '.');
        if (!label.len || label.len > LABEL_MAX || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-') return false;
        for (size_t i = 0; i < label.len; i++)
            if (!is_host_char((unsigned char)label.ptr[i])) return false;
        if (more && !rest.len) return false;
    }
    int64_t number;
    return labels >= 2 && label.len >= 2 && !slice_to_i64(label, &number);
}

static bool is_local_char(unsigned char c)
{
    return is_host_char(c) || (c && strchr("!#$%&'*+/=?^_`{|}~.", c));
}

struct slice email_domain(struct slice address)
{
    struct slice domain = slice_trim(address), local = slice_cut(&domain, '@');
    if (!local.len || local.len > LOCAL_MAX || local.ptr[0] == '.' || local.ptr[local.len - 1] == '.') return SLICE("");
    for (size_t i = 0; i < local.len; i++)
        if (!is_local_char((unsigned char)local.ptr[i]) || (local.ptr[i] == '.' && local.ptr[i + 1] == '.'))
            return SLICE("");
    return is_host(domain) ? domain : SLICE("");
}

struct slice url_host(struct slice url)
{
    url = slice_trim(url);
    for (size_t i = 0; i + 2 < url.len; i++)
        if (memcmp(url.ptr + i, "://", 3) == 0) {
            url = slice_skip(url, i + 3);
            break;
        }
    size_t end = 0;
    while (end < url.len && !(url.ptr[end] && strchr("/?#", url.ptr[end]))) end++;
    struct slice host = slice_of(url.ptr, end), after = host;
    slice_cut(&after, '@');
    if (after.len) host = after;
    host = slice_cut(&host, ':');
    if (host.len > 4 && slice_equal_fold(slice_of(host.ptr, 4), SLICE("www."))) host = slice_skip(host, 4);
    return is_host(host) ? host : SLICE("");
}

static int compare_domain(const void *key, const void *item)
{
    return slice_compare(*(const struct slice *)key, slice_from(*(const char *const *)item));
}

bool domain_is_free(struct slice domain)
{
    char lower[DOMAIN_MAX];
    if (domain.len > sizeof lower) return false;
    for (size_t i = 0; i < domain.len; i++)
        lower[i] = (char)(domain.ptr[i] >= 'A' && domain.ptr[i] <= 'Z' ? domain.ptr[i] | 0x20 : domain.ptr[i]);
    struct slice rest = slice_of(lower, domain.len);
    while (rest.len) {
        if (bsearch(&rest, free_domains, sizeof free_domains / sizeof *free_domains, sizeof *free_domains,
                    compare_domain))
            return true;
        slice_cut(&rest, '.');
    }
    return false;
}

bool email_is_work(struct slice address)
{
    struct slice domain = email_domain(address);
    return domain.len && !domain_is_free(domain);
}
