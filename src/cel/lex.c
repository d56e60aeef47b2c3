#include "cel/lex.h"

#include <math.h>

#include "value/number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int hex_digit(char c)
{
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* The byte at i, 0 past the end: no token begins or goes on with it. */
static char byte_at(struct slice text, uint32_t i)
{
    return i < text.len ? text.ptr[i] : '\0';
}

static uint32_t skip_blank(struct slice text, uint32_t i)
{
    for (;;) {
        char c = byte_at(text, i);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
            i++;
        } else if (c == '/' && byte_at(text, i + 1) == '/') {
            while (i < text.len && text.ptr[i] != '\n') i++;
        } else {
            return i;
        }
    }
}

static struct cel_token bad_token(uint32_t start)
{
    return (struct cel_token){.kind = TOKEN_BAD, .start = start, .end = start};
}

static bool is_reserved(struct slice word)
{
    static const char *const words[] = {"as",        "break",  "const",  "continue", "else", "for",
                                        "function",  "if",     "import", "let",      "loop", "package",
                                        "namespace", "return", "var",    "void",     "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(word, words[i])) return true;
    return false;
}

static struct cel_token lex_name(struct slice text, uint32_t start)
{
    uint32_t end = start;
    while (is_letter(byte_at(text, end)) || is_digit(byte_at(text, end))) end++;
    struct slice word = slice_of(text.ptr + start, end - start);
    return (struct cel_token){
        .kind = is_reserved(word) ? TOKEN_RESERVED : TOKEN_NAME, .start = start, .end = end, .text = word};
}

static struct cel_token lex_quoted(const struct cel_source *source, uint32_t start)
{
    uint32_t end = start + 1;
    while (is_letter(byte_at(source->text, end)) || is_digit(byte_at(source->text, end)) ||
           (byte_at(source->text, end) && strchr("./- ", byte_at(source->text, end))))
        end++;
    if (byte_at(source->text, end) != '`' || end == start + 1) {
        cel_report(source, start, SLICE("between backticks: letters, digits, _ . - / and spaces"),
                   "a wrong quoted name");
        return bad_token(start);
    }
    struct slice word = slice_of(source->text.ptr + start + 1, end - start - 1);
    return (struct cel_token){.kind = TOKEN_QUOTED, .start = start, .end = end + 1, .text = word};
}

static uint32_t skip_digits(struct slice text, uint32_t i)
{
    while (is_digit(byte_at(text, i))) i++;
    return i;
}

static struct cel_token lex_number(struct slice text, uint32_t start)
{
    uint32_t end = start;
    bool hex = byte_at(text, start) == '0' && (byte_at(text, start + 1) | 0x20) == 'x';
    if (hex) {
        end = start + 2;
        while (hex_digit(byte_at(text, end)) >= 0) end++;
    } else {
        end = skip_digits(text, end);
        if (byte_at(text, end) == '.' && is_digit(byte_at(text, end + 1))) end = skip_digits(text, end + 1);
        uint32_t power = end + 1 + (byte_at(text, end + 1) == '+' || byte_at(text, end + 1) == '-');
        if ((byte_at(text, end) | 0x20) == 'e' && is_digit(byte_at(text, power))) end = skip_digits(text, power);
    }
    if ((byte_at(text, end) | 0x20) == 'u') end++;
    return (struct cel_token){
        .kind = TOKEN_NUMBER, .start = start, .end = end, .text = slice_of(text.ptr + start, end - start)};
}

static bool unsigned_of(struct slice digits, unsigned base, uint64_t *out)
{
    uint64_t n = 0;
    for (size_t i = 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)hex_digit(digits.ptr[i]);
        if (__builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, digit, &n)) return false;
    }
    *out = n;
    return digits.len > 0;
}

/* Digits, point and exponent to millionths, exactly or not at all. */
static bool decimal_of(struct slice text, int64_t *out)
{
    struct slice mantissa = text;
    int64_t exponent = 0;
    for (size_t i = 0; i < text.len; i++) {
        if ((text.ptr[i] | 0x20) != 'e') continue;
        mantissa.len = i;
        if (!slice_to_i64(slice_skip(text, i + 1), &exponent) || exponent > 30 || exponent < -30) return false;
    }
    __int128 n = 0;
    int64_t places = 6 + exponent;
    bool point = false;
    for (size_t i = 0; i < mantissa.len; i++) {
        if (mantissa.ptr[i] == '.') {
            point = true;
            continue;
        }
        n = n * 10 + (mantissa.ptr[i] - '0');
        places -= point;
        if (n > (__int128)INT64_MAX * 1000000) return false;
    }
    for (; places > 0; places--)
        if ((n *= 10) > INT64_MAX) return false;
    for (; places < 0; places++) {
        if (n % 10) return false;
        n /= 10;
    }
    *out = (int64_t)n;
    return n <= INT64_MAX;
}

static bool real_number(const struct cel_source *source, const struct cel_token *token, bool negative,
                        struct value *out)
{
    if (source->decimals) {
        int64_t millionths;
        if (!decimal_of(token->text, &millionths)) {
            cel_report(source, token->start, SLICE(""),
                       "'%.*s' is not exact with six digits after the point, or too large", SLICE_ARG(token->text));
            return false;
        }
        *out = value_decimal(negative ? -millionths : millionths);
        return true;
    }
    double d;
    if (!double_from_text(token->text, &d) || isinf(d)) {
        cel_report(source, token->start, SLICE(""), "'%.*s' is too large for a double", SLICE_ARG(token->text));
        return false;
    }
    *out = value_double(negative ? -d : d);
    return true;
}

bool cel_lex_number(const struct cel_source *source, const struct cel_token *token, bool negative, struct value *out)
{
    struct slice digits = token->text;
    bool hex = digits.len > 1 && (digits.ptr[1] | 0x20) == 'x';
    bool natural = (digits.ptr[digits.len - 1] | 0x20) == 'u';
    bool real = !hex && (memchr(digits.ptr, '.', digits.len) || memchr(digits.ptr, 'e', digits.len) ||
                         memchr(digits.ptr, 'E', digits.len));
    uint64_t n;
    if (real && !natural) return real_number(source, token, negative, out);
    if (natural) digits.len--;
    if (hex) digits = slice_skip(digits, 2);
    uint64_t limit = natural ? UINT64_MAX : (uint64_t)INT64_MAX + negative;
    if (real || (natural && negative) || !unsigned_of(digits, hex ? 16 : 10, &n) || n > limit) {
        cel_report(source, token->start, SLICE(""), "'%s%.*s' is no number of 64 bits", negative ? "-" : "",
                   SLICE_ARG(token->text));
        return false;
    }
    *out = natural ? value_uint(n) : value_int(negative ? (int64_t)-n : (int64_t)n);
    return true;
}

/* What a quote opens: r and b before it, one or three quotes. */
struct quoting {
    bool raw, bytes;
    char quote;
    uint32_t quotes;
    uint32_t start, body;
};

static bool begins_string(struct slice text, uint32_t start, struct quoting *q)
{
    *q = (struct quoting){.start = start};
    uint32_t i = start;
    for (int prefix = 0; prefix < 2; prefix++) {
        char c = (char)(byte_at(text, i) | 0x20);
        if (c == 'r' && !q->raw)
            q->raw = true;
        else if (c == 'b' && !q->bytes)
            q->bytes = true;
        else
            break;
        i++;
    }
    q->quote = byte_at(text, i);
    if (q->quote != '"' && q->quote != '\'') return false;
    q->quotes = byte_at(text, i + 1) == q->quote && byte_at(text, i + 2) == q->quote ? 3 : 1;
    q->body = i + q->quotes;
    return true;
}

static bool closes(struct slice text, uint32_t i, const struct quoting *q)
{
    for (uint32_t n = 0; n < q->quotes; n++)
        if (byte_at(text, i + n) != q->quote) return false;
    return true;
}

static void add_code_point(struct buffer *out, uint32_t c)
{
    if (c < 0x80) {
        buffer_char(out, (char)c);
        return;
    }
    if (c < 0x800) {
        buffer_char(out, (char)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            buffer_char(out, (char)(0xE0 | c >> 12));
        } else {
            buffer_char(out, (char)(0xF0 | c >> 18));
            buffer_char(out, (char)(0x80 | (c >> 12 & 0x3F)));
        }
        buffer_char(out, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    buffer_char(out, (char)(0x80 | (c & 0x3F)));
}

/* \x41 \u05d0 \U0001f600 \101: how many digits, of which base, from where. False when it is none of them. */
static bool numeric_escape(struct slice text, uint32_t i, bool bytes, uint32_t *digits, unsigned *base, uint32_t *from)
{
    char c = byte_at(text, i);
    *from = i + 1;
    *base = 16;
    switch (c) {
    case 'x':
    case 'X': *digits = 2; return true;
    case 'u': *digits = 4; return !bytes;
    case 'U': *digits = 8; return !bytes;
    default:
        *digits = 3;
        *base = 8;
        *from = i;
        return c >= '0' && c <= '3';
    }
}

static char simple_escape(char c)
{
    static const char from[] = "abfnrtv\\?\"'`", to[] = "\a\b\f\n\r\t\v\\?\"'`";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : '\0';
}

/* Reads the escape whose backslash is at i; returns where it ends, 0 when it is wrong. */
static uint32_t read_escape(struct slice text, uint32_t i, bool bytes, struct buffer *out)
{
    char simple = simple_escape(byte_at(text, i + 1));
    if (simple) {
        buffer_char(out, simple);
        return i + 2;
    }
    uint32_t digits, from, code = 0;
    unsigned base;
    if (!numeric_escape(text, i + 1, bytes, &digits, &base, &from)) return 0;
    for (uint32_t n = 0; n < digits; n++) {
        int digit = hex_digit(byte_at(text, from + n));
        if (digit < 0 || (unsigned)digit >= base) return 0;
        code = code * base + (uint32_t)digit;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0;
    if (bytes)
        buffer_char(out, (char)code);
    else
        add_code_point(out, code);
    return from + digits;
}

/* The end of the string's body, 0 after a report. */
static uint32_t read_body(const struct cel_source *source, const struct quoting *q, struct buffer *out)
{
    uint32_t i = q->body;
    while (!closes(source->text, i, q)) {
        char c = byte_at(source->text, i);
        if (i >= source->text.len || (q->quotes == 1 && (c == '\n' || c == '\r'))) {
            cel_report(source, q->start, SLICE(""), "a string that is not closed");
            return 0;
        }
        if (c != '\\' || q->raw) {
            buffer_char(out, c);
            i++;
        } else {
            uint32_t next = read_escape(source->text, i, q->bytes, out);
            if (!next) {
                cel_report(source, i, SLICE("a backslash itself is written \\\\"), "a wrong escape in a string");
                return 0;
            }
            i = next;
        }
    }
    return i;
}

static struct cel_token lex_string(const struct cel_source *source, const struct quoting *q)
{
    struct buffer out;
    buffer_init(&out, CEL_TEXT_MAX * 2);
    struct cel_token token = bad_token(q->start);
    uint32_t end = read_body(source, q, &out);
    if (end) {
        struct slice text = arena_slice(source->arena, buffer_slice(&out));
        token = (struct cel_token){.kind = TOKEN_LITERAL, .start = q->start, .end = end + q->quotes};
        token.value = q->bytes ? value_bytes(text) : value_string(text);
    }
    buffer_release(&out);
    return token;
}

/* The quotes that word processors make of typed ones. */
static bool is_typographic(struct slice text)
{
    static const struct slice quotes[] = {SLICE("\u201c"), SLICE("\u201d"), SLICE("\u201e"), SLICE("\u2018"),
                                          SLICE("\u2019"), SLICE("\u05f4"), SLICE("\u05f3")};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (slice_starts(text, quotes[i])) return true;
    return false;
}

static struct cel_token lex_symbol(const struct cel_source *source, uint32_t start)
{
    static const char *const symbols[] = {"&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}",
                                          "?",  ":",  ",",  ".",  "+",  "-",  "*", "/", "%", "<", ">", "!"};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        struct slice symbol = slice_from(symbols[i]);
        if (!slice_starts(slice_skip(source->text, start), symbol)) continue;
        return (struct cel_token){
            .kind = TOKEN_SYMBOL, .start = start, .end = start + (uint32_t)symbol.len, .text = symbol};
    }
    char c = byte_at(source->text, start);
    if (c == '=' || c == '&' || c == '|')
        cel_report(source, start,
                   slice_from(c == '='   ? "equality is =="
                              : c == '&' ? "and is &&"
                                         : "or is ||"),
                   "a single '%c'", c);
    else
        cel_report(source, start,
                   is_typographic(slice_skip(source->text, start)) ? SLICE("quotes are \" or '") : SLICE(""),
                   "an unexpected character");
    return bad_token(start);
}

struct cel_token cel_lex(const struct cel_source *source, uint32_t from)
{
    struct slice text = source->text;
    uint32_t start = skip_blank(text, from);
    char c = byte_at(text, start);
    struct quoting q;
    if (start >= text.len) return (struct cel_token){.kind = TOKEN_END, .start = start, .end = start};
    if (begins_string(text, start, &q)) return lex_string(source, &q);
    if (is_letter(c)) return lex_name(text, start);
    if (c == '`') return lex_quoted(source, start);
    if (is_digit(c) || (c == '.' && is_digit(byte_at(text, start + 1)))) return lex_number(text, start);
    return lex_symbol(source, start);
}
