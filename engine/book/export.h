/* A loan book as clean CSV files (docs/formats.md, "Clean CSV"), from which book/import.h makes it
 * again. */
#ifndef PLIM_BOOK_EXPORT_H
#define PLIM_BOOK_EXPORT_H

#include "base/source.h"
#include "base/text.h"

/* Appends a table of a source, header and rows as in the file; nothing where the book lacks it.
   References by row become ids. Numbers in the shortest form that reads back to the same bits,
   missing cells empty. The header of a column that the schema does not know says its kind and unit
   where its cells would not: `code:text`, `output:number:t`. PLIM_INPUT as the source's. */
PLIM_NODISCARD plim_status plim_book_export(plim_text *out, const plim_source *source,
                                            const char *table, plim_error *err);

#endif
