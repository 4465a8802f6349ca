#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void plim_text_add_bytes(plim_text *text, const char *bytes, size_t length)
{
    if (text->failed)
        return;
    void *data = text->data;
    if (length >= SIZE_MAX - text->length ||
        plim_grow(&data, &text->capacity, text->length + length + 1, 1) != 0) {
        text->failed = true;
        return;
    }
    text->data = data;
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void plim_text_add(plim_text *text, const char *piece)
{
    plim_text_add_bytes(text, piece, strlen(piece));
}

/* Formats straight into the room left; only if that is too small, grows and formats again. */
void plim_text_format(plim_text *text, const char *format, ...)
{
    if (text->failed)
        return;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = text->capacity - text->length;
    int length = vsnprintf(room > 0 ? text->data + text->length : NULL, room, format, args);
    va_end(args);

    void *data = text->data;
    if (length < 0 ||
        plim_grow(&data, &text->capacity, text->length + (size_t)length + 1, 1) != 0) {
        text->failed = true;
        if (text->data != NULL)
            text->data[text->length] = '\0';
    } else {
        text->data = data;
        if ((size_t)length >= room)
            (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

const char *plim_text_get(const plim_text *text)
{
    return text->data != NULL ? text->data : "";
}

void plim_text_free(plim_text *text)
{
    plim_free(text->data);
    *text = (plim_text){0};
}

/* ---- UTF-8 ------------------------------------------------------------------------------ */

/* Length in bytes of the character that `lead` begins; 0 if none does. */
static size_t utf8_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

/* Decodes one character of at most `left` bytes; returns its length, or 0 if it is not valid:
   cut short, overlong, a surrogate or beyond U+10FFFF. */
static size_t utf8_decode(const char *bytes, size_t left, uint32_t *character)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t length = utf8_length(at[0]);
    if (length == 0 || length > left)
        return 0;
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0U) != 0x80U)
            return 0;
        value = value << 6 | (at[i] & 0x3FU);
    }
    bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 0;
    *character = value;
    return length;
}

bool plim_utf8_valid(const char *bytes, size_t length)
{
    uint32_t character;
    for (size_t at = 0; at < length;) {
        size_t step = utf8_decode(bytes + at, length - at, &character);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

size_t plim_utf8_cut(const char *bytes, size_t limit)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t lead = limit;
    for (int back = 0; back < 4 && lead > 0; back++) {
        lead--;
        if ((at[lead] & 0xC0U) != 0x80U)
            return lead + utf8_length(at[lead]) > limit ? lead : limit;
    }
    return limit;
}

/* ---- nearest name ----------------------------------------------------------------------- */

enum { NEAREST_MAX = 64 }; /* characters; longer names are not compared */

/* Characters in lower case (ASCII); 0 if there are none or too many, or the text is not UTF-8. */
static size_t fold(const char *text, uint32_t out[NEAREST_MAX])
{
    size_t left = strlen(text), count = 0;
    while (left > 0) {
        uint32_t character;
        size_t step = utf8_decode(text, left, &character);
        if (step == 0 || count == NEAREST_MAX)
            return 0;
        out[count++] = character >= 'A' && character <= 'Z' ? character + 32 : character;
        text += step;
        left -= step;
    }
    return count;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Insertions, deletions, substitutions and swaps of neighbours, one each. */
static size_t distance(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= n_b; j++)
        last[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[n_b];
}

const char *plim_nearest(const char *name, const char *const *candidates, size_t count)
{
    uint32_t wanted[NEAREST_MAX], other[NEAREST_MAX];
    size_t n_wanted = fold(name, wanted);
    if (n_wanted == 0)
        return NULL;
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t n_other = fold(candidates[i], other);
        size_t limit = (n_wanted > n_other ? n_wanted : n_other) / 3;
        if (n_other == 0)
            continue;
        size_t steps = distance(wanted, n_wanted, other, n_other);
        if (steps <= limit && steps < least) {
            least = steps;
            nearest = candidates[i];
        }
    }
    return nearest;
}

const char *plim_nearest_hint(const char *name, const char *const *candidates, size_t count,
                              char *out, size_t size)
{
    const char *near = plim_nearest(name, candidates, count);
    int length = near != NULL ? snprintf(out, size, "; did you mean `%s`?", near) : 0;
    if (length <= 0 || (size_t)length >= size)
        out[0] = '\0';
    return out;
}

const char *plim_choice_hint(const char *name, const char *const *candidates, size_t count,
                             const char *intro, char *out, size_t size)
{
    static const char more[] = ", ...";
    if (plim_nearest_hint(name, candidates, count, out, size)[0] != '\0')
        return out;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const char *before = i > 0 ? ", " : intro;
        size_t needed = strlen(before) + strlen(candidates[i]);
        if (used + needed + sizeof more > size) {
            if (used > 0)
                memcpy(out + used, more, sizeof more);
            break;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", before, candidates[i]);
    }
    return out;
}
