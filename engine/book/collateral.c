#include "book/collateral.h"

#include "base/memory.h"
#include "book/part.h"

#include <string.h>

static plim_status find_first(plim_book *book, plim_error *err)
{
    size_t n_loans = book->loans.n_rows, n = book->collateral.n_rows;
    book->first_collateral = plim_alloc(n_loans + 1, sizeof *book->first_collateral);
    if (book->first_collateral == NULL)
        return plim_fail_memory(err, "collateral");
    for (size_t i = 0; i < n; i++)
        if (book->collateral_loan[i] != PLIM_NO_NAME)
            book->first_collateral[book->collateral_loan[i] + 1]++;
    for (size_t l = 0; l < n_loans; l++)
        book->first_collateral[l + 1] += book->first_collateral[l];
    return PLIM_OK;
}

/* Sums of a piece: exposure of its loans, and how many there are. */
typedef struct piece {
    plim_int128 exposure;
    uint32_t rows;
} piece;

static int64_t exposure_of(const plim_book *book, size_t row)
{
    uint32_t loan = book->collateral_loan[row];
    return loan == PLIM_NO_NAME ? 0 : book->exposure_fen[loan];
}

/* The piece of a row; PLIM_NO_NAME where it has no id. */
static plim_status number_pieces(const plim_book *book, uint32_t *of_row, piece *pieces,
                                 plim_error *err)
{
    plim_names ids = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < book->collateral.n_rows && status == PLIM_OK; i++) {
        const char *id = plim_frame_id(&book->collateral, i);
        of_row[i] = PLIM_NO_NAME;
        if (id == NULL || id[0] == '\0')
            continue;
        status = plim_names_add(&ids, id, &of_row[i], err);
        if (status != PLIM_OK)
            break;
        pieces[of_row[i]].exposure += exposure_of(book, i);
        pieces[of_row[i]].rows++;
    }
    plim_names_free(&ids);
    return status;
}

static plim_status share_pieces(plim_book *book, uint32_t *of_row, piece *pieces, plim_error *err)
{
    PLIM_TRY(number_pieces(book, of_row, pieces, err));
    for (size_t i = 0; i < book->collateral.n_rows; i++) {
        const piece *p = of_row[i] == PLIM_NO_NAME ? NULL : &pieces[of_row[i]];
        if (p == NULL || p->rows == 1)
            book->collateral_share[i] = 1;
        else if (p->exposure == 0)
            book->collateral_share[i] = 1.0 / p->rows;
        else
            book->collateral_share[i] = (double)exposure_of(book, i) / (double)p->exposure;
    }
    return PLIM_OK;
}

plim_status plim_book_view_collateral(plim_book *book, plim_error *err)
{
    size_t n = book->collateral.n_rows;
    PLIM_TRY(find_first(book, err));
    book->collateral_share = plim_alloc(n, sizeof *book->collateral_share);
    uint32_t *of_row = plim_alloc(n, sizeof *of_row);
    piece *pieces = plim_alloc(n, sizeof *pieces);
    plim_status status = book->collateral_share == NULL || of_row == NULL || pieces == NULL
                             ? plim_fail_memory(err, "collateral")
                             : share_pieces(book, of_row, pieces, err);
    plim_free(of_row);
    plim_free(pieces);
    return status;
}
