#include "base/decode.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
    PIECE = 1 << 18,    /* bytes of the file at a time */
    GROWTH = 3,         /* a unit of UTF-16 takes at most three bytes of UTF-8 */
    JUDGED = 1 << 22,   /* bytes by which an encoding is judged */
    LONGEST_UNIT = 4,   /* bytes of a character, that a piece may cut */
    ZEROS_OF_UTF16 = 4, /* one byte in so many is zero where most text is ASCII or digits */
    LONGEST_NAME = 15,
};

static const char *const names[] = {"UTF-8", "GB18030", "UTF-16LE", "UTF-16BE"};

const char *plim_encoding_name(plim_encoding encoding)
{
    return names[encoding];
}

plim_encoding plim_encoding_find(const char *name)
{
    static const struct {
        const char *name;
        plim_encoding encoding;
    } known[] = {{"UTF8", PLIM_ENCODING_UTF8},      {"GB18030", PLIM_ENCODING_GB18030},
                 {"GBK", PLIM_ENCODING_GB18030},    {"GB2312", PLIM_ENCODING_GB18030},
                 {"UTF16", PLIM_ENCODING_UTF16LE},  {"UTF16LE", PLIM_ENCODING_UTF16LE},
                 {"UTF16BE", PLIM_ENCODING_UTF16BE}};
    char plain[LONGEST_NAME + 1] = "";
    size_t length = 0;
    for (; *name != '\0' && length < LONGEST_NAME; name++)
        if (*name != '-' && *name != '_')
            plain[length++] = (char)toupper((unsigned char)*name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, plain) == 0)
            return known[i].encoding;
    return PLIM_ENCODING_COUNT;
}

/* ---- the bytes ---- */

static plim_status read_some(int file, const char *path, char *out, size_t room, size_t *got,
                             plim_error *err)
{
    *got = 0;
    while (*got < room) {
        ssize_t n = read(file, out + *got, room - *got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return plim_fail(err, PLIM_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return PLIM_OK;
}

static plim_status open_file(const char *path, int *out, plim_error *err)
{
    *out = open(path, O_RDONLY | O_CLOEXEC);
    if (*out < 0)
        return plim_fail(err, PLIM_INPUT, "%s: cannot be opened: %s", path, strerror(errno));
    return PLIM_OK;
}

/* Bytes of the byte-order mark that text begins with, and whose it is. */
static size_t mark_of(const char *text, size_t length, plim_encoding *out)
{
    static const struct {
        const char *mark;
        size_t length;
        plim_encoding encoding;
    } marks[] = {{"\xEF\xBB\xBF", 3, PLIM_ENCODING_UTF8},
                 {"\x84\x31\x95\x33", 4, PLIM_ENCODING_GB18030},
                 {"\xFF\xFE", 2, PLIM_ENCODING_UTF16LE},
                 {"\xFE\xFF", 2, PLIM_ENCODING_UTF16BE}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (length >= marks[i].length && memcmp(text, marks[i].mark, marks[i].length) == 0) {
            *out = marks[i].encoding;
            return marks[i].length;
        }
    return 0;
}

/* ---- judging ---- */

/* Can all of the text be decoded, but for a character cut at its end? */
static bool is_decodable(const char *text, size_t length, const char *encoding)
{
    char out[1 << 12];
    iconv_t converter = iconv_open("UTF-8", encoding);
    if (converter == (iconv_t)-1)
        return false;
    char *from = (char *)(uintptr_t)text; /* iconv reads only */
    bool good = true;
    while (length > 0 && good) {
        char *to = out;
        size_t room = sizeof out;
        if (iconv(converter, &from, &length, &to, &room) == (size_t)-1 && errno != E2BIG)
            good = errno == EINVAL && length < LONGEST_UNIT;
        if (errno == EINVAL && good && length < LONGEST_UNIT)
            break;
    }
    (void)iconv_close(converter);
    return good;
}

static plim_encoding judge(const char *text, size_t length, bool whole)
{
    plim_encoding found = PLIM_ENCODING_COUNT;
    if (mark_of(text, length, &found) > 0)
        return found;
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < length; i++)
        zeros[i % 2] += text[i] == '\0';
    if (zeros[1] > length / 2 / ZEROS_OF_UTF16 && zeros[0] == 0)
        return PLIM_ENCODING_UTF16LE;
    if (zeros[0] > length / 2 / ZEROS_OF_UTF16 && zeros[1] == 0)
        return PLIM_ENCODING_UTF16BE;
    if (zeros[0] + zeros[1] > 0)
        return PLIM_ENCODING_COUNT;
    for (size_t cut = 0; cut < LONGEST_UNIT && cut <= length; cut++)
        if ((cut == 0 || !whole) && plim_utf8_valid(text, length - cut))
            return PLIM_ENCODING_UTF8;
    return is_decodable(text, length, "GB18030") ? PLIM_ENCODING_GB18030 : PLIM_ENCODING_COUNT;
}

plim_status plim_encoding_guess(const char *path, plim_encoding *out, plim_error *err)
{
    int file = -1;
    size_t length = 0;
    PLIM_TRY(open_file(path, &file, err));
    char *text = plim_alloc(JUDGED, 1);
    plim_status status = text == NULL ? plim_fail_memory(err, path)
                                      : read_some(file, path, text, JUDGED, &length, err);
    (void)close(file);
    if (status == PLIM_OK) {
        *out = judge(text, length, length < JUDGED);
        if (*out == PLIM_ENCODING_COUNT)
            status = plim_fail(err, PLIM_INPUT,
                               "%s: is no text in UTF-8, GB18030 or UTF-16; save it as \"CSV "
                               "UTF-8\" (an .xlsx or .xls file is not CSV)",
                               path);
    }
    plim_free(text);
    return status;
}

/* ---- reading ---- */

struct plim_decoder {
    const char *path;
    plim_encoding encoding;
    int file;
    iconv_t converter;
    size_t line; /* of what comes next, from 1 */
    size_t kept; /* bytes of a cut character at the beginning of `in` */
    bool begun, ended;
    char in[PIECE + LONGEST_UNIT];
    char out[(PIECE + LONGEST_UNIT) * GROWTH];
};

plim_status plim_decoder_open(plim_decoder **out, const char *path, plim_encoding encoding,
                              plim_error *err)
{
    *out = NULL;
    plim_decoder *d = plim_alloc(1, sizeof *d);
    if (d == NULL)
        return plim_fail_memory(err, path);
    *d = (plim_decoder){.path = path, .encoding = encoding, .file = -1, .line = 1};
    d->converter = iconv_open("UTF-8", plim_encoding_name(encoding));
    plim_status status = PLIM_OK;
    if (d->converter == (iconv_t)-1)
        status = plim_fail(err, PLIM_MACHINE, "%s: this system can't decode %s", path,
                           plim_encoding_name(encoding));
    if (status == PLIM_OK)
        status = open_file(path, &d->file, err);
    if (status != PLIM_OK) {
        plim_decoder_close(d);
        return status;
    }
    *out = d;
    return PLIM_OK;
}

static void count_lines(plim_decoder *d, size_t length)
{
    for (const char *at = d->out; (at = memchr(at, '\n', length - (size_t)(at - d->out))) != NULL;
         at++)
        d->line++;
}

static plim_status fail_bytes(const plim_decoder *d, const char *what, plim_error *err)
{
    return plim_fail(err, PLIM_INPUT,
                     "%s: line %zu: %s; accepted: text in %s, or say what it is: "
                     "`encoding`, one of UTF-8, GB18030, UTF-16LE, UTF-16BE",
                     d->path, d->line, what, plim_encoding_name(d->encoding));
}

/* Length of the first lines that are valid. */
static size_t valid_lines(const char *text, size_t length)
{
    size_t at = 0;
    for (;;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t step = end != NULL ? (size_t)(end - text) + 1 - at : length - at;
        if (end == NULL || !plim_utf8_valid(text + at, step))
            return at;
        at += step;
    }
}

/* Decodes `length` bytes of `in`; keeps a character that is cut at the end. */
static plim_status convert(plim_decoder *d, size_t length, size_t *made, plim_error *err)
{
    char *from = d->in, *to = d->out;
    size_t skip = 0, room = sizeof d->out;
    plim_encoding marked = PLIM_ENCODING_COUNT;
    if (!d->begun) {
        skip = mark_of(d->in, length, &marked);
        if (marked != d->encoding)
            skip = 0;
    }
    d->begun = true;
    from += skip;
    size_t left = length - skip;
    bool good = iconv(d->converter, &from, &left, &to, &room) != (size_t)-1;
    bool cut = !good && errno == EINVAL && left < LONGEST_UNIT && !d->ended;
    *made = sizeof d->out - room;
    if (memchr(d->out, '\0', *made) != NULL) {
        count_lines(d, (size_t)((char *)memchr(d->out, '\0', *made) - d->out));
        return fail_bytes(d, "a zero byte", err);
    }
    /* iconv lets through what stands for no character: surrogates, numbers beyond U+10FFFF */
    if (!plim_utf8_valid(d->out, *made)) {
        count_lines(d, valid_lines(d->out, *made));
        return fail_bytes(d, "bytes that are no characters", err);
    }
    count_lines(d, *made);
    if (!good && !cut)
        return fail_bytes(d, "bytes that are no characters", err);
    memmove(d->in, from, left);
    d->kept = left;
    return PLIM_OK;
}

plim_status plim_decoder_next(plim_decoder *d, const char **text, size_t *length, plim_error *err)
{
    size_t got = 0;
    *text = d->out;
    *length = 0;
    while (!d->ended && *length == 0) {
        PLIM_TRY(read_some(d->file, d->path, d->in + d->kept, PIECE, &got, err));
        d->ended = got < PIECE;
        PLIM_TRY(convert(d, d->kept + got, length, err));
    }
    return PLIM_OK;
}

void plim_decoder_close(plim_decoder *d)
{
    if (d == NULL)
        return;
    if (d->file >= 0)
        (void)close(d->file);
    if (d->converter != (iconv_t)-1)
        (void)iconv_close(d->converter);
    plim_free(d);
}
