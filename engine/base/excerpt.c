#include "base/excerpt.h"

#include <stdio.h>
#include <string.h>

enum {
    SHOWN_COLUMNS = 96, /* of a line */
    BEFORE = 60,        /* of them before the place, where a line is longer */
    TAB = 4,
    WIDEST = 4, /* bytes of a character */
};

/* One character as it is shown. */
typedef struct glyph {
    char bytes[TAB + 1];
    size_t used; /* bytes of the text */
    int columns;
} glyph;

/* East Asian wide and full-width characters (Unicode Standard Annex 11), by their blocks. */
static bool is_wide(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } blocks[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf}, {0xac00, 0xd7a3},
                  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60}, {0xffe0, 0xffe6},
                  {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (c >= blocks[i].first && c <= blocks[i].last)
            return true;
    return false;
}

/* The character at the start of valid UTF-8 of `size` bytes. */
static uint32_t code_point(const char *bytes, size_t size)
{
    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)bytes[0] & first_bits[size];
    for (size_t i = 1; i < size; i++)
        c = c << 6 | ((unsigned char)bytes[i] & 0x3f);
    return c;
}

static glyph next_glyph(const char *text, size_t left)
{
    glyph g = {.used = 1, .columns = 1};
    unsigned char c = (unsigned char)text[0];
    if (c == '\t') {
        memset(g.bytes, ' ', TAB);
        g.columns = TAB;
        return g;
    }
    size_t size = 1;
    while (size < WIDEST && size < left && !plim_utf8_valid(text, size))
        size++;
    if (c < 0x20 || c == 0x7f || !plim_utf8_valid(text, size)) {
        g.bytes[0] = '?';
        return g;
    }
    memcpy(g.bytes, text, size);
    g.used = size;
    g.columns = is_wide(code_point(text, size)) ? 2 : 1;
    return g;
}

/* Start and end of a line (from 1), its end left out. Ends are \n, \r\n and a lone \r. */
static bool find_line(const char *text, size_t length, int line, size_t *start, size_t *end)
{
    size_t at = 0;
    for (int i = 1; i < line; i++) {
        while (at < length && text[at] != '\n' && text[at] != '\r')
            at++;
        if (at >= length)
            return false;
        at += text[at] == '\r' && at + 1 < length && text[at + 1] == '\n' ? 2 : 1;
    }
    *start = at;
    while (at < length && text[at] != '\n' && text[at] != '\r')
        at++;
    *end = at;
    return true;
}

/* Column of byte `at`, from 0. */
static int column_of(const char *text, size_t start, size_t at, size_t end)
{
    int column = 0;
    for (size_t i = start; i < at;) {
        glyph g = next_glyph(text + i, end - i);
        column += g.columns;
        i += g.used;
    }
    return column;
}

static void repeat(plim_text *out, const char *piece, int n)
{
    for (int i = 0; i < n; i++)
        plim_text_add(out, piece);
}

/* The line from column `skipped` on; returns at which column it begins. */
static int add_line(plim_text *out, const char *text, size_t length, int skipped)
{
    int column = 0, first = -1;
    for (size_t i = 0; i < length;) {
        glyph g = next_glyph(text + i, length - i);
        if (column >= skipped) {
            first = first < 0 ? column : first;
            if (column + g.columns > first + SHOWN_COLUMNS) {
                plim_text_add(out, " ...");
                break;
            }
            plim_text_add(out, g.bytes);
        }
        column += g.columns;
        i += g.used;
    }
    return first < 0 ? 0 : first;
}

void plim_excerpt_add(plim_text *out, const char *text, size_t length, plim_place place)
{
    size_t start = 0, end = 0;
    char number[16];
    if (place.line < 1 || !find_line(text, length, place.line, &start, &end))
        return;
    if (start == end && place.length == 0)
        return; /* an empty line says nothing */
    bool marked = place.length > 0 && place.at >= start && place.at <= end;
    int from = marked ? column_of(text, start, place.at, end) : 0;
    size_t last = place.at + place.length < end ? place.at + place.length : end;
    int to = marked ? column_of(text, start, last, end) : 0;
    int skipped =
        column_of(text, start, end, end) > SHOWN_COLUMNS && from > BEFORE ? from - BEFORE : 0;
    int digits = snprintf(number, sizeof number, "%d", place.line);
    plim_text_format(out, "\n    %s | %s", number, skipped ? "... " : "");
    int first = add_line(out, text + start, end - start, skipped);
    if (!marked)
        return;
    plim_text_add(out, "\n    ");
    repeat(out, " ", digits);
    plim_text_add(out, skipped ? " |     " : " | ");
    repeat(out, " ", from - first);
    int carets = to - from < SHOWN_COLUMNS ? to - from : SHOWN_COLUMNS;
    repeat(out, "^", carets > 1 ? carets : 1);
}
