#include "run/import.h"

#include <stdio.h>

#include "book/book.h"
#include "book/columns.h"

static plim_status check(plim_source *source, plim_error *err)
{
    plim_book book = {0};
    plim_status status = plim_book_load(&book, &source, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    if (status == PLIM_OK)
        status = plim_book_tie(&book, err);
    plim_book_free(&book);
    return status;
}

plim_status plim_import(plim_book_tables_data *out, plim_source *source, plim_error *err)
{
    PLIM_TRY(check(source, err));
    snprintf(out->as_of, sizeof out->as_of, "%s", source->attribute(source, "as_of"));
    snprintf(out->currency, sizeof out->currency, "%s", source->attribute(source, "currency"));
    for (size_t i = 0; i < PLIM_BOOK_TABLE_COUNT; i++) {
        plim_frame *frame = plim_book_tables_data_frame(out, (plim_book_table_index)i);
        PLIM_TRY(source->read_table(source, plim_book_tables[i].name, frame, err));
    }
    return PLIM_OK;
}
