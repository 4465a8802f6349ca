/* Table ledger: every loan of the book once, and every row that import left out, summed by bank,
 * status and reason, so that a bank's rows tie to its control total. */
#include "measure/tables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "measure/row.h"

typedef enum ledger_status { MODELLED, PROXIED, EXCLUDED, DEFAULTED } ledger_status;
static const char *const status_name[] = {"modelled", "proxied", "excluded", "defaulted"};

/* Where an excluded row names no bank of the book: listed after all banks. */
#define NO_BANK UINT32_MAX

typedef struct group {
    uint32_t bank;
    ledger_status status;
    uint32_t reason; /* number in `reasons` */
    const char *text;
    int64_t rows, balance;
} group;

typedef struct ledger {
    const plim_plan *plan;
    plim_names keys; /* bank, status and reason of each group */
    plim_names reasons;
    group *groups; /* in the order of keys */
    size_t capacity;
    int64_t *total; /* a bank: all balances of its loans */
} ledger;

/* Adds one row to the group of (bank, status, reason). */
static plim_status enter(ledger *out, const group *entry, const char *reason, plim_error *err)
{
    group row = *entry;
    PLIM_TRY(plim_names_add(&out->reasons, reason, &row.reason, err));
    char key[48];
    snprintf(key, sizeof key, "%" PRIu32 " %d %" PRIu32, row.bank, (int)row.status, row.reason);
    size_t known = out->keys.count;
    uint32_t index;
    PLIM_TRY(plim_names_add(&out->keys, key, &index, err));
    if (index == known) {
        void *groups = out->groups;
        if (plim_grow(&groups, &out->capacity, known + 1, sizeof *out->groups) != 0)
            return plim_fail_memory(err, "the ledger");
        out->groups = groups;
        out->groups[index] = (group){row.bank, row.status, row.reason, NULL, 0, 0};
    }
    out->groups[index].rows++;
    out->groups[index].balance += row.balance;
    return PLIM_OK;
}

/* ---- loans ---- */

/* Columns of the book that say who a loan is and how it came to its numbers; NULL where it lacks
   them. */
typedef struct sources {
    const plim_column *id, *pd_source, *lgd_source, *overdue;
} sources;

static bool says_proxied(const plim_column *column, size_t row)
{
    return column != NULL && column->kind == PLIM_COLUMN_TEXT &&
           strcmp(plim_column_text(column, row), "proxied") == 0;
}

static const char *default_rule(const plim_book *book, const plim_column *overdue, uint32_t loan)
{
    if (book->loan_class[loan] >= 3)
        return "class 3-5";
    if (overdue != NULL && overdue->kind == PLIM_COLUMN_NUMBER && overdue->number[loan] > 90)
        return "overdue > 90 days";
    return "pd = 1";
}

/* A list of what is to be said of a loan, joined by "; ". */
static void tag(plim_text *tags, const char *what, const char *which)
{
    plim_text_format(tags, "%s%s%s", tags->length > 0 ? "; " : "", what, which);
}

/* Tags of a loan that is not in default; says in `proxied` whether a number behind it is a
 * stand-in. */
static void tag_loan(plim_text *tags, const plim_plan *plan, const sources *from, uint32_t loan,
                     bool *proxied)
{
    uint32_t borrower = plan->book->loan_borrower[loan];
    char buffer[32];
    const char *id = plim_measure_cell(from->id, borrower, buffer);
    if (says_proxied(from->pd_source, borrower))
        tag(tags, "pd proxied", "");
    if (says_proxied(from->lgd_source, loan))
        tag(tags, "lgd proxied", "");
    if (plan->proxied[borrower])
        tag(tags, "scenario input proxied", "");
    *proxied = tags->length > 0;
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        if (plan->fails_at_reference[(size_t)borrower * plan->n_scenarios + s])
            tag(tags, "insolvent at reference: ", plim_measure_scenario(plan, s));
    if (plim_names_find(&plan->book->conflicted, id) != PLIM_NO_NAME)
        tag(tags, "conflict weighted", "");
}

static plim_status enter_loan(ledger *out, const sources *from, uint32_t loan, plim_error *err)
{
    const plim_book *book = out->plan->book;
    group entry = {.bank = book->loan_bank[loan], .balance = book->balance_fen[loan]};
    out->total[entry.bank] += entry.balance;
    if (book->loan_defaulted[loan]) {
        entry.status = DEFAULTED;
        return enter(out, &entry, default_rule(book, from->overdue, loan), err);
    }
    bool proxied;
    plim_text tags = {0};
    tag_loan(&tags, out->plan, from, loan, &proxied);
    entry.status = proxied ? PROXIED : MODELLED;
    plim_status status = tags.failed ? plim_fail_memory(err, "the ledger")
                                     : enter(out, &entry, plim_text_get(&tags), err);
    plim_text_free(&tags);
    return status;
}

static plim_status enter_loans(ledger *out, plim_error *err)
{
    const plim_book *book = out->plan->book;
    sources from = {.id = plim_frame_find(&book->borrowers, "id"),
                    .pd_source = plim_frame_find(&book->borrowers, "pd_source"),
                    .lgd_source = plim_frame_find(&book->loans, "lgd_source"),
                    .overdue = plim_frame_find(&book->loans, "days_overdue")};
    for (uint32_t loan = 0; loan < out->plan->n_loans; loan++)
        PLIM_TRY(enter_loan(out, &from, loan, err));
    return PLIM_OK;
}

/* ---- rows that import left out ---- */

static uint32_t bank_of_excluded(const plim_plan *plan, const plim_column *bank, size_t row)
{
    char wanted[32], buffer[32];
    const plim_column *ids = plim_frame_find(&plan->book->banks, "id");
    const char *id = plim_measure_cell(bank, row, wanted);
    for (uint32_t b = 0; b < plan->n_banks; b++)
        if (strcmp(plim_measure_cell(ids, b, buffer), id) == 0)
            return b;
    return plan->n_banks == 1 ? 0 : NO_BANK;
}

static plim_status enter_excluded(ledger *out, plim_error *err)
{
    const plim_frame *frame = &out->plan->book->excluded;
    const plim_column *bank = plim_frame_find(frame, "bank");
    const plim_column *reason = plim_frame_find(frame, "reason");
    const plim_column *balance = plim_frame_find(frame, "balance");
    for (size_t row = 0; row < frame->n_rows; row++) {
        group entry = {.bank = bank_of_excluded(out->plan, bank, row), .status = EXCLUDED};
        bool stated = balance != NULL && balance->kind == PLIM_COLUMN_NUMBER;
        if (stated && !plim_fen_from_amount(balance->number[row], &entry.balance))
            entry.balance = 0; /* a row whose balance could not be read has none to tie */
        char buffer[32];
        PLIM_TRY(enter(out, &entry, plim_measure_cell(reason, row, buffer), err));
    }
    return PLIM_OK;
}

/* ---- rows ---- */

static int by_bank_status_reason(const void *a, const void *b)
{
    const group *x = a, *y = b;
    if (x->bank != y->bank)
        return x->bank < y->bank ? -1 : 1;
    if (x->status != y->status)
        return x->status < y->status ? -1 : 1;
    return strcmp(x->text, y->text);
}

static plim_status ledger_rows(plim_table *table, ledger *from, plim_error *err)
{
    const plim_book *book = from->plan->book;
    const plim_column *ids = plim_frame_find(&book->banks, "id");
    for (size_t i = 0; i < from->keys.count; i++)
        from->groups[i].text = from->reasons.text[from->groups[i].reason];
    if (from->keys.count > 0)
        qsort(from->groups, from->keys.count, sizeof *from->groups, by_bank_status_reason);
    for (size_t i = 0; i < from->keys.count; i++) {
        const group *g = &from->groups[i];
        int64_t control = PLIM_FEN_EMPTY, difference = PLIM_FEN_EMPTY;
        if (g->bank != NO_BANK)
            control = book->control_total_fen[g->bank];
        if (control != PLIM_FEN_EMPTY)
            difference = from->total[g->bank] + book->excluded_fen[g->bank] - control;
        char id[32];
        plim_row row = plim_row_begin(table, err);
        plim_row_text(&row, g->bank == NO_BANK ? "" : plim_measure_cell(ids, g->bank, id));
        plim_row_text(&row, status_name[g->status]);
        plim_row_text(&row, g->text);
        plim_row_int(&row, g->rows);
        plim_row_fen(&row, g->balance);
        plim_row_fen(&row, control);
        plim_row_fen(&row, difference);
        PLIM_TRY(plim_row_end(&row));
    }
    return PLIM_OK;
}

plim_status plim_measure_ledger(plim_table *table, const plim_plan *plan,
                                const plim_tallies *tallies, plim_error *err)
{
    (void)tallies;
    ledger entries = {.plan = plan, .total = plim_alloc(plan->n_banks, sizeof *entries.total)};
    plim_status status = PLIM_OK;
    if (entries.total == NULL)
        status = plim_fail_memory(err, "the ledger");
    if (status == PLIM_OK)
        status = enter_loans(&entries, err);
    if (status == PLIM_OK)
        status = enter_excluded(&entries, err);
    if (status == PLIM_OK)
        status = ledger_rows(table, &entries, err);
    plim_names_free(&entries.keys);
    plim_names_free(&entries.reasons);
    plim_free(entries.groups);
    plim_free(entries.total);
    return status;
}
