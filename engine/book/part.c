#include "book/part.h"

#include "base/memory.h"

const char *plim_frame_id(const plim_frame *frame, size_t row)
{
    const plim_column *id = plim_frame_find(frame, "id");
    return id != NULL && id->kind == PLIM_COLUMN_TEXT ? plim_column_text(id, row) : NULL;
}

void plim_book_part_free(plim_book_part *part)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_frame_free(&part->table[t]);
    plim_free(part->loan_borrower);
    plim_free(part->loan_bank);
    plim_free(part->balance_fen);
    plim_free(part->exposure_fen);
    plim_free(part->collateral_loan);
    plim_free(part->excluded_bank);
    *part = (plim_book_part){0};
}
