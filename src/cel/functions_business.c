/* What definitions ask about text. */
#include "cel/email.h"
#include "cel/function.h"

static struct value work_email(struct cel_run *run, const struct value *a)
{
    return value_bool(email_is_work(a[0].text));
}

static struct value lower(struct cel_run *run, const struct value *a)
{
    char *out = cel_memory(run, a[0].text.len);
    if (!out) return cel_fail_memory(run);
    for (size_t i = 0; i < a[0].text.len; i++) {
        char c = a[0].text.ptr[i];
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return value_string(slice_of(out, a[0].text.len));
}

static struct value domain(struct cel_run *run, const struct value *a)
{
    struct slice host =
        memchr(a[0].text.ptr ? a[0].text.ptr : "", '@', a[0].text.len) ? email_domain(a[0].text) : SLICE("");
    if (!host.len) host = url_host(a[0].text);
    if (!host.len) return cel_fail(run, "no domain in '%.*s'", SLICE_ARG(a[0].text));
    struct value text = value_string(host);
    return lower(run, &text);
}

const struct cel_row cel_rows_business[] = {
    {"work_email", "(string) bool", work_email},
    {"lower", "(string) string", lower},
    {"domain", "(string) string", domain},
    {0},
};
