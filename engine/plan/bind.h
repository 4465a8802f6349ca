/* Binds the leaves of a graph to a book: where the values of columns, tests on texts, drivers and
 * baseline PDs come from. */
#ifndef PLIM_PLAN_BIND_H
#define PLIM_PLAN_BIND_H

#include "base/text.h"
#include "book/book.h"
#include "scenario/program.h"

/* A leaf, bound. Exactly one of `number`, `code` is set for a column that the book has; neither for
   a constant (`value`), for a baseline PD, and for a column that the book lacks
   (`value`: what a missing value gives).
 */
typedef struct plim_bound {
    const double *number; /* a number column, in the book's unit; borrowed */
    double value;         /* constants and drivers; factor to base units of a number column */
    const uint32_t *code; /* a text column: index into by_label; borrowed */
    double *by_label;     /* owned: the value for each label */
    bool absent;          /* the book lacks the column */
} plim_bound;

/* Binds one leaf (a node without operands). A column that the book lacks is no error
   (`absent`): it is missing in every row, as if it were there and empty. PLIM_INPUT if the column
   holds numbers where texts are asked for, or the reverse. */
PLIM_NODISCARD plim_status plim_bind_leaf(plim_bound *out, const plim_book *book,
                                          const plim_program *program, plim_node node,
                                          plim_error *err);
void plim_bound_free(plim_bound *bound);

/* "file.lua:12: " for a node whose place is known, else "". Returns `out`. */
const char *plim_bind_place(const plim_graph *graph, plim_node node, char *out, size_t size);
/* Adds that line of the script with a caret, if the place and the text are known. */
void plim_bind_excerpt(const plim_program *program, plim_node node, plim_text *out);

#endif
