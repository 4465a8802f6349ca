/* Table ledger: how every loan of the book, and every row that import left out, is accounted for.
 */
#include "measure/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "measure/row.h"

/* A group with its reason in words, for sorting. */
typedef struct line {
    const plim_ledger_group *group;
    const char *reason;
} line;

static int by_bank_status_reason(const void *a, const void *b)
{
    const line *x = a, *y = b;
    if (x->group->bank != y->group->bank)
        return x->group->bank < y->group->bank ? -1 : 1;
    if (x->group->status != y->group->status)
        return x->group->status < y->group->status ? -1 : 1;
    return strcmp(x->reason, y->reason);
}

static plim_status add_line(plim_table *table, const plim_measured *of, const line *l,
                            plim_error *err)
{
    const plim_book *book = of->plan->book;
    const plim_column *ids = plim_frame_find(&book->banks, "id");
    const plim_ledger_group *g = l->group;
    int64_t control = PLIM_FEN_EMPTY, difference = PLIM_FEN_EMPTY;
    if (g->bank != PLIM_LEDGER_NO_BANK)
        control = book->control_total_fen[g->bank];
    if (control != PLIM_FEN_EMPTY)
        difference = of->holdings->ledger.total[g->bank] + book->excluded_fen[g->bank] - control;
    char id[32];
    plim_row row = plim_row_begin(table, err);
    plim_row_text(&row, g->bank == PLIM_LEDGER_NO_BANK ? "" : plim_measure_cell(ids, g->bank, id));
    plim_row_text(&row, plim_standing_words[g->status]);
    plim_row_text(&row, l->reason);
    plim_row_int(&row, g->rows);
    plim_row_fen(&row, g->balance);
    plim_row_fen(&row, control);
    plim_row_fen(&row, difference);
    return plim_row_end(&row);
}

plim_status plim_measure_ledger(plim_table *table, const plim_measured *of, plim_error *err)
{
    const plim_ledger *ledger = &of->holdings->ledger;
    size_t n = ledger->keys.count;
    line *lines = plim_alloc(n, sizeof *lines);
    if (lines == NULL)
        return plim_fail_memory(err, "the ledger");
    for (size_t i = 0; i < n; i++)
        lines[i] = (line){&ledger->groups[i], ledger->reasons.text[ledger->groups[i].reason]};
    qsort(lines, n, sizeof *lines, by_bank_status_reason);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++)
        status = add_line(table, of, &lines[i], err);
    plim_free(lines);
    return status;
}
