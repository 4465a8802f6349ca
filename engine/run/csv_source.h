/* A folder or list of CSV files, one a table of the loan book, as a source of tables. */
#ifndef PLIM_RUN_CSV_SOURCE_H
#define PLIM_RUN_CSV_SOURCE_H

#include "base/source.h"

/* `paths`: CSV files called after the tables (banks.csv, loans.csv, ...), or one folder that holds
   them. Known columns have their documented kind; an unknown column holds numbers when all its
   cells are numbers or empty, else text. A cell that is no number where one must be is PLIM_INPUT
   with file, line, column and value, up to 20 of them at once. `as_of` and `currency` become root
   attributes. The source owns copies of all it needs. */
PLIM_NODISCARD plim_status plim_csv_source_open(plim_source *out, const char *const *paths,
                                                size_t n_paths, const char *as_of,
                                                const char *currency, plim_error *err);

#endif
