#include "base/numeral.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf and strtod follow the locale of the thread; a host program may have set one. The C locale
   object is a constant of the C library: making it allocates nothing and cannot fail. */
static locale_t enter_c_locale(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return c != (locale_t)0 ? uselocale(c) : (locale_t)0;
}

static void leave_c_locale(locale_t before)
{
    if (before != (locale_t)0)
        (void)uselocale(before);
}

void plim_format_shortest(double value, char *out, size_t size)
{
    if (isnan(value)) {
        (void)snprintf(out, size, "%s", "");
        return;
    }
    locale_t before = enter_c_locale();
    /* 15 digits always survive, so fewer than 15 appear by themselves; subnormals hold less. */
    int digits = fabs(value) < DBL_MIN ? 1 : 15;
    do {
        (void)snprintf(out, size, "%.*g", digits, value);
    } while (digits++ < 17 && strtod(out, NULL) != value);
    leave_c_locale(before);
}

void plim_format_fixed(double value, int decimals, char *out, size_t size)
{
    if (isnan(value)) {
        (void)snprintf(out, size, "%s", "");
        return;
    }
    if (fabs(value) >= 1e18) {
        plim_format_shortest(value, out, size);
        return;
    }
    locale_t before = enter_c_locale();
    (void)snprintf(out, size, "%.*f", decimals, value);
    leave_c_locale(before);
    if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1))
        memmove(out, out + 1, strlen(out));
}

static const char *skip_digits(const char *at)
{
    return at + strspn(at, "0123456789");
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or after the point. */
static bool is_decimal(const char *at)
{
    if (*at == '+' || *at == '-')
        at++;
    const char *start = at;
    at = skip_digits(at);
    size_t digits = (size_t)(at - start);
    if (*at == '.') {
        start = ++at;
        at = skip_digits(at);
        digits += (size_t)(at - start);
    }
    if (digits == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-')
            at++;
        if (*at < '0' || *at > '9')
            return false;
        at = skip_digits(at);
    }
    return *at == '\0';
}

bool plim_parse_double(const char *text, double *out)
{
    if (!is_decimal(text))
        return false;
    locale_t before = enter_c_locale();
    double value = strtod(text, NULL);
    leave_c_locale(before);
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}

bool plim_parse_int64(const char *text, int64_t *out)
{
    const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
    if (*digits == '\0' || *skip_digits(digits) != '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno != 0)
        return false;
    *out = value;
    return true;
}

/* ---- dates ------------------------------------------------------------------------------ */

enum { DAYS_IN_400_YEARS = 146097, DAYS_TO_1970 = 719468 }; /* from 0000-03-01 */

typedef struct date {
    int64_t year;
    int month, day;
} date;

/* Days since 1970-01-01, counting years from March so that the leap day comes last (H. Hinnant,
   "chrono-Compatible Low-Level Date Algorithms"). */
static int64_t days_of(date d)
{
    int64_t year = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * DAYS_IN_400_YEARS + day - DAYS_TO_1970;
}

static date date_of(int64_t days)
{
    days += DAYS_TO_1970;
    int64_t era = (days >= 0 ? days : days - (DAYS_IN_400_YEARS - 1)) / DAYS_IN_400_YEARS;
    int64_t day = days - era * DAYS_IN_400_YEARS;
    int64_t of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    int64_t month = (5 * of_year + 2) / 153;
    date out = {.year = of_era + era * 400,
                .month = (int)(month < 10 ? month + 3 : month - 9),
                .day = (int)(of_year - (153 * month + 2) / 5 + 1)};
    if (out.month <= 2)
        out.year++;
    return out;
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool plim_parse_date(const char *text, int64_t *days)
{
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || skip_digits(text) != text + 4 ||
        skip_digits(text + 5) != text + 7 || skip_digits(text + 8) != text + 10)
        return false;
    date d = {.year = strtol(text, NULL, 10),
              .month = (int)strtol(text + 5, NULL, 10),
              .day = (int)strtol(text + 8, NULL, 10)};
    if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > days_in_month(d.year, d.month))
        return false;
    *days = days_of(d);
    return true;
}

void plim_format_date(int64_t days, char out[16])
{
    date d = date_of(days);
    if (d.year < 1 || d.year > 9999)
        out[0] = '\0';
    else
        (void)snprintf(out, 16, "%04u-%02u-%02u", (unsigned)d.year % 10000U,
                       (unsigned)d.month % 100U, (unsigned)d.day % 100U);
}

int64_t plim_date_add_months(int64_t days, int months)
{
    date d = date_of(days);
    int64_t month = d.year * 12 + (d.month - 1) + months;
    int64_t year = (month >= 0 ? month : month - 11) / 12;
    d.year = year;
    d.month = (int)(month - year * 12) + 1;
    int last = days_in_month(d.year, d.month);
    d.day = d.day < last ? d.day : last;
    return days_of(d);
}

void plim_group_digits(const char *number, char *out, size_t size)
{
    size_t at = 0, whole = 0;
    if (*number == '-' && size > 1)
        out[at++] = *number++;
    while (number[whole] >= '0' && number[whole] <= '9')
        whole++;
    for (size_t i = 0; number[i] != '\0' && at + 2 < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = number[i];
    }
    out[at] = '\0';
}
