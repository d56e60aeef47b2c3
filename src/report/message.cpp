#include <cstring>
#include <set>
#include <string>

#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>

extern "C" {
#include "report/message.h"
}

using icu::Formattable;
using icu::MessageFormat;
using icu::MessagePattern;
using icu::UnicodeString;

static UnicodeString text_of(struct slice s)
{
    return UnicodeString::fromUTF8(icu::StringPiece(s.len ? s.ptr : "", (int32_t)s.len));
}

static struct slice keep(struct arena *arena, const UnicodeString &text)
{
    UnicodeString clean;
    for (int32_t i = 0; i < text.length(); i++) {
        char16_t c = text.charAt(i);
        if (c != 0x200E && c != 0x200F && c != 0x061C) clean.append(c);
    }
    std::string bytes;
    clean.toUTF8String(bytes);
    return arena_slice(arena, slice_of(bytes.data(), bytes.size()));
}

static bool collect_names(struct slice pattern, std::set<std::string> &names)
{
    UErrorCode status = U_ZERO_ERROR;
    MessagePattern parsed(status);
    parsed.parse(text_of(pattern), nullptr, status);
    if (U_FAILURE(status)) return false;
    for (int32_t i = 0; i < parsed.countParts(); i++) {
        const MessagePattern::Part &part = parsed.getPart(i);
        if (part.getType() != UMSGPAT_PART_TYPE_ARG_NAME) continue;
        std::string name;
        parsed.getSubstring(part).toUTF8String(name);
        names.insert(name);
    }
    return true;
}

bool message_names(struct arena *arena, struct slice pattern, struct slice *out)
{
    std::set<std::string> names;
    if (!collect_names(pattern, names)) return false;
    std::string all;
    for (const std::string &name : names) all += (all.empty() ? "" : " ") + name;
    *out = arena_slice(arena, slice_of(all.data(), all.size()));
    return true;
}

bool message_format(struct arena *arena, const char *locale, struct slice pattern,
                    const struct message_argument *arguments, size_t count, struct slice *out)
{
    std::set<std::string> wanted;
    if (!collect_names(pattern, wanted)) return false;
    if (wanted.empty() && !memchr(pattern.ptr, '\'', pattern.len)) {
        *out = arena_slice(arena, pattern);
        return true;
    }
    enum { MOST = 48 };
    UnicodeString names[MOST], result;
    Formattable values[MOST];
    int32_t given = 0;
    for (size_t i = 0; i < count && given < MOST; i++) {
        if (!wanted.erase(arguments[i].name)) continue;
        names[given] = UnicodeString::fromUTF8(arguments[i].name);
        values[given++] =
            arguments[i].is_number ? Formattable(arguments[i].number) : Formattable(text_of(arguments[i].text));
    }
    if (!wanted.empty()) return false;
    UErrorCode status = U_ZERO_ERROR;
    MessageFormat format(text_of(pattern), icu::Locale(locale), status);
    if (U_FAILURE(status)) return false;
    format.format(names, values, given, result, status);
    if (U_FAILURE(status)) return false;
    *out = keep(arena, result);
    return true;
}
