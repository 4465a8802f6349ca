/* LGDs by collateral: what it covers after a haircut at one rate, what it leaves at another. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "book/proxy_parts.h"

/* ---- pieces of collateral --------------------------------------------------------------- */

/* Value after haircut that counts for a loan, by kind (entry of rules->collateral); in fen, so that
   sums are free of the order of rows. */
typedef struct cover {
    uint32_t loan;
    uint32_t kind;
    int64_t net_fen;
} cover;

typedef struct pieces {
    uint32_t *loan;        /* of each row of collateral */
    plim_int128 *exposure; /* of a piece, by label of its id */
    uint32_t *rows;        /* likewise */
    cover *covers;         /* by loan, then kind */
    size_t n_covers;
    uint32_t *order; /* kinds by LGD, the lowest first */
} pieces;

static void free_pieces(pieces *p)
{
    plim_free(p->loan);
    plim_free(p->exposure);
    plim_free(p->rows);
    plim_free(p->covers);
    plim_free(p->order);
}

/* What all rows of a piece come to together: its value is shared by exposure. */
static plim_status sum_pieces(pieces *p, const plim_proxy_work *work, plim_error *err)
{
    const plim_frame *collateral = &work->tables->collateral;
    const plim_column *id = plim_proxy_text(collateral, "id");
    size_t n = id != NULL ? id->labels.count : 0;
    p->exposure = plim_alloc(n, sizeof *p->exposure);
    p->rows = plim_alloc(n, sizeof *p->rows);
    if (p->exposure == NULL || p->rows == NULL)
        return plim_fail_memory(err, "collateral");
    for (size_t i = 0; id != NULL && i < collateral->n_rows; i++) {
        p->rows[id->code[i]]++;
        if (p->loan[i] != PLIM_NO_NAME)
            p->exposure[id->code[i]] += work->exposure_fen[p->loan[i]];
    }
    return PLIM_OK;
}

static double share_of(const pieces *p, const plim_column *id, size_t row, int64_t exposure_fen)
{
    if (id == NULL || plim_column_text(id, row)[0] == '\0')
        return 1;
    uint32_t piece = id->code[row];
    return p->exposure[piece] > 0 ? (double)exposure_fen / (double)p->exposure[piece]
                                  : 1 / (double)p->rows[piece];
}

static int by_loan(const void *a, const void *b)
{
    const cover *x = a, *y = b;
    if (x->loan != y->loan)
        return x->loan < y->loan ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

/* Columns of collateral. */
typedef struct piece_columns {
    const plim_column *id, *type, *value, *haircut;
} piece_columns;

/* The cover that a row gives; net_fen 0 where value or kind are not known. */
static plim_status cover_of(cover *out, const pieces *p, const plim_proxy_work *work,
                            const piece_columns *columns, size_t row, plim_error *err)
{
    const plim_frame *frame = &work->tables->collateral;
    const plim_proxy_list *kinds = &work->rules->collateral;
    const plim_proxy_entry *kind =
        plim_proxy_list_find(kinds, plim_proxy_text_at(columns->type, row));
    double value = 0, haircut = 0;
    *out = (cover){.loan = p->loan[row]};
    PLIM_TRY(plim_proxy_input(&value, frame, columns->value, row, err));
    PLIM_TRY(plim_proxy_input(&haircut, frame, columns->haircut, row, err));
    if (kind == NULL || isnan(value) || out->loan == PLIM_NO_NAME)
        return PLIM_OK;
    out->kind = (uint32_t)(kind - kinds->entries);
    haircut = isnan(haircut) ? kind->value[0] : haircut;
    double net = value * share_of(p, columns->id, row, work->exposure_fen[out->loan]) *
                 (haircut < 1 ? 1 - haircut : 0);
    /* More than the loan covers no more than the loan, and keeps sums within int64. */
    if (!plim_fen_from_amount(net, &out->net_fen) || out->net_fen > work->exposure_fen[out->loan])
        out->net_fen = work->exposure_fen[out->loan];
    return PLIM_OK;
}

static plim_status list_covers(pieces *p, const plim_proxy_work *work, plim_error *err)
{
    const plim_frame *frame = &work->tables->collateral;
    const piece_columns columns = {plim_proxy_text(frame, "id"), plim_proxy_text(frame, "type"),
                                   plim_proxy_number(frame, "value"),
                                   plim_proxy_number(frame, "haircut")};
    PLIM_TRY(plim_proxy_check_unit(frame, columns.value, plim_proxy_currency(work), err));
    p->covers = plim_alloc(frame->n_rows, sizeof *p->covers);
    if (p->covers == NULL)
        return plim_fail_memory(err, "collateral");
    for (size_t i = 0; i < frame->n_rows; i++) {
        cover *next = &p->covers[p->n_covers];
        PLIM_TRY(cover_of(next, p, work, &columns, i, err));
        p->n_covers += next->net_fen > 0;
    }
    if (p->n_covers > 0)
        qsort(p->covers, p->n_covers, sizeof *p->covers, by_loan);
    return PLIM_OK;
}

/* Kinds by the LGD of what they cover: the best collateral is taken first. */
static plim_status order_kinds(pieces *p, const plim_proxy_list *kinds, plim_error *err)
{
    p->order = plim_alloc(kinds->count, sizeof *p->order);
    if (p->order == NULL)
        return plim_fail_memory(err, "collateral");
    for (size_t k = 0; k < kinds->count; k++) {
        size_t at = k;
        for (; at > 0 && kinds->entries[p->order[at - 1]].value[1] > kinds->entries[k].value[1];
             at--)
            p->order[at] = p->order[at - 1];
        p->order[at] = (uint32_t)k;
    }
    return PLIM_OK;
}

static plim_status make_pieces(pieces *p, const plim_proxy_work *work, plim_error *err)
{
    const plim_frame *frame = &work->tables->collateral;
    const plim_column *loan = plim_frame_find(frame, "loan");
    p->loan = plim_alloc(frame->n_rows, sizeof *p->loan);
    if (p->loan == NULL)
        return plim_fail_memory(err, "collateral");
    for (size_t i = 0; loan == NULL && i < frame->n_rows; i++)
        p->loan[i] = PLIM_NO_NAME;
    if (loan != NULL)
        PLIM_TRY(plim_proxy_resolve(p->loan, loan, &work->tables->loans, err));
    PLIM_TRY(sum_pieces(p, work, err));
    PLIM_TRY(list_covers(p, work, err));
    return order_kinds(p, &work->rules->collateral, err);
}

/* ---- a loan ----------------------------------------------------------------------------- */

/* First cover of the loan at or after `at`, which only moves forward. */
static size_t first_cover(const pieces *p, size_t at, size_t loan)
{
    while (at < p->n_covers && p->covers[at].loan < loan)
        at++;
    return at;
}

static double unsecured_lgd(const plim_proxy_work *work, size_t loan)
{
    const plim_frame *borrowers = &work->tables->borrowers;
    const plim_column *household = plim_proxy_number(borrowers, "household");
    uint32_t b = work->loan_borrower[loan];
    if (b != PLIM_NO_NAME && household != NULL && household->number[b] == 1 &&
        !isnan(work->rules->unsecured_household))
        return work->rules->unsecured_household;
    const char *sector =
        b != PLIM_NO_NAME ? plim_proxy_text_at(plim_proxy_text(borrowers, "sector"), b) : "";
    const plim_proxy_entry *entry = plim_proxy_list_find(&work->rules->unsecured, sector);
    return entry != NULL ? entry->value[0] : (double)NAN;
}

static plim_proxy_rule find_lgd(const pieces *p, const plim_proxy_work *work, size_t at,
                                size_t loan, double *out)
{
    const plim_proxy_list *kinds = &work->rules->collateral;
    int64_t exposure = work->exposure_fen[loan], left = exposure;
    double lost = 0;
    for (size_t k = 0; k < kinds->count && left > 0; k++)
        for (size_t i = at; i < p->n_covers && p->covers[i].loan == loan && left > 0; i++) {
            if (p->covers[i].kind != p->order[k])
                continue;
            int64_t taken = p->covers[i].net_fen < left ? p->covers[i].net_fen : left;
            lost += (double)taken * kinds->entries[p->order[k]].value[1];
            left -= taken;
        }
    double rest = unsecured_lgd(work, loan);
    bool covered = left < exposure;
    if (left > 0 || !covered)
        lost += (double)left * rest; /* NaN where no rule says what the rest loses */
    double lgd = exposure > 0 ? lost / (double)exposure : rest;
    if (isnan(lgd))
        return PLIM_RULE_MISSING;
    *out = lgd < work->rules->least_lgd ? work->rules->least_lgd : lgd;
    return covered ? PLIM_RULE_COLLATERAL : PLIM_RULE_UNSECURED;
}

static plim_status fill(plim_proxy_work *work, const pieces *p, plim_error *err)
{
    plim_frame *loans = &work->tables->loans;
    plim_column *lgd = NULL, *source = NULL;
    size_t at = 0;
    PLIM_TRY(plim_proxy_column(&source, loans, "lgd_source", PLIM_COLUMN_TEXT, err));
    PLIM_TRY(plim_proxy_column(&lgd, loans, "lgd", PLIM_COLUMN_NUMBER, err));
    source = plim_frame_find(loans, "lgd_source");
    source = source->kind == PLIM_COLUMN_TEXT ? source : NULL;
    uint8_t *rule = work->rule[PLIM_TARGET_LGD] = plim_alloc(work->n_loans, sizeof *rule);
    if (rule == NULL)
        return plim_fail_memory(err, "rules of proxies");
    for (size_t l = 0; l < work->n_loans && lgd != NULL; l++) {
        bool stated = !isnan(lgd->number[l]);
        at = first_cover(p, at, l);
        rule[l] =
            (uint8_t)(stated ? PLIM_RULE_REPORTED : find_lgd(p, work, at, l, &lgd->number[l]));
        PLIM_TRY(plim_proxy_mark(source, l, plim_proxy_rule_origin((plim_proxy_rule)rule[l]),
                                 !stated, err));
    }
    return PLIM_OK;
}

plim_status plim_proxy_fill_lgd(plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_rules *rules = work->rules;
    pieces p = {0};
    if (rules->unsecured.count == 0 && rules->collateral.count == 0 &&
        isnan(rules->unsecured_household) && plim_frame_find(&work->tables->loans, "lgd") == NULL)
        return PLIM_OK;
    plim_status status = make_pieces(&p, work, err);
    if (status == PLIM_OK)
        status = fill(work, &p, err);
    free_pieces(&p);
    return status;
}
