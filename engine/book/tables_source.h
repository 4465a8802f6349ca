/* Tables in memory as a source, so that what a generator or an import made is checked like a file.
 */
#ifndef PLIM_BOOK_TABLES_SOURCE_H
#define PLIM_BOOK_TABLES_SOURCE_H

#include "base/source.h"
#include "book/tables.h"

/* `tables` and `path` are borrowed and must outlive the source. read_table gives copies. sha256
   stays empty. Release with out->close(out). */
PLIM_NODISCARD plim_status plim_tables_source(plim_source *out, plim_book_tables_data *tables,
                                              const char *path, plim_error *err);

#endif
