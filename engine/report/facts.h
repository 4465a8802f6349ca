/* What `book describe` says of a book before it lists columns: banks, sections, means. */
#ifndef PLIM_REPORT_FACTS_H
#define PLIM_REPORT_FACTS_H

#include "book/describe.h"
#include "report/report.h"

/* Appends the facts as text tables, in the screen language. */
PLIM_NODISCARD plim_status plim_report_book_facts(plim_text *out, const plim_book_facts *facts,
                                                  plim_lang lang, plim_error *err);

#endif
