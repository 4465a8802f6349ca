#include "book/book.h"

#include "base/memory.h"
#include "book/fault.h"
#include "book/load.h"
#include "book/part.h"

/* One line of the ledger that does not tie. */
static void say_difference(plim_faults *faults, const plim_place *place, plim_int128 loans,
                           int64_t excluded, plim_int128 control)
{
    char text[4][32];
    const plim_int128 amount[4] = {loans, excluded, control, loans + excluded - control};
    for (int i = 0; i < 4; i++)
        plim_fen_format((int64_t)amount[i], text[i]);
    plim_faults_add(faults, place,
                    "the ledger does not tie: loans %s + excluded %s - control total %s = %s; "
                    "accepted: 0.00",
                    text[0], text[1], text[2], text[3]);
}

static void tie_banks(const plim_book *book, const plim_tie *tie, plim_faults *faults)
{
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        int64_t control = book->control_total_fen[k];
        if (control == PLIM_FEN_EMPTY || tie->balance[k] + book->excluded_fen[k] == control)
            continue;
        plim_place place = {"banks", "total_loans", PLIM_NO_ROW, plim_frame_id(&book->banks, k)};
        say_difference(faults, &place, tie->balance[k], book->excluded_fen[k], control);
    }
}

/* Exclusions that belong to nobody in particular can only be set against all banks together. */
static void tie_together(const plim_book *book, const plim_tie *tie, plim_faults *faults)
{
    plim_int128 sum = 0, control = 0, excluded = book->excluded_unbooked_fen;
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        if (book->control_total_fen[k] == PLIM_FEN_EMPTY)
            return;
        sum += tie->balance[k];
        excluded += book->excluded_fen[k];
        control += book->control_total_fen[k];
    }
    if (sum + excluded != control)
        say_difference(faults, &(plim_place){"banks", "total_loans", PLIM_NO_ROW, NULL}, sum,
                       (int64_t)excluded, control);
}

plim_status plim_tie_add(plim_tie *tie, const plim_book *book, plim_error *err)
{
    if (tie->balance == NULL)
        tie->balance = plim_alloc(book->banks.n_rows, sizeof *tie->balance);
    if (tie->balance == NULL)
        return plim_fail_memory(err, "the ledger");
    for (size_t l = 0; l < book->loans.n_rows; l++) {
        tie->balance[book->loan_bank[l]] += book->balance_fen[l];
        tie->exposure += book->exposure_fen[l];
    }
    if (tie->exposure > PLIM_BOOK_EXPOSURE_MOST)
        return plim_book_beyond(err, "exposures", book);
    return PLIM_OK;
}

plim_status plim_tie_check(const plim_tie *tie, const plim_book *book, plim_error *err)
{
    plim_faults faults = {.book = book->paths};
    if (book->excluded_unbooked_fen != 0)
        tie_together(book, tie, &faults);
    else
        tie_banks(book, tie, &faults);
    return plim_faults_finish(&faults, err);
}

void plim_tie_free(plim_tie *tie)
{
    plim_free(tie->balance);
    *tie = (plim_tie){0};
}

plim_status plim_book_tie(const plim_book *book, plim_error *err)
{
    plim_tie tie = {0};
    plim_status status = plim_tie_add(&tie, book, err);
    if (status == PLIM_OK)
        status = plim_tie_check(&tie, book, err);
    plim_tie_free(&tie);
    return status;
}
