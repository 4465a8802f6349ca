#include "book/rejects.h"

#include "base/csv.h"
#include "base/memory.h"

static plim_status count(plim_rejects *rejects, const plim_reject *fault, plim_error *err)
{
    uint32_t rule = 0;
    size_t before = rejects->rules.count;
    void *array = rejects->by_rule;
    PLIM_TRY(plim_names_add(&rejects->rules, fault->rule, &rule, err));
    if (plim_grow(&array, &rejects->capacity, rejects->rules.count, sizeof *rejects->by_rule) != 0)
        return plim_fail_memory(err, "rows that are refused");
    rejects->by_rule = array;
    if (rejects->rules.count > before)
        rejects->by_rule[rule] = 0;
    rejects->by_rule[rule]++;
    rejects->rows++;
    if (fault->balance_fen == PLIM_FEN_EMPTY) {
        rejects->unsized++;
    } else {
        rejects->balance += fault->balance_fen;
        rejects->size += fault->balance_fen < 0 ? -(plim_int128)fault->balance_fen
                                                : (plim_int128)fault->balance_fen;
    }
    return PLIM_OK;
}

plim_status plim_rejects_add(plim_rejects *rejects, const plim_reject *fault, bool first,
                             plim_error *err)
{
    plim_text *csv = &rejects->csv;
    char balance[32] = "";
    if (csv->length == 0)
        plim_text_add(csv, PLIM_REJECTS_HEADER);
    if (first)
        PLIM_TRY(count(rejects, fault, err));
    if (rejects->rows > PLIM_REJECTS_LISTED)
        return PLIM_OK;
    if (fault->balance_fen != PLIM_FEN_EMPTY)
        plim_fen_format(fault->balance_fen, balance);
    plim_csv_add_cell(csv, fault->file);
    plim_text_format(csv, ",%zu,", fault->line);
    plim_csv_add_cell(csv, fault->column);
    plim_text_add(csv, ",");
    plim_csv_add_cell(csv, fault->value);
    plim_text_format(csv, ",%s,%s,", fault->rule, balance);
    plim_csv_add_cell(csv, fault->accepted);
    plim_text_add(csv, "\n");
    return csv->failed ? plim_fail_memory(err, "rows that are refused") : PLIM_OK;
}

void plim_rejects_free(plim_rejects *rejects)
{
    plim_text_free(&rejects->csv);
    plim_names_free(&rejects->rules);
    plim_free(rejects->by_rule);
    *rejects = (plim_rejects){0};
}
