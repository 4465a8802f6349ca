/* The parts of a self-check. Private to run/. */
#ifndef PLIM_RUN_SELFCHECK_PARTS_H
#define PLIM_RUN_SELFCHECK_PARTS_H

#include "run/selfcheck.h"
#include "simulate/simulator.h"

/* Counts a check and hands its line on. */
void plim_selfcheck_say(plim_selfcheck *check, const plim_selfcheck_line *line);
/* A status that a check met: a failure for the machine's sake is the caller's; a PLIM_BUG is the
   outcome of the check, which `line` then tells. */
PLIM_NODISCARD plim_status plim_selfcheck_outcome(plim_selfcheck *check, plim_selfcheck_line *line,
                                                  plim_status status, plim_error *err);

/* ---- what needs no book ---- */

PLIM_NODISCARD plim_status plim_selfcheck_known(plim_selfcheck *check, plim_error *err);
PLIM_NODISCARD plim_status plim_selfcheck_arithmetic(plim_selfcheck *check, plim_error *err);

/* ---- books ---- */

/* A book, what is said about it, and the plan of its baseline. Zero-initialise. */
typedef struct plim_selfcheck_case {
    plim_book book;
    plim_program program; /* of books made here */
    plim_plan plan;
} plim_selfcheck_case;

/* Of both: a book of ours that is refused is a PLIM_BUG. */
/* n loans of 1 to a borrower each, PD 2 %, LGD 1, asset correlation 0.15, one year. */
PLIM_NODISCARD plim_status plim_selfcheck_equal_loans(plim_selfcheck_case *out, uint32_t n,
                                                      plim_error *err);
/* Borrowers of many PDs and loadings, two factors, three years, loans at three banks; in reverse
   order of rows if asked for. */
PLIM_NODISCARD plim_status plim_selfcheck_mixed_loans(plim_selfcheck_case *out, bool reversed,
                                                      plim_error *err);
void plim_selfcheck_case_free(plim_selfcheck_case *c);
/* The first n borrowers with their loans, or the same in reverse order of borrowers: the views and
   columns that a plan and a simulation read. `out` is the caller's: plim_book_free. */
PLIM_NODISCARD plim_status plim_selfcheck_slice(plim_book *out, const plim_book *from, uint32_t n,
                                                bool reversed, plim_error *err);

/* ---- simulations ---- */

/* 100 equal loans against the exact distribution; 20,000 against that of Vasicek. */
PLIM_NODISCARD plim_status plim_selfcheck_closed_forms(plim_selfcheck *check, plim_error *err);

/* What the invariance checks of a book are called: "tiles, your book". */
typedef struct plim_selfcheck_names {
    const char *reference, *isa, *threads, *tiles, *order;
} plim_selfcheck_names;

/* `reversed` holds the same borrowers in reverse order. */
PLIM_NODISCARD plim_status plim_selfcheck_invariance(plim_selfcheck *check,
                                                     const plim_selfcheck_names *names,
                                                     const plim_plan *plan,
                                                     const plim_plan *reversed, plim_error *err);
/* The first of the tallies that differs in any bit, by its name; NULL: none does. */
const char *plim_selfcheck_difference(const plim_tallies *a, const plim_tallies *b,
                                      uint32_t n_borrowers);

#endif
