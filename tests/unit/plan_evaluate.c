/* The evaluator against plim_primitive_apply, node by node, on random graphs, bit for bit. */
#include "../support/plan_fixture.h"

#include "math/draw.h"
#include "plan/evaluate.h"

#define BORROWERS 300 /* more than one block */
#define COLUMNS   4
#define NODES     400

typedef struct world {
    plim_book book;
    plim_program program;
    plim_node node[NODES];
    size_t n_nodes;
    uint32_t draws;
} world;

static double uniform(world *w)
{
    return plim_draw_uniform(7,
                             &(plim_draw_id){.purpose = PLIM_DRAW_SYNTHETIC, .path = w->draws++});
}

static uint32_t below(world *w, size_t n)
{
    return (uint32_t)(uniform(w) * (double)n);
}

/* Ordinary values, and those that formulas stumble over. */
static double value(world *w)
{
    static const double odd[] = {
        0, 1, -1, (double)NAN, (double)INFINITY, -(double)INFINITY, 0.5, 1e300, 1e-300, 2};
    return below(w, 3) == 0 ? odd[below(w, 10)] : 6 * uniform(w) - 3;
}

static void make_book(world *w)
{
    static fixture_loan loans[2 * BORROWERS];
    for (uint32_t l = 0; l < 2 * BORROWERS; l++)
        loans[l] = (fixture_loan){l / 2, 0, 100, 0.4, 1, 0};
    fixture_book(&w->book, BORROWERS, 1, loans, 2 * BORROWERS);
    for (int c = 0; c < 2 * COLUMNS; c++) {
        char name[8] = {(char)('a' + c % COLUMNS), '\0'};
        plim_frame *frame = c < COLUMNS ? &w->book.borrowers : &w->book.loans;
        plim_column *column = fixture_number(frame, name, 0);
        for (size_t i = 0; i < frame->n_rows; i++)
            column->number[i] = value(w);
    }
}

static plim_node leaf(world *w, plim_level grain)
{
    char name[8] = {(char)('a' + below(w, COLUMNS)), '\0'};
    switch (below(w, 6)) {
    case 0:
        return fixture_constant(&w->program, value(w));
    case 1:
        return fixture_driver_node(&w->program, 0, "x", (int)below(w, 3));
    case 2:
        return fixture_pd(&w->program, (int)below(w, 3));
    default:
        return fixture_column(&w->program,
                              grain == PLIM_LEVEL_LOAN && below(w, 2) ? grain : PLIM_LEVEL_BORROWER,
                              name);
    }
}

static plim_node random_node(world *w, plim_level grain)
{
    if (w->n_nodes < 10 || below(w, 8) == 0)
        return leaf(w, grain);
    plim_op op = PLIM_OP_INTERP + below(w, PLIM_OP_COUNT - PLIM_OP_INTERP);
    plim_expr expr = {.op = op};
    for (int a = 0; a < plim_primitive_arity(op); a++)
        expr.arg[a] = w->node[below(w, w->n_nodes)];
    return fixture_node(&w->program, &expr);
}

static void make(world *w, plim_level grain)
{
    memset(w, 0, sizeof *w);
    make_book(w);
    fixture_program(&w->program, 1, 2026, 2028);
    fixture_driver(&w->program, 0, "x", 1, 1, 3);
    plim_list curve = {.count = 3};
    curve.x = fixture_alloc(3, sizeof(double));
    curve.y = fixture_alloc(3, sizeof(double));
    for (int i = 0; i < 3; i++) {
        curve.x[i] = i - 1;
        curve.y[i] = 10.0 * i * i;
    }
    uint32_t list = 0;
    MUST(plim_graph_add_list(&w->program.graph, &curve, &list, &must_err));
    while (w->n_nodes < NODES) {
        plim_node node = random_node(w, grain);
        w->node[w->n_nodes++] = node;
    }
}

static double reference(const world *w, plim_node node, plim_level grain, uint32_t row)
{
    const plim_expr *e = &w->program.graph.nodes[node];
    uint32_t borrower = grain == PLIM_LEVEL_LOAN ? w->book.loan_borrower[row] : row;
    const char *name = w->program.graph.symbols.text[e->symbol];
    double args[3] = {0, 0, 0};
    for (int a = 0; a < plim_primitive_arity(e->op); a++)
        args[a] = reference(w, e->arg[a], grain, row);
    switch (e->op) {
    case PLIM_OP_CONSTANT:
        return e->value;
    case PLIM_OP_DRIVER:
        return 1 + e->year;
    case PLIM_OP_PD:
        return plim_book_pd(&w->book, borrower, e->year);
    case PLIM_OP_COLUMN:
        return e->table == PLIM_LEVEL_LOAN
                   ? plim_frame_find(&w->book.loans, name)->number[row]
                   : plim_frame_find(&w->book.borrowers, name)->number[borrower];
    case PLIM_OP_INTERP:
        return plim_list_interp(&w->program.graph.lists[e->list], args[0]);
    default:
        return plim_primitive_apply(e->op, args);
    }
}

static void check_rows(const world *w, const plim_evaluator *e, plim_level grain, uint32_t first,
                       uint32_t n)
{
    for (size_t k = 0; k < 40; k++) {
        plim_node node = w->node[NODES - 40 + k];
        const double *got = plim_evaluator_values(e, node);
        for (uint32_t i = 0; i < n; i += 17) {
            double want = reference(w, node, grain, first + i);
            bool same = memcmp(&got[i], &want, sizeof want) == 0;
            if (!same && !(isnan(got[i]) && isnan(want)))
                fail_msg("node %u row %u: %a, not %a", node, first + i, got[i], want);
        }
    }
}

static void check_grain(plim_level grain)
{
    static world w;
    make(&w, grain);
    plim_evaluator *e;
    MUST(plim_evaluator_create(&e,
                               &(plim_evaluator_config){.book = &w.book,
                                                        .program = &w.program,
                                                        .grain = grain,
                                                        .outputs = w.node + NODES - 40,
                                                        .n_outputs = 40},
                               &must_err));
    uint32_t n_rows = grain == PLIM_LEVEL_LOAN ? 2 * BORROWERS : BORROWERS;
    for (uint32_t first = 0; first < n_rows; first += PLIM_EVALUATE_BLOCK) {
        uint32_t n = n_rows - first < PLIM_EVALUATE_BLOCK ? n_rows - first : PLIM_EVALUATE_BLOCK;
        plim_evaluator_run(e, first, n);
        check_rows(&w, e, grain, first, n);
    }
    plim_evaluator_destroy(e);
    plim_plan none = {0};
    fixture_free(&none, &w.book, &w.program);
}

static void borrowers_agree(void **state)
{
    (void)state;
    check_grain(PLIM_LEVEL_BORROWER);
}

static void loans_agree(void **state)
{
    (void)state;
    check_grain(PLIM_LEVEL_LOAN);
}

static void names_the_missing_column(void **state)
{
    (void)state;
    static world w;
    memset(&w, 0, sizeof w);
    make_book(&w);
    fixture_program(&w.program, 1, 2026, 2026);
    plim_column *interest = fixture_number(&w.book.borrowers, "interest", (double)NAN);
    interest->number[1] = 4;
    plim_node column = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "interest");
    plim_node lacking = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "nowhere");
    plim_node root = fixture_apply1(&w.program, PLIM_OP_SQRT, column);
    plim_node filled =
        fixture_apply2(&w.program, PLIM_OP_PROXY, root, fixture_constant(&w.program, 9));
    plim_node both = fixture_apply2(&w.program, PLIM_OP_PROXY, lacking, filled);
    plim_node outputs[] = {root, both};
    plim_evaluator *e;
    plim_evaluator_config config = {.book = &w.book,
                                    .program = &w.program,
                                    .grain = PLIM_LEVEL_BORROWER,
                                    .outputs = outputs,
                                    .n_outputs = 2};
    MUST(plim_evaluator_create(&e, &config, &must_err));
    plim_evaluator_run(e, 0, 2);
    assert_true(plim_evaluator_values(e, both)[0] == 9);
    assert_true(plim_evaluator_values(e, both)[1] == 2);
    assert_true(plim_evaluator_proxied(e, 0));
    assert_int_equal(plim_evaluator_missing(e, root, 0), column);
    plim_evaluator_destroy(e);

    /* outside proxy it is missing in every row */
    outputs[1] = lacking;
    MUST(plim_evaluator_create(&e, &config, &must_err));
    plim_evaluator_run(e, 0, 2);
    assert_true(isnan(plim_evaluator_values(e, lacking)[0]));
    assert_int_equal(plim_evaluator_missing(e, lacking, 1), lacking);
    assert_true(plim_evaluator_lacks(e, lacking));
    assert_false(plim_evaluator_lacks(e, column));
    plim_evaluator_destroy(e);
    plim_plan none = {0};
    fixture_free(&none, &w.book, &w.program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(borrowers_agree),
        cmocka_unit_test(loans_agree),
        cmocka_unit_test(names_the_missing_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
