#include "book/part.h"

#include <string.h>

#include "base/memory.h"

const char *plim_frame_id(const plim_frame *frame, size_t row)
{
    const plim_column *id = plim_frame_find(frame, "id");
    return id != NULL && id->kind == PLIM_COLUMN_TEXT ? plim_column_text(id, row) : NULL;
}

bool plim_book_keeps(const plim_book_keep *keep, int table, const char *column)
{
    const plim_names *names = keep->of[table];
    const char *sorts = table == PLIM_BOOK_COLLATERAL ? "value"
                        : table == PLIM_BOOK_SITES    ? "collateral"
                                                      : "id";
    return names == NULL || strcmp(column, "id") == 0 || strcmp(column, sorts) == 0 ||
           plim_names_find(names, column) != PLIM_NO_NAME;
}

typedef struct plim_kept_of {
    const plim_book_keep *keep;
    int table;
} plim_kept_of;

static bool keeps(void *user, const plim_column *column)
{
    const plim_kept_of *of = user;
    return plim_book_keeps(of->keep, of->table, column->name);
}

void plim_book_part_slim(plim_book_part *part, const plim_book_keep *keep)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_frame_keep(&part->table[t], keeps, &(plim_kept_of){keep, t});
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
    plim_free(part->collateral_site);
    plim_free(part->collateral_share);
    plim_free(part->site_borrower);
    plim_free(part->policy_borrower);
    plim_free(part->excluded_bank);
    *part = (plim_book_part){0};
}
