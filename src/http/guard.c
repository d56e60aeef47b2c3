#include "http/guard.h"

/* The characters of a token (RFC 9110, 5.6.2). */
static bool is_token(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && (!c || !strchr("!#$%&'*+-.^_`|~", c))) return false;
    }
    return s.len > 0;
}

static bool is_digits(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len > 0;
}

static bool is_line(struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
    }
    return true;
}

void guard_header(struct guard *guard, struct slice name, struct slice value)
{
    if (!is_token(name)) guard->fault = "a header's name holds a blank or another character that no name has";
    if (!is_line(value)) guard->fault = "a header holds a control character";
    if (slice_equal_fold(name, SLICE("host"))) {
        guard->hosts++;
        if (!value.len || memchr(value.ptr, ' ', value.len) || memchr(value.ptr, '@', value.len))
            guard->fault = "the Host header names no host";
    } else if (slice_equal_fold(name, SLICE("content-length"))) {
        guard->lengths++;
        if (!is_digits(value)) guard->fault = "Content-Length is no number";
    } else if (slice_equal_fold(name, SLICE("transfer-encoding"))) {
        guard->encodings++;
        if (!slice_equal_fold(value, SLICE("chunked"))) guard->fault = "the only Transfer-Encoding is chunked";
    }
}

const char *guard_fault(const struct guard *guard, struct slice version)
{
    if (guard->fault) return guard->fault;
    if (guard->lengths > 1) return "Content-Length is given twice";
    if (guard->encodings > 1) return "Transfer-Encoding is given twice";
    if (guard->lengths && guard->encodings) return "Content-Length and Transfer-Encoding exclude each other";
    if (guard->hosts > 1) return "Host is given twice";
    if (!guard->hosts && !slice_equal(version, SLICE("HTTP/1.0"))) return "Host is missing";
    return NULL;
}
