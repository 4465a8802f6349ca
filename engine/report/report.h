/* Result tables for people and programs: text, CSV, JSON. From results only; computes nothing but
 * the scale of amounts on screen. Headers of the text form exist in English and Chinese. */
#ifndef PLIM_REPORT_REPORT_H
#define PLIM_REPORT_REPORT_H

#include "base/table.h"
#include "base/text.h"
#include "report/warning_digest.h"
#include "store/store.h"

typedef enum plim_format {
    PLIM_FORMAT_TEXT,
    PLIM_FORMAT_CSV,
    PLIM_FORMAT_JSON,
    PLIM_FORMAT_JSONL, /* an object a line */
    PLIM_FORMAT_XLSX,  /* not of plim_report_table: report/workbook.h */
} plim_format;
typedef enum plim_lang { PLIM_LANG_EN, PLIM_LANG_ZH } plim_lang;

/* Appends the table. CSV and JSON as docs/formats.md says. Text: aligned columns, amounts scaled to
   万元 or 亿元 (or the currency's 10^4, 10^8) as the heading says, long tables cut to `max_rows`
   with a line that says how many were left out (0: no limit). */
PLIM_NODISCARD plim_status plim_report_table(plim_text *out, const plim_table *table,
                                             plim_format format, plim_lang lang,
                                             const char *currency, size_t max_rows,
                                             plim_error *err);
/* `show RESULT`: the tables of a result, a line each, with their number of rows (in the order of
   plim_table_specs). */
PLIM_NODISCARD plim_status plim_report_contents(plim_text *out, const size_t *n_rows,
                                                plim_lang lang, plim_error *err);
/* What a run prints at its end: summary with errors, sectors that lose most, grades, warnings,
   analytic check, ledger line. `result` needs the tables plim_report_digest_tables; `warnings` has
   taken in the rows of table `warnings`. */
PLIM_NODISCARD plim_status plim_report_digest(plim_text *out, const plim_result *result,
                                              const plim_warning_digest *warnings, plim_lang lang,
                                              plim_error *err);
/* Beneath the table of warnings: what is proposed to be done about levels and subjects that occur
   in its first `max_rows` rows (0: all), and what the codes of its reasons say. */
PLIM_NODISCARD plim_status plim_report_advice(plim_text *out, const plim_result *result,
                                              plim_lang lang, size_t max_rows, plim_error *err);
/* The tables that the digest reads, ended by NULL. */
extern const char *const plim_report_digest_tables[];
/* A phrase of the screen language by its key (words.def); the key itself if there is none. A phrase
   with conversions is a printf format that takes the same arguments in every language. */
const char *plim_report_word(const char *key, plim_lang lang) __attribute__((format_arg(1)));

#endif
