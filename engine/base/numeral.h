/* Numbers and dates as text, and back; independent of the locale. */
#ifndef PLIM_BASE_NUMERAL_H
#define PLIM_BASE_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shortest decimal that reads back to the same double ("0.1", "1e-05"); NaN gives "". `out` holds
   at least 32 bytes. */
void plim_format_shortest(double value, char *out, size_t size);

/* With a fixed number of decimals ("-1234.50"; never "-0.00"); sizes of 1e18 and above in shortest
   form; NaN gives "". `out` holds at least 32 bytes. */
void plim_format_fixed(double value, int decimals, char *out, size_t size);

/* A decimal text with its whole part in groups of three: "-1234567.50" is "-1,234,567.50". Cut
   where `out` is too small. */
void plim_group_digits(const char *number, char *out, size_t size);

/* Strict numbers: the whole text must be used; no locale, no hex, no
   infinity, no blanks; false when it is not one (or too large). */
bool plim_parse_double(const char *text, double *out);
bool plim_parse_int64(const char *text, int64_t *out);

/* ISO dates (YYYY-MM-DD, years 0001 to 9999), proleptic Gregorian, as days since 1970-01-01. A
   date out of these years is formatted as "". */
bool plim_parse_date(const char *text, int64_t *days);
void plim_format_date(int64_t days, char out[16]);
/* `days` moved by whole months; a day that the month lacks becomes its last day. */
int64_t plim_date_add_months(int64_t days, int months);

#endif
