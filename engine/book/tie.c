#include "book/book.h"

#include "base/memory.h"
#include "book/fault.h"
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

static void tie_banks(const plim_book *book, const int64_t *loans, plim_faults *faults)
{
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        int64_t control = book->control_total_fen[k];
        if (control == PLIM_FEN_EMPTY || (plim_int128)loans[k] + book->excluded_fen[k] == control)
            continue;
        plim_place place = {"banks", "total_loans", PLIM_NO_ROW, plim_frame_id(&book->banks, k)};
        say_difference(faults, &place, loans[k], book->excluded_fen[k], control);
    }
}

/* Exclusions that belong to nobody in particular can only be set against all banks together. */
static void tie_together(const plim_book *book, const int64_t *loans, plim_faults *faults)
{
    plim_int128 sum = 0, control = 0, excluded = book->excluded_unbooked_fen;
    for (size_t k = 0; k < book->banks.n_rows; k++) {
        if (book->control_total_fen[k] == PLIM_FEN_EMPTY)
            return;
        sum += loans[k];
        excluded += book->excluded_fen[k];
        control += book->control_total_fen[k];
    }
    if (sum + excluded != control)
        say_difference(faults, &(plim_place){"banks", "total_loans", PLIM_NO_ROW, NULL}, sum,
                       (int64_t)excluded, control);
}

plim_status plim_book_tie(const plim_book *book, plim_error *err)
{
    int64_t *loans = plim_alloc(book->banks.n_rows, sizeof *loans);
    if (loans == NULL)
        return plim_fail_memory(err, "the ledger");
    for (size_t l = 0; l < book->loans.n_rows; l++)
        loans[book->loan_bank[l]] += book->balance_fen[l];
    plim_faults faults = {.book = book->paths};
    if (book->excluded_unbooked_fen != 0)
        tie_together(book, loans, &faults);
    else
        tie_banks(book, loans, &faults);
    plim_free(loans);
    return plim_faults_finish(&faults, err);
}
