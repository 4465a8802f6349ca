/* CSV files -> a loan book file. */
#ifndef PLIM_RUN_IMPORT_H
#define PLIM_RUN_IMPORT_H

#include "base/source.h"
#include "book/tables.h"

/* Reads all tables of the source, checked as `run` would check them: what this accepts can be run.
   The ledger must tie. Nothing is guessed and nothing is filled. */
PLIM_NODISCARD plim_status plim_import(plim_book_tables_data *out, plim_source *source,
                                       plim_error *err);

#endif
