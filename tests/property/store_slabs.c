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
    for (size_t i = 0; i < column->n_rows; i++) {
        uint32_t row = plim_names_find(&rows, plim_column_text(column, i));
        numbers.integer[i] = row != PLIM_NO_NAME ? row : PLIM_REFERENCE_MISSING;
    }
    plim_column_free(column);
    *column = numbers;
    plim_names_free(&rows);
}

typedef enum book_kind { SORTED, SHUFFLED, BY_ROW_NUMBER } book_kind;

/* Every fifth piece of collateral becomes one of a few that secure loans all over the book, and
   every fourth site the place of a piece. */
static void share_pieces(plim_book_tables_data *tables)
{
    plim_column *id = plim_frame_find(&tables->collateral, "id");
    plim_names pieces = {0};
    for (size_t i = 0; i < id->n_rows; i++) {
        char shared[32];
        (void)snprintf(shared, sizeof shared, "SHARED%zu", i % 35);
        if (i % 5 == 0)
            MUST(plim_column_set_text(id, i, shared, &must_err));
        MUST(plim_names_add(&pieces, plim_column_text(id, i), NULL, &must_err));
    }
    plim_column *borrower = plim_frame_find(&tables->sites, "borrower");
    plim_column *collateral = plim_frame_find(&tables->sites, "collateral");
    for (size_t i = 0; i < borrower->n_rows && i / 4 < pieces.count; i += 4) {
        MUST(plim_column_set_text(borrower, i, "", &must_err));
        MUST(plim_column_set_text(collateral, i, pieces.text[i / 4], &must_err));
    }
    plim_names_free(&pieces);
}

/* Amounts are in 10,000 CNY. */
static void rescale(plim_frame *frame, const char *name)
{
    plim_column *column = plim_frame_find(frame, name);
    plim_free(column->unit);
    column->unit = plim_strdup("万元");
    for (size_t i = 0; i < column->n_rows; i++)
        column->number[i] /= 1e4;
}

static void write_book(const char *path, book_kind kind, size_t borrowers)
{
    plim_book_tables_data tables = {0};
    plim_synthetic config = {"rongchang", borrowers, 7};
    MUST(plim_synthetic_make(&tables, &config, &must_err));
    share_pieces(&tables);
    if (kind != SORTED) {
        rescale(&tables.banks, "total_loans");
        rescale(&tables.loans, "balance");
        rescale(&tables.loans, "undrawn");
        shuffle(&tables.borrowers, 1);
        shuffle(&tables.loans, 2);
        shuffle(&tables.collateral, 3);
        shuffle(&tables.sites, 4);
        shuffle(&tables.insurance, 5);
    }
    if (kind == BY_ROW_NUMBER) {
        number_references(&tables.collateral, "loan", &tables.loans);
        number_references(&tables.loans, "borrower", &tables.borrowers);
        number_references(&tables.sites, "borrower", &tables.borrowers);
        number_references(&tables.insurance, "borrower", &tables.borrowers);
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

/* Rows of the whole book before a slab. */
typedef struct before {
    size_t borrower, loan, collateral, site, policy;
} before;

/* What secures the loans of a slab: the same shares, the same places. */
static void same_collateral(const plim_book *slab, const plim_book *whole, const before *at)
{
    same_rows(&slab->collateral, &whole->collateral, at->collateral);
    for (size_t i = 0; i < slab->collateral.n_rows; i++) {
        size_t row = at->collateral + i;
        uint32_t here = slab->collateral_site[i], there = whole->collateral_site[row];
        assert_int_equal(slab->collateral_loan[i] + at->loan, whole->collateral_loan[row]);
        assert_memory_equal(&slab->collateral_share[i], &whole->collateral_share[row],
                            sizeof(double));
        assert_int_equal(here == PLIM_NO_NAME, there == PLIM_NO_NAME);
        if (here != PLIM_NO_NAME)
            assert_string_equal(plim_column_text(plim_frame_find(&slab->sites, "id"), here),
                                plim_column_text(plim_frame_find(&whole->sites, "id"), there));
    }
    for (size_t l = 0; l <= slab->loans.n_rows; l++)
        assert_int_equal(slab->first_collateral[l] + at->collateral,
                         whole->first_collateral[at->loan + l]);
}

/* Sites of borrowers stand where they stand in the whole book; how many a slab has. */
static size_t same_sites(const plim_book *slab, const plim_book *whole, const before *at)
{
    size_t n = slab->first_site[slab->borrowers.n_rows];
    const plim_column *is = plim_frame_find(&slab->sites, "id");
    const plim_column *was = plim_frame_find(&whole->sites, "id");
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(plim_column_text(is, i), plim_column_text(was, at->site + i));
        assert_int_equal(slab->site_borrower[i] + at->borrower, whole->site_borrower[at->site + i]);
    }
    for (size_t i = n; i < slab->sites.n_rows; i++)
        assert_int_equal(slab->site_borrower[i], PLIM_NO_NAME);
    same_rows(&slab->insurance, &whole->insurance, at->policy);
    for (size_t b = 0; b <= slab->borrowers.n_rows; b++) {
        assert_int_equal(slab->first_site[b] + at->site, whole->first_site[at->borrower + b]);
        assert_int_equal(slab->first_policy[b] + at->policy, whole->first_policy[at->borrower + b]);
    }
    return n;
}

static void compare(plim_slabs *slabs, const plim_book *whole)
{
    before at = {0};
    plim_tie tie = {0};
    for (uint32_t k = 0; k < slabs->n_slabs; k++) {
        plim_book slab;
        MUST(plim_slabs_load(slabs, k, &slab, &must_err));
        assert_true(slab.borrowers.n_rows > 0);
        assert_true(slabs->n_slabs == 1 || slab.borrowers.n_rows <= slabs->largest.borrowers);
        assert_true(slabs->n_slabs == 1 || slab.loans.n_rows <= slabs->largest.loans);
        same_rows(&slab.banks, &whole->banks, 0);
        assert_true(slabs->n_slabs == 1 || slab.sites.n_rows <= slabs->largest.sites);
        same_rows(&slab.borrowers, &whole->borrowers, at.borrower);
        same_rows(&slab.loans, &whole->loans, at.loan);
        same_rows(&slab.excluded, &whole->excluded, 0);
        same_views(&slab, whole, at.borrower, at.loan);
        same_collateral(&slab, whole, &at);
        at.site += same_sites(&slab, whole, &at);
        MUST(plim_tie_add(&tie, &slab, &must_err));
        at.borrower += slab.borrowers.n_rows;
        at.loan += slab.loans.n_rows;
        at.collateral += slab.collateral.n_rows;
        at.policy += slab.insurance.n_rows;
        if (k + 1 == slabs->n_slabs)
            MUST(plim_tie_check(&tie, &slab, &must_err));
        plim_book_free(&slab);
    }
    plim_tie_free(&tie);
    assert_int_equal(at.borrower, whole->borrowers.n_rows);
    assert_int_equal(at.loan, whole->loans.n_rows);
    assert_int_equal(at.collateral, whole->collateral.n_rows);
    assert_int_equal(at.site, whole->first_site[whole->borrowers.n_rows]);
    assert_int_equal(at.policy, whole->insurance.n_rows);
}

/* A borrower by itself has its rows, and the shares of the whole book. */
static void compare_one(plim_source *const *sources, const plim_book *whole, uint32_t b)
{
    plim_book one;
    plim_book_use use = {0};
    plim_slab_rule rule = {PLIM_CONFLICT_REFUSE, &use, 0};
    before at = {b, whole->first_loan[b], whole->first_collateral[whole->first_loan[b]],
                 whole->first_site[b], whole->first_policy[b]};
    MUST(plim_slabs_load_one(&one, sources, 1, &rule,
                             plim_column_text(plim_frame_find(&whole->borrowers, "id"), b),
                             &must_err));
    same_collateral(&one, whole, &at);
    assert_int_equal(same_sites(&one, whole, &at), whole->first_site[b + 1] - at.site);
    plim_book_free(&one);
}

static void slabs_are_the_book(void **state)
{
    (void)state;
    const uint32_t wished[] = {1, 2, 3, 11, 64};
    for (book_kind kind = SORTED; kind <= BY_ROW_NUMBER; kind++) {
        const char *path = temporary_path("slabs.book.h5");
        write_book(path, kind, BORROWERS);
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
        for (uint32_t b = 0; b < BORROWERS; b += 100)
            compare_one(sources, &whole, b);
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

/* Sites and policies of one id, in slabs that never see each other. */
static void twins_are_found(void **state)
{
    (void)state;
    static const char *const names[] = {"sites", "insurance"};
    for (size_t t = 0; t < 2; t++) {
        plim_book_tables_data tables = {0};
        plim_synthetic config = {"rongchang", BORROWERS, 7};
        MUST(plim_synthetic_make(&tables, &config, &must_err));
        plim_frame *frame = t == 0 ? &tables.sites : &tables.insurance;
        plim_column *id = plim_frame_find(frame, "id");
        char twin[64], place[128];
        (void)snprintf(twin, sizeof twin, "%s", plim_column_text(id, 0));
        (void)snprintf(place, sizeof place, "%s.id, row %zu, id %s: ", names[t], id->n_rows - 1,
                       twin);
        MUST(plim_column_set_text(id, id->n_rows - 1, twin, &must_err));
        const char *path = temporary_path("twins.book.h5");
        MUST(plim_store_write_book(&tables, path, &must_err));
        plim_source source, *sources[] = {&source};
        plim_book_use use = {0};
        plim_slab_rule rule = {PLIM_CONFLICT_REFUSE, &use, 5};
        plim_slabs slabs;
        MUST(plim_store_attach_book(&source, path, &must_err));
        REFUSED(plim_slabs_open(&slabs, sources, 1, &rule, &must_err), place, "already in row 0");
        source.close(&source);
        plim_book_tables_data_free(&tables);
    }
}

/* Whichever allocation fails while slabs are opened and loaded: a message, no leak, no crash. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    enum { STEP = 17 }; /* there are thousands */
    const char *path = temporary_path("memory.book.h5");
    write_book(path, SHUFFLED, 40);
    plim_source source, *sources[] = {&source};
    plim_book_use use = {0};
    plim_slab_rule rule = {PLIM_CONFLICT_REFUSE, &use, 3};
    MUST(plim_store_attach_book(&source, path, &must_err));
    plim_status status = PLIM_MACHINE;
    for (long nth = 1; status != PLIM_OK; nth += STEP) {
        plim_slabs slabs = {0};
        plim_book slab = {0};
        plim_error err = {0};
        plim_memory_fail_at(nth, 0);
        status = plim_slabs_open(&slabs, sources, 1, &rule, &err);
        if (status == PLIM_OK)
            status = plim_slabs_load(&slabs, 1, &slab, &err);
        plim_memory_fail_at(0, 0);
        assert_true(status == PLIM_OK || (status == PLIM_MACHINE && err.message[0] != '\0'));
        plim_book_free(&slab);
        plim_slabs_free(&slabs);
        assert_true(nth < 100000);
    }
    source.close(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slabs_are_the_book),
        cmocka_unit_test(twins_are_found),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(faults_are_found),
    };
    return cmocka_run_group_tests(tests, temporary_make, temporary_remove);
}
