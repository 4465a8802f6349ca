#include "book/fewer.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/check_reference.h"
#include "book/columns.h"
#include "book/slab_scan.h"
#include "book/slab_source.h"

/* ---- columns ---- */

static bool is_listed(void *user, const char *name)
{
    for (const char *const *wanted = user; *wanted != NULL; wanted++)
        if (strcmp(*wanted, name) == 0)
            return true;
    return false;
}

static bool column_is_listed(void *user, const plim_column *column)
{
    return is_listed(user, column->name);
}

/* The columns of a list that NULL ends. */
static plim_status read_columns(const plim_source *source, int table, const char *const *names,
                                plim_frame *out, plim_error *err)
{
    plim_column_filter filter = {column_is_listed, (void *)names, is_listed};
    return source->read_wanted(source, plim_book_tables[table].name, &filter, out, err);
}

/* Do cells of a reference number rows, because they are integers and the ids are not? */
static bool by_number(const plim_column *reference, const plim_column *id)
{
    return reference->kind == PLIM_COLUMN_INTEGER &&
           (id == NULL || id->kind != PLIM_COLUMN_INTEGER);
}

/* ---- loans ---- */

struct plim_loan_rows {
    uint32_t *name; /* of each row: index of plim_loan_ids.names */
    size_t n;
};

static plim_status name_loan(plim_loan_ids *out, const char *bank, const char *loan, uint32_t *name,
                             plim_error *err)
{
    plim_text text = {0};
    plim_text_format(&text, "%s\n%s", bank, loan);
    plim_status status = text.failed ? plim_fail_memory(err, "ids of loans")
                                     : plim_names_add(&out->names, plim_text_get(&text), name, err);
    plim_text_free(&text);
    return status;
}

/* A column that is missing, or leads nowhere, gives names that no other book has: whoever loads the
   book finds that. */
static plim_status name_loans(plim_loan_ids *out, struct plim_loan_rows *rows,
                              const plim_frame *banks, const plim_frame *loans, plim_error *err)
{
    const plim_column *bank_id = plim_frame_find(banks, "id");
    const plim_column *id = plim_frame_find(loans, "id"), *bank = plim_frame_find(loans, "bank");
    rows->n = loans->n_rows;
    rows->name = plim_alloc(rows->n, sizeof *rows->name);
    if (rows->name == NULL)
        return plim_fail_memory(err, "ids of loans");
    for (size_t i = 0; i < rows->n; i++) {
        char of_bank[32], of_loan[32];
        const char *name = bank != NULL ? plim_slab_text(bank, i, of_bank) : "";
        if (bank != NULL && bank_id != NULL && by_number(bank, bank_id)) {
            uint64_t at = (uint64_t)bank->integer[i];
            name = at < bank_id->n_rows ? plim_slab_text(bank_id, (size_t)at, of_bank) : "";
        }
        PLIM_TRY(name_loan(out, name, id != NULL ? plim_slab_text(id, i, of_loan) : "",
                           &rows->name[i], err));
    }
    return PLIM_OK;
}

static plim_status read_loans(plim_loan_ids *out, const plim_source *source,
                              struct plim_loan_rows *rows, plim_error *err)
{
    static const char *const of_banks[] = {"id", NULL}, *const of_loans[] = {"id", "bank", NULL};
    plim_frame banks = {0}, loans = {0};
    plim_status status = read_columns(source, PLIM_BOOK_BANKS, of_banks, &banks, err);
    if (status == PLIM_OK)
        status = read_columns(source, PLIM_BOOK_LOANS, of_loans, &loans, err);
    if (status == PLIM_OK)
        status = name_loans(out, rows, &banks, &loans, err);
    plim_frame_free(&banks);
    plim_frame_free(&loans);
    return status;
}

plim_status plim_loan_ids_read(plim_loan_ids *out, plim_source *const *sources, size_t n_sources,
                               plim_error *err)
{
    *out = (plim_loan_ids){.of_source = plim_alloc(n_sources, sizeof *out->of_source)};
    if (out->of_source == NULL)
        return plim_fail_memory(err, "ids of loans");
    out->n_sources = n_sources;
    for (size_t s = 0; s < n_sources; s++)
        PLIM_TRY(read_loans(out, sources[s], &out->of_source[s], err));
    return PLIM_OK;
}

size_t plim_loan_ids_beyond(const plim_loan_ids *ids, const plim_loan_ids *other)
{
    size_t n = 0;
    for (size_t i = 0; i < ids->names.count; i++)
        n += plim_names_find(&other->names, ids->names.text[i]) == PLIM_NO_NAME;
    return n;
}

void plim_loan_ids_free(plim_loan_ids *ids)
{
    for (size_t s = 0; s < ids->n_sources; s++)
        plim_free(ids->of_source[s].name);
    plim_free(ids->of_source);
    plim_names_free(&ids->names);
    *ids = (plim_loan_ids){0};
}

/* ---- books without some of them ---- */

/* A slab source with an index of its own: slab 0 is what stays. */
enum { STAYS, GOES };

struct plim_fewer_book {
    plim_slab_index index;
    plim_slab_source part;
    plim_source source;
};

static plim_status make_group(plim_slab_index *index, int table, size_t n, plim_error *err)
{
    index->n_rows[table] = n;
    index->group[table] = plim_alloc(n, 1);
    return index->group[table] != NULL ? PLIM_OK : plim_fail_memory(err, "a part of a book");
}

static plim_status part_loans(plim_slab_index *index, const plim_loan_ids *ids,
                              const struct plim_loan_rows *rows, const plim_loan_ids *other,
                              plim_error *err)
{
    PLIM_TRY(make_group(index, PLIM_BOOK_LOANS, rows->n, err));
    for (size_t i = 0; i < rows->n; i++)
        if (plim_names_find(&other->names, ids->names.text[rows->name[i]]) == PLIM_NO_NAME)
            index->group[PLIM_BOOK_LOANS][i] = GOES;
    return PLIM_OK;
}

/* Rows of collateral of loans that go, and the names of the pieces that stay. */
static plim_status part_pieces(plim_slab_index *index, const plim_column *loan_id,
                               const plim_frame *collateral, plim_names *stay, plim_error *err)
{
    const plim_column *loan = plim_frame_find(collateral, "loan");
    const plim_column *id = plim_frame_find(collateral, "id");
    const uint8_t *loans = index->group[PLIM_BOOK_LOANS];
    uint8_t *group = index->group[PLIM_BOOK_COLLATERAL];
    plim_names going = {0};
    plim_status status = PLIM_OK;
    char digits[32];
    for (size_t i = 0; loan_id != NULL && i < loan_id->n_rows && status == PLIM_OK; i++)
        if (loans[i] == GOES)
            status = plim_names_add(&going, plim_slab_text(loan_id, i, digits), NULL, err);
    for (size_t i = 0; i < collateral->n_rows && status == PLIM_OK; i++) {
        uint64_t at =
            loan != NULL && by_number(loan, loan_id) ? (uint64_t)loan->integer[i] : UINT64_MAX;
        if (at < index->n_rows[PLIM_BOOK_LOANS])
            group[i] = loans[at];
        else if (loan != NULL &&
                 plim_names_find(&going, plim_slab_text(loan, i, digits)) != PLIM_NO_NAME)
            group[i] = GOES;
        if (group[i] == STAYS && id != NULL)
            status = plim_names_add(stay, plim_slab_text(id, i, digits), NULL, err);
    }
    plim_names_free(&going);
    return status;
}

/* Sites of pieces of which nothing stays. */
static void part_sites(plim_slab_index *index, const plim_frame *sites, const plim_names *stay)
{
    const plim_column *piece = plim_frame_find(sites, "collateral");
    const plim_column *borrower = plim_frame_find(sites, "borrower");
    for (size_t i = 0; piece != NULL && i < sites->n_rows; i++) {
        char digits[32];
        const char *of = plim_slab_text(piece, i, digits);
        bool of_borrower = borrower != NULL && plim_reference_stated(borrower, i);
        if (*of != '\0' && !of_borrower && plim_names_find(stay, of) == PLIM_NO_NAME)
            index->group[PLIM_BOOK_SITES][i] = GOES;
    }
}

/* `frames`: ids of loans, collateral, sites. */
static plim_status part_rest(plim_slab_index *index, plim_frame frames[3], plim_error *err)
{
    static const char *const of_loans[] = {"id", NULL}, *const of_pieces[] = {"id", "loan", NULL},
                             *const of_sites[] = {"collateral", "borrower", NULL};
    const plim_source *source = index->source;
    PLIM_TRY(read_columns(source, PLIM_BOOK_LOANS, of_loans, &frames[0], err));
    PLIM_TRY(read_columns(source, PLIM_BOOK_COLLATERAL, of_pieces, &frames[1], err));
    PLIM_TRY(read_columns(source, PLIM_BOOK_SITES, of_sites, &frames[2], err));
    const plim_column *loan_id = plim_frame_find(&frames[0], "id");
    index->integer_ids[PLIM_BOOK_LOANS] = loan_id != NULL && loan_id->kind == PLIM_COLUMN_INTEGER;
    PLIM_TRY(source->count_rows(source, "collateral", &index->n_rows[PLIM_BOOK_COLLATERAL], err));
    PLIM_TRY(source->count_rows(source, "sites", &index->n_rows[PLIM_BOOK_SITES], err));
    PLIM_TRY(make_group(index, PLIM_BOOK_COLLATERAL, index->n_rows[PLIM_BOOK_COLLATERAL], err));
    PLIM_TRY(make_group(index, PLIM_BOOK_SITES, index->n_rows[PLIM_BOOK_SITES], err));
    plim_names stay = {0};
    plim_status status = part_pieces(index, loan_id, &frames[1], &stay, err);
    if (status == PLIM_OK)
        part_sites(index, &frames[2], &stay);
    plim_names_free(&stay);
    return status;
}

static plim_status make_book(struct plim_fewer_book *out, plim_error *err)
{
    plim_frame frames[3] = {{0}, {0}, {0}};
    plim_status status = part_rest(&out->index, frames, err);
    for (size_t f = 0; f < 3; f++)
        plim_frame_free(&frames[f]);
    if (status == PLIM_OK)
        status = plim_slab_source_make(&out->part, &out->index, STAYS, err);
    if (status == PLIM_OK)
        out->source = plim_slab_source_of(&out->part);
    return status;
}

plim_status plim_fewer_make(plim_fewer *out, plim_source *const *sources, const plim_loan_ids *ids,
                            const plim_loan_ids *other, plim_error *err)
{
    size_t n = ids->n_sources;
    *out = (plim_fewer){.list = plim_alloc(n, sizeof *out->list),
                        .books = plim_alloc(n, sizeof *out->books)};
    if (out->list == NULL || out->books == NULL)
        return plim_fail_memory(err, "a part of a book");
    out->n_books = n;
    for (size_t s = 0; s < n; s++) {
        out->books[s].index.source = sources[s];
        PLIM_TRY(part_loans(&out->books[s].index, ids, &ids->of_source[s], other, err));
        PLIM_TRY(make_book(&out->books[s], err));
        out->list[s] = &out->books[s].source;
    }
    return PLIM_OK;
}

void plim_fewer_free(plim_fewer *fewer)
{
    for (size_t s = 0; s < fewer->n_books; s++) {
        plim_slab_source_free(&fewer->books[s].part);
        plim_slab_index_free(&fewer->books[s].index);
    }
    plim_free(fewer->books);
    plim_free(fewer->list);
    *fewer = (plim_fewer){0};
}
