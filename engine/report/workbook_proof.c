#include "report/workbook_proof.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* ---- XML ---- */

/* An XML text that is read byte by byte. The library escapes < and > wherever they are not marks.
 */
typedef struct xml {
    enum { OUTSIDE, IN_NAME, IN_TAG } where;
    char name[8], last;
    size_t n_name, depth, elements;
    bool closes, broken;
    plim_sheet_count count;
} xml;

static bool is_called(const xml *x, const char *name)
{
    return x->n_name == strlen(name) && memcmp(x->name, name, x->n_name) == 0;
}

static void end_of_tag(xml *x)
{
    if (x->n_name > 0 && x->name[0] == '?') /* the line that says that this is XML */
        return;
    if (x->closes) {
        x->broken = x->broken || x->depth == 0;
        x->depth--;
        return;
    }
    x->elements++;
    x->count.rows += is_called(x, "row");
    x->count.cells += is_called(x, "c");
    if (x->last != '/')
        x->depth++;
}

static void read_byte(xml *x, char c)
{
    if (x->where == OUTSIDE) {
        if (c == '<') {
            x->where = IN_NAME;
            x->n_name = 0;
            x->closes = false;
        }
    } else {
        bool ends_name = c == ' ' || c == '\n' || c == '>' || (c == '/' && x->n_name > 0);
        if (x->where == IN_NAME && c == '/' && x->n_name == 0)
            x->closes = true;
        else if (x->where == IN_NAME && !ends_name && x->n_name < sizeof x->name)
            x->name[x->n_name++] = c;
        else if (x->where == IN_NAME)
            x->where = IN_TAG; /* names longer than ours are none of ours */
        if (c == '>') {
            end_of_tag(x);
            x->where = OUTSIDE;
        }
    }
    x->last = c;
}

static bool is_document(const xml *x)
{
    return x->where == OUTSIDE && x->depth == 0 && x->elements > 0 && !x->broken;
}

/* ---- the archive ---- */

enum {
    LOCAL_HEAD = 30, /* bytes of each kind of record before its name */
    ENTRY_HEAD = 46,
    END_HEAD = 22,
    PIECE = 1 << 16,
    NAME_MAX_LENGTH = 64,
};

static uint32_t number(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

/* A part of the archive, as its directory says. */
typedef struct part {
    char name[NAME_MAX_LENGTH];
    const unsigned char *data;
    uint32_t packed, size, check;
} part;

/* Unpacks a part and reads it; false where it is not what the directory says. */
static bool read_part(const part *p, xml *x)
{
    unsigned char piece[PIECE];
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)p->data, .avail_in = p->packed};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    uLong check = crc32(0, NULL, 0);
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = piece;
        stream.avail_out = PIECE;
        state = inflate(&stream, Z_NO_FLUSH);
        size_t got = PIECE - stream.avail_out;
        check = crc32(check, piece, (uInt)got);
        for (size_t i = 0; i < got; i++)
            read_byte(x, (char)piece[i]);
    }
    bool same = state == Z_STREAM_END && stream.total_out == p->size && check == p->check;
    (void)inflateEnd(&stream);
    return same;
}

/* The entry of the directory at `*at`, which then stands behind it; false where there is none. */
static bool next_part(const unsigned char *zip, size_t length, size_t *at, part *p)
{
    if (length - *at < ENTRY_HEAD || number(zip + *at, 4) != 0x02014b50)
        return false;
    const unsigned char *entry = zip + *at;
    size_t name = number(entry + 28, 2);
    size_t rest = name + number(entry + 30, 2) + number(entry + 32, 2);
    size_t local = number(entry + 42, 4);
    *p = (part){.check = number(entry + 16, 4),
                .packed = number(entry + 20, 4),
                .size = number(entry + 24, 4)};
    if (length - *at - ENTRY_HEAD < rest || local > length || length - local < LOCAL_HEAD)
        return false;
    (void)snprintf(p->name, sizeof p->name, "%.*s", (int)name, (const char *)entry + ENTRY_HEAD);
    size_t data = local + LOCAL_HEAD + number(zip + local + 26, 2) + number(zip + local + 28, 2);
    if (data > length || length - data < p->packed)
        return false;
    p->data = zip + data;
    *at += ENTRY_HEAD + rest;
    return true;
}

bool plim_workbook_whole(const unsigned char *zip, size_t length, const plim_sheet_count *sheets,
                         size_t n_sheets)
{
    if (length < END_HEAD || number(zip + length - END_HEAD, 4) != 0x06054b50)
        return false;
    const unsigned char *end = zip + length - END_HEAD;
    size_t n_parts = number(end + 10, 2), at = number(end + 16, 4), n_seen = 0;
    for (size_t i = 0; i < n_parts; i++) {
        part p;
        xml x = {.where = OUTSIDE};
        if (at > length || !next_part(zip, length, &at, &p) || !read_part(&p, &x) ||
            !is_document(&x))
            return false;
        size_t sheet = 0;
        if (sscanf(p.name, "xl/worksheets/sheet%zu.xml", &sheet) != 1)
            continue;
        if (sheet == 0 || sheet > n_sheets || x.count.rows != sheets[sheet - 1].rows ||
            x.count.cells != sheets[sheet - 1].cells)
            return false;
        n_seen++;
    }
    return n_seen == n_sheets;
}
