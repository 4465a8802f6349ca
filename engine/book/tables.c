#include "book/tables.h"

#include <string.h>

plim_frame *plim_book_tables_data_frame(plim_book_tables_data *data, plim_book_table_index table)
{
    switch (table) {
    case PLIM_BOOK_BANKS:
        return &data->banks;
    case PLIM_BOOK_BORROWERS:
        return &data->borrowers;
    case PLIM_BOOK_LOANS:
        return &data->loans;
    case PLIM_BOOK_COLLATERAL:
        return &data->collateral;
    case PLIM_BOOK_SITES:
        return &data->sites;
    case PLIM_BOOK_INSURANCE:
        return &data->insurance;
    default:
        return &data->excluded;
    }
}

void plim_book_tables_data_free(plim_book_tables_data *data)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_frame_free(plim_book_tables_data_frame(data, (plim_book_table_index)t));
    memset(data, 0, sizeof *data);
}
