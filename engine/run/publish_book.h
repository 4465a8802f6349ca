/* The last step of an import: a book is checked as `run` would, and only then has its name. */
#ifndef PLIM_RUN_PUBLISH_BOOK_H
#define PLIM_RUN_PUBLISH_BOOK_H

#include "book/tables.h"

/* Rows of loans and borrowers up to which tables are checked in memory; above, they are written
   first, under another name in the same folder, and checked slab by slab from the file. */
#define PLIM_PUBLISH_IN_MEMORY 2000000

/* Checks the tables, that they tie too, and writes them to `path`, whole or not at all. Tables
   above `in_memory` rows are emptied. PLIM_INPUT or PLIM_MACHINE; nothing is left behind then. */
PLIM_NODISCARD plim_status plim_publish_book(plim_book_tables_data *tables, const char *path,
                                             size_t in_memory, plim_error *err);

#endif
