/* What the rules of proxies look at: references resolved, and a borrower's loans put together. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/columns.h"
#include "book/fault.h"
#include "book/loan_fen.h"
#include "book/part.h"
#include "book/proxy_parts.h"

/* ---- references ------------------------------------------------------------------------- */

/* Ids of a table with the row of each. */
typedef struct id_rows {
    plim_names ids;
    uint32_t *row;
    size_t capacity;
} id_rows;

/* An id or reference of either kind as text; `digits` holds at least 32 bytes. */
static const char *id_text(const plim_column *column, size_t row, char *digits)
{
    if (column->kind == PLIM_COLUMN_TEXT)
        return plim_column_text(column, row);
    digits[0] = '\0';
    if (column->kind == PLIM_COLUMN_INTEGER && column->integer[row] != PLIM_REFERENCE_MISSING)
        (void)snprintf(digits, 32, "%" PRId64, column->integer[row]);
    return digits;
}

static plim_status index_ids(id_rows *out, const plim_column *ids, plim_error *err)
{
    char digits[32];
    for (size_t i = 0; i < ids->n_rows; i++) {
        uint32_t at = 0;
        const char *id = id_text(ids, i, digits);
        if (id[0] == '\0')
            continue;
        size_t before = out->ids.count;
        PLIM_TRY(plim_names_add(&out->ids, id, &at, err));
        void *rows = out->row;
        if (plim_grow(&rows, &out->capacity, out->ids.count, sizeof *out->row) != 0)
            return plim_fail_memory(err, "ids");
        out->row = rows;
        if (out->ids.count >
            before) /* of an id that occurs twice the first; the check refuses it */
            out->row[at] = (uint32_t)i;
    }
    return PLIM_OK;
}

static void look_up(uint32_t *out, const plim_column *references, const id_rows *index)
{
    char digits[32];
    for (size_t i = 0; i < references->n_rows; i++) {
        uint32_t at = plim_names_find(&index->ids, id_text(references, i, digits));
        out[i] = at != PLIM_NO_NAME ? index->row[at] : PLIM_NO_NAME;
    }
}

plim_status plim_proxy_resolve(uint32_t *out, const plim_column *references,
                               const plim_frame *target, plim_error *err)
{
    const plim_column *ids = plim_frame_find(target, "id");
    if (references->kind == PLIM_COLUMN_INTEGER &&
        (ids == NULL || ids->kind != PLIM_COLUMN_INTEGER)) {
        for (size_t i = 0; i < references->n_rows; i++) {
            int64_t row = references->integer[i];
            out[i] = row >= 0 && (uint64_t)row < target->n_rows ? (uint32_t)row : PLIM_NO_NAME;
        }
        return PLIM_OK;
    }
    id_rows index = {0};
    plim_status status = ids != NULL ? index_ids(&index, ids, err) : PLIM_OK;
    if (status == PLIM_OK)
        look_up(out, references, &index);
    plim_names_free(&index.ids);
    plim_free(index.row);
    return status;
}

/* A loan's `column` as rows of `target`. */
static plim_status resolve_loans(uint32_t **out, const plim_frame *loans, const char *column,
                                 const plim_frame *target, plim_error *err)
{
    const plim_column *references = plim_frame_find(loans, column);
    *out = plim_alloc(loans->n_rows, sizeof **out);
    if (*out == NULL)
        return plim_fail_memory(err, "loans");
    if (references != NULL)
        return plim_proxy_resolve(*out, references, target, err);
    for (size_t l = 0; l < loans->n_rows; l++)
        (*out)[l] = PLIM_NO_NAME;
    return PLIM_OK;
}

/* ---- loans of a borrower ---------------------------------------------------------------- */

static plim_status order_loans(plim_proxy_work *work, plim_error *err)
{
    size_t n = work->n_borrowers;
    work->first_loan = plim_alloc(n + 2, sizeof *work->first_loan);
    work->loan_order = plim_alloc(work->n_loans, sizeof *work->loan_order);
    if (work->first_loan == NULL || work->loan_order == NULL)
        return plim_fail_memory(err, "loans");
    /* Counted two places up and filled one place up, so that in the end first_loan is in place. */
    for (size_t l = 0; l < work->n_loans; l++)
        if (work->loan_borrower[l] != PLIM_NO_NAME)
            work->first_loan[work->loan_borrower[l] + 2]++;
    for (size_t b = 0; b < n; b++)
        work->first_loan[b + 2] += work->first_loan[b + 1];
    for (size_t l = 0; l < work->n_loans; l++)
        if (work->loan_borrower[l] != PLIM_NO_NAME)
            work->loan_order[work->first_loan[work->loan_borrower[l] + 1]++] = (uint32_t)l;
    return PLIM_OK;
}

static plim_status count_fen(plim_proxy_work *work, plim_error *err)
{
    const plim_frame *loans = &work->tables->loans;
    plim_loan_columns columns = plim_loan_columns_of(loans);
    PLIM_TRY(plim_proxy_check_unit(loans, columns.balance, plim_proxy_currency(work), err));
    PLIM_TRY(plim_proxy_check_unit(loans, columns.undrawn, plim_proxy_currency(work), err));
    work->balance_fen = plim_alloc(work->n_loans, sizeof *work->balance_fen);
    work->exposure_fen = plim_alloc(work->n_loans, sizeof *work->exposure_fen);
    if (work->balance_fen == NULL || work->exposure_fen == NULL)
        return plim_fail_memory(err, "loans");
    for (size_t l = 0; l < work->n_loans; l++) {
        const char *beyond =
            plim_loan_fen(&columns, l, &work->balance_fen[l], &work->exposure_fen[l]);
        if (beyond != NULL)
            return plim_fail(err, PLIM_INPUT,
                             "table loans, column %s, row %zu: the amount is beyond what whole fen "
                             "hold (9.2e16 CNY)",
                             beyond, l);
    }
    return PLIM_OK;
}

static int class_of(const plim_column *column, size_t row)
{
    double class = column != NULL ? column->number[row] : (double)NAN;
    for (int c = 1; c <= 5; c++)
        if (class == c)
            return c;
    return 0;
}

static plim_status look_at_loans(plim_proxy_work *work, plim_error *err)
{
    const plim_frame *loans = &work->tables->loans;
    const plim_column *class = plim_proxy_number(loans, "class");
    const plim_column *overdue = plim_proxy_number(loans, "days_overdue");
    size_t n = work->n_borrowers;
    work->worst_class = plim_alloc(n, sizeof *work->worst_class);
    work->most_overdue = plim_alloc(n, sizeof *work->most_overdue);
    work->defaulted = plim_alloc(n, sizeof *work->defaulted);
    if (work->worst_class == NULL || work->most_overdue == NULL || work->defaulted == NULL)
        return plim_fail_memory(err, "borrowers");
    for (size_t b = 0; b < n; b++)
        work->most_overdue[b] = (double)NAN;
    for (size_t l = 0; l < work->n_loans; l++) {
        uint32_t b = work->loan_borrower[l];
        double days = 0;
        PLIM_TRY(plim_proxy_input(&days, loans, overdue, l, err));
        if (b == PLIM_NO_NAME)
            continue;
        int c = class_of(class, l);
        if (c > work->worst_class[b])
            work->worst_class[b] = (uint8_t)c;
        if (!isnan(days) && !(work->most_overdue[b] >= days))
            work->most_overdue[b] = days;
        work->defaulted[b] |= c >= 3 || days > 90; /* as book.c: in default at as_of */
    }
    return PLIM_OK;
}

plim_status plim_proxy_work_make(plim_proxy_work *work, plim_book_tables_data *tables,
                                 const plim_proxy_rules *rules, plim_error *err)
{
    *work = (plim_proxy_work){.tables = tables,
                              .rules = rules,
                              .n_banks = tables->banks.n_rows,
                              .n_borrowers = tables->borrowers.n_rows,
                              .n_loans = tables->loans.n_rows};
    PLIM_TRY(
        resolve_loans(&work->loan_borrower, &tables->loans, "borrower", &tables->borrowers, err));
    PLIM_TRY(resolve_loans(&work->loan_bank, &tables->loans, "bank", &tables->banks, err));
    PLIM_TRY(order_loans(work, err));
    PLIM_TRY(count_fen(work, err));
    return look_at_loans(work, err);
}

void plim_proxy_work_free(plim_proxy_work *work)
{
    plim_free(work->loan_borrower);
    plim_free(work->loan_bank);
    plim_free(work->first_loan);
    plim_free(work->loan_order);
    plim_free(work->balance_fen);
    plim_free(work->exposure_fen);
    plim_free(work->worst_class);
    plim_free(work->most_overdue);
    plim_free(work->defaulted);
    for (int t = 0; t < PLIM_TARGET_COUNT; t++)
        plim_free(work->rule[t]);
    *work = (plim_proxy_work){0};
}

/* ---- columns ---------------------------------------------------------------------------- */

static const plim_column *of_kind(const plim_frame *frame, const char *name, plim_column_kind kind)
{
    const plim_column *column = name != NULL ? plim_frame_find(frame, name) : NULL;
    return column != NULL && column->kind == kind ? column : NULL;
}

const plim_column *plim_proxy_number(const plim_frame *frame, const char *name)
{
    return of_kind(frame, name, PLIM_COLUMN_NUMBER);
}

const plim_column *plim_proxy_text(const plim_frame *frame, const char *name)
{
    return of_kind(frame, name, PLIM_COLUMN_TEXT);
}

const char *plim_proxy_text_at(const plim_column *column, size_t row)
{
    return column != NULL ? plim_column_text(column, row) : "";
}

plim_status plim_proxy_column(plim_column **out, plim_frame *frame, const char *name,
                              plim_column_kind kind, plim_error *err)
{
    *out = plim_frame_find(frame, name);
    if (*out != NULL) {
        *out = (*out)->kind == kind ? *out : NULL;
        return PLIM_OK;
    }
    plim_column column = {0};
    plim_status status = plim_column_make(&column, name, kind, frame->n_rows, err);
    if (status == PLIM_OK)
        status = plim_frame_add(frame, &column, err);
    plim_column_free(&column);
    *out = plim_frame_find(frame, name);
    return status;
}

plim_status plim_proxy_mark(plim_column *source, size_t row, plim_origin origin, bool filled,
                            plim_error *err)
{
    if (source == NULL || (!filled && plim_column_text(source, row)[0] != '\0'))
        return PLIM_OK;
    const char *word = origin == PLIM_ORIGIN_MISSING ? "" : plim_origin_word(origin);
    return plim_column_set_text(source, row, word, err);
}

plim_status plim_proxy_input(double *out, const plim_frame *frame, const plim_column *column,
                             size_t row, plim_error *err)
{
    *out = column != NULL ? column->number[row] : (double)NAN;
    if (isnan(*out) || (*out >= 0 && isfinite(*out)))
        return PLIM_OK;
    const char *id = plim_frame_id(frame, row);
    return plim_fail(err, PLIM_INPUT,
                     "table %s, column %s, row %zu, id '%.*s': %g; accepted: a finite number of at "
                     "least 0, or nothing",
                     frame->name != NULL ? frame->name : "", column->name, row,
                     id != NULL ? plim_shown(id) : 0, id != NULL ? id : "", *out);
}

const char *plim_proxy_currency(const plim_proxy_work *work)
{
    return work->tables->currency[0] != '\0' ? work->tables->currency : "CNY";
}

plim_status plim_proxy_check_unit(const plim_frame *frame, const plim_column *column,
                                  const char *unit, plim_error *err)
{
    const char *stated = column != NULL && column->unit != NULL ? column->unit : "";
    bool yuan = strcmp(unit, "CNY") == 0 && strcmp(stated, "元") == 0;
    if (stated[0] == '\0' || strcmp(stated, unit) == 0 || yuan)
        return PLIM_OK;
    return plim_fail(err, PLIM_INPUT,
                     "table %s, column %s: the rules of proxies take it in %s, and it is in '%.*s'",
                     frame->name != NULL ? frame->name : "", column->name, unit, plim_shown(stated),
                     stated);
}
