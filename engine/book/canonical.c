#include "book/canonical.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "book/order.h"

/* What the rows of one table are sorted by: references first, then columns. */
typedef struct plim_sort_key {
    const uint32_t *reference[2]; /* or NULL */
    const plim_column *column[3]; /* or NULL */
} plim_sort_key;

static int compare_cells(const plim_column *column, uint32_t a, uint32_t b)
{
    if (column->kind == PLIM_COLUMN_TEXT)
        return strcmp(plim_column_text(column, a), plim_column_text(column, b));
    double left = column->number[a], right = column->number[b];
    if (isnan(left) || isnan(right))
        return isnan(left) - isnan(right);
    return (left > right) - (left < right);
}

static int compare_rows(const void *context, uint32_t a, uint32_t b)
{
    const plim_sort_key *key = context;
    for (int r = 0; r < 2; r++) {
        const uint32_t *reference = key->reference[r];
        if (reference != NULL && reference[a] != reference[b])
            return reference[a] < reference[b] ? -1 : 1;
    }
    for (int c = 0; c < 3; c++) {
        int order = key->column[c] != NULL ? compare_cells(key->column[c], a, b) : 0;
        if (order != 0)
            return order;
    }
    return 0;
}

/* Sorts a frame; `order` (n_rows) tells which row came where. */
static plim_status sort_frame(plim_frame *frame, const plim_sort_key *key, uint32_t **order,
                              plim_error *err)
{
    *order = plim_alloc(frame->n_rows, sizeof **order);
    if (*order == NULL)
        return plim_fail_memory(err, "sorting a table");
    PLIM_TRY(plim_order_rows(*order, frame->n_rows, compare_rows, key, err));
    return plim_frame_reorder(frame, *order, err);
}

/* Rows of a sorted table have moved: references to them follow. */
static plim_status follow(uint32_t *reference, size_t n, const uint32_t *order, size_t n_target,
                          plim_error *err)
{
    uint32_t *now = plim_alloc(n_target, sizeof *now);
    if (now == NULL)
        return plim_fail_memory(err, "sorting a table");
    for (size_t i = 0; i < n_target; i++)
        now[order[i]] = (uint32_t)i;
    for (size_t i = 0; i < n; i++)
        if (reference[i] != PLIM_NO_NAME)
            reference[i] = now[reference[i]];
    plim_free(now);
    return PLIM_OK;
}

/* values[i] becomes what values[order[i]] was; elements of `size` bytes. */
static plim_status permute(void *values, size_t n, size_t size, const uint32_t *order,
                           plim_error *err)
{
    char *copy = plim_alloc(n, size);
    if (copy == NULL)
        return plim_fail_memory(err, "sorting a table");
    for (size_t i = 0; i < n; i++)
        memcpy(copy + i * size, (char *)values + order[i] * size, size);
    memcpy(values, copy, n * size);
    plim_free(copy);
    return PLIM_OK;
}

typedef struct plim_orders {
    uint32_t *of[PLIM_BOOK_TABLE_COUNT];
} plim_orders;

static plim_status sort_keys(plim_book_part *part, plim_orders *orders, plim_error *err)
{
    size_t n_loans = part->table[PLIM_BOOK_LOANS].n_rows;
    for (int t = PLIM_BOOK_BANKS; t <= PLIM_BOOK_BORROWERS; t++) {
        plim_frame *frame = &part->table[t];
        plim_sort_key key = {.column = {plim_frame_find(frame, "id")}};
        PLIM_TRY(sort_frame(frame, &key, &orders->of[t], err));
    }
    const plim_frame *banks = &part->table[PLIM_BOOK_BANKS];
    PLIM_TRY(follow(part->loan_borrower, n_loans, orders->of[PLIM_BOOK_BORROWERS],
                    part->table[PLIM_BOOK_BORROWERS].n_rows, err));
    PLIM_TRY(follow(part->loan_bank, n_loans, orders->of[PLIM_BOOK_BANKS], banks->n_rows, err));
    return follow(part->excluded_bank, part->table[PLIM_BOOK_EXCLUDED].n_rows,
                  orders->of[PLIM_BOOK_BANKS], banks->n_rows, err);
}

static plim_status sort_loans(plim_book_part *part, plim_orders *orders, plim_error *err)
{
    plim_frame *loans = &part->table[PLIM_BOOK_LOANS];
    plim_sort_key key = {.reference = {part->loan_borrower, part->loan_bank},
                         .column = {plim_frame_find(loans, "id")}};
    PLIM_TRY(sort_frame(loans, &key, &orders->of[PLIM_BOOK_LOANS], err));
    const uint32_t *order = orders->of[PLIM_BOOK_LOANS];
    size_t n = loans->n_rows;
    PLIM_TRY(permute(part->loan_borrower, n, sizeof *part->loan_borrower, order, err));
    PLIM_TRY(permute(part->loan_bank, n, sizeof *part->loan_bank, order, err));
    PLIM_TRY(permute(part->balance_fen, n, sizeof *part->balance_fen, order, err));
    PLIM_TRY(permute(part->exposure_fen, n, sizeof *part->exposure_fen, order, err));
    return follow(part->collateral_loan, part->table[PLIM_BOOK_COLLATERAL].n_rows, order, n, err);
}

static plim_status sort_rest(plim_book_part *part, plim_orders *orders, plim_error *err)
{
    plim_frame *collateral = &part->table[PLIM_BOOK_COLLATERAL];
    plim_sort_key by_loan = {
        .reference = {part->collateral_loan},
        .column = {plim_frame_find(collateral, "id"), plim_frame_find(collateral, "value")}};
    PLIM_TRY(sort_frame(collateral, &by_loan, &orders->of[PLIM_BOOK_COLLATERAL], err));
    PLIM_TRY(permute(part->collateral_loan, collateral->n_rows, sizeof *part->collateral_loan,
                     orders->of[PLIM_BOOK_COLLATERAL], err));
    plim_frame *excluded = &part->table[PLIM_BOOK_EXCLUDED];
    plim_sort_key by_bank = {.reference = {part->excluded_bank},
                             .column = {plim_frame_find(excluded, "reason"),
                                        plim_frame_find(excluded, "table"),
                                        plim_frame_find(excluded, "line")}};
    PLIM_TRY(sort_frame(excluded, &by_bank, &orders->of[PLIM_BOOK_EXCLUDED], err));
    return permute(part->excluded_bank, excluded->n_rows, sizeof *part->excluded_bank,
                   orders->of[PLIM_BOOK_EXCLUDED], err);
}

/* Labels in the order of first use, unused ones dropped, so that codes do not tell how the file was
   ordered. */
static plim_status relabel(plim_column *column, plim_error *err)
{
    uint32_t *now = plim_alloc(column->labels.count, sizeof *now);
    if (now == NULL)
        return plim_fail_memory(err, column->name);
    for (size_t l = 0; l < column->labels.count; l++)
        now[l] = PLIM_NO_NAME;
    plim_names labels = {0};
    plim_status status = plim_names_add(&labels, "", NULL, err);
    for (size_t i = 0; i < column->n_rows && status == PLIM_OK; i++) {
        uint32_t *code = &now[column->code[i]];
        if (*code == PLIM_NO_NAME)
            status = plim_names_add(&labels, plim_column_text(column, i), code, err);
    }
    if (status == PLIM_OK) {
        for (size_t i = 0; i < column->n_rows; i++)
            column->code[i] = now[column->code[i]];
        plim_names_free(&column->labels);
        column->labels = labels;
    } else {
        plim_names_free(&labels);
    }
    plim_free(now);
    return status;
}

static plim_status relabel_all(plim_book_part *part, plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        for (size_t c = 0; c < part->table[t].n_columns; c++)
            if (part->table[t].columns[c].kind == PLIM_COLUMN_TEXT)
                PLIM_TRY(relabel(&part->table[t].columns[c], err));
    return PLIM_OK;
}

plim_status plim_book_canonical(plim_book_part *part, plim_error *err)
{
    plim_orders orders = {{NULL}};
    plim_status status = sort_keys(part, &orders, err);
    if (status == PLIM_OK)
        status = sort_loans(part, &orders, err);
    if (status == PLIM_OK)
        status = sort_rest(part, &orders, err);
    if (status == PLIM_OK)
        status = relabel_all(part, err);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_free(orders.of[t]);
    return status;
}
