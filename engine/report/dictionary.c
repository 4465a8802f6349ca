#include "report/dictionary.h"

#include <string.h>

static const plim_meaning meanings[] = {
#define MEANING(table, column, unit, formula, formula_zh, meaning_zh)                              \
    {table, column, unit, formula, formula_zh, meaning_zh},
#include "report/dictionary.def"
#undef MEANING
};

const plim_meaning *plim_report_meaning(const char *table, const char *column)
{
    const plim_meaning *shared = NULL;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (strcmp(meanings[i].column, column) != 0)
            continue;
        if (strcmp(meanings[i].table, table) == 0)
            return &meanings[i];
        if (strcmp(meanings[i].table, "*") == 0)
            shared = &meanings[i];
    }
    return shared;
}
