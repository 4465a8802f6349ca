/* A book read in slabs is the book: rows, references and views of slab after slab are those of the
 * whole, whatever the order of rows in the file and however references are written. */
#include "../support/book_fixture.h"
#include "../unit/base_temporary.h"

#include "book/slabs.h"
#include "book/synthetic.h"
#include "store/store.h"

enum { BORROWERS = 700 };

static void shuffle(plim_frame *frame, unsigned seed)
{
    uint32_t *order = plim_alloc(frame->n_rows, sizeof *order);
    uint64_t state = seed;
    for (size_t i = 0; i < frame->n_rows; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        size_t j = (size_t)((state >> 33) % (i + 1));
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    MUST(plim_frame_reorder(frame, order, &must_err));
    plim_free(order);
}

/* A column of ids becomes the rows of `target` that they name. */
static void number_references(plim_frame *frame, const char *name, const plim_frame *target)
{
    plim_column *column = plim_frame_find(frame, name);
    const plim_column *ids = plim_frame_find(target, "id");
    plim_names rows = {0};
    for (size_t i = 0; i < ids->n_rows; i++)
        MUST(plim_names_add(&rows, plim_column_text(ids, i), NULL, &must_err));
    plim_column numbers;
    MUST(plim_column_make(&numbers, name, PLIM_COLUMN_INTEGER, column->n_rows, &must_err));
    for (size_t i = 0; i < column->n_rows; i++)
        numbers.integer[i] = plim_names_find(&rows, plim_column_text(column, i));
    plim_column_free(column);
    *column = numbers;
    plim_names_free(&rows);
}

typedef enum book_kind { SORTED, SHUFFLED, BY_ROW_NUMBER } book_kind;

static void write_book(const char *path, book_kind kind)
{
    plim_book_tables_data tables = {0};
    plim_synthetic config = {"rongchang", BORROWERS, 7};
    MUST(plim_synthetic_make(&tables, &config, &must_err));
    if (kind != SORTED) {
        shuffle(&tables.borrowers, 1);
        shuffle(&tables.loans, 2);
        shuffle(&tables.collateral, 3);
    }
    if (kind == BY_ROW_NUMBER) {
        number_references(&tables.collateral, "loan", &tables.loans);
        number_references(&tables.loans, "borrower", &tables.borrowers);
        number_references(&tables.loans, "bank", &tables.banks);
    }
    MUST(plim_store_write_book(&tables, path, &must_err));
    plim_book_tables_data_free(&tables);
}

/* Rows of `part` are the rows of `whole` from `first` on. */
static void same_rows(const plim_frame *part, const plim_frame *whole, size_t first)
{
    assert_int_equal(part->n_columns, whole->n_columns);
    for (size_t c = 0; c < part->n_columns; c++) {
        const plim_column *is = &part->columns[c];
        const plim_column *was = plim_frame_find(whole, is->name);
        assert_non_null(was);
        assert_int_equal(is->kind, was->kind);
        assert_true(first + part->n_rows <= whole->n_rows);
        for (size_t i = 0; i < part->n_rows; i++) {
            if (is->kind == PLIM_COLUMN_TEXT)
                assert_string_equal(plim_column_text(is, i), plim_column_text(was, first + i));
            else
                assert_memory_equal(&is->number[i], &was->number[first + i], sizeof(double));
        }
    }
}

static void same_views(const plim_book *slab, const plim_book *whole, size_t borrower, size_t loan)
{
    size_t borrowers = slab->borrowers.n_rows, loans = slab->loans.n_rows;
    assert_memory_equal(slab->borrower_key, whole->borrower_key + borrower,
                        borrowers * sizeof(uint64_t));
    for (size_t b = 0; b <= borrowers; b++)
        assert_int_equal(slab->first_loan[b] + loan, whole->first_loan[borrower + b]);
    for (size_t l = 0; l < loans; l++) {
        assert_int_equal(slab->loan_borrower[l] + borrower, whole->loan_borrower[loan + l]);
        assert_int_equal(slab->loan_bank[l], whole->loan_bank[loan + l]);
        assert_int_equal(slab->balance_fen[l], whole->balance_fen[loan + l]);
        assert_int_equal(slab->exposure_fen[l], whole->exposure_fen[loan + l]);
        assert_int_equal(slab->loan_defaulted[l], whole->loan_defaulted[loan + l]);
        assert_int_equal(slab->loan_class[l], whole->loan_class[loan + l]);
    }
}

static void compare(plim_slabs *slabs, const plim_book *whole)
{
    size_t borrower = 0, loan = 0, collateral = 0;
    plim_tie tie = {0};
    for (uint32_t k = 0; k < slabs->n_slabs; k++) {
        plim_book slab;
        MUST(plim_slabs_load(slabs, k, &slab, &must_err));
        assert_true(slab.borrowers.n_rows > 0);
        assert_true(slabs->n_slabs == 1 || slab.borrowers.n_rows <= slabs->largest.borrowers);
        assert_true(slabs->n_slabs == 1 || slab.loans.n_rows <= slabs->largest.loans);
        same_rows(&slab.banks, &whole->banks, 0);
        same_rows(&slab.borrowers, &whole->borrowers, borrower);
        same_rows(&slab.loans, &whole->loans, loan);
        same_rows(&slab.excluded, &whole->excluded, 0);
        same_views(&slab, whole, borrower, loan);
        for (size_t i = 0; i < slab.collateral.n_rows; i++)
            assert_true(slab.collateral_loan[i] < slab.loans.n_rows);
        MUST(plim_tie_add(&tie, &slab, &must_err));
        borrower += slab.borrowers.n_rows;
        loan += slab.loans.n_rows;
        collateral += slab.collateral.n_rows;
        if (k + 1 == slabs->n_slabs)
            MUST(plim_tie_check(&tie, &slab, &must_err));
        plim_book_free(&slab);
    }
    plim_tie_free(&tie);
    assert_int_equal(borrower, whole->borrowers.n_rows);
    assert_int_equal(loan, whole->loans.n_rows);
    assert_int_equal(collateral, whole->collateral.n_rows);
}

static void slabs_are_the_book(void **state)
{
    (void)state;
    const uint32_t wished[] = {1, 2, 3, 11, 64};
    for (book_kind kind = SORTED; kind <= BY_ROW_NUMBER; kind++) {
        const char *path = temporary_path("slabs.book.h5");
        write_book(path, kind);
        plim_source source, *sources[] = {&source};
        plim_book whole;
        MUST(plim_store_attach_book(&source, path, &must_err));
        MUST(plim_book_load(&whole, sources, 1, PLIM_CONFLICT_REFUSE, NULL, &must_err));
        for (size_t w = 0; w < sizeof wished / sizeof *wished; w++) {
            plim_book_use use = {0};
            plim_slab_rule rule = {PLIM_CONFLICT_REFUSE, &use, wished[w]};
            plim_slabs slabs;
            MUST(plim_slabs_open(&slabs, sources, 1, &rule, &must_err));
            assert_true(slabs.n_slabs <= wished[w] && slabs.n_slabs > wished[w] / 2);
            compare(&slabs, &whole);
            plim_slabs_free(&slabs);
        }
        plim_book_free(&whole);
        source.close(&source);
    }
}

/* Faults name rows of the file, and those that no slab can see are found. */
static void faults_are_found(void **state)
{
    (void)state;
    plim_book_tables_data tables = {0};
    plim_synthetic config = {"rongchang", BORROWERS, 7};
    MUST(plim_synthetic_make(&tables, &config, &must_err));
    size_t last = tables.loans.n_rows - 1;
    plim_column *id = plim_frame_find(&tables.loans, "id");
    char twin[64];
    (void)snprintf(twin, sizeof twin, "%s", plim_column_text(id, 0));
    MUST(plim_column_set_text(id, last, twin, &must_err));
    const char *path = temporary_path("twins.book.h5");
    MUST(plim_store_write_book(&tables, path, &must_err));
    plim_source source, *sources[] = {&source};
    plim_book_use use = {0};
    plim_slab_rule rule = {PLIM_CONFLICT_REFUSE, &use, 5};
    plim_slabs slabs;
    char row[128];
    (void)snprintf(row, sizeof row, "loans.id, row %zu, id %s: ", last, twin);
    MUST(plim_store_attach_book(&source, path, &must_err));
    REFUSED(plim_slabs_open(&slabs, sources, 1, &rule, &must_err), row, "already in row 0");
    source.close(&source);

    MUST(plim_column_set_text(id, last, "another", &must_err));
    plim_frame_find(&tables.loans, "lgd")->number[last] = 7;
    MUST(plim_store_write_book(&tables, path, &must_err));
    MUST(plim_store_attach_book(&source, path, &must_err));
    MUST(plim_slabs_open(&slabs, sources, 1, &rule, &must_err));
    (void)snprintf(row, sizeof row, "loans.lgd, row %zu, id another: ", last);
    plim_book slab;
    plim_status status = PLIM_OK;
    for (uint32_t k = 0; k < slabs.n_slabs && status == PLIM_OK; k++) {
        must_err = (plim_error){0};
        status = plim_slabs_load(&slabs, k, &slab, &must_err);
        plim_book_free(&slab);
    }
    assert_int_equal(status, PLIM_INPUT);
    assert_non_null(strstr(must_err.message, row));
    plim_slabs_free(&slabs);
    source.close(&source);
    plim_book_tables_data_free(&tables);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slabs_are_the_book),
        cmocka_unit_test(faults_are_found),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
