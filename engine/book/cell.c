#include "book/cell.h"

#include "base/numeral.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = PLIM_CELL_LONGEST };

/* ---- what is around a value ---- */

static const char *const blanks[] = {" ",
                                     "\t",
                                     "\r",
                                     "\n",
                                     "\xC2\xA0",      /* no-break */
                                     "\xE3\x80\x80",  /* full-width */
                                     "\xE2\x80\x8B",  /* of no width */
                                     "\xEF\xBB\xBF"}; /* byte-order mark within */

/* Bytes of the blank that the text begins with. */
static size_t blank_first(const char *text)
{
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        if (strncmp(text, blanks[i], strlen(blanks[i])) == 0)
            return strlen(blanks[i]);
    return 0;
}

static size_t blank_last(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t n = strlen(blanks[i]);
        if (length >= n && memcmp(text + length - n, blanks[i], n) == 0)
            return n;
    }
    return 0;
}

static char *trim(char *text)
{
    size_t n;
    while (*text != '\0' && (n = blank_first(text)) > 0)
        text += n;
    size_t length = strlen(text);
    while (length > 0 && (n = blank_last(text, length)) > 0)
        length -= n;
    text[length] = '\0';
    return text;
}

char *plim_cell_clean(char *text)
{
    text = trim(text);
    size_t length = strlen(text);
    if (length >= 3 && text[0] == '=' && text[1] == '"' && text[length - 1] == '"') {
        text[length - 1] = '\0';
        return trim(text + 2);
    }
    return *text == '\'' ? trim(text + 1) : text;
}

bool plim_cell_is_empty(const char *text)
{
    static const char *const nothing[] = {"",     "-",   "--",     "---",  "—",   "——",
                                          "－",   "N/A", "NA",     "#N/A", "NaN", "NULL",
                                          "none", "\\N", "(null)", "空",   "/"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (strcasecmp(text, nothing[i]) == 0)
            return true;
    return false;
}

/* Full-width characters are U+FF01 to U+FF5E. */
bool plim_cell_narrow(const char *text, char out[PLIM_CELL_LONGEST])
{
    size_t n = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        unsigned char c = *at;
        if (n + 1 >= LONGEST)
            return false;
        if (c == 0xEF && at[1] != '\0' && at[2] != '\0') {
            unsigned code = (unsigned)(at[1] & 0x3F) << 6 | (unsigned)(at[2] & 0x3F);
            /* U+FF01 has the low bits 0xF01 */
            if (code >= 0xF01 && code <= 0xF5E) {
                c = (unsigned char)(code - 0xF01 + '!');
                at += 2;
            }
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return true;
}

/* ---- numbers ---- */

/* Takes `end` off the end of the text. */
static bool take_end(char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    if (length < n || strcmp(text + length - n, end) != 0)
        return false;
    text[length - n] = '\0';
    return true;
}

static char *skip_currency(char *text)
{
    static const char *const signs[] = {"¥", "￥", "$", "€", "CNY", "RMB", "USD", "EUR"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return trim(text + strlen(signs[i]));
    return text;
}

/* Takes thousands separators out and puts a point for the decimal mark; false where groups are not
   of three digits. */
static bool plain_digits(char *text, char decimal)
{
    char separator = decimal == ',' ? '.' : ',', *to = text;
    int group = -1; /* digits since the last separator; -1: there was none yet */
    int first = 0;  /* digits before the first one */
    bool whole = true;
    for (const char *at = text; *at != '\0'; at++) {
        if (whole && *at == separator) {
            if (group == -1 ? first == 0 || first > 3 : group != 3)
                return false;
            group = 0;
            continue;
        }
        if (isdigit((unsigned char)*at) && whole) {
            first += group == -1;
            group += group >= 0;
        } else {
            if (whole && group >= 0 && group != 3)
                return false;
            whole = false;
        }
        *to++ = *at == decimal ? '.' : *at;
    }
    *to = '\0';
    return !(whole && group >= 0 && group != 3);
}

/* The number of plain digits, shifted: as a decimal is read, so that 1.1 (10,000) is 11000. */
static bool read_shifted(const char *digits, int shift, double *out)
{
    char text[LONGEST + 16];
    if (strpbrk(digits, "eE") != NULL && shift != 0)
        return false;
    (void)snprintf(text, sizeof text, shift != 0 ? "%se%d" : "%s", digits, shift);
    return plim_parse_double(text, out) && isfinite(*out);
}

bool plim_cell_number(const char *text, const plim_cell_form *form, double *out)
{
    char narrowed[LONGEST], *at = narrowed;
    int shift = form->shift;
    double sign = 1;
    if (form->decimal == '.' && shift == 0 && plim_parse_double(text, out))
        return isfinite(*out) != 0; /* most cells */
    if (!plim_cell_narrow(text, narrowed))
        return false;
    if (*at == '(' && take_end(at, ")")) {
        sign = -1;
        at = trim(at + 1);
    }
    at = skip_currency(at);
    if (*at == '-' || *at == '+') {
        sign = *at == '-' ? -sign : sign;
        at = skip_currency(trim(at + 1));
    } else if (take_end(at, "-")) {
        sign = -sign;
    }
    if (take_end(at, "%"))
        shift = -2;
    else if (take_end(at, "‰"))
        shift = -3;
    at = trim(at);
    if (!(isdigit((unsigned char)*at) || *at == form->decimal) ||
        !plain_digits(at, form->decimal) || !read_shifted(at, shift, out))
        return false;
    *out *= sign;
    return true;
}

bool plim_cell_says_percent(const char *text)
{
    return strchr(text, '%') != NULL || strstr(text, "‰") != NULL || strstr(text, "％") != NULL;
}

/* ---- dates ---- */

enum { FIRST_YEAR = 1900, LAST_YEAR = 2200 };

static bool make_date(int year, int month, int day, char out[16])
{
    char text[32];
    int64_t days;
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    if (year < FIRST_YEAR || year > LAST_YEAR || !plim_parse_date(text, &days))
        return false;
    plim_format_date(days, out);
    return true;
}

/* Three numbers with any one of the common marks between them; false where there are others. */
static bool three_numbers(const char *text, int out[3], int width[3])
{
    static const char *const marks[] = {"-", "/", ".", "年", "月", "日", " "};
    for (int i = 0; i < 3; i++) {
        width[i] = out[i] = 0;
        for (; isdigit((unsigned char)*text) && width[i] < 5; text++, width[i]++)
            out[i] = out[i] * 10 + (*text - '0');
        if (width[i] == 0)
            return false;
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
            if (strncmp(text, marks[m], strlen(marks[m])) == 0) {
                text += strlen(marks[m]);
                break;
            }
    }
    return *text == '\0' || strchr(" T0123456789", *text) != NULL;
}

static bool from_day_number(const char *text, const char *origin, char out[16])
{
    int64_t first;
    double number;
    if (!plim_parse_date(origin, &first) || !plim_parse_double(text, &number) || number < -1e6 ||
        number > 1e6)
        return false;
    plim_format_date(first + (int64_t)floor(number), out);
    return *out != '\0' && make_date(atoi(out), 1, 1, (char[16]){0});
}

#define SINCE "days since "
/* Day 60 of Excel is a 29 February 1900 that never was: from 1 March 1900 on days count from 30
   December 1899. */
#define EXCEL_ORIGIN      "1899-12-30"
#define EXCEL_1904_ORIGIN "1904-01-01"

bool plim_cell_date_form(const char *form)
{
    int64_t days;
    static const char *const known[] = {"", "excel", "excel1904", "d/m/y", "m/d/y"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(form, known[i]) == 0)
            return true;
    return strncmp(form, SINCE, strlen(SINCE)) == 0 && plim_parse_date(form + strlen(SINCE), &days);
}

bool plim_cell_date(const char *text, const plim_cell_form *form, char out[16])
{
    char narrowed[LONGEST];
    int n[3], width[3];
    if (!plim_cell_narrow(text, narrowed))
        return false;
    if (strncmp(form->date, SINCE, strlen(SINCE)) == 0)
        return from_day_number(narrowed, form->date + strlen(SINCE), out);
    if (strcmp(form->date, "excel") == 0 && strspn(narrowed, "0123456789.") == strlen(narrowed))
        return from_day_number(narrowed, EXCEL_ORIGIN, out);
    if (strcmp(form->date, "excel1904") == 0)
        return from_day_number(narrowed, EXCEL_1904_ORIGIN, out);
    size_t digits = strspn(narrowed, "0123456789");
    if (digits == 8 && (narrowed[8] == '\0' || narrowed[8] == ' ')) {
        int compact = atoi(narrowed);
        return make_date(compact / 10000, compact / 100 % 100, compact % 100, out);
    }
    if (!three_numbers(narrowed, n, width))
        return false;
    if (strcmp(form->date, "d/m/y") == 0)
        return width[2] == 4 && make_date(n[2], n[1], n[0], out);
    if (strcmp(form->date, "m/d/y") == 0)
        return width[2] == 4 && make_date(n[2], n[0], n[1], out);
    return width[0] == 4 && make_date(n[0], n[1], n[2], out);
}

/* ---- ids ---- */

enum { CODE_LENGTH = 18 };

bool plim_cell_is_credit_code(const char *text)
{
    /* without I, O, S, V, Z */
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    int sum = 0, weight = 1;
    if (strlen(text) != CODE_LENGTH)
        return false;
    for (int i = 0; i < CODE_LENGTH; i++) {
        const char *found = strchr(alphabet, text[i]);
        if (found == NULL)
            return false;
        int value = (int)(found - alphabet);
        if (i == CODE_LENGTH - 1)
            return value == (31 - sum % 31) % 31;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    return false;
}

bool plim_cell_is_resident_number(const char *text)
{
    /* 2^(17 - i) modulo 11 */
    static const int weight[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    if (strlen(text) != CODE_LENGTH || strspn(text, "0123456789") < CODE_LENGTH - 1)
        return false;
    for (int i = 0; i < CODE_LENGTH - 1; i++)
        sum += (text[i] - '0') * weight[i];
    return toupper((unsigned char)text[CODE_LENGTH - 1]) == "10X98765432"[sum % 11];
}

bool plim_cell_is_damaged_id(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    const char *at = text + digits;
    if (digits != 1)
        return false;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    return (*at == 'E' || *at == 'e') && at[1] == '+' && isdigit((unsigned char)at[2]) &&
           strspn(at + 2, "0123456789") == strlen(at + 2);
}
