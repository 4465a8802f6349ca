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

#endif
