/* Small books and programs in memory, for tests of plan/ and simulate/. Header only; every test
 * uses what it needs of it. */
#ifndef PLIM_TESTS_PLAN_FIXTURE_H
#define PLIM_TESTS_PLAN_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/memory.h"
#include "plan/plan.h"

static plim_error must_err; /* the error of calls within MUST */

/* A call that has to succeed; its error argument is &must_err. */
#define MUST(expr)                                                                                 \
    do {                                                                                           \
        memset(&must_err, 0, sizeof must_err);                                                     \
        if ((expr) != PLIM_OK)                                                                     \
            fail_msg("%s: %s", #expr, must_err.message);                                           \
    } while (0)

/* cmocka's own comparison is in single precision. */
static inline void assert_near(double got, double want, double room)
{
    if (!(fabs(got - want) <= room))
        fail_msg("%.17g is not within %g of %.17g", got, room, want);
}

typedef struct fixture_loan {
    uint32_t borrower, bank; /* borrowers ascend */
    double balance, lgd;
    uint8_t class, defaulted;
} fixture_loan;

/* Both return a column that is valid until the next one is added. */
static inline plim_column *fixture_number(plim_frame *frame, const char *name, double value)
{
    plim_column column = {0};
    MUST(plim_column_make(&column, name, PLIM_COLUMN_NUMBER, frame->n_rows, &must_err));
    for (size_t i = 0; i < frame->n_rows; i++)
        column.number[i] = value;
    MUST(plim_frame_add(frame, &column, &must_err));
    return plim_frame_find(frame, name);
}

static inline plim_column *fixture_text(plim_frame *frame, const char *name, const char *value)
{
    plim_column column = {0};
    MUST(plim_column_make(&column, name, PLIM_COLUMN_TEXT, frame->n_rows, &must_err));
    for (size_t i = 0; i < frame->n_rows; i++)
        MUST(plim_column_set_text(&column, i, value, &must_err));
    MUST(plim_frame_add(frame, &column, &must_err));
    return plim_frame_find(frame, name);
}

static inline void fixture_ids(plim_frame *frame, const char *prefix)
{
    plim_column *id = fixture_text(frame, "id", "");
    for (size_t i = 0; i < frame->n_rows; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%s%06zu", prefix, i);
        MUST(plim_column_set_text(id, i, text, &must_err));
    }
}

static inline void *fixture_alloc(size_t count, size_t size)
{
    void *memory = plim_alloc(count, size);
    assert_non_null(memory);
    return memory;
}

static inline void fixture_loans(plim_book *book, const fixture_loan *loans, uint32_t n_loans)
{
    uint32_t n_borrowers = (uint32_t)book->borrowers.n_rows;
    book->loans.n_rows = n_loans;
    fixture_ids(&book->loans, "L");
    (void)fixture_number(&book->loans, "balance", 0);
    plim_column *lgd = fixture_number(&book->loans, "lgd", 0);
    plim_column *balance = plim_frame_find(&book->loans, "balance");
    book->loan_borrower = fixture_alloc(n_loans, sizeof(uint32_t));
    book->loan_bank = fixture_alloc(n_loans, sizeof(uint32_t));
    book->balance_fen = fixture_alloc(n_loans, sizeof(int64_t));
    book->exposure_fen = fixture_alloc(n_loans, sizeof(int64_t));
    book->loan_defaulted = fixture_alloc(n_loans, 1);
    book->loan_class = fixture_alloc(n_loans, 1);
    book->first_loan = fixture_alloc((size_t)n_borrowers + 1, sizeof(uint32_t));
    for (uint32_t l = 0; l < n_loans; l++) {
        balance->number[l] = loans[l].balance;
        lgd->number[l] = loans[l].lgd;
        book->loan_borrower[l] = loans[l].borrower;
        book->loan_bank[l] = loans[l].bank;
        assert_true(plim_fen_from_amount(loans[l].balance, &book->balance_fen[l]));
        book->exposure_fen[l] = book->balance_fen[l];
        book->loan_defaulted[l] = loans[l].defaulted;
        book->loan_class[l] = loans[l].class;
        book->first_loan[loans[l].borrower + 1] = l + 1;
    }
    for (uint32_t b = 1; b <= n_borrowers; b++)
        if (book->first_loan[b] == 0)
            book->first_loan[b] = book->first_loan[b - 1];
}

/* A book with columns id, pd, sector, region (borrowers), id, balance, lgd (loans). More columns
   may be added to its frames before a plan is made. */
static inline void fixture_book(plim_book *book, uint32_t n_borrowers, uint32_t n_banks,
                                const fixture_loan *loans, uint32_t n_loans)
{
    memset(book, 0, sizeof *book);
    (void)snprintf(book->as_of, sizeof book->as_of, "2025-12-31");
    (void)snprintf(book->currency, sizeof book->currency, "CNY");
    book->banks.n_rows = n_banks;
    fixture_ids(&book->banks, "K");
    book->borrowers.n_rows = n_borrowers;
    fixture_ids(&book->borrowers, "B");
    book->pd_term[0] = fixture_number(&book->borrowers, "pd", 0.02)->number;
    (void)fixture_text(&book->borrowers, "sector", "C3071");
    (void)fixture_text(&book->borrowers, "region", "500153");
    book->borrower_key = fixture_alloc(n_borrowers, sizeof(uint64_t));
    const plim_column *id = plim_frame_find(&book->borrowers, "id");
    for (uint32_t b = 0; b < n_borrowers; b++)
        MUST(plim_digest_key(plim_column_text(id, b), &book->borrower_key[b], &must_err));
    fixture_loans(book, loans, n_loans);
}

static inline void fixture_set_pd(plim_book *book, uint32_t borrower, double pd)
{
    plim_frame_find(&book->borrowers, "pd")->number[borrower] = pd;
}

/* ---- programs ---- */

/* Scenarios s1, s2, ... without formulas, over years first to last; a model without factors. */
static inline void fixture_program(plim_program *program, size_t n_scenarios, int first, int last)
{
    memset(program, 0, sizeof *program);
    program->scenarios = fixture_alloc(n_scenarios, sizeof *program->scenarios);
    program->n_scenarios = n_scenarios;
    for (size_t s = 0; s < n_scenarios; s++) {
        plim_scenario *scenario = &program->scenarios[s];
        char name[32];
        (void)snprintf(name, sizeof name, "s%zu", s + 1);
        scenario->name = plim_strdup(name);
        scenario->graph_id = (uint16_t)s;
        scenario->path = plim_strdup("test.lua");
        scenario->first_year = first;
        scenario->last_year = last;
        scenario->applies = PLIM_NO_NODE;
        for (int t = 0; t < PLIM_MAX_YEARS; t++)
            scenario->pd[t] = scenario->fails[t] = scenario->pd_reference[t] =
                scenario->fails_reference[t] = scenario->lgd[t] = scenario->ead[t] =
                    scenario->cover[t] = PLIM_NO_NODE;
    }
    program->model.name = plim_strdup("test_model");
}

static inline uint32_t fixture_symbol(plim_program *program, const char *text)
{
    uint32_t symbol = 0;
    MUST(plim_names_add(&program->graph.symbols, text, &symbol, &must_err));
    return symbol;
}

static inline plim_node fixture_node(plim_program *program, const plim_expr *expr)
{
    plim_expr placed = *expr;
    placed.line = 12;
    placed.file = fixture_symbol(program, "test.lua");
    plim_node node = PLIM_NO_NODE;
    MUST(plim_graph_add(&program->graph, &placed, &node, &must_err));
    return node;
}

static inline plim_node fixture_constant(plim_program *program, double value)
{
    return fixture_node(program, &(plim_expr){.op = PLIM_OP_CONSTANT, .value = value});
}

static inline plim_node fixture_column(plim_program *program, plim_level table, const char *name)
{
    return fixture_node(program, &(plim_expr){.op = PLIM_OP_COLUMN,
                                              .table = (uint8_t)table,
                                              .symbol = fixture_symbol(program, name),
                                              .value = 1});
}

static inline plim_node fixture_pd(plim_program *program, int year)
{
    return fixture_node(program, &(plim_expr){.op = PLIM_OP_PD, .year = (int16_t)year});
}

static inline plim_node fixture_apply1(plim_program *program, plim_op op, plim_node a)
{
    return fixture_node(program, &(plim_expr){.op = op, .arg = {a}});
}

static inline plim_node fixture_apply2(plim_program *program, plim_op op, plim_node a, plim_node b)
{
    return fixture_node(program, &(plim_expr){.op = op, .arg = {a, b}});
}

static inline plim_node fixture_apply3(plim_program *program, plim_op op, plim_node a, plim_node b,
                                       plim_node c)
{
    return fixture_node(program, &(plim_expr){.op = op, .arg = {a, b, c}});
}

static inline plim_node fixture_reference(plim_program *program, plim_node node)
{
    plim_node out = PLIM_NO_NODE;
    MUST(plim_graph_at_reference(&program->graph, node, &out, &must_err));
    return out;
}

static inline void fixture_pathway(plim_pathway *pathway, int year, double value, int year2,
                                   double value2)
{
    pathway->count = year2 == year ? 1 : 2;
    pathway->year = fixture_alloc(2, sizeof(int));
    pathway->value = fixture_alloc(2, sizeof(double));
    pathway->year[0] = year;
    pathway->year[1] = year2;
    pathway->value[0] = value;
    pathway->value[1] = value2;
}

/* A driver of scenario s that goes from `from` in the first year to `to` in the last. */
static inline void fixture_driver(plim_program *program, size_t s, const char *name,
                                  double reference, double from, double to)
{
    plim_scenario *scenario = &program->scenarios[s];
    plim_driver *drivers = plim_resize(scenario->drivers, scenario->n_drivers + 1, sizeof *drivers);
    assert_non_null(drivers);
    scenario->drivers = drivers;
    plim_driver *driver = &drivers[scenario->n_drivers++];
    memset(driver, 0, sizeof *driver);
    driver->name = plim_strdup(name);
    driver->unit_text = plim_strdup("");
    fixture_pathway(&driver->path, scenario->first_year, from, scenario->last_year, to);
    fixture_pathway(&driver->reference, scenario->first_year, reference, scenario->first_year, 0);
}

static inline plim_node fixture_driver_node(plim_program *program, size_t s, const char *name,
                                            int t)
{
    return fixture_node(program, &(plim_expr){.op = PLIM_OP_DRIVER,
                                              .scenario = (uint16_t)s,
                                              .symbol = fixture_symbol(program, name),
                                              .year = (int16_t)t});
}

/* Gives the model factors z0, z1, ... with one correlation between each two, and no loadings yet.
 */
static inline void fixture_factors(plim_program *program, size_t n, double correlation,
                                   double persistence)
{
    plim_model *model = &program->model;
    model->correlation = fixture_alloc(n * n, sizeof(double));
    model->loading = fixture_alloc(n, sizeof(plim_node));
    model->persistence = persistence;
    for (size_t f = 0; f < n; f++) {
        char name[32];
        (void)snprintf(name, sizeof name, "z%zu", f);
        MUST(plim_names_add(&model->factors, name, NULL, &must_err));
        model->loading[f] = PLIM_NO_NODE;
        for (size_t g = 0; g < n; g++)
            model->correlation[f * n + g] = f == g ? 1 : correlation;
    }
}

static inline void fixture_make(plim_plan *plan, const plim_book *book, const plim_program *program)
{
    MUST(plim_plan_make(plan, book, program, 2, &must_err));
}

static inline void fixture_free(plim_plan *plan, plim_book *book, plim_program *program)
{
    plim_plan_free(plan);
    plim_book_free(book);
    plim_program_free(program);
}

/* Borrower b has PD curve `pd` (n_years) in scenario s. */
static inline const double *fixture_curve(const plim_plan *plan, uint32_t b, uint32_t s)
{
    size_t row = plan->first_row[b] + plan->row_of[(size_t)b * plan->n_scenarios + s];
    return plan->pd + row * plan->n_years;
}

#endif
