#include "book/book.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/borrower_key.h"
#include "book/canonical.h"
#include "book/check.h"
#include "book/load.h"
#include "book/pool.h"
#include "parallel/team.h"

/* ---- views ------------------------------------------------------------------------------ */

static double number_of(const plim_column *column, size_t row)
{
    return column != NULL ? column->number[row] : (double)NAN;
}

static plim_status find_terms(plim_book *book, plim_error *err)
{
    for (int term = 1; term <= PLIM_PD_TERMS; term++) {
        char name[16] = "pd";
        if (term > 1)
            (void)snprintf(name, sizeof name, "pd_%d", term);
        const plim_column *column = plim_frame_find(&book->borrowers, name);
        book->pd_term[term - 1] = column != NULL ? column->number : NULL;
    }
    return book->pd_term[0] != NULL ? PLIM_OK : plim_fail(err, PLIM_BUG, "a checked book lacks pd");
}

/* Where the rows of each of n owners begin in a table that is sorted by owner; rows without one
   stand at its end. */
static void count_rows(uint32_t *first, size_t n, const uint32_t *owner, size_t n_rows)
{
    /* Memory that is read before it is written costs two faults a page. */
    memset(first, 0, (n + 1) * sizeof *first);
    for (size_t i = 0; i < n_rows && owner[i] != PLIM_NO_NAME; i++)
        first[owner[i] + 1]++;
    for (size_t o = 0; o < n; o++)
        first[o + 1] += first[o];
}

/* A book that is not of several has its keys from when it was read. */
static plim_status find_keys(plim_book *book, plim_error *err)
{
    if (book->borrower_key != NULL)
        return PLIM_OK;
    book->borrower_key = plim_alloc(book->borrowers.n_rows, sizeof *book->borrower_key);
    if (book->borrower_key == NULL)
        return plim_fail_memory(err, "borrowers");
    return plim_borrower_keys(plim_frame_find(&book->borrowers, "id"), plim_team_default_threads(),
                              book->borrower_key, err);
}

static plim_status view_borrowers(plim_book *book, plim_error *err)
{
    size_t n = book->borrowers.n_rows;
    book->first_loan = plim_alloc(n + 1, sizeof *book->first_loan);
    book->first_site = plim_alloc(n + 1, sizeof *book->first_site);
    book->first_policy = plim_alloc(n + 1, sizeof *book->first_policy);
    if (book->first_loan == NULL || book->first_site == NULL || book->first_policy == NULL)
        return plim_fail_memory(err, "borrowers");
    PLIM_TRY(find_keys(book, err));
    count_rows(book->first_loan, n, book->loan_borrower, book->loans.n_rows);
    count_rows(book->first_site, n, book->site_borrower, book->sites.n_rows);
    count_rows(book->first_policy, n, book->policy_borrower, book->insurance.n_rows);
    return PLIM_OK;
}

static plim_status view_loans(plim_book *book, plim_error *err)
{
    size_t n = book->loans.n_rows;
    book->loan_class = plim_alloc(n, sizeof *book->loan_class);
    book->loan_defaulted = plim_alloc(n, sizeof *book->loan_defaulted);
    book->first_collateral = plim_alloc(n + 1, sizeof *book->first_collateral);
    if (book->loan_class == NULL || book->loan_defaulted == NULL || book->first_collateral == NULL)
        return plim_fail_memory(err, "loans");
    count_rows(book->first_collateral, n, book->collateral_loan, book->collateral.n_rows);
    const plim_column *class = plim_frame_find(&book->loans, "class");
    const plim_column *overdue = plim_frame_find(&book->loans, "days_overdue");
    for (size_t l = 0; l < n; l++) {
        double stated = number_of(class, l);
        book->loan_class[l] = isnan(stated) ? 0 : (uint8_t)stated;
        book->loan_defaulted[l] = book->loan_class[l] >= 3 || number_of(overdue, l) > 90 ||
                                  book->pd_term[0][book->loan_borrower[l]] == 1;
    }
    return PLIM_OK;
}

plim_status plim_book_beyond(plim_error *err, const char *what, const plim_book *book)
{
    return plim_fail(err, PLIM_INPUT,
                     "the %s of the books together are above 4.6e+16 %s, the most that sums in "
                     "whole fen hold",
                     what, book->currency);
}

static plim_status check_sums(const plim_book *book, plim_error *err)
{
    plim_int128 exposure = 0, excluded = 0;
    for (size_t l = 0; l < book->loans.n_rows; l++)
        exposure += book->exposure_fen[l];
    const plim_column *balance = plim_frame_find(&book->excluded, "balance");
    for (size_t i = 0; i < book->excluded.n_rows; i++)
        excluded += (plim_int128)fabs(isnan(number_of(balance, i)) ? 0 : balance->number[i] * 100);
    if (exposure > PLIM_BOOK_EXPOSURE_MOST)
        return plim_book_beyond(err, "exposures", book);
    return excluded > PLIM_BOOK_EXPOSURE_MOST ? plim_book_beyond(err, "excluded balances", book)
                                              : PLIM_OK;
}

static plim_status view_banks(plim_book *book, const uint32_t *excluded_bank, plim_error *err)
{
    size_t n = book->banks.n_rows;
    book->control_total_fen = plim_alloc(n, sizeof *book->control_total_fen);
    book->excluded_fen = plim_alloc(n, sizeof *book->excluded_fen);
    if (book->control_total_fen == NULL || book->excluded_fen == NULL)
        return plim_fail_memory(err, "banks");
    const plim_column *total = plim_frame_find(&book->banks, "total_loans");
    for (size_t k = 0; k < n; k++)
        if (isnan(number_of(total, k)) ||
            !plim_fen_from_amount(total->number[k], &book->control_total_fen[k]))
            book->control_total_fen[k] = PLIM_FEN_EMPTY;
    const plim_column *balance = plim_frame_find(&book->excluded, "balance");
    for (size_t i = 0; i < book->excluded.n_rows; i++) {
        int64_t fen = 0;
        if (!isnan(number_of(balance, i)) && !plim_fen_from_amount(balance->number[i], &fen))
            return plim_fail(err, PLIM_BUG, "a checked excluded balance is beyond fen");
        if (excluded_bank[i] == PLIM_NO_NAME)
            book->excluded_unbooked_fen += fen;
        else
            book->excluded_fen[excluded_bank[i]] += fen;
    }
    return PLIM_OK;
}

/* The book takes over what the pooled part holds. */
static void take_over(plim_book *book, plim_pooled *pooled)
{
    plim_book_part *part = &pooled->part;
    memcpy(book->as_of, part->as_of, sizeof book->as_of);
    memcpy(book->currency, part->currency, sizeof book->currency);
    book->as_of_days = part->as_of_days;
    book->banks = part->table[PLIM_BOOK_BANKS];
    book->borrowers = part->table[PLIM_BOOK_BORROWERS];
    book->loans = part->table[PLIM_BOOK_LOANS];
    book->collateral = part->table[PLIM_BOOK_COLLATERAL];
    book->sites = part->table[PLIM_BOOK_SITES];
    book->insurance = part->table[PLIM_BOOK_INSURANCE];
    book->excluded = part->table[PLIM_BOOK_EXCLUDED];
    memset(part->table, 0, sizeof part->table);
    book->borrower_key = part->borrower_key;
    book->loan_borrower = part->loan_borrower;
    book->loan_bank = part->loan_bank;
    book->balance_fen = part->balance_fen;
    book->exposure_fen = part->exposure_fen;
    book->collateral_loan = part->collateral_loan;
    book->collateral_site = part->collateral_site;
    book->collateral_share = part->collateral_share;
    book->site_borrower = part->site_borrower;
    book->policy_borrower = part->policy_borrower;
    part->borrower_key = NULL;
    part->loan_borrower = part->loan_bank = part->collateral_loan = part->collateral_site = NULL;
    part->site_borrower = part->policy_borrower = NULL;
    part->balance_fen = part->exposure_fen = NULL;
    part->collateral_share = NULL;
    book->n_conflicts = pooled->n_conflicts;
    book->conflicted = pooled->conflicted;
    pooled->conflicted = (plim_names){0};
}

static plim_status make_views(plim_book *book, const uint32_t *excluded_bank, plim_error *err)
{
    PLIM_TRY(find_terms(book, err));
    PLIM_TRY(check_sums(book, err));
    PLIM_TRY(view_borrowers(book, err));
    PLIM_TRY(view_loans(book, err));
    return view_banks(book, excluded_bank, err);
}

static plim_status join_paths(plim_book *book, const plim_book_part *parts, size_t n,
                              plim_error *err)
{
    plim_text paths = {0};
    for (size_t p = 0; p < n; p++) {
        plim_text_add(&paths, p > 0 ? ", " : "");
        plim_text_add(&paths, parts[p].path);
    }
    book->paths = paths.failed ? NULL : plim_strdup(plim_text_get(&paths));
    plim_text_free(&paths);
    return book->paths != NULL ? PLIM_OK : plim_fail_memory(err, "books");
}

/* ---- loading ---------------------------------------------------------------------------- */

plim_status plim_book_from_parts(plim_book *out, plim_book_part *parts, size_t n_parts,
                                 const plim_pool_rule *rule, plim_error *err)
{
    *out = (plim_book){0};
    plim_pooled pooled = {0};
    plim_status status = join_paths(out, parts, n_parts, err);
    if (status == PLIM_OK)
        status = plim_pool_parts(&pooled, parts, n_parts, rule, err);
    if (status == PLIM_OK && rule->keep != NULL)
        plim_book_part_slim(&pooled.part, rule->keep);
    if (status == PLIM_OK)
        status = plim_book_canonical(&pooled.part, err);
    if (status == PLIM_OK) {
        take_over(out, &pooled);
        status = make_views(out, pooled.part.excluded_bank, err);
    }
    plim_pooled_free(&pooled);
    if (status != PLIM_OK)
        plim_book_free(out);
    return status;
}

/* Several books may disagree in kind or unit of any column: what is not kept goes when they are
 * one.
 */
static plim_status read_parts(plim_book_part *parts, plim_source *const *sources, size_t n,
                              const plim_book_keep *keep, plim_error *err)
{
    for (size_t s = 0; s < n; s++)
        PLIM_TRY(plim_book_part_read(&parts[s], sources[s], NULL, n == 1 ? keep : NULL, err));
    return PLIM_OK;
}

plim_status plim_book_load_used(plim_book *out, plim_source *const *sources, size_t n_sources,
                                plim_conflict on_conflict, const plim_book_use *use,
                                plim_error *err)
{
    *out = (plim_book){0};
    if (n_sources == 0)
        return plim_fail(err, PLIM_USAGE, "no loan book is given");
    plim_book_part *parts = plim_alloc(n_sources, sizeof *parts);
    if (parts == NULL)
        return plim_fail_memory(err, "books");
    plim_book_keep named = {{[PLIM_BOOK_BORROWERS] = use->borrowers,
                             [PLIM_BOOK_LOANS] = use->loans,
                             [PLIM_BOOK_COLLATERAL] = use->collateral,
                             [PLIM_BOOK_SITES] = use->sites,
                             [PLIM_BOOK_INSURANCE] = use->insurance}};
    const plim_book_keep *keep = NULL;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        keep = named.of[t] != NULL ? &named : keep;
    plim_pool_rule rule = {on_conflict, use->agreed, keep, use->told};
    plim_status status = read_parts(parts, sources, n_sources, keep, err);
    if (status == PLIM_OK)
        status = plim_book_from_parts(out, parts, n_sources, &rule, err);
    for (size_t s = 0; s < n_sources; s++)
        plim_book_part_free(&parts[s]);
    plim_free(parts);
    return status;
}

plim_status plim_book_load(plim_book *out, plim_source *const *sources, size_t n_sources,
                           plim_conflict on_conflict, const plim_names *used, plim_error *err)
{
    plim_book_use use = {.agreed = used};
    return plim_book_load_used(out, sources, n_sources, on_conflict, &use, err);
}

void plim_book_free(plim_book *book)
{
    plim_free(book->paths);
    plim_frame_free(&book->banks);
    plim_frame_free(&book->borrowers);
    plim_frame_free(&book->loans);
    plim_frame_free(&book->collateral);
    plim_frame_free(&book->sites);
    plim_frame_free(&book->insurance);
    plim_frame_free(&book->excluded);
    plim_free(book->borrower_key);
    plim_free(book->loan_borrower);
    plim_free(book->loan_bank);
    plim_free(book->balance_fen);
    plim_free(book->exposure_fen);
    plim_free(book->loan_defaulted);
    plim_free(book->loan_class);
    plim_free(book->first_loan);
    plim_free(book->control_total_fen);
    plim_free(book->excluded_fen);
    plim_free(book->collateral_loan);
    plim_free(book->first_collateral);
    plim_free(book->collateral_site);
    plim_free(book->collateral_share);
    plim_free(book->first_site);
    plim_free(book->site_borrower);
    plim_free(book->first_policy);
    plim_free(book->policy_borrower);
    plim_names_free(&book->conflicted);
    *book = (plim_book){0};
}

double plim_book_pd(const plim_book *book, uint32_t borrower, int year)
{
    for (int term = year < PLIM_PD_TERMS ? year : PLIM_PD_TERMS - 1; term > 0; term--)
        if (book->pd_term[term] != NULL && !isnan(book->pd_term[term][borrower]))
            return book->pd_term[term][borrower];
    return book->pd_term[0][borrower];
}
