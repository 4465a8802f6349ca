/* What is left to do when all files have been read: references and exclusions. */
#include "book/mapped_parts.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

plim_status plim_mapped_exclude(plim_importing *im, plim_book_table_index t, size_t line,
                                const char *reason, const plim_standing *is, plim_error *err)
{
    plim_staged value[5] = {{.text = plim_book_tables[t].name},
                            {.number = (double)line},
                            {.text = reason},
                            {.number = (double)NAN},
                            {.text = is->bank}};
    if (is->balance_fen != PLIM_FEN_EMPTY)
        value[3].number = (double)is->balance_fen / PLIM_FEN_PER_UNIT;
    return plim_staging_add_row(&im->table[PLIM_BOOK_EXCLUDED], value, line, err);
}

/* ---- references ---- */

static plim_book_table_index table_named(const char *name)
{
    size_t t = 0;
    while (strcmp(plim_book_tables[t].name, name) != 0)
        t++;
    return (plim_book_table_index)t;
}

/* Which labels of a column are in use. */
static uint8_t *used_labels(const plim_staging *staging, const plim_staging_column *column)
{
    uint8_t *used = plim_alloc(column->labels.count, 1);
    for (size_t row = 0; used != NULL && row < staging->n_rows; row++)
        used[column->code[row]] = 1;
    return used;
}

/* A reference of a table to ids of another one. */
typedef struct reference {
    plim_book_table_index from, to;
    size_t column; /* of the map's table `from` */
} reference;

static plim_status refuse_reference(plim_importing *im, const reference *of, size_t row,
                                    plim_error *err)
{
    const plim_staging *staging = &im->table[of->from];
    const plim_map_table *table = plim_mapped_table(im, of->from);
    const plim_map_column *column = &table->columns[of->column];
    const plim_staging_column *texts = &staging->columns[of->column];
    char rule[40], accepted[80], reason[80];
    const char *to = plim_book_tables[of->to].name;
    /* "unknown borrower": the table without its plural s */
    (void)snprintf(rule, sizeof rule, "unknown %.*s",
                   (int)(strlen(to) - (to[strlen(to) - 1] == 's')), to);
    (void)snprintf(accepted, sizeof accepted, "an id of table %s", to);
    (void)snprintf(reason, sizeof reason, "refused: %s", rule);
    plim_standing is = {.balance_fen = PLIM_FEN_EMPTY};
    if (of->from == PLIM_BOOK_LOANS) {
        const plim_staging_column *bank = &staging->columns[im->bank];
        if (!plim_fen_from_amount(staging->columns[im->balance].number[row], &is.balance_fen))
            is.balance_fen = PLIM_FEN_EMPTY;
        (void)snprintf(is.bank, sizeof is.bank, "%s", bank->labels.text[bank->code[row]]);
    }
    plim_reject reject = {.file = im->paths[table->file],
                          .line = staging->line[row],
                          .column = column->source != NULL ? column->source : column->name,
                          .value = texts->labels.text[texts->code[row]],
                          .rule = rule,
                          .accepted = accepted,
                          .balance_fen = is.balance_fen};
    PLIM_TRY(plim_rejects_add(&im->report->rejects, &reject, true, err));
    return plim_mapped_exclude(im, of->from, staging->line[row], reason, &is, err);
}

static plim_status check_reference(plim_importing *im, const reference *of, plim_error *err)
{
    plim_staging *staging = &im->table[of->from];
    const plim_staging *target = &im->table[of->to];
    plim_staging_column *column = &staging->columns[of->column];
    const plim_staging_column *ids =
        im->id[of->to] != PLIM_NO_COLUMN ? &target->columns[im->id[of->to]] : NULL;
    uint8_t *used = ids != NULL ? used_labels(target, ids) : plim_alloc(1, 1);
    uint8_t *known = plim_alloc(column->labels.count, 1);
    uint8_t *marked = plim_alloc(staging->n_rows, 1);
    plim_status status = used == NULL || known == NULL || marked == NULL
                             ? plim_fail_memory(err, "an import")
                             : PLIM_OK;
    uint32_t found = PLIM_NO_NAME;
    for (size_t i = 0; i < column->labels.count && status == PLIM_OK; i++) {
        found = ids != NULL ? plim_names_find_after(&ids->labels, column->labels.text[i], found)
                            : PLIM_NO_NAME;
        known[i] = i == 0 || (found != PLIM_NO_NAME && used[found]);
    }
    for (size_t row = 0; row < staging->n_rows && status == PLIM_OK; row++)
        if (!known[column->code[row]]) {
            marked[row] = 1;
            status = refuse_reference(im, of, row, err);
        }
    if (status == PLIM_OK)
        plim_staging_drop(staging, marked);
    plim_free(used);
    plim_free(known);
    plim_free(marked);
    return status;
}

plim_status plim_mapped_check_references(plim_importing *im, plim_error *err)
{
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++) {
        const plim_map_table *table = &im->map->tables[t];
        for (size_t c = 0; c < table->n_columns; c++) {
            const plim_book_field *field = table->columns[c].field;
            if (field == NULL || field->refers_to == NULL)
                continue;
            reference of = {(plim_book_table_index)t, table_named(field->refers_to), c};
            PLIM_TRY(check_reference(im, &of, err));
        }
    }
    return PLIM_OK;
}

void plim_mapped_clear_banks(plim_importing *im)
{
    plim_staging *excluded = &im->table[PLIM_BOOK_EXCLUDED];
    plim_staging_column *bank = &excluded->columns[4];
    int id = im->id[PLIM_BOOK_BANKS];
    for (size_t row = 0; row < excluded->n_rows; row++)
        if (id == PLIM_NO_COLUMN ||
            plim_names_find(&im->table[PLIM_BOOK_BANKS].columns[id].labels,
                            bank->labels.text[bank->code[row]]) == PLIM_NO_NAME)
            bank->code[row] = 0;
}
