/* Cookie and Authorization headers: what is read stands in what was sent, whole and clean. The first byte chooses the
 * header; a cookie's name and an address come by the same way as in a request. */
#include "fuzz.h"
#include "access/credential.h"
#include "access/person_text.h"

static bool is_within(struct slice part, struct slice whole)
{
    return part.len <= whole.len && part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

static void read_cookie(struct slice header)
{
    struct slice value = {0};
    if (!cookie_find(header, session_cookie(false), &value)) return;
    PROMISE(value.len > 0 && is_within(value, header));
    for (size_t i = 0; i < value.len; i++) PROMISE((unsigned char)value.ptr[i] > 0x20 && value.ptr[i] != ';');
    /* What was read, written and read again is the same. */
    struct buffer out;
    struct slice again = {0};
    buffer_init(&out, BUFFER_NO_LIMIT);
    cookie_write(session_cookie(false), value, 60, false, &out);
    struct slice rest = buffer_slice(&out);
    PROMISE(cookie_find(slice_cut(&rest, ';'), session_cookie(false), &again) && slice_equal(again, value));
    buffer_release(&out);
}

static void read_authorization(struct slice header)
{
    struct authorization a;
    authorization_read(header, &a);
    const struct slice room = slice_of(a.room, sizeof a.room);
    switch (a.kind) {
    case AUTHORIZATION_NONE: PROMISE(slice_trim(header).len == 0); break;
    case AUTHORIZATION_OTHER: PROMISE(a.user.len == 0 && a.password.len == 0); break;
    case AUTHORIZATION_BEARER: PROMISE(a.user.len == 0 && a.password.len && is_within(a.password, room)); break;
    case AUTHORIZATION_BASIC:
        PROMISE(is_within(a.user, room) && is_within(a.password, room));
        PROMISE(!(a.user.len && memchr(a.user.ptr, ':', a.user.len)));
        break;
    }
}

static void read_email(struct slice text)
{
    struct buffer once, twice;
    buffer_init(&once, 1 << 16);
    buffer_init(&twice, 1 << 16);
    /* Folding what is folded changes nothing, so that a person is found again. */
    if (email_fold(text, &once) && once.len <= EMAIL_BYTES_MAX) {
        PROMISE(slice_is_utf8(buffer_slice(&once)));
        PROMISE(email_fold(buffer_slice(&once), &twice));
        PROMISE(slice_equal(buffer_slice(&once), buffer_slice(&twice)));
    }
    buffer_release(&once);
    buffer_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    const struct slice text = fuzz_text(data + 1, size - 1);
    switch (data[0] % 3) {
    case 0: read_cookie(text); break;
    case 1: read_authorization(text); break;
    default: read_email(text);
    }
    return 0;
}
