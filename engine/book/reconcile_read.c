#include "book/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "book/fault.h"
#include "book/reconcile_parts.h"

/* "-1234.5" -> fen, exactly. False if it is anything else or beyond int64. */
static bool parse_fen(const char *text, int64_t *out)
{
    bool negative = *text == '-';
    int decimals = -1;
    int64_t fen = 0;
    const char *at = text + negative;
    if (*at < '0' || *at > '9')
        return false;
    for (; *at != '\0'; at++) {
        if (*at == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (*at < '0' || *at > '9' || (decimals == 2 && *at != '0'))
            return false;
        if (decimals == 2)
            continue;
        decimals += decimals >= 0;
        if (__builtin_mul_overflow(fen, 10, &fen) || __builtin_add_overflow(fen, *at - '0', &fen))
            return false;
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 2; decimals++)
        if (__builtin_mul_overflow(fen, 10, &fen))
            return false;
    *out = negative ? -fen : fen;
    return true;
}

static plim_status find_column(const plim_csv *csv, const char *path, const char *name, size_t *out,
                               plim_error *err)
{
    for (size_t c = 0; c < csv->n_columns; c++)
        if (strcmp(csv->header[c], name) == 0) {
            *out = c;
            return PLIM_OK;
        }
    return plim_fail(err, PLIM_INPUT,
                     "%s: line 1: there is no column %s; accepted: the columns bank and total",
                     path, name);
}

static plim_status read_row(plim_reconcile *ledger, const plim_csv *csv, size_t row,
                            const size_t column[2], plim_error *err)
{
    const char *id = csv->cell[row * csv->n_columns + column[0]];
    const char *total = csv->cell[row * csv->n_columns + column[1]];
    int64_t fen;
    uint32_t at;
    if (*id == '\0')
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %zu: column bank is empty; accepted: the id of a bank",
                         ledger->list, csv->line[row]);
    if (!parse_fen(total, &fen))
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %zu: column total, bank %.*s: '%.*s'; accepted: an amount in "
                         "currency units with at most two decimals, such as 1234567.89",
                         ledger->list, csv->line[row], plim_shown(id), id, plim_shown(total),
                         total);
    PLIM_TRY(plim_reconcile_find(ledger, id, &at, err));
    if (ledger->bank[at].listed_fen != PLIM_FEN_EMPTY)
        return plim_fail(err, PLIM_INPUT,
                         "%s: line %zu: bank %.*s is there already; accepted: one line a bank",
                         ledger->list, csv->line[row], plim_shown(id), id);
    ledger->bank[at].listed_fen = fen;
    return PLIM_OK;
}

plim_status plim_reconcile_read(plim_reconcile *ledger, const char *path, plim_error *err)
{
    plim_csv csv = {0};
    size_t column[2] = {0, 0};
    ledger->list = path;
    PLIM_TRY(plim_csv_read(path, &csv, err));
    plim_status status = find_column(&csv, path, "bank", &column[0], err);
    if (status == PLIM_OK)
        status = find_column(&csv, path, "total", &column[1], err);
    for (size_t row = 0; row < csv.n_rows && status == PLIM_OK; row++)
        status = read_row(ledger, &csv, row, column, err);
    plim_csv_free(&csv);
    return status;
}
