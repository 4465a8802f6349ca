/* Rows of a delimited text file of another program, read once from the beginning to the end in
 * little memory. Unlike base/csv.h, which holds our own files to RFC 4180, this takes what exports
 * are like: another encoding and separator, lines before the header, rows of unequal length, quotes
 * within cells (="9150..."). */
#ifndef PLIM_BASE_ROWS_H
#define PLIM_BASE_ROWS_H

#include "base/csv.h"
#include "base/decode.h"

typedef struct plim_dialect {
    plim_encoding encoding;
    char separator;     /* ',', '\t', ';', '|' */
    size_t header_line; /* line (from 1) in which the header begins; what is before it is skipped */
} plim_dialect;

/* Shows the header first and then each row that is not blank, with its line. Cells are without
   surrounding blanks and quotes. PLIM_INPUT: the decoder's; a quote that is never closed; no line
   at `header_line`. What the visitor returns unless PLIM_OK ends the reading. */
PLIM_NODISCARD plim_status plim_rows_read(const char *path, const plim_dialect *dialect,
                                          const plim_csv_visitor *visitor, plim_error *err);

#endif
