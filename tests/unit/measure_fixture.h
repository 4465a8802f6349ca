/* A book, plan and tallies so small that every number of every table can be worked out by hand: two
 * banks, four borrowers, five loans, baseline and one scenario, two years, four paths.
 *
 *   loan  borrower  bank  balance  exposure  class           loss if it defaults in 2026, 2027
 *                                                            baseline    shock
 *   l0    u1        A     100      120       1               60 60       70 70
 *   l1    u1        B      50       50       2 lgd proxied   10 10       12 12
 *   l2    u2        A     200      200       1               80 80       90 100
 *   l3    u2        A      30       30       3 in default     0 0        1 0 (a change of LGD: on
 * all paths) l4    u3        B      40       40       1 120 days       0 0         0 0 u4 has no
 * loan.
 *
 *   defaults (year): path 0  1  2  3
 *   baseline  u1     2026 -  -  -            u2   -    2027 - -
 *   shock     u1     2026 2027 -  -          u2   2027 2027 - -
 */
#ifndef PLIM_TESTS_MEASURE_FIXTURE_H
#define PLIM_TESTS_MEASURE_FIXTURE_H

#include <string.h>

#include "measure/tables.h"
#include "simulate/simulate.h"

enum { BANKS = 2, BORROWERS = 4, LOANS = 5, SCENARIOS = 2, YEARS = 2, PATHS = 4 };

typedef struct fixture {
    plim_book book;
    plim_scenario scenario;
    plim_program program;
    plim_plan plan;
    uint64_t n_applies[SCENARIOS], n_fails[SCENARIOS];
    plim_tallies tallies;

    uint32_t loan_borrower[LOANS], loan_bank[LOANS], first_loan[BORROWERS + 1];
    int64_t balance[LOANS], exposure[LOANS], control_total[BANKS], excluded[BANKS];
    uint8_t loan_defaulted[LOANS], loan_class[LOANS];

    uint32_t first_row[BORROWERS + 1];
    uint8_t row_of[BORROWERS * SCENARIOS], alive[BORROWERS], proxied[BORROWERS];
    uint8_t fails[BORROWERS * SCENARIOS];
    double pd[5 * YEARS];
    int64_t loss_plane[SCENARIOS * YEARS][LOANS], *loss_fen[SCENARIOS * YEARS];
    int64_t *exposure_fen[SCENARIOS * YEARS];

    int64_t loss[SCENARIOS * BANKS * PATHS], defaulted_exposure[SCENARIOS * BANKS * PATHS];
    plim_year_cell year_cell[PATHS][SCENARIOS * YEARS];
    plim_year_sums years[SCENARIOS * YEARS];
    plim_int128 sector_loss[SCENARIOS * 2 * PLIM_BATCHES], region_loss[SCENARIOS * PLIM_BATCHES];
    uint32_t borrower_defaults[BORROWERS * SCENARIOS * YEARS];
    uint32_t sector_of[BORROWERS], region_of[BORROWERS];
} fixture;

static void text_column(plim_frame *frame, const char *name, const char *const *texts, size_t n)
{
    plim_column column;
    plim_error err = {0};
    assert_int_equal(plim_column_make(&column, name, PLIM_COLUMN_TEXT, n, &err), PLIM_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(plim_column_set_text(&column, i, texts[i], &err), PLIM_OK);
    assert_int_equal(plim_frame_add(frame, &column, &err), PLIM_OK);
}

static void number_column(plim_frame *frame, const char *name, const double *values, size_t n)
{
    plim_column column;
    plim_error err = {0};
    assert_int_equal(plim_column_make(&column, name, PLIM_COLUMN_NUMBER, n, &err), PLIM_OK);
    memcpy(column.number, values, n * sizeof *values);
    assert_int_equal(plim_frame_add(frame, &column, &err), PLIM_OK);
}

static void set_book(fixture *f)
{
    static const char *const banks[] = {"A", "B"}, *const types[] = {"legal_person", ""};
    static const char *const ids[] = {"u1", "u2", "u3", "u4"};
    static const char *const lgd_sources[] = {"reported", "proxied", "reported", "reported", ""};
    static const double pd[] = {.01, .1, .3, .2}, overdue[] = {0, 0, 0, 0, 120};
    static const char *const excluded_bank[] = {"A"}, *const reason[] = {"no lgd"};
    static const double excluded_balance[] = {5};
    static const uint32_t borrower[] = {0, 0, 1, 1, 2}, bank[] = {0, 1, 0, 0, 1};
    static const uint32_t first_loan[] = {0, 2, 4, 5, 5};
    static const int64_t balance[] = {10000, 5000, 20000, 3000, 4000};
    static const int64_t exposure[] = {12000, 5000, 20000, 3000, 4000};
    static const uint8_t defaulted[] = {0, 0, 0, 1, 1}, class[] = {1, 2, 1, 3, 1};
    plim_book *book = &f->book;
    plim_error err = {0};
    text_column(&book->banks, "id", banks, BANKS);
    text_column(&book->banks, "type", types, BANKS);
    text_column(&book->borrowers, "id", ids, BORROWERS);
    number_column(&book->borrowers, "pd", pd, BORROWERS);
    book->pd_term[0] = plim_frame_find(&book->borrowers, "pd")->number;
    text_column(&book->loans, "lgd_source", lgd_sources, LOANS);
    number_column(&book->loans, "days_overdue", overdue, LOANS);
    text_column(&book->excluded, "bank", excluded_bank, 1);
    text_column(&book->excluded, "reason", reason, 1);
    number_column(&book->excluded, "balance", excluded_balance, 1);
    assert_int_equal(plim_names_add(&book->conflicted, "u1", NULL, &err), PLIM_OK);
    memcpy(f->loan_borrower, borrower, sizeof borrower);
    memcpy(f->loan_bank, bank, sizeof bank);
    memcpy(f->first_loan, first_loan, sizeof first_loan);
    memcpy(f->balance, balance, sizeof balance);
    memcpy(f->exposure, exposure, sizeof exposure);
    memcpy(f->loan_defaulted, defaulted, sizeof defaulted);
    memcpy(f->loan_class, class, sizeof class);
    f->control_total[0] = 33600; /* 335.00 are accounted for */
    f->control_total[1] = PLIM_FEN_EMPTY;
    f->excluded[0] = 500;
    book->loan_borrower = f->loan_borrower;
    book->loan_bank = f->loan_bank;
    book->first_loan = f->first_loan;
    book->balance_fen = f->balance;
    book->exposure_fen = f->exposure;
    book->loan_defaulted = f->loan_defaulted;
    book->loan_class = f->loan_class;
    book->control_total_fen = f->control_total;
    book->excluded_fen = f->excluded;
}

static void set_plan(fixture *f)
{
    static char name[] = "shock";
    /* u1: own curve under shock, highest in its first year (baseline: in its second); u2, u3, u4:
     * one */
    static const double pd[] = {.01, .02, .05, .04, .1, .1, .3, .3, .2, .2};
    static const uint32_t first_row[] = {0, 2, 3, 4, 5};
    static const int64_t loss[SCENARIOS * YEARS][LOANS] = {{6000, 1000, 8000, 0, 0},
                                                           {6000, 1000, 8000, 0, 0},
                                                           {7000, 1200, 9000, 100, 0},
                                                           {7000, 1200, 10000, 0, 0}};
    memcpy(f->pd, pd, sizeof pd);
    memcpy(f->first_row, first_row, sizeof first_row);
    memcpy(f->loss_plane, loss, sizeof loss);
    for (int i = 0; i < SCENARIOS * YEARS; i++) {
        f->loss_fen[i] = f->loss_plane[i];
        f->exposure_fen[i] = f->exposure;
    }
    f->row_of[1] = 1;
    f->alive[0] = f->alive[1] = 1;
    f->fails[1 * SCENARIOS + 1] = 1; /* u2 under shock */
    f->scenario.name = name;
    f->program = (plim_program){.scenarios = &f->scenario, .n_scenarios = 1};
    f->plan = (plim_plan){.book = &f->book,
                          .program = &f->program,
                          .n_borrowers = BORROWERS,
                          .n_loans = LOANS,
                          .n_banks = BANKS,
                          .n_scenarios = SCENARIOS,
                          .n_years = YEARS,
                          .first_year = 2026,
                          .first_row = f->first_row,
                          .row_of = f->row_of,
                          .pd = f->pd,
                          .alive = f->alive,
                          .fails_at_reference = f->fails,
                          .proxied = f->proxied,
                          .n_applies = f->n_applies,
                          .n_fails_at_reference = f->n_fails,
                          .loss_fen = f->loss_fen,
                          .exposure_fen = f->exposure_fen};
}

/* Books the loss (and, of a new default, the exposure) of a loan on a path. */
static void book_loan(fixture *f, int s, int t, int loan, int path, int is_default)
{
    const int64_t loss = f->loss_plane[s * YEARS + t][loan];
    const int64_t exposure = is_default ? f->exposure[loan] : 0;
    const uint32_t bank = f->loan_bank[loan], borrower = f->loan_borrower[loan];
    const size_t at_bank = ((size_t)s * BANKS + bank) * PATHS + (size_t)path;
    plim_year_cell *at_year = &f->year_cell[path][s * YEARS + t];
    f->loss[at_bank] += loss;
    f->defaulted_exposure[at_bank] += exposure;
    at_year->loss += loss;
    at_year->exposure += exposure;
    f->sector_loss[((size_t)s * 2 + f->sector_of[borrower]) * PLIM_BATCHES +
                   (size_t)path / PLIM_OCTET] += loss;
    f->region_loss[(size_t)s * PLIM_BATCHES + (size_t)path / PLIM_OCTET] += loss;
}

static void set_tallies(fixture *f)
{
    /* Year of default from 1, 0 for none, of u1 and u2. */
    static const int year[SCENARIOS][2][PATHS] = {{{1, 0, 0, 0}, {0, 2, 0, 0}},
                                                  {{1, 2, 0, 0}, {2, 2, 0, 0}}};
    plim_error err = {0};
    f->tallies = (plim_tallies){.n_paths = PATHS,
                                .n_scenarios = SCENARIOS,
                                .n_years = YEARS,
                                .n_banks = BANKS,
                                .loss = f->loss,
                                .defaulted_exposure = f->defaulted_exposure,
                                .years = f->years,
                                .sector_loss = f->sector_loss,
                                .region_loss = f->region_loss,
                                .borrower_defaults = f->borrower_defaults};
    assert_int_equal(plim_names_add(&f->tallies.sectors.names, "K70", NULL, &err), PLIM_OK);
    assert_int_equal(plim_names_add(&f->tallies.sectors.names, "C30", NULL, &err), PLIM_OK);
    assert_int_equal(plim_names_add(&f->tallies.regions.names, "500153", NULL, &err), PLIM_OK);
    f->sector_of[1] = f->sector_of[2] = 1; /* u2, u3: C30 */
    f->tallies.sectors.of_borrower = f->sector_of;
    f->tallies.regions.of_borrower = f->region_of;
    for (int s = 0; s < SCENARIOS; s++) {
        for (int path = 0; path < PATHS; path++) {
            for (int t = 0; t < YEARS; t++)
                book_loan(f, s, t, 3, path, 0); /* the change of LGD of l3 */
            for (int u = 0; u < 2; u++) {
                int t = year[s][u][path] - 1;
                if (t < 0)
                    continue;
                f->year_cell[path][s * YEARS + t].defaults++;
                f->borrower_defaults[(u * SCENARIOS + s) * YEARS + t]++;
                book_loan(f, s, t, u == 0 ? 0 : 2, path, 1);
                if (u == 0)
                    book_loan(f, s, t, 1, path, 1);
            }
        }
    }
    for (int path = 0; path < PATHS; path++)
        plim_years_add(f->years, f->year_cell[path], SCENARIOS, YEARS, 2);
}

static void fixture_make(fixture *f)
{
    *f = (fixture){0};
    set_book(f);
    set_plan(f);
    set_tallies(f);
}

static void fixture_free(fixture *f)
{
    plim_frame_free(&f->book.banks);
    plim_frame_free(&f->book.borrowers);
    plim_frame_free(&f->book.loans);
    plim_frame_free(&f->book.excluded);
    plim_names_free(&f->book.conflicted);
    plim_names_free(&f->tallies.sectors.names);
    plim_names_free(&f->tallies.regions.names);
}

#endif
