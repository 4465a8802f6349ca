/* How numbers look on the screen: one scale of amounts for a table, errors beside their values. */
#ifndef PLIM_REPORT_SCREEN_H
#define PLIM_REPORT_SCREEN_H

#include "report/report.h"

/* The scale of amounts, chosen by the largest one that is shown. */
typedef struct plim_scale {
    double factor; /* 1, 1e4 or 1e8 currency units */
    char unit[64]; /* "100 million CNY", "亿元" */
} plim_scale;

plim_scale plim_scale_for(double largest, const char *currency, plim_lang lang);

/* "12.34 ± 0.05" into `out`: at least two decimals, and two significant digits of the error.
   Without an error (NaN) two decimals, or four significant digits below 1. "" when the value is
   NaN. */
void plim_screen_value(double value, double error, double factor, char *out, size_t size);

/* Is a column or measure shown in per cent? */
bool plim_screen_is_rate(const char *key);

/* Largest amount of the table in size, in currency units; 0 without any. */
double plim_table_largest_amount(const plim_table *table);
/* The text form of a table. */
PLIM_NODISCARD plim_status plim_screen_table(plim_text *out, const plim_table *table,
                                             plim_lang lang, const char *currency, size_t max_rows,
                                             plim_error *err);

#endif
