#include "book/slab_source.h"

#include <string.h>

#include "base/memory.h"
#include "book/columns.h"

static const plim_source *whole_of(const plim_source *source)
{
    return ((const plim_slab_source *)source->self)->index->source;
}

/* Slab of each row of a table; NULL of those that are not parted. */
static const uint8_t *group_of(const plim_slab_source *self, int table)
{
    bool own = table == PLIM_BOOK_SITES && self->sites != NULL;
    return own ? self->sites : self->index->group[table];
}

/* Of tables that are not parted all rows. */
static plim_status choose(plim_row_choice *out, const plim_source *source, const char *table,
                          plim_error *err)
{
    const plim_slab_source *self = source->self;
    const plim_book_table *known = plim_book_table_find(table);
    *out = (plim_row_choice){.wanted = self->slab};
    if (known != NULL)
        out->group = group_of(self, (int)(known - plim_book_tables));
    PLIM_TRY(whole_of(source)->count_rows(whole_of(source), table, &out->end, err));
    out->n = plim_choice_count(out, 0, out->end);
    return PLIM_OK;
}

/* Row numbers of the file become row numbers of the slab; those that lead nowhere stay. */
static plim_status renumber(const plim_source *source, plim_column *column, int target,
                            plim_error *err)
{
    plim_row_choice choice;
    PLIM_TRY(choose(&choice, source, plim_book_tables[target].name, err));
    uint32_t *place = plim_alloc(choice.end, sizeof *place);
    if (place == NULL)
        return plim_fail_memory(err, column->name);
    uint32_t n = 0;
    for (size_t row = 0; row < choice.end; row++)
        place[row] = plim_choice_has(&choice, row) ? n++ : PLIM_NO_NAME;
    for (size_t i = 0; i < column->n_rows; i++) {
        int64_t at = column->integer[i];
        if (at >= 0 && (uint64_t)at < choice.end)
            column->integer[i] = place[at];
    }
    plim_free(place);
    return PLIM_OK;
}

static plim_status renumber_references(const plim_source *source, const char *table,
                                       plim_frame *frame, plim_error *err)
{
    static const struct {
        const char *table, *column;
        int target;
    } references[] = {{"loans", "borrower", PLIM_BOOK_BORROWERS},
                      {"collateral", "loan", PLIM_BOOK_LOANS},
                      {"sites", "borrower", PLIM_BOOK_BORROWERS},
                      {"insurance", "borrower", PLIM_BOOK_BORROWERS}};
    const plim_slab_source *self = source->self;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        plim_column *column = plim_frame_find(frame, references[i].column);
        if (strcmp(table, references[i].table) == 0 && column != NULL &&
            column->kind == PLIM_COLUMN_INTEGER && !self->index->integer_ids[references[i].target])
            PLIM_TRY(renumber(source, column, references[i].target, err));
    }
    return PLIM_OK;
}

static plim_status read_wanted(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    plim_row_choice choice;
    PLIM_TRY(choose(&choice, source, table, err));
    PLIM_TRY(whole_of(source)->read_chosen(whole_of(source), table, &choice, filter, out, err));
    plim_status status = renumber_references(source, table, out, err);
    if (status != PLIM_OK)
        plim_frame_free(out);
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    return read_wanted(source, table, NULL, out, err);
}

static plim_status read_outline(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    return whole_of(source)->read_outline(whole_of(source), table, out, err);
}

static const char *attribute(const plim_source *source, const char *key)
{
    return whole_of(source)->attribute(whole_of(source), key);
}

static const plim_names *tables(const plim_source *source)
{
    return whole_of(source)->tables(whole_of(source));
}

static size_t row_of(const plim_source *source, const char *table, size_t row)
{
    const plim_slab_source *self = source->self;
    const plim_book_table *known = plim_book_table_find(table);
    int at = known != NULL ? (int)(known - plim_book_tables) : PLIM_BOOK_BANKS;
    if (group_of(self, at) == NULL)
        return row;
    plim_row_choice choice = {
        .end = self->index->n_rows[at], .group = group_of(self, at), .wanted = self->slab};
    return plim_choice_row(&choice, row);
}

static void whole_piece(const plim_source *source, const char *id, plim_piece *out)
{
    const plim_slab_pieces *pieces = &((const plim_slab_source *)source->self)->index->pieces;
    uint32_t at = plim_names_find(&pieces->ids, id);
    if (at != PLIM_NO_NAME)
        *out = pieces->piece[at].whole;
}

static void let_go(plim_source *source)
{
    *source = (plim_source){0};
}

plim_status plim_slab_source_make(plim_slab_source *self, const plim_slab_index *index,
                                  uint8_t slab, plim_error *err)
{
    const plim_slab_pieces *pieces = &index->pieces;
    size_t n = index->n_rows[PLIM_BOOK_SITES];
    *self = (plim_slab_source){.index = index, .slab = slab};
    if (pieces->n_places == 0)
        return PLIM_OK;
    self->sites = plim_alloc(n, sizeof *self->sites);
    if (self->sites == NULL)
        return plim_fail_memory(err, "a slab of a book");
    memcpy(self->sites, index->group[PLIM_BOOK_SITES], n);
    for (size_t i = 0; i < pieces->n_places; i++)
        if (plim_slab_piece_in(&pieces->piece[pieces->places[i].piece], slab))
            self->sites[pieces->places[i].row] = slab;
    return PLIM_OK;
}

void plim_slab_source_free(plim_slab_source *self)
{
    plim_free(self->sites);
    *self = (plim_slab_source){0};
}

plim_source plim_slab_source_of(plim_slab_source *self)
{
    return (plim_source){.self = self,
                         .path = self->index->source->path,
                         .attribute = attribute,
                         .read_table = read_table,
                         .read_wanted = read_wanted,
                         .read_outline = read_outline,
                         .is_part = true,
                         .row_of = row_of,
                         .whole_piece = whole_piece,
                         .tables = tables,
                         .close = let_go};
}
