#include "book/mapped.h"

#include "base/memory.h"
#include "book/map_value.h"
#include "book/mapped_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int find_column(const plim_map_table *table, const char *name)
{
    for (size_t c = 0; c < table->n_columns; c++)
        if (strcmp(table->columns[c].name, name) == 0)
            return (int)c;
    return PLIM_NO_COLUMN;
}

/* ---- setting up ---- */

static plim_status set_tables(plim_importing *im, plim_error *err)
{
    static const struct {
        const char *name;
        bool is_number;
    } excluded[] = {
        {"table", false}, {"line", true}, {"reason", false}, {"balance", true}, {"bank", false}};
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++) {
        const plim_map_table *table = &im->map->tables[t];
        im->id[t] = find_column(table, "id");
        for (size_t c = 0; c < table->n_columns; c++)
            PLIM_TRY(plim_staging_add_column(&im->table[t], table->columns[c].name,
                                             table->columns[c].is_number, table->columns[c].unit,
                                             err));
    }
    for (size_t c = 0; c < sizeof excluded / sizeof *excluded; c++)
        PLIM_TRY(plim_staging_add_column(&im->table[PLIM_BOOK_EXCLUDED], excluded[c].name,
                                         excluded[c].is_number, NULL, err));
    im->balance = find_column(&im->map->tables[PLIM_BOOK_LOANS], "balance");
    im->bank = find_column(&im->map->tables[PLIM_BOOK_LOANS], "bank");
    return PLIM_OK;
}

/* Reads the files that joins lead to. */
static plim_status read_lookups(plim_importing *im, plim_error *err)
{
    const plim_map *map = im->map;
    im->lookups = plim_alloc(map->n_files, sizeof *im->lookups);
    if (im->lookups == NULL)
        return plim_fail_memory(err, "an import");
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++)
        for (size_t j = 0; j < map->tables[t].n_joins; j++) {
            const plim_map_join *join = &map->tables[t].joins[j];
            plim_map_lookup *lookup = &im->lookups[join->file];
            if (lookup->key_column != NULL && strcmp(lookup->key_column, join->to) != 0)
                return plim_fail(err, PLIM_INPUT,
                                 "%s: file %s is joined by '%s' and by '%s'; accepted: one key a "
                                 "file (list the file twice, under two names)",
                                 map->path, map->files[join->file].name, lookup->key_column,
                                 join->to);
            lookup->key_column = join->to;
            for (size_t c = 0; c < map->tables[t].n_columns; c++) {
                const plim_map_column *column = &map->tables[t].columns[c];
                if (column->file == join->file && column->source != NULL &&
                    column->file != map->tables[t].file)
                    PLIM_TRY(plim_names_add(&lookup->wanted, column->source, NULL, err));
            }
        }
    for (uint32_t f = 0; f < map->n_files; f++) {
        if (im->lookups[f].key_column == NULL)
            continue;
        PLIM_TRY(plim_map_lookup_read(&im->lookups[f], &map->files[f], im->paths[f],
                                      &im->report->rejects, err));
        im->report->rows += im->lookups[f].n_seen;
    }
    return PLIM_OK;
}

static void free_feeds(plim_importing *im)
{
    for (size_t i = 0; i < im->n_feeds; i++) {
        plim_free(im->feeds[i].at);
        plim_free(im->feeds[i].minus_at);
        plim_free(im->feeds[i].join_at);
        plim_free(im->feeds[i].exclusion_at);
        plim_free(im->feeds[i].join_of);
        plim_free(im->feeds[i].value);
        plim_free(im->feeds[i].room);
        plim_free(im->feeds[i].made);
    }
    im->n_feeds = 0;
}

static plim_status add_feed(plim_importing *im, plim_book_table_index t, plim_error *err)
{
    const plim_map_table *table = plim_mapped_table(im, t);
    plim_feed *f = &im->feeds[im->n_feeds++];
    *f = (plim_feed){.table = t};
    f->at = plim_alloc(table->n_columns, sizeof *f->at);
    f->minus_at = plim_alloc(table->n_columns, sizeof *f->minus_at);
    f->join_of = plim_alloc(table->n_columns, sizeof *f->join_of);
    f->value = plim_alloc(table->n_columns, sizeof *f->value);
    f->room = plim_alloc(table->n_columns, sizeof *f->room);
    f->made = plim_alloc(table->n_columns, sizeof *f->made);
    f->join_at = plim_alloc(table->n_joins, sizeof *f->join_at);
    f->exclusion_at = plim_alloc(table->n_exclusions, sizeof *f->exclusion_at);
    return f->at && f->minus_at && f->join_of && f->value && f->room && f->made && f->join_at &&
                   f->exclusion_at
               ? PLIM_OK
               : plim_fail_memory(err, "an import");
}

/* Finds what a table reads of the header. */
static plim_status bind_feed(plim_importing *im, plim_feed *f, const plim_csv_row *header,
                             plim_error *err)
{
    const plim_map_table *table = plim_mapped_table(im, f->table);
    const char *path = im->paths[im->file];
    for (size_t j = 0; j < table->n_joins; j++)
        PLIM_TRY(plim_map_find_column(header, path, table->joins[j].from, &f->join_at[j], err));
    for (size_t x = 0; x < table->n_exclusions; x++)
        PLIM_TRY(plim_map_find_column(header, path, table->exclusions[x].source,
                                      &f->exclusion_at[x], err));
    for (size_t c = 0; c < table->n_columns; c++) {
        const plim_map_column *column = &table->columns[c];
        f->join_of[c] = (uint32_t)table->n_joins;
        if (column->minus != NULL)
            PLIM_TRY(plim_map_find_column(header, path, column->minus, &f->minus_at[c], err));
        if (column->source == NULL)
            continue;
        if (column->file == table->file) {
            PLIM_TRY(plim_map_find_column(header, path, column->source, &f->at[c], err));
            continue;
        }
        for (uint32_t j = 0; j < table->n_joins; j++)
            if (table->joins[j].file == column->file)
                f->join_of[c] = j;
        f->at[c] = plim_names_find(&im->lookups[column->file].wanted, column->source);
    }
    return PLIM_OK;
}

static plim_status take_header(plim_importing *im, const plim_csv_row *row, plim_error *err)
{
    im->header_seen = true;
    im->n_cells = row->n_cells;
    for (size_t i = 0; i < im->n_feeds; i++)
        PLIM_TRY(bind_feed(im, &im->feeds[i], row, err));
    return PLIM_OK;
}

/* ---- a row ---- */

/* "L" and the number of the line: an id for files that have none. */
static const char *numbered(const plim_feed *f, size_t c, const plim_map_column *column,
                            size_t line)
{
    (void)snprintf(f->made[c], sizeof f->made[c], "%.*s%zu", PLIM_VALUE_ROOM / 2, column->row,
                   line);
    return f->made[c];
}

static const char *text_of(const plim_importing *im, const plim_feed *f, size_t c,
                           const plim_csv_row *row)
{
    const plim_map_table *table = plim_mapped_table(im, f->table);
    const plim_map_column *column = &table->columns[c];
    if (column->row != NULL)
        return numbered(f, c, column, row->line);
    if (column->source == NULL)
        return column->value != NULL ? column->value : "";
    uint32_t join = f->join_of[c];
    if (join == table->n_joins)
        return row->cell[f->at[c]];
    const char *found = plim_map_lookup_find(&im->lookups[column->file],
                                             row->cell[f->join_at[join]], (uint32_t)f->at[c]);
    return found != NULL ? found : "";
}

static plim_standing judge(const plim_importing *im, const plim_csv_row *row)
{
    plim_standing is = {.balance_fen = PLIM_FEN_EMPTY};
    for (size_t i = 0; i < im->n_feeds; i++) {
        const plim_feed *f = &im->feeds[i];
        const plim_map_table *table = plim_mapped_table(im, f->table);
        plim_staged value;
        char room[PLIM_VALUE_ROOM];
        if (f->table != PLIM_BOOK_LOANS)
            continue;
        if (im->balance != PLIM_NO_COLUMN) {
            size_t c = (size_t)im->balance;
            /* an impossible balance, such as a negative one, is a balance all the same */
            (void)plim_map_value(&table->columns[c], text_of(im, f, c, row), room, &value);
            if (!plim_fen_from_amount(value.number, &is.balance_fen))
                is.balance_fen = PLIM_FEN_EMPTY;
        }
        if (im->bank != PLIM_NO_COLUMN) {
            size_t c = (size_t)im->bank;
            if (plim_map_value(&table->columns[c], text_of(im, f, c, row), room, &value).rule ==
                NULL)
                (void)snprintf(is.bank, sizeof is.bank, "%s", value.text);
        }
    }
    return is;
}

/* The reason for which the map leaves the row out; NULL: it does not. */
static const char *reason_of(const plim_importing *im, const plim_csv_row *row)
{
    for (size_t i = 0; i < im->n_feeds; i++) {
        const plim_map_table *table = plim_mapped_table(im, im->feeds[i].table);
        for (size_t x = 0; x < table->n_exclusions; x++)
            if (plim_names_find(&table->exclusions[x].is,
                                row->cell[im->feeds[i].exclusion_at[x]]) != PLIM_NO_NAME)
                return table->exclusions[x].reason;
    }
    return NULL;
}

/* The faults of one row as they are found. */
typedef struct faulting {
    plim_importing *im;
    const plim_csv_row *row;
    const char *first; /* rule of the first one; NULL: none yet */
    plim_standing is;
} faulting;

static plim_status add_fault(faulting *of, const char *column, const char *value,
                             const plim_cell_fault *fault, plim_error *err)
{
    plim_importing *im = of->im;
    if (of->first == NULL)
        of->is = judge(im, of->row);
    plim_reject reject = {.file = im->paths[im->file],
                          .line = of->row->line,
                          .column = column,
                          .value = value,
                          .rule = fault->rule,
                          .accepted = fault->accepted,
                          .balance_fen = of->is.balance_fen};
    bool first = of->first == NULL;
    of->first = first ? fault->rule : of->first;
    return plim_rejects_add(&im->report->rejects, &reject, first, err);
}

/* Takes the column `minus` off the value, which does not become negative. `text` becomes the cell
   at fault. */
static plim_cell_fault subtract(const faulting *of, plim_feed *f, size_t c, const char **text)
{
    const plim_map_column *column = &plim_mapped_table(of->im, f->table)->columns[c];
    const char *other = of->row->cell[f->minus_at[c]];
    char room[PLIM_VALUE_ROOM];
    plim_staged less;
    plim_cell_fault fault = plim_map_value(column, other, room, &less);
    if (fault.rule != NULL)
        *text = other;
    else if (!isnan(less.number)) /* one that is missing is nothing */
        f->value[c].number = fmax(f->value[c].number - less.number, 0);
    return fault;
}

static plim_status read_feed(faulting *of, plim_feed *f, plim_error *err)
{
    plim_importing *im = of->im;
    const plim_map_table *table = plim_mapped_table(im, f->table);
    for (size_t j = 0; j < table->n_joins; j++)
        im->report->unjoined += plim_names_find(&im->lookups[table->joins[j].file].keys,
                                                of->row->cell[f->join_at[j]]) == PLIM_NO_NAME;
    for (size_t c = 0; c < table->n_columns; c++) {
        const plim_map_column *column = &table->columns[c];
        const char *text = text_of(im, f, c, of->row);
        plim_cell_fault fault = plim_map_value(column, text, f->room[c], &f->value[c]);
        if (fault.rule == NULL && column->minus != NULL)
            fault = subtract(of, f, c, &text);
        if (fault.rule != NULL)
            PLIM_TRY(add_fault(of, column->source != NULL ? column->source : column->name, text,
                               &fault, err));
    }
    return PLIM_OK;
}

/* The row of the table that has the id already; SIZE_MAX if none has. */
static size_t known_row(const plim_importing *im, const plim_feed *f)
{
    int id = im->id[f->table];
    if (id == PLIM_NO_COLUMN || f->table == PLIM_BOOK_COLLATERAL)
        return SIZE_MAX;
    /* one label a row, and label 0 is the empty one */
    uint32_t label = plim_names_find(&im->table[f->table].columns[id].labels, f->value[id].text);
    return label == PLIM_NO_NAME || label == 0 ? SIZE_MAX : label - 1u;
}

/* A bank or borrower may stand in many rows, if they agree; another id must not. */
static plim_status check_id(faulting *of, plim_feed *f, plim_error *err)
{
    plim_importing *im = of->im;
    const plim_map_table *table = plim_mapped_table(im, f->table);
    plim_staging *staging = &im->table[f->table];
    size_t row = known_row(im, f);
    plim_cell_fault fault = {.rule = "duplicate id"};
    if (row == SIZE_MAX)
        return PLIM_OK;
    bool shared = f->table == PLIM_BOOK_BANKS || f->table == PLIM_BOOK_BORROWERS;
    size_t c = shared ? plim_staging_differs(staging, row, f->value) : (size_t)im->id[f->table];
    if (shared && c == staging->n_columns)
        return PLIM_OK;
    if (shared)
        fault.rule = f->table == PLIM_BOOK_BANKS ? "banks disagree" : "borrowers disagree";
    (void)snprintf(fault.accepted, sizeof fault.accepted,
                   shared ? "what line %u says of the same id" : "an id that line %u does not have",
                   staging->line[row]);
    const plim_map_column *column = &table->columns[c];
    return add_fault(of, column->source != NULL ? column->source : column->name,
                     text_of(im, f, c, of->row), &fault, err);
}

static plim_status take_data(plim_importing *im, const plim_csv_row *row, plim_error *err)
{
    faulting of = {.im = im, .row = row};
    for (size_t i = 0; i < im->n_feeds; i++)
        PLIM_TRY(read_feed(&of, &im->feeds[i], err));
    for (size_t i = 0; i < im->n_feeds && of.first == NULL; i++)
        PLIM_TRY(check_id(&of, &im->feeds[i], err));
    plim_book_table_index about = im->feeds[im->n_feeds - 1].table;
    if (of.first != NULL) {
        char reason[80];
        (void)snprintf(reason, sizeof reason, "refused: %s", of.first);
        return plim_mapped_exclude(im, about, row->line, reason, &of.is, err);
    }
    for (size_t i = 0; i < im->n_feeds; i++) {
        plim_feed *f = &im->feeds[i];
        if (known_row(im, f) == SIZE_MAX)
            PLIM_TRY(plim_staging_add_row(&im->table[f->table], f->value, row->line, err));
    }
    return PLIM_OK;
}

static plim_status refuse_cells(plim_importing *im, const plim_csv_row *row, plim_error *err)
{
    plim_reject fault = {.file = im->paths[im->file],
                         .line = row->line,
                         .column = "",
                         .value = "",
                         .rule = "cells",
                         .balance_fen = PLIM_FEN_EMPTY};
    char accepted[100];
    plim_standing is = {.balance_fen = PLIM_FEN_EMPTY};
    (void)snprintf(accepted, sizeof accepted, "%zu cells as in the header; this row has %zu",
                   im->n_cells, row->n_cells);
    fault.accepted = accepted;
    PLIM_TRY(plim_rejects_add(&im->report->rejects, &fault, true, err));
    return plim_mapped_exclude(im, im->feeds[im->n_feeds - 1].table, row->line, "refused: cells",
                               &is, err);
}

/* Are the cells beyond the header's all empty? */
static bool fits(const plim_importing *im, const plim_csv_row *row)
{
    for (size_t i = im->n_cells; i < row->n_cells; i++)
        if (*row->cell[i] != '\0')
            return false;
    return row->n_cells >= im->n_cells;
}

static plim_status take_row(void *user, const plim_csv_row *row, plim_error *err)
{
    plim_importing *im = user;
    bool footer = false;
    for (size_t i = 0; i < row->n_cells; i++)
        row->cell[i] = plim_cell_clean(row->cell[i]);
    if (!im->header_seen)
        return take_header(im, row, err);
    if (plim_map_row_is_none(&im->map->files[im->file], row->cell, row->n_cells, &footer)) {
        im->report->footers += footer;
        return PLIM_OK;
    }
    im->report->rows++;
    if (!fits(im, row))
        return refuse_cells(im, row, err);
    const char *reason = reason_of(im, row);
    if (reason == NULL)
        return take_data(im, row, err);
    plim_standing is = judge(im, row);
    im->report->excluded++;
    if (is.balance_fen != PLIM_FEN_EMPTY)
        im->report->excluded_balance += is.balance_fen;
    return plim_mapped_exclude(im, im->feeds[im->n_feeds - 1].table, row->line, reason, &is, err);
}

static plim_status read_file(plim_importing *im, uint32_t file, plim_error *err)
{
    plim_status status = PLIM_OK;
    im->file = file;
    im->header_seen = false;
    for (int t = 0; t < PLIM_BOOK_EXCLUDED && status == PLIM_OK; t++)
        if (im->map->tables[t].used && im->map->tables[t].file == file)
            status = add_feed(im, (plim_book_table_index)t, err);
    if (status == PLIM_OK && im->n_feeds > 0)
        status = plim_rows_read(im->paths[file], &im->map->files[file].dialect,
                                &(plim_csv_visitor){take_row, im}, err);
    free_feeds(im);
    return status;
}

/* ---- the whole ---- */

static plim_status read_all(plim_importing *im, plim_book_tables_data *out, plim_error *err)
{
    PLIM_TRY(set_tables(im, err));
    PLIM_TRY(read_lookups(im, err));
    for (uint32_t f = 0; f < im->map->n_files; f++)
        PLIM_TRY(read_file(im, f, err));
    PLIM_TRY(plim_mapped_check_references(im, err));
    plim_mapped_clear_banks(im);
    (void)snprintf(out->as_of, sizeof out->as_of, "%s", im->map->as_of);
    (void)snprintf(out->currency, sizeof out->currency, "%s", im->map->currency);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        if (im->table[t].n_columns > 0 && (t != PLIM_BOOK_EXCLUDED || im->table[t].n_rows > 0))
            PLIM_TRY(plim_staging_finish(&im->table[t], plim_book_tables[t].name,
                                         plim_book_tables_data_frame(out, (plim_book_table_index)t),
                                         err));
    return PLIM_OK;
}

plim_status plim_book_map_read(plim_book_tables_data *out, plim_mapped_report *report,
                               const plim_map *map, const char *const *paths, plim_error *err)
{
    plim_importing im = {.map = map, .paths = paths, .report = report};
    plim_status status = read_all(&im, out, err);
    for (uint32_t f = 0; im.lookups != NULL && f < map->n_files; f++)
        plim_map_lookup_free(&im.lookups[f]);
    plim_free(im.lookups);
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_staging_free(&im.table[t]);
    return status;
}

void plim_mapped_report_free(plim_mapped_report *report)
{
    plim_rejects_free(&report->rejects);
}
