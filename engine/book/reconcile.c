#include "book/reconcile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/fault.h"
#include "book/part.h"
#include "book/reconcile_parts.h"

/* ---- entering --------------------------------------------------------------------------- */

plim_status plim_reconcile_find(plim_reconcile *ledger, const char *id, uint32_t *at,
                                plim_error *err)
{
    size_t known = ledger->banks.count;
    PLIM_TRY(plim_names_add(&ledger->banks, id, at, err));
    if (*at != known)
        return PLIM_OK;
    void *bank = ledger->bank;
    if (plim_grow(&bank, &ledger->bank_capacity, known + 1, sizeof *ledger->bank) != 0)
        return plim_fail_memory(err, "the ledger");
    ledger->bank = bank;
    ledger->bank[*at] = (plim_reconcile_bank){
        .book = PLIM_NO_NAME, .own_fen = PLIM_FEN_EMPTY, .listed_fen = PLIM_FEN_EMPTY};
    return PLIM_OK;
}

static plim_status add_book(plim_reconcile *ledger, const plim_book *book, uint32_t *at,
                            plim_error *err)
{
    PLIM_TRY(plim_names_add(&ledger->books, book->paths, at, err));
    void *unbooked = ledger->unbooked_fen;
    if (plim_grow(&unbooked, &ledger->book_capacity, ledger->books.count,
                  sizeof *ledger->unbooked_fen) != 0)
        return plim_fail_memory(err, "the ledger");
    ledger->unbooked_fen = unbooked;
    ledger->unbooked_fen[*at] = book->excluded_unbooked_fen;
    return PLIM_OK;
}

/* `number` gets the bank of the ledger that each bank of the book is. */
static plim_status add_banks(plim_reconcile *ledger, const plim_book *book, uint32_t at,
                             uint32_t *number, plim_error *err)
{
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        const char *id = plim_frame_id(&book->banks, k);
        PLIM_TRY(plim_reconcile_find(ledger, id, &number[k], err));
        plim_reconcile_bank *bank = &ledger->bank[number[k]];
        if (bank->book != PLIM_NO_NAME)
            return plim_fail(err, PLIM_INPUT,
                             "%s: bank %.*s is in %s too; accepted: each bank in one book",
                             book->paths, plim_shown(id), id, ledger->books.text[bank->book]);
        bank->book = at;
        bank->own_fen = book->control_total_fen[k];
        bank->excluded_fen = book->excluded_fen[k];
    }
    return PLIM_OK;
}

/* Adds one row to those of its bank, standing and reason. */
static plim_status enter(plim_reconcile *ledger, const plim_reconcile_line *row, const char *reason,
                         plim_error *err)
{
    plim_reconcile_line entry = *row;
    char key[64];
    uint32_t at;
    size_t known = ledger->keys.count;
    PLIM_TRY(plim_names_add(&ledger->reasons, reason, &entry.reason, err));
    (void)snprintf(key, sizeof key, "%" PRIu32 " %" PRIu32 " %d %" PRIu32, entry.book, entry.bank,
                   (int)entry.standing, entry.reason);
    PLIM_TRY(plim_names_add(&ledger->keys, key, &at, err));
    if (at == known) {
        void *lines = ledger->lines;
        if (plim_grow(&lines, &ledger->line_capacity, known + 1, sizeof *ledger->lines) != 0)
            return plim_fail_memory(err, "the ledger");
        ledger->lines = lines;
        ledger->lines[at] = entry;
        ledger->lines[at].rows = 0;
        ledger->lines[at].balance_fen = 0;
        ledger->n_lines = known + 1;
    }
    ledger->lines[at].rows++;
    ledger->lines[at].balance_fen += entry.balance_fen;
    if (entry.bank != PLIM_NO_NAME) {
        ledger->bank[entry.bank].rows++;
        ledger->bank[entry.bank].balance_fen += entry.balance_fen;
    }
    return PLIM_OK;
}

static plim_status enter_loans(plim_reconcile *ledger, const plim_book *book,
                               const plim_reconcile_line *row, const uint32_t *number,
                               plim_error *err)
{
    plim_standing_columns columns = plim_standing_columns_of(book);
    for (uint32_t l = 0; l < book->loans.n_rows; l++) {
        plim_reconcile_line entry = *row;
        bool pd = plim_says_proxied(columns.pd_source, book->loan_borrower[l]);
        bool lgd = plim_says_proxied(columns.lgd_source, l);
        const char *reason = pd && lgd ? "pd proxied; lgd proxied"
                             : pd      ? "pd proxied"
                             : lgd     ? "lgd proxied"
                                       : "";
        entry.bank = number[book->loan_bank[l]];
        entry.balance_fen = book->balance_fen[l];
        entry.standing = pd || lgd ? PLIM_STANDING_PROXIED : PLIM_STANDING_MODELLED;
        if (book->loan_defaulted[l]) {
            entry.standing = PLIM_STANDING_DEFAULTED;
            reason = plim_default_rule(book, &columns, l);
        }
        PLIM_TRY(enter(ledger, &entry, reason, err));
    }
    return PLIM_OK;
}

/* Bank of the book to which an excluded row is booked, or PLIM_NO_NAME. */
static uint32_t bank_of_excluded(const plim_book *book, const plim_column *bank, size_t row)
{
    const plim_column *ids = plim_frame_find(&book->banks, "id");
    if (bank != NULL && bank->kind == PLIM_COLUMN_TEXT && *plim_column_text(bank, row) != '\0')
        for (uint32_t k = 0; k < book->banks.n_rows; k++)
            if (strcmp(plim_column_text(ids, k), plim_column_text(bank, row)) == 0)
                return k;
    return book->banks.n_rows == 1 ? 0 : PLIM_NO_NAME;
}

static plim_status enter_excluded(plim_reconcile *ledger, const plim_book *book,
                                  const plim_reconcile_line *row, const uint32_t *number,
                                  plim_error *err)
{
    const plim_frame *frame = &book->excluded;
    const plim_column *bank = plim_frame_find(frame, "bank");
    const plim_column *reason = plim_frame_find(frame, "reason");
    const plim_column *balance = plim_frame_find(frame, "balance");
    for (size_t i = 0; i < frame->n_rows; i++) {
        plim_reconcile_line entry = *row;
        uint32_t k = bank_of_excluded(book, bank, i);
        entry.standing = PLIM_STANDING_EXCLUDED;
        entry.bank = k == PLIM_NO_NAME ? PLIM_NO_NAME : number[k];
        bool stated = balance != NULL && balance->kind == PLIM_COLUMN_NUMBER;
        if (stated && !plim_fen_from_amount(balance->number[i], &entry.balance_fen))
            entry.balance_fen = 0; /* a row whose balance could not be read has none to tie */
        bool told = reason != NULL && reason->kind == PLIM_COLUMN_TEXT;
        PLIM_TRY(enter(ledger, &entry, told ? plim_column_text(reason, i) : "", err));
    }
    return PLIM_OK;
}

plim_status plim_reconcile_add(plim_reconcile *ledger, const plim_book *book, plim_error *err)
{
    plim_reconcile_line row = {0};
    PLIM_TRY(add_book(ledger, book, &row.book, err));
    uint32_t *number = plim_alloc(book->banks.n_rows, sizeof *number);
    if (number == NULL)
        return plim_fail_memory(err, "the ledger");
    plim_status status = add_banks(ledger, book, row.book, number, err);
    if (status == PLIM_OK)
        status = enter_loans(ledger, book, &row, number, err);
    if (status == PLIM_OK)
        status = enter_excluded(ledger, book, &row, number, err);
    plim_free(number);
    return status;
}

void plim_reconcile_free(plim_reconcile *ledger)
{
    plim_names_free(&ledger->books);
    plim_names_free(&ledger->banks);
    plim_names_free(&ledger->reasons);
    plim_names_free(&ledger->keys);
    plim_free(ledger->bank);
    plim_free(ledger->lines);
    plim_free(ledger->unbooked_fen);
    *ledger = (plim_reconcile){0};
}

/* ---- tying ------------------------------------------------------------------------------ */

int64_t plim_reconcile_total(const plim_reconcile *ledger, uint32_t bank)
{
    const plim_reconcile_bank *b = &ledger->bank[bank];
    return b->listed_fen != PLIM_FEN_EMPTY ? b->listed_fen : b->own_fen;
}

int64_t plim_reconcile_difference(const plim_reconcile *ledger, uint32_t bank)
{
    int64_t total = plim_reconcile_total(ledger, bank), difference;
    if (total == PLIM_FEN_EMPTY ||
        __builtin_sub_overflow(ledger->bank[bank].balance_fen, total, &difference))
        return PLIM_FEN_EMPTY;
    return difference;
}

/* Whether all banks of a book come to their totals together with what is booked to none of them. */
static bool ties_together(const plim_reconcile *ledger, uint32_t book)
{
    plim_int128 sum = ledger->unbooked_fen[book];
    if (sum == 0)
        return false;
    for (uint32_t k = 0; k < ledger->banks.count; k++) {
        if (ledger->bank[k].book != book)
            continue;
        int64_t total = plim_reconcile_total(ledger, k);
        if (total == PLIM_FEN_EMPTY)
            return false;
        sum += (plim_int128)ledger->bank[k].balance_fen - total;
    }
    return sum == 0;
}

plim_tied plim_reconcile_tied(const plim_reconcile *ledger, uint32_t bank)
{
    const plim_reconcile_bank *b = &ledger->bank[bank];
    if (b->book == PLIM_NO_NAME)
        return PLIM_TIED_NO_BANK;
    bool listed = ledger->list == NULL || b->listed_fen != PLIM_FEN_EMPTY;
    if (!listed || plim_reconcile_total(ledger, bank) == PLIM_FEN_EMPTY)
        return PLIM_TIED_NO_TOTAL;
    if (plim_reconcile_difference(ledger, bank) == 0)
        return PLIM_TIED;
    return ties_together(ledger, b->book) ? PLIM_TIED_TOGETHER : PLIM_TIED_NOT;
}

static void say_difference(const plim_reconcile *ledger, uint32_t bank, plim_text *out)
{
    const plim_reconcile_bank *b = &ledger->bank[bank];
    const int64_t amount[4] = {b->balance_fen - b->excluded_fen, b->excluded_fen,
                               plim_reconcile_total(ledger, bank),
                               plim_reconcile_difference(ledger, bank)};
    char text[4][32], unbooked[32];
    for (int i = 0; i < 4; i++)
        plim_fen_format(amount[i], text[i]);
    plim_text_format(out, "loans %s + excluded %s - control total %s (%s) = %s; accepted: 0.00",
                     text[0], text[1], text[2],
                     b->listed_fen != PLIM_FEN_EMPTY ? ledger->list : "banks.total_loans", text[3]);
    plim_fen_format(ledger->unbooked_fen[b->book], unbooked);
    if (ledger->unbooked_fen[b->book] != 0)
        plim_text_format(out, "; %s more are excluded in %s and booked to no bank", unbooked,
                         ledger->books.text[b->book]);
}

static void say_bank(const plim_reconcile *ledger, uint32_t bank, plim_tied tied, plim_text *out)
{
    const char *id = ledger->banks.text[bank];
    uint32_t book = ledger->bank[bank].book;
    plim_text_format(out, "\nbank %.*s: ", plim_shown(id), id);
    if (tied == PLIM_TIED_NOT)
        say_difference(ledger, bank, out);
    else if (tied == PLIM_TIED_NO_BANK)
        plim_text_format(out, "is in %s, but in none of the books", ledger->list);
    else if (ledger->list != NULL)
        plim_text_format(out, "is in %s, but not in %s", ledger->books.text[book], ledger->list);
    else
        plim_text_format(out, "%s states no control total (banks.total_loans); --totals gives one",
                         ledger->books.text[book]);
}

plim_status plim_reconcile_check(const plim_reconcile *ledger, plim_error *err)
{
    plim_text lines = {0};
    size_t open = 0;
    for (uint32_t k = 0; k < ledger->banks.count; k++) {
        plim_tied tied = plim_reconcile_tied(ledger, k);
        if (tied == PLIM_TIED || tied == PLIM_TIED_TOGETHER)
            continue;
        open++;
        say_bank(ledger, k, tied, &lines);
    }
    plim_status status = PLIM_OK;
    if (lines.failed)
        status = plim_fail_memory(err, "the ledger");
    else if (open > 0)
        status = plim_fail(err, PLIM_INPUT, "%zu of %zu banks do not tie to a control total:%s",
                           open, ledger->banks.count, plim_text_get(&lines));
    plim_text_free(&lines);
    return status;
}

void plim_reconcile_disagreements(const plim_reconcile *ledger, plim_text *out)
{
    for (uint32_t k = 0; k < ledger->banks.count; k++) {
        const plim_reconcile_bank *b = &ledger->bank[k];
        if (b->own_fen == PLIM_FEN_EMPTY || b->listed_fen == PLIM_FEN_EMPTY ||
            b->own_fen == b->listed_fen)
            continue;
        char listed[32], own[32];
        const char *id = ledger->banks.text[k];
        plim_fen_format(b->listed_fen, listed);
        plim_fen_format(b->own_fen, own);
        plim_text_format(out, "%sbank %.*s: %s says %s, but %s itself %s; the first counts",
                         out->length > 0 ? "\n" : "", plim_shown(id), id, ledger->list, listed,
                         ledger->books.text[b->book], own);
    }
}
