/* The same tallies, to the last bit, whatever threads, tiles and instruction set; fates unmoved by
 * the order of borrowers and by borrowers that are added. */
#include "../support/class_fixture.h"

#define PATHS 2500

static const fixture_sizes sizes = {
    .borrowers = 60, .banks = 3, .scenarios = 3, .years = 4, .factors = 3};

static void same(const void *a, const void *b, size_t n, size_t size, const char *what)
{
    if (memcmp(a, b, n * size) != 0)
        fail_msg("%s differ", what);
}

static void same_tallies(const plim_tallies *a, const plim_tallies *b, uint32_t n_borrowers)
{
    size_t s = a->n_scenarios, by_bank = s * a->n_banks * a->n_paths;
    same(a->loss, b->loss, by_bank, sizeof *a->loss, "losses");
    same(a->defaulted_exposure, b->defaulted_exposure, by_bank, 8, "defaulted exposures");
    same(a->years, b->years, s * a->n_years, sizeof *a->years, "sums by year");
    assert_int_equal(a->sectors.names.count, b->sectors.names.count);
    same(a->sector_loss, b->sector_loss, s * a->sectors.names.count * PLIM_BATCHES, 16, "sectors");
    same(a->region_loss, b->region_loss, s * a->regions.names.count * PLIM_BATCHES, 16, "regions");
    same(a->class_moves, b->class_moves, fixture_class_cells(a), 16, "classes");
    same(a->borrower_defaults, b->borrower_defaults, n_borrowers * s * a->n_years, 4, "borrowers");
}

static void tallies_do_not_depend_on_the_machine(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes classes;
    plim_class_policy policy = fixture_class_policy;
    policy.most_paths = 2100; /* not all */
    fixture_random_world(&w, &sizes, 0);
    fixture_classify(&classes, &w.plan, &policy);
    plim_tallies first = {0};
    MUST(plim_simulate(
        &(plim_simulation){.plan = &w.plan, .seed = 9, .n_paths = PATHS, .threads = 1}, &first,
        &must_err));
    int64_t total = 0;
    for (size_t i = 0; i < (size_t)first.n_scenarios * first.n_banks * PATHS; i++)
        total += first.loss[i];
    assert_true(total > 0);
    const int threads[] = {1, 2, 3, 8};
    const uint32_t slab[] = {0, 1, 7, 1000}, block[] = {0, 3, 64, 100000};
    for (size_t isa = 0; isa < PLIM_ISA_COUNT; isa++)
        for (size_t i = 0; i < 16 && fixture_has_isa((plim_isa)isa); i++) {
            plim_simulation again = {.plan = &w.plan,
                                     .seed = 9,
                                     .n_paths = PATHS,
                                     .threads = threads[i % 4],
                                     .slab = slab[i / 4],
                                     .block = block[i / 4],
                                     .round_bytes = i % 3 == 0 ? 1 : 0,
                                     .reference = i == 15,
                                     .isa = (plim_isa)isa};
            plim_tallies other = {0};
            MUST(plim_simulate(&again, &other, &must_err));
            same_tallies(&first, &other, w.plan.n_borrowers);
            plim_tallies_free(&other);
        }
    plim_tallies_free(&first);
    fixture_declassify(&classes);
    fixture_drop(&w);
}

/* Books of borrowers with the given ids, ascending or not; PD and loading follow from the id. */
static void make_by_id(fixture_world *w, const uint32_t *id, uint32_t n)
{
    memset(w, 0, sizeof *w);
    fixture_loan *loans = fixture_equal_loans(n, 1000, 0.5);
    fixture_book(&w->book, n, 1, loans, n);
    plim_free(loans);
    fixture_program(&w->program, 1, 2026, 2028);
    fixture_factors(&w->program, 1, 0, 0.5);
    plim_column *weight = fixture_number(&w->book.borrowers, "w", 0);
    for (uint32_t b = 0; b < n; b++) {
        char text[16];
        (void)snprintf(text, sizeof text, "N%u", id[b]);
        MUST(plim_digest_key(text, &w->book.borrower_key[b], &must_err));
        fixture_set_pd(&w->book, b, 0.05 + 0.01 * (id[b] % 7));
        weight->number[b] = 0.2 + 0.05 * (id[b] % 5);
    }
    w->program.model.loading[0] = fixture_column(&w->program, PLIM_LEVEL_BORROWER, "w");
    w->program.scenarios[0].pd[1] =
        fixture_apply2(&w->program, PLIM_OP_MULTIPLY, fixture_pd(&w->program, 1),
                       fixture_constant(&w->program, 3));
    fixture_make(&w->plan, &w->book, &w->program);
}

static void fates_belong_to_borrowers(void **state)
{
    (void)state;
    const uint32_t some[] = {1, 2, 3, 4, 5, 6}, shuffled[] = {5, 1, 6, 4, 2, 3};
    const uint32_t more[] = {0, 1, 2, 20, 3, 4, 21, 5, 6, 22};
    const uint32_t *const ids[] = {shuffled, more};
    const uint32_t counts[] = {6, 10};
    fixture_world a, b;
    plim_tallies first, other;
    make_by_id(&a, some, 6);
    fixture_simulate(&first, &a.plan, PATHS, 3);
    size_t cells = first.n_scenarios * first.n_years;
    for (size_t k = 0; k < 2; k++) {
        make_by_id(&b, ids[k], counts[k]);
        fixture_simulate(&other, &b.plan, PATHS, 3);
        for (uint32_t i = 0; i < counts[k]; i++)
            for (uint32_t j = 0; j < 6; j++)
                if (ids[k][i] == some[j])
                    same(first.borrower_defaults + j * cells, other.borrower_defaults + i * cells,
                         cells, sizeof(uint32_t), "fates");
        if (k == 0)
            same(first.loss, other.loss, 2 * PATHS, sizeof(int64_t), "losses");
        plim_tallies_free(&other);
        fixture_drop(&b);
    }
    assert_true(first.borrower_defaults[0] > 0);
    plim_tallies_free(&first);
    fixture_drop(&a);
}

/* A path is the same whether few or many are simulated. */
static void paths_do_not_depend_on_their_number(void **state)
{
    (void)state;
    fixture_world w;
    plim_tallies few, many;
    fixture_random_world(&w, &sizes, 77);
    fixture_simulate(&few, &w.plan, 100, 3);
    fixture_simulate(&many, &w.plan, PATHS, 3);
    for (uint32_t i = 0; i < few.n_scenarios * few.n_banks; i++)
        same(few.loss + (size_t)i * 100, many.loss + (size_t)i * PATHS, 100, 8, "paths");
    plim_tallies_free(&few);
    plim_tallies_free(&many);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tallies_do_not_depend_on_the_machine),
        cmocka_unit_test(fates_belong_to_borrowers),
        cmocka_unit_test(paths_do_not_depend_on_their_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
