#include "access/person_text.h"

#include <sodium.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/vector.h"

/* ICU works in UTF-16; passwords pass through here, so what is freed is wiped. */
struct units {
    UChar *at;
    int32_t count, room;
};

static struct units units_new(size_t room)
{
    return (struct units){.at = memory_new((room + 1) * sizeof(UChar)), .room = (int32_t)room};
}

static void units_release(struct units *u)
{
    sodium_memzero(u->at, (size_t)u->room * sizeof(UChar));
    free(u->at);
}

static bool compose(struct units *u, struct units *out)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    out->count = unorm2_normalize(nfc, u->at, u->count, out->at, out->room, &status);
    return U_SUCCESS(status);
}

static bool write_out(const struct units *u, struct buffer *out)
{
    UErrorCode status = U_ZERO_ERROR;
    const size_t room = (size_t)u->count * 3;
    char *to = buffer_reserve(out, room + 1);
    int32_t len = 0;
    if (!to) return false;
    u_strToUTF8(to, (int32_t)room + 1, &len, u->at, u->count, &status);
    if (U_SUCCESS(status)) buffer_advance(out, (size_t)len);
    return U_SUCCESS(status);
}

enum { TEXT_BYTES_MAX = 64 << 10 };

static bool bring_to_form(struct slice text, bool fold, struct buffer *out)
{
    if (text.len > TEXT_BYTES_MAX || !slice_is_utf8(text)) return false;
    if (!text.len) return true;
    /* Folding and composing make a text at most three times as long. */
    struct units a = units_new(text.len * 3 + 8), b = units_new(text.len * 3 + 8);
    UErrorCode status = U_ZERO_ERROR;
    u_strFromUTF8(a.at, a.room, &a.count, text.ptr, (int32_t)text.len, &status);
    bool fine = U_SUCCESS(status) && compose(&a, &b);
    if (fine && fold) {
        a.count = u_strFoldCase(a.at, a.room, b.at, b.count, U_FOLD_CASE_DEFAULT, &status);
        fine = U_SUCCESS(status) && compose(&a, &b);
    }
    fine = fine && write_out(&b, out);
    units_release(&a);
    units_release(&b);
    return fine;
}

bool text_compose(struct slice text, struct buffer *out)
{
    return bring_to_form(text, false, out);
}

static bool has_control(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f) return true;
    }
    return false;
}

bool email_fold(struct slice text, struct buffer *out)
{
    text = slice_trim(text);
    if (!text.len || text.len > EMAIL_BYTES_MAX || has_control(text)) return false;
    struct slice domain = text;
    const struct slice local = slice_cut(&domain, '@');
    const bool formed = local.len && domain.len && !memchr(domain.ptr, '@', domain.len) &&
                        !memchr(text.ptr, ' ', text.len) && domain.ptr[0] != '.' && domain.ptr[domain.len - 1] != '.';
    return formed && bring_to_form(text, true, out);
}

bool name_compose(struct slice text, struct buffer *out)
{
    text = slice_trim(text);
    return text.len && text.len <= NAME_BYTES_MAX && !has_control(text) && bring_to_form(text, false, out);
}
