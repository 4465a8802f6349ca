#include "base/source.h"

bool plim_choice_has(const plim_row_choice *choice, size_t row)
{
    return row >= choice->first && row < choice->end &&
           (choice->group == NULL || choice->group[row] == choice->wanted);
}

size_t plim_choice_count(const plim_row_choice *choice, size_t first, size_t end)
{
    size_t n = 0;
    first = first > choice->first ? first : choice->first;
    end = end < choice->end ? end : choice->end;
    if (choice->group == NULL)
        return end > first ? end - first : 0;
    for (size_t row = first; row < end; row++)
        n += choice->group[row] == choice->wanted;
    return n;
}

size_t plim_choice_row(const plim_row_choice *choice, size_t i)
{
    size_t row = choice->first;
    while (row < choice->end && (i > 0 || !plim_choice_has(choice, row)))
        i -= plim_choice_has(choice, row++);
    return row;
}
