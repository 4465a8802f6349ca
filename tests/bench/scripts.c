/* Times what scripts cost, medians of five, on one thread:
 *   bench_scripts BOOK LIB SCENARIO.lua ...
 * tracing each scenario, and planning it over the book; then the evaluation of
 * tests/bench/thirty_operations.lua over a million borrowers made up in memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plan/evaluate.h"
#include "run/session.h"

enum { ROUNDS = 5, BORROWERS = 1000000, YEARS = 10 };

static void give_up(const plim_error *err)
{
    fprintf(stderr, "bench: %s\n", err->message);
    exit(1);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, ascending);
    return values[ROUNDS / 2];
}

static void time_scenario(const char *book, const char *lib, const char *path)
{
    double trace[ROUNDS], bind[ROUNDS];
    plim_error err = {0};
    for (int i = 0; i < ROUNDS; i++) {
        plim_session session = {.threads = 1};
        plim_session_scripts scripts = {
            .scenarios = &path, .n_scenarios = 1, .loader = {.lib_dir = lib}};
        if (plim_session_open(&session, &book, 1, &err) != PLIM_OK)
            give_up(&err);
        double start = seconds();
        if (plim_session_trace(&session, &scripts, &err) != PLIM_OK)
            give_up(&err);
        trace[i] = seconds() - start;
        if (plim_session_load(&session, PLIM_CONFLICT_WEIGHTED, &err) != PLIM_OK)
            give_up(&err);
        start = seconds();
        if (plim_session_bind(&session, &err) != PLIM_OK)
            give_up(&err);
        bind[i] = seconds() - start;
        plim_session_free(&session);
    }
    printf("%-40s trace %6.1f ms, plan %6.1f ms\n", path, 1e3 * median(trace), 1e3 * median(bind));
}

/* ---- evaluation ---- */

static void add_column(plim_book *book, const char *name, double low, double high)
{
    plim_column column = {0};
    plim_error err = {0};
    uint64_t state = (uint64_t)strlen(name) * 2654435761u + (unsigned char)name[0];
    if (plim_column_make(&column, name, PLIM_COLUMN_NUMBER, BORROWERS, &err) != PLIM_OK)
        give_up(&err);
    for (size_t i = 0; i < BORROWERS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        column.number[i] = low + (high - low) * (double)(state >> 40) / (double)(1 << 24);
    }
    if (plim_frame_add(&book->borrowers, &column, &err) != PLIM_OK)
        give_up(&err);
}

static void make_book(plim_book *book)
{
    static const struct {
        const char *name;
        double low, high;
    } columns[] = {{"pd", 0.001, 0.1},         {"revenue", 1e6, 1e8},  {"operating_cost", 8e5, 8e7},
                   {"depreciation", 1e4, 5e6}, {"interest", 1e4, 3e6}, {"debt", 1e5, 6e7},
                   {"equity", 1e5, 5e7},       {"scope1", 0, 5e3}};
    book->borrowers.n_rows = BORROWERS;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        add_column(book, columns[i].name, columns[i].low, columns[i].high);
    book->pd_term[0] = plim_frame_find(&book->borrowers, "pd")->number;
}

/* Operations of rows that the outputs need; those of drivers and constants are done once. */
static size_t count_operations(const plim_graph *graph, const plim_node *outputs, size_t n_outputs)
{
    bool *needed = calloc(graph->count, sizeof *needed);
    size_t n = 0;
    for (size_t i = 0; needed && i < n_outputs; i++)
        needed[outputs[i]] = true;
    for (size_t i = graph->count; needed && i-- > 0;) {
        const plim_expr *e = &graph->nodes[i];
        int arity = needed[i] ? plim_primitive_arity(e->op) : 0;
        n += arity > 0 && e->level != PLIM_LEVEL_CONSTANT;
        for (int k = 0; k < arity; k++)
            needed[e->arg[k]] = true;
    }
    free(needed);
    return n;
}

/* One pass over all borrowers; the sum keeps the compiler from leaving anything out. */
static double evaluate(plim_evaluator *evaluator, const plim_node *outputs, size_t n_outputs)
{
    double sum = 0;
    for (uint32_t first = 0; first < BORROWERS; first += PLIM_EVALUATE_BLOCK) {
        uint32_t left = BORROWERS - first;
        plim_evaluator_run(evaluator, first,
                           left < PLIM_EVALUATE_BLOCK ? left : PLIM_EVALUATE_BLOCK);
        for (size_t i = 0; i < n_outputs; i++)
            sum += plim_evaluator_values(evaluator, outputs[i])[0];
    }
    return sum;
}

static void time_evaluation(const char *lib)
{
    static const char *const path = PLIM_SOURCE_DIR "/tests/bench/thirty_operations.lua";
    plim_book book = {0};
    plim_session session = {.threads = 1};
    plim_session_scripts scripts = {
        .scenarios = &path, .n_scenarios = 1, .loader = {.lib_dir = lib}};
    plim_error err = {0};
    make_book(&book);
    if (plim_session_open(&session, NULL, 0, &err) != PLIM_OK ||
        plim_session_trace(&session, &scripts, &err) != PLIM_OK)
        give_up(&err);
    const plim_scenario *scenario = &session.program.scenarios[0];
    plim_node outputs[2 * YEARS];
    memcpy(outputs, scenario->pd, YEARS * sizeof *outputs);
    memcpy(outputs + YEARS, scenario->fails, YEARS * sizeof *outputs);
    plim_evaluator *evaluator = NULL;
    if (plim_evaluator_create(&evaluator,
                              &(plim_evaluator_config){.book = &book,
                                                       .program = &session.program,
                                                       .grain = PLIM_LEVEL_BORROWER,
                                                       .outputs = outputs,
                                                       .n_outputs = 2 * YEARS},
                              &err) != PLIM_OK)
        give_up(&err);
    double time[ROUNDS], sum = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double start = seconds();
        sum = evaluate(evaluator, outputs, 2 * YEARS);
        time[i] = seconds() - start;
    }
    size_t operations = count_operations(&session.program.graph, outputs, 2 * YEARS);
    printf("%d borrowers x %d years, %zu operations a borrower: %.2f s "
           "(sum %.17g)\n",
           BORROWERS, YEARS, operations, median(time), sum);
    plim_evaluator_destroy(evaluator);
    plim_frame_free(&book.borrowers);
    plim_session_free(&session);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: bench_scripts BOOK LIB SCENARIO.lua ...\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        time_scenario(argv[1], argv[2], argv[i]);
    time_evaluation(argv[2]);
    return 0;
}
