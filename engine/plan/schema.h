/* The schema that scripts are traced against: the documented columns of borrowers and loans, and
 * those that a book has beyond them. */
#ifndef PLIM_PLAN_SCHEMA_H
#define PLIM_PLAN_SCHEMA_H

#include "book/book.h"
#include "script/script.h"

/* `book` may be NULL. A column of the book keeps its own `unit`; a known one without has the
   documented unit; an unknown one is a ratio. Names are borrowed from book and schema tables. Free
   with plim_schema_free. */
PLIM_NODISCARD plim_status plim_schema_make(plim_schema *out, const plim_book *book,
                                            plim_error *err);
void plim_schema_free(plim_schema *schema);

#endif
