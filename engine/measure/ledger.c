#include "measure/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "measure/tables.h"

/* Adds one row to the group of (bank, status, reason). */
static plim_status enter(plim_ledger *out, const plim_ledger_group *entry, const char *reason,
                         plim_error *err)
{
    plim_ledger_group row = *entry;
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
        out->groups[index] = (plim_ledger_group){row.bank, row.status, row.reason, 0, 0};
    }
    out->groups[index].rows++;
    out->groups[index].balance += row.balance;
    return PLIM_OK;
}

/* ---- loans ---- */

/* Columns of the book that say who a loan is and how it came to its numbers; NULL where it lacks
   them. */
typedef struct sources {
    const plim_column *id;
    plim_standing_columns standing;
} sources;

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
    if (plim_says_proxied(from->standing.pd_source, borrower))
        tag(tags, "pd proxied", "");
    if (plim_says_proxied(from->standing.lgd_source, loan))
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

static plim_status enter_loan(plim_ledger *out, const plim_plan *plan, const sources *from,
                              uint32_t loan, plim_error *err)
{
    const plim_book *book = plan->book;
    plim_ledger_group entry = {.bank = book->loan_bank[loan], .balance = book->balance_fen[loan]};
    out->total[entry.bank] += entry.balance;
    if (book->loan_defaulted[loan]) {
        entry.status = PLIM_STANDING_DEFAULTED;
        return enter(out, &entry, plim_default_rule(book, &from->standing, loan), err);
    }
    bool proxied;
    plim_text tags = {0};
    tag_loan(&tags, plan, from, loan, &proxied);
    entry.status = proxied ? PLIM_STANDING_PROXIED : PLIM_STANDING_MODELLED;
    plim_status status = tags.failed ? plim_fail_memory(err, "the ledger")
                                     : enter(out, &entry, plim_text_get(&tags), err);
    plim_text_free(&tags);
    return status;
}

static plim_status enter_loans(plim_ledger *out, const plim_plan *plan, plim_error *err)
{
    const plim_book *book = plan->book;
    sources from = {.id = plim_frame_find(&book->borrowers, "id"),
                    .standing = plim_standing_columns_of(book)};
    for (uint32_t loan = 0; loan < plan->n_loans; loan++)
        PLIM_TRY(enter_loan(out, plan, &from, loan, err));
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
    return plan->n_banks == 1 ? 0 : PLIM_LEDGER_NO_BANK;
}

static plim_status enter_excluded(plim_ledger *out, const plim_plan *plan, plim_error *err)
{
    const plim_frame *frame = &plan->book->excluded;
    const plim_column *bank = plim_frame_find(frame, "bank");
    const plim_column *reason = plim_frame_find(frame, "reason");
    const plim_column *balance = plim_frame_find(frame, "balance");
    for (size_t row = 0; row < frame->n_rows; row++) {
        plim_ledger_group entry = {.bank = bank_of_excluded(plan, bank, row),
                                   .status = PLIM_STANDING_EXCLUDED};
        bool stated = balance != NULL && balance->kind == PLIM_COLUMN_NUMBER;
        if (stated && !plim_fen_from_amount(balance->number[row], &entry.balance))
            entry.balance = 0; /* a row whose balance could not be read has none to tie */
        char buffer[32];
        PLIM_TRY(enter(out, &entry, plim_measure_cell(reason, row, buffer), err));
    }
    return PLIM_OK;
}

plim_status plim_ledger_add(plim_ledger *ledger, const plim_plan *plan, plim_error *err)
{
    bool first = ledger->total == NULL;
    if (first)
        ledger->total = plim_alloc(plan->n_banks, sizeof *ledger->total);
    if (ledger->total == NULL)
        return plim_fail_memory(err, "the ledger");
    PLIM_TRY(enter_loans(ledger, plan, err));
    return first ? enter_excluded(ledger, plan, err) : PLIM_OK;
}

void plim_ledger_free(plim_ledger *ledger)
{
    plim_names_free(&ledger->keys);
    plim_names_free(&ledger->reasons);
    plim_free(ledger->groups);
    plim_free(ledger->total);
    *ledger = (plim_ledger){0};
}
