/* Parts of plim_proxy_apply. Private to the room. */
#ifndef PLIM_BOOK_PROXY_PARTS_H
#define PLIM_BOOK_PROXY_PARTS_H

#include "base/money.h"
#include "book/proxy.h"

/* A book being filled: what the rules look at, row by row. References to nothing are PLIM_NO_NAME.
 */
typedef struct plim_proxy_work {
    plim_book_tables_data *tables; /* borrowed, like rules */
    const plim_proxy_rules *rules;
    size_t n_banks, n_borrowers, n_loans;
    uint32_t *loan_borrower, *loan_bank;
    uint32_t *first_loan, *loan_order; /* loans of b: loan_order[first_loan[b]] ... */
    int64_t *balance_fen, *exposure_fen;
    uint8_t *worst_class;             /* of a borrower's loans; 0: not known */
    double *most_overdue;             /* likewise, days; NaN: not known */
    uint8_t *defaulted;               /* has a loan of class 3 to 5 or over 90 days overdue */
    uint8_t *rule[PLIM_TARGET_COUNT]; /* plim_proxy_rule of each row; NULL: nothing to say */
} plim_proxy_work;

PLIM_NODISCARD plim_status plim_proxy_work_make(plim_proxy_work *work,
                                                plim_book_tables_data *tables,
                                                const plim_proxy_rules *rules, plim_error *err);
void plim_proxy_work_free(plim_proxy_work *work);

/* ---- the rules, one a file */
PLIM_NODISCARD plim_status plim_proxy_fill_pd(plim_proxy_work *work, plim_error *err);
PLIM_NODISCARD plim_status plim_proxy_fill_lgd(plim_proxy_work *work, plim_error *err);
PLIM_NODISCARD plim_status plim_proxy_fill_emissions(plim_proxy_work *work, plim_error *err);
PLIM_NODISCARD plim_status plim_proxy_fill_env_credit(plim_proxy_work *work, plim_error *err);

PLIM_NODISCARD plim_status plim_proxy_count_all(plim_proxy_counts *counts,
                                                const plim_proxy_work *work, plim_error *err);

/* ---- shared */

/* Row of `target` that each row of the reference column means. */
PLIM_NODISCARD plim_status plim_proxy_resolve(uint32_t *out, const plim_column *references,
                                              const plim_frame *target, plim_error *err);
/* NULL where absent or of another kind. */
const plim_column *plim_proxy_number(const plim_frame *frame, const char *name);
const plim_column *plim_proxy_text(const plim_frame *frame, const char *name);
/* Text of a row, "" without a column. */
const char *plim_proxy_text_at(const plim_column *column, size_t row);
/* Adds the column if it is absent; sets `out` to NULL if it is there in another kind. Invalidates
   pointers to columns of the frame. */
PLIM_NODISCARD plim_status plim_proxy_column(plim_column **out, plim_frame *frame, const char *name,
                                             plim_column_kind kind, plim_error *err);
/* Marks a row's source, unless it states one and `filled` is false. */
PLIM_NODISCARD plim_status plim_proxy_mark(plim_column *source, size_t row, plim_origin origin,
                                           bool filled, plim_error *err);
/* An input of a rule: NaN where the column is NULL or the cell empty. PLIM_INPUT if negative or
   infinite. */
PLIM_NODISCARD plim_status plim_proxy_input(double *out, const plim_frame *frame,
                                            const plim_column *column, size_t row, plim_error *err);
/* Of the book; CNY where it states none. */
const char *plim_proxy_currency(const plim_proxy_work *work);
/* PLIM_INPUT if the column states another unit than `unit`; NULL columns are fine. */
PLIM_NODISCARD plim_status plim_proxy_check_unit(const plim_frame *frame, const plim_column *column,
                                                 const char *unit, plim_error *err);

#endif
