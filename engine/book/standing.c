#include "book/standing.h"

#include <string.h>

const char *const plim_standing_words[PLIM_STANDING_COUNT] = {
    [PLIM_STANDING_MODELLED] = "modelled",
    [PLIM_STANDING_PROXIED] = "proxied",
    [PLIM_STANDING_EXCLUDED] = "excluded",
    [PLIM_STANDING_DEFAULTED] = "defaulted",
};

plim_standing_columns plim_standing_columns_of(const plim_book *book)
{
    return (plim_standing_columns){plim_frame_find(&book->borrowers, "pd_source"),
                                   plim_frame_find(&book->loans, "lgd_source"),
                                   plim_frame_find(&book->loans, "days_overdue")};
}

bool plim_says_proxied(const plim_column *source, size_t row)
{
    return source != NULL && source->kind == PLIM_COLUMN_TEXT &&
           strcmp(plim_column_text(source, row), "proxied") == 0;
}

const char *plim_default_rule(const plim_book *book, const plim_standing_columns *columns,
                              uint32_t loan)
{
    const plim_column *overdue = columns->overdue;
    if (book->loan_class[loan] >= 3)
        return "class 3-5";
    if (overdue != NULL && overdue->kind == PLIM_COLUMN_NUMBER && overdue->number[loan] > 90)
        return "overdue > 90 days";
    return "pd = 1";
}
