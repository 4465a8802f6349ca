/* What the columns of result tables mean: unit and formula, in English and Chinese
 * (dictionary.def). The English meaning is the `doc` of the column. */
#ifndef PLIM_REPORT_DICTIONARY_H
#define PLIM_REPORT_DICTIONARY_H

#include "report/report.h"

typedef struct plim_meaning {
    const char *table; /* "*": of every table that has the column and no entry of its own */
    const char *column;
    const char *unit; /* "CNY" stands for the currency of the book; "" where another column says */
    const char *formula, *formula_zh; /* how it is computed; "" where there is nothing to compute */
    const char *meaning_zh;
} plim_meaning;

/* The entry of a column, or NULL. */
const plim_meaning *plim_report_meaning(const char *table, const char *column);

/* Every column of every result table with meaning, unit and formula: a table with the columns
   table, column, meaning, unit, formula. To be released with plim_table_free. */
PLIM_NODISCARD plim_status plim_report_dictionary(plim_table *out, const char *currency,
                                                  plim_lang lang, plim_error *err);

#endif
