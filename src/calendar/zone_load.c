#include "calendar/zone_load.h"

#include <stdio.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "calendar/tzfile.h"

enum { NAME_MAX_LENGTH = 63, FILE_LIMIT = 1 << 16 };

/* ---- Names. ---- */

/* Letters that could leave the directory, or that no zone has, are no name. */
static bool well_formed(struct slice name)
{
    if (!name.len || name.len > NAME_MAX_LENGTH || name.ptr[0] == '/' || name.ptr[name.len - 1] == '/') return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word = ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
        if (!word && c != '/') return false;
    }
    return true;
}

static bool is_abbreviation(struct slice name)
{
    if (name.len < 3 || name.len > 4 || slice_is(name, "UTC") || slice_is(name, "GMT")) return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] < 'A' || name.ptr[i] > 'Z') return false;
    return true;
}

/* Entries of the sources that are not places. */
static bool is_reserved(struct slice name)
{
    static const char *folders[] = {"posix/", "right/", "SystemV/"}, *files[] = {"localtime", "posixrules", "Factory"};
    for (size_t i = 0; i < 3; i++)
        if (slice_starts(name, slice_from(folders[i])) || slice_is(name, files[i])) return true;
    return false;
}

static struct slice lower(struct arena *arena, struct slice s)
{
    char *copy = arena_alloc(arena, s.len);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        copy[i] = c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    }
    return slice_of(copy, s.len);
}

static struct slice city(struct slice name)
{
    size_t start = name.len;
    while (start && name.ptr[start - 1] != '/') start--;
    return slice_skip(name, start);
}

struct known {
    struct slice *name, *folded, *city; /* the same zone at the same index */
    size_t count;
};

static void list_known(struct arena *arena, struct known *out)
{
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *zones = ucal_openTimeZones(&status);
    int32_t count = zones ? uenum_count(zones, &status) : 0, length;
    *out = (struct known){ARENA_ARRAY(arena, struct slice, count), ARENA_ARRAY(arena, struct slice, count),
                          ARENA_ARRAY(arena, struct slice, count), 0};
    for (int32_t i = 0; i < count; i++) {
        const char *text = uenum_next(zones, &length, &status);
        if (!text) break;
        struct slice name = slice_of(text, (size_t)length);
        if (is_reserved(name) || is_abbreviation(name)) continue;
        out->name[out->count] = arena_slice(arena, name);
        out->folded[out->count] = lower(arena, name);
        out->city[out->count] = city(out->folded[out->count]);
        out->count++;
    }
    uenum_close(zones);
}

/* The whole name first, then its last part alone: "Jerusalem", "Israel/Tel Aviv". */
static struct slice suggestion(struct arena *arena, struct slice name)
{
    struct known known;
    list_known(arena, &known);
    struct slice word = lower(arena, name), tail = city(word);
    const struct slice *lists[] = {known.folded, known.city};
    for (int turn = 0; turn < 2; turn++) {
        int which = tail.len == word.len ? !turn : turn; /* a bare word is rather a city */
        struct slice near = nearest_word(which ? tail : word, lists[which], known.count);
        for (size_t i = 0; near.len && i < known.count; i++)
            if (lists[which][i].ptr == near.ptr) return known.name[i];
    }
    return slice_of("", 0);
}

static enum outcome unknown(struct slice name, struct error *error)
{
    struct arena arena;
    arena_init(&arena);
    struct slice near = name.len <= NAME_MAX_LENGTH ? suggestion(&arena, name) : slice_of("", 0);
    if (is_abbreviation(name))
        error_set(error, BAD_USAGE,
                  "\"%.*s\" is an abbreviation that several zones share; name the place, such as Asia/Jerusalem",
                  SLICE_ARG(name));
    else if (near.len)
        error_set(error, BAD_USAGE, "there is no time zone \"%.*s\"; the nearest name is %.*s", SLICE_ARG(name),
                  SLICE_ARG(near));
    else
        error_set(error, BAD_USAGE, "there is no time zone \"%.*s\"; name a place, such as Asia/Jerusalem",
                  (int)(name.len < NAME_MAX_LENGTH ? name.len : NAME_MAX_LENGTH), name.len ? name.ptr : "");
    arena_release(&arena);
    return BAD_USAGE;
}

/* ---- The system's files. ---- */

/* The first `limit` bytes of a file; empty when there is none. */
static struct slice read_file(struct arena *arena, const char *directory, struct slice name, size_t limit)
{
    struct slice path = arena_printf(arena, "%s/%.*s", directory, SLICE_ARG(name)), content = {0};
    FILE *file = fopen(path.ptr, "rb");
    if (!file) return content;
    char *buffer = arena_alloc(arena, limit);
    content = slice_of(buffer, fread(buffer, 1, limit, file));
    fclose(file);
    return content;
}

struct slice zone_files_version(struct arena *arena, const char *directory)
{
    struct slice text = read_file(arena, directory, SLICE("tzdata.zi"), 64), mark = SLICE("# version ");
    if (!slice_starts(text, mark)) return slice_of("", 0);
    text = slice_skip(text, mark.len);
    return slice_trim(slice_cut(&text, '\n'));
}

enum outcome zone_load_files(struct arena *arena, const char *directory, struct slice name, struct zone *out,
                             struct error *error)
{
    if (!well_formed(name) || is_reserved(name) || is_abbreviation(name)) return unknown(name, error);
    struct slice content = read_file(arena, directory, name, FILE_LIMIT);
    if (!content.len) return unknown(name, error);
    if (!tzfile_read(arena, content, out))
        return error_set(error, FAILED, "%s/%.*s is not a zone file this program can read; install tzdata anew",
                         directory, SLICE_ARG(name));
    out->name = arena_slice(arena, name);
    out->version = zone_files_version(arena, directory);
    return OK;
}

/* ---- ICU. ---- */

struct slice zone_icu_version(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const char *version = ucal_getTZDataVersion(&status);
    return slice_from(U_SUCCESS(status) ? version : "");
}

static int32_t icu_offset(UCalendar *calendar, UDate at, UErrorCode *status)
{
    ucal_setMillis(calendar, at, status);
    return (ucal_get(calendar, UCAL_ZONE_OFFSET, status) + ucal_get(calendar, UCAL_DST_OFFSET, status)) / 1000;
}

static void icu_changes(struct arena *arena, UCalendar *calendar, struct zone *out, UErrorCode *status)
{
    VECTOR(struct zone_change) list = {0};
    UDate at = (double)(ZONE_FROM / 1000), until = (double)(civil_to_day(ZONE_UNTIL_YEAR, 1, 1) * (DAY_US / 1000));
    int32_t offset = icu_offset(calendar, at, status);
    out->first_offset = offset;
    while (ucal_getTimeZoneTransitionDate(calendar, UCAL_TZ_TRANSITION_NEXT, &at, status) && at < until) {
        int32_t next = icu_offset(calendar, at, status);
        if (U_FAILURE(*status)) break;
        /* A change of the name, or of what counts as summer time, is none of the offset. */
        if (next != offset) vector_push(&list, ((struct zone_change){(int64_t)at * 1000, next}));
        offset = next;
    }
    struct zone_change *copy = ARENA_ARRAY(arena, struct zone_change, list.count);
    if (list.count) memcpy(copy, list.at, list.count * sizeof *copy);
    out->change = copy;
    out->count = list.count;
    vector_release(&list);
}

enum outcome zone_load_icu(struct arena *arena, struct slice name, struct zone *out, struct error *error)
{
    UChar id[NAME_MAX_LENGTH + 1], canonical[2 * NAME_MAX_LENGTH];
    UBool known = 0;
    UErrorCode status = U_ZERO_ERROR;
    if (!well_formed(name) || is_reserved(name) || is_abbreviation(name)) return unknown(name, error);
    u_charsToUChars(name.ptr, id, (int32_t)name.len);
    ucal_getCanonicalTimeZoneID(id, (int32_t)name.len, canonical, 2 * NAME_MAX_LENGTH, &known, &status);
    if (U_FAILURE(status) || !known) return unknown(name, error);
    UCalendar *calendar = ucal_open(id, (int32_t)name.len, "en", UCAL_GREGORIAN, &status);
    if (U_SUCCESS(status)) icu_changes(arena, calendar, out, &status);
    if (calendar) ucal_close(calendar);
    if (U_FAILURE(status))
        return error_set(error, FAILED, "the data of time zone %.*s cannot be read from ICU: %s", SLICE_ARG(name),
                         u_errorName(status));
    out->name = arena_slice(arena, name);
    out->version = arena_slice(arena, zone_icu_version());
    return OK;
}

/* ---- The newer of both. ---- */

/* Versions are a year and a letter, so the order of bytes is that of time. */
static bool files_are_newer(struct arena *arena)
{
    struct slice files = zone_files_version(arena, ZONE_DIRECTORY);
    return files.len && slice_compare(files, zone_icu_version()) >= 0;
}

struct slice zone_version(struct arena *arena)
{
    return files_are_newer(arena) ? zone_files_version(arena, ZONE_DIRECTORY) : arena_slice(arena, zone_icu_version());
}

enum outcome zone_load(struct arena *arena, struct slice name, struct zone *out, struct error *error)
{
    if (files_are_newer(arena)) return zone_load_files(arena, ZONE_DIRECTORY, name, out, error);
    return zone_load_icu(arena, name, out, error);
}
