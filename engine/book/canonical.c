#include "book/canonical.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "book/order.h"

/* What the rows of one table are sorted by: references first, then columns, then a last number. */
typedef struct plim_sort_key {
    const uint32_t *reference[2]; /* or NULL */
    const plim_column *column[3]; /* or NULL */
    const uint32_t *last;         /* or NULL */
    uint32_t *cells[3]; /* of a TEXT column: numbers that order the rows as their texts do */
} plim_sort_key;

/* What stands there as texts becomes numbers that are quick to compare. */
static plim_status rank_texts(plim_sort_key *key, plim_error *err)
{
    for (int c = 0; c < 3; c++) {
        const plim_column *column = key->column[c];
        if (column == NULL || column->kind != PLIM_COLUMN_TEXT)
            continue;
        uint32_t *cells = key->cells[c] = plim_alloc(column->n_rows, sizeof *cells);
        if (cells == NULL)
            return plim_fail_memory(err, "sorting a table");
        memcpy(cells, column->code, column->n_rows * sizeof *cells);
        if (plim_names_rising(&column->labels))
            continue;
        uint32_t *rank = plim_alloc(column->labels.count, sizeof *rank);
        if (rank == NULL)
            return plim_fail_memory(err, "sorting a table");
        plim_status status = plim_order_texts(rank, (const char *const *)column->labels.text,
                                              column->labels.count, err);
        for (size_t i = 0; i < column->n_rows && status == PLIM_OK; i++)
            cells[i] = rank[cells[i]];
        plim_free(rank);
        PLIM_TRY(status);
    }
    return PLIM_OK;
}

static int compare_numbers(double left, double right)
{
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
        const uint32_t *cells = key->cells[c];
        int order = 0;
        if (cells != NULL)
            order = (cells[a] > cells[b]) - (cells[a] < cells[b]);
        else if (key->column[c] != NULL)
            order = compare_numbers(key->column[c]->number[a], key->column[c]->number[b]);
        if (order != 0)
            return order;
    }
    return key->last != NULL ? (key->last[a] > key->last[b]) - (key->last[a] < key->last[b]) : 0;
}

static bool in_order(const plim_sort_key *key, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (compare_rows(key, (uint32_t)(i - 1), (uint32_t)i) > 0)
            return false;
    return true;
}

static plim_status find_order(uint32_t *order, size_t n, const plim_sort_key *key, plim_error *err)
{
    const uint32_t *keys[6];
    size_t n_keys = 0;
    for (int r = 0; r < 2; r++)
        if (key->reference[r] != NULL)
            keys[n_keys++] = key->reference[r];
    for (int c = 0; c < 3; c++) {
        if (key->column[c] != NULL && key->cells[c] == NULL)
            return plim_order_rows(order, n, compare_rows, key, err);
        if (key->cells[c] != NULL)
            keys[n_keys++] = key->cells[c];
    }
    if (key->last != NULL)
        keys[n_keys++] = key->last;
    return plim_order_by_keys(order, n, keys, n_keys, err);
}

/* Sorts a frame; `order` (n_rows) tells which row came where, NULL that all stand where they stood.
 */
static plim_status sort_frame(plim_frame *frame, plim_sort_key *key, uint32_t **order,
                              plim_error *err)
{
    size_t n = frame->n_rows;
    plim_status status = rank_texts(key, err);
    if (status == PLIM_OK && !in_order(key, n)) {
        *order = plim_alloc(n, sizeof **order);
        status = *order != NULL ? find_order(*order, n, key, err)
                                : plim_fail_memory(err, "sorting a table");
    }
    for (int c = 0; c < 3; c++)
        plim_free(key->cells[c]);
    return status == PLIM_OK && *order != NULL ? plim_frame_reorder(frame, *order, err) : status;
}

/* Rows of a sorted table have moved: references to them follow. */
static plim_status follow(uint32_t *reference, size_t n, const uint32_t *order, size_t n_target,
                          plim_error *err)
{
    if (order == NULL)
        return PLIM_OK;
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
    if (order == NULL)
        return PLIM_OK;
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
    const plim_frame *borrowers = &part->table[PLIM_BOOK_BORROWERS];
    for (int t = PLIM_BOOK_BANKS; t <= PLIM_BOOK_BORROWERS; t++) {
        plim_frame *frame = &part->table[t];
        plim_sort_key key = {.column = {plim_frame_find(frame, "id")}};
        PLIM_TRY(sort_frame(frame, &key, &orders->of[t], err));
    }
    if (part->borrower_key != NULL)
        PLIM_TRY(permute(part->borrower_key, borrowers->n_rows, sizeof *part->borrower_key,
                         orders->of[PLIM_BOOK_BORROWERS], err));
    const plim_frame *banks = &part->table[PLIM_BOOK_BANKS];
    PLIM_TRY(follow(part->loan_borrower, n_loans, orders->of[PLIM_BOOK_BORROWERS],
                    borrowers->n_rows, err));
    PLIM_TRY(follow(part->loan_bank, n_loans, orders->of[PLIM_BOOK_BANKS], banks->n_rows, err));
    PLIM_TRY(follow(part->site_borrower, part->table[PLIM_BOOK_SITES].n_rows,
                    orders->of[PLIM_BOOK_BORROWERS], borrowers->n_rows, err));
    PLIM_TRY(follow(part->policy_borrower, part->table[PLIM_BOOK_INSURANCE].n_rows,
                    orders->of[PLIM_BOOK_BORROWERS], borrowers->n_rows, err));
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

static plim_status sort_collateral(plim_book_part *part, plim_error *err)
{
    plim_frame *collateral = &part->table[PLIM_BOOK_COLLATERAL];
    size_t n = collateral->n_rows;
    uint32_t *order = NULL;
    plim_sort_key by_loan = {
        .reference = {part->collateral_loan},
        .column = {plim_frame_find(collateral, "id"), plim_frame_find(collateral, "value")}};
    plim_status status = sort_frame(collateral, &by_loan, &order, err);
    if (status == PLIM_OK)
        status = permute(part->collateral_loan, n, sizeof *part->collateral_loan, order, err);
    if (status == PLIM_OK)
        status = permute(part->collateral_site, n, sizeof *part->collateral_site, order, err);
    if (status == PLIM_OK)
        status = permute(part->collateral_share, n, sizeof *part->collateral_share, order, err);
    plim_free(order);
    return status;
}

/* The first row of the piece of which a site is the place; NULL when out of memory. Two books may
   have pieces and sites of the same ids: only the rows of the pieces tell them apart whatever the
   order of the books. */
static uint32_t *pieces_of_sites(const plim_book_part *part)
{
    size_t n = part->table[PLIM_BOOK_SITES].n_rows;
    uint32_t *piece = plim_alloc(n, sizeof *piece);
    for (size_t i = 0; piece != NULL && i < n; i++)
        piece[i] = PLIM_NO_NAME;
    for (size_t i = part->table[PLIM_BOOK_COLLATERAL].n_rows; piece != NULL && i-- > 0;)
        if (part->collateral_site[i] != PLIM_NO_NAME)
            piece[part->collateral_site[i]] = (uint32_t)i;
    return piece;
}

static plim_status sort_sites(plim_book_part *part, plim_error *err)
{
    plim_frame *sites = &part->table[PLIM_BOOK_SITES];
    uint32_t *order = NULL, *piece = pieces_of_sites(part);
    if (piece == NULL)
        return plim_fail_memory(err, "sorting a table");
    plim_sort_key key = {
        .reference = {part->site_borrower},
        .column = {plim_frame_find(sites, "collateral"), plim_frame_find(sites, "id")},
        .last = piece};
    plim_status status = sort_frame(sites, &key, &order, err);
    if (status == PLIM_OK)
        status =
            permute(part->site_borrower, sites->n_rows, sizeof *part->site_borrower, order, err);
    if (status == PLIM_OK)
        status = follow(part->collateral_site, part->table[PLIM_BOOK_COLLATERAL].n_rows, order,
                        sites->n_rows, err);
    plim_free(order);
    plim_free(piece);
    return status;
}

/* A table whose rows have nothing but a reference and no one refers to: policies, exclusions. */
static plim_status sort_last(plim_frame *frame, uint32_t *reference, const char *const columns[3],
                             plim_error *err)
{
    uint32_t *order = NULL;
    plim_sort_key key = {.reference = {reference}};
    for (int c = 0; c < 3 && columns[c] != NULL; c++)
        key.column[c] = plim_frame_find(frame, columns[c]);
    plim_status status = sort_frame(frame, &key, &order, err);
    if (status == PLIM_OK)
        status = permute(reference, frame->n_rows, sizeof *reference, order, err);
    plim_free(order);
    return status;
}

static plim_status sort_rest(plim_book_part *part, plim_error *err)
{
    static const char *const of_policy[3] = {"id", NULL, NULL};
    static const char *const of_exclusion[3] = {"reason", "table", "line"};
    PLIM_TRY(sort_collateral(part, err));
    PLIM_TRY(sort_sites(part, err));
    PLIM_TRY(sort_last(&part->table[PLIM_BOOK_INSURANCE], part->policy_borrower, of_policy, err));
    return sort_last(&part->table[PLIM_BOOK_EXCLUDED], part->excluded_bank, of_exclusion, err);
}

/* Every label is used, and in the order of its first use. */
static bool labelled_in_order(const plim_column *column)
{
    uint32_t next = 1;
    if (column->labels.count == 0 || column->labels.text[0][0] != '\0')
        return false;
    for (size_t i = 0; i < column->n_rows; i++) {
        if (column->code[i] > next)
            return false;
        next += column->code[i] == next;
    }
    return next == column->labels.count;
}

/* Labels in the order of first use, the empty one before all, unused ones dropped, so that codes do
   not tell how the file was ordered. */
static plim_status relabel(void *user, int table, size_t c, plim_error *err)
{
    plim_book_part *part = user;
    plim_column *column = &part->table[table].columns[c];
    if (column->kind != PLIM_COLUMN_TEXT || labelled_in_order(column))
        return PLIM_OK;
    uint32_t n = 0, empty = plim_names_find(&column->labels, "");
    if (empty == PLIM_NO_NAME)
        PLIM_TRY(plim_names_add(&column->labels, "", &empty, err));
    uint32_t *now = plim_alloc(column->labels.count, sizeof *now);
    if (now == NULL)
        return plim_fail_memory(err, column->name);
    for (size_t l = 0; l < column->labels.count; l++)
        now[l] = PLIM_NO_NAME;
    now[empty] = n++;
    for (size_t i = 0; i < column->n_rows; i++)
        if (now[column->code[i]] == PLIM_NO_NAME)
            now[column->code[i]] = n++;
    plim_status status = plim_names_arrange(&column->labels, now, n, err);
    for (size_t i = 0; i < column->n_rows && status == PLIM_OK; i++)
        column->code[i] = now[column->code[i]];
    plim_free(now);
    return status;
}

plim_status plim_book_canonical(plim_book_part *part, plim_error *err)
{
    plim_orders orders = {{NULL}};
    plim_status status = sort_keys(part, &orders, err);
    if (status == PLIM_OK)
        status = sort_loans(part, &orders, err);
    if (status == PLIM_OK)
        status = sort_rest(part, err);
    if (status == PLIM_OK)
        status = plim_book_part_each_column(part, relabel, part, err);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_free(orders.of[t]);
    return status;
}
