/* A plan of a book of several chunks is what its formulas say, and the same bits and the same words
 * whatever the number of threads. */
#include "../support/plan_fixture.h"

#include "plan/sweep.h"

enum { BORROWERS = 2 * PLIM_SWEEP_BORROWERS + 777, SCENARIOS = 3, YEARS = 2 };

typedef struct world {
    plim_book book;
    plim_program program;
} world;

/* Some borrowers have no loan, some three. */
static uint32_t loans_of(uint32_t borrower)
{
    return borrower % 7 == 3 ? 0 : borrower % 5 == 0 ? 3 : 1;
}

static void make(world *w)
{
    fixture_loan *loans = fixture_alloc((size_t)3 * BORROWERS, sizeof *loans);
    uint32_t n_loans = 0;
    for (uint32_t b = 0; b < BORROWERS; b++)
        for (uint32_t k = 0; k < loans_of(b); k++, n_loans++)
            loans[n_loans] = (fixture_loan){b, 0, 1000 + b % 13, 0.3 + 0.001 * (b % 100), 1, 0};
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, BORROWERS, 1, loans, n_loans);
    plim_free(loans);
    for (uint32_t b = 0; b < BORROWERS; b++)
        fixture_set_pd(&w->book, b, 0.001 + 0.0003 * (b % 1000));
    (void)fixture_number(&w->book.borrowers, "stress", 0);
    (void)fixture_number(&w->book.loans, "haircut", 0);
    fixture_program(&w->program, SCENARIOS, 2026, 2026 + YEARS - 1);
}

/* Scenario 1 and 3: pd + stress in the last year. 2: lgd + haircut. */
static void add_formulas(world *w)
{
    plim_program *p = &w->program;
    plim_node stressed = fixture_apply2(p, PLIM_OP_ADD, fixture_pd(p, YEARS - 1),
                                        fixture_column(p, PLIM_LEVEL_BORROWER, "stress"));
    p->scenarios[0].pd[YEARS - 1] = p->scenarios[2].pd[YEARS - 1] = stressed;
    p->scenarios[0].pd_reference[YEARS - 1] = stressed;
    plim_node lgd = fixture_apply2(p, PLIM_OP_ADD, fixture_column(p, PLIM_LEVEL_LOAN, "lgd"),
                                   fixture_column(p, PLIM_LEVEL_LOAN, "haircut"));
    p->scenarios[1].lgd[0] = p->scenarios[1].lgd[1] = lgd;
    double *stress = plim_frame_find(&w->book.borrowers, "stress")->number;
    double *haircut = plim_frame_find(&w->book.loans, "haircut")->number;
    for (uint32_t b = 0; b < BORROWERS; b++)
        stress[b] = b % 3 == 0 ? 0 : 0.0001 * (b % 50);
    for (size_t l = 0; l < w->book.loans.n_rows; l++)
        haircut[l] = 0.01 * (double)(l % 9);
}

static void drop(world *w)
{
    fixture_free(&(plim_plan){0}, &w->book, &w->program);
}

static void is_what_the_formulas_say(const world *w, const plim_plan *plan)
{
    const double *stress = plim_frame_find(&w->book.borrowers, "stress")->number;
    const double *lgd = plim_frame_find(&w->book.loans, "lgd")->number;
    const double *haircut = plim_frame_find(&w->book.loans, "haircut")->number;
    uint32_t next = 0;
    for (uint32_t b = 0; b < BORROWERS; b++) {
        double pd = 0.001 + 0.0003 * (b % 1000);
        bool moved = stress[b] != 0 && loans_of(b) > 0;
        assert_int_equal(plan->first_row[b], next);
        assert_int_equal(plan->row_of[(size_t)b * (SCENARIOS + 1) + 1], moved);
        assert_int_equal(plan->row_of[(size_t)b * (SCENARIOS + 1) + 3], moved);
        assert_true(fixture_curve(plan, b, 0)[YEARS - 1] == pd);
        assert_true(fixture_curve(plan, b, 1)[YEARS - 1] == (moved ? pd + stress[b] : pd));
        next += moved ? 2 : 1;
    }
    assert_int_equal(plan->first_row[BORROWERS], next);
    for (uint32_t l = 0; l < plan->n_loans; l++)
        assert_int_equal(plan->loss_fen[2 * YEARS + 1][l],
                         plim_fen_loss(lgd[l] + haircut[l], (double)w->book.exposure_fen[l]));
}

static void same_plans(const plim_plan *a, const plim_plan *b)
{
    size_t cells = (size_t)a->first_row[BORROWERS] * YEARS;
    assert_memory_equal(a->first_row, b->first_row, (BORROWERS + 1) * sizeof *a->first_row);
    assert_memory_equal(a->row_of, b->row_of, (size_t)BORROWERS * (SCENARIOS + 1));
    assert_memory_equal(a->pd, b->pd, cells * sizeof *a->pd);
    assert_memory_equal(a->threshold, b->threshold, cells * sizeof *a->threshold);
    assert_memory_equal(a->reference_shift_max, b->reference_shift_max, 4 * sizeof(double));
    assert_memory_equal(a->reference_shift_mean, b->reference_shift_mean, 4 * sizeof(double));
    assert_memory_equal(a->n_applies, b->n_applies, 4 * sizeof(uint64_t));
    for (size_t i = 0; i < (size_t)(SCENARIOS + 1) * YEARS; i++)
        assert_memory_equal(a->loss_fen[i], b->loss_fen[i], a->n_loans * sizeof(int64_t));
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    world w;
    plim_plan alone, many;
    make(&w);
    add_formulas(&w);
    MUST(plim_plan_make(&alone, &w.book, &w.program, 1, &must_err));
    is_what_the_formulas_say(&w, &alone);
    assert_true(alone.reference_shift_mean[1] > 0);
    for (int threads = 2; threads <= 5; threads += 3) {
        MUST(plim_plan_make(&many, &w.book, &w.program, threads, &must_err));
        same_plans(&alone, &many);
        plim_plan_free(&many);
    }
    plim_plan_free(&alone);
    drop(&w);
}

/* Values that are refused in every chunk: the first ones are told, and how many more there are. */
static void threads_change_no_word(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 5};
    char first[sizeof must_err.message];
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            world w;
            plim_plan plan;
            plim_error err = {0};
            make(&w);
            add_formulas(&w);
            plim_column *column = k == 0 ? plim_frame_find(&w.book.borrowers, "stress")
                                         : plim_frame_find(&w.book.loans, "haircut");
            for (size_t row = 7; row < column->n_rows; row += 1000)
                column->number[row] = 2;
            assert_int_equal(plim_plan_make(&plan, &w.book, &w.program, threads[i], &err),
                             PLIM_INPUT);
            if (i == 0)
                memcpy(first, err.message, sizeof first);
            assert_string_equal(err.message, first);
            assert_non_null(strstr(err.message, k == 0 ? "borrower B000007" : "loan L000007"));
            assert_non_null(strstr(err.message, "more of this kind"));
            drop(&w);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(threads_change_no_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
