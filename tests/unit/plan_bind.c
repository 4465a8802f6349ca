#include "../support/plan_fixture.h"

#include "plan/bind.h"

static const fixture_loan loans[] = {{0, 0, 100, 0.4, 1, 0}, {1, 0, 100, 0.4, 1, 0}};

typedef struct world {
    plim_book book;
    plim_program program;
} world;

static void make(world *w)
{
    fixture_book(&w->book, 2, 1, loans, 2);
    plim_column *credit = fixture_text(&w->book.borrowers, "env_credit", "");
    MUST(plim_column_set_text(credit, 1, "red", &must_err));
    fixture_program(&w->program, 1, 2026, 2030);
}

static void drop(world *w)
{
    plim_plan none = {0};
    fixture_free(&none, &w->book, &w->program);
}

static uint32_t list_of(plim_program *program, const char *const *keys, const double *y, size_t n)
{
    plim_list list = {.count = n, .fallback = -1};
    list.key = fixture_alloc(n, sizeof *list.key);
    list.y = fixture_alloc(n, sizeof *list.y);
    for (size_t i = 0; i < n; i++) {
        list.key[i] = plim_strdup(keys[i]);
        list.y[i] = y == NULL ? 0 : y[i];
    }
    uint32_t number = 0;
    MUST(plim_graph_add_list(&program->graph, &list, &number, &must_err));
    return number;
}

/* Value of a text test for borrower `row`. */
static double text_test(world *w, plim_op op, const char *column, uint32_t list, uint32_t row)
{
    plim_node node =
        fixture_node(&w->program, &(plim_expr){.op = op,
                                               .table = PLIM_LEVEL_BORROWER,
                                               .symbol = fixture_symbol(&w->program, column),
                                               .list = list});
    plim_bound bound;
    MUST(plim_bind_leaf(&bound, &w->book, &w->program, node, &must_err));
    double value = bound.by_label[bound.code[row]];
    plim_bound_free(&bound);
    return value;
}

static void tests_on_texts(void **state)
{
    (void)state;
    world w;
    make(&w);
    uint32_t ceramics = list_of(&w.program, (const char *const[]){"C31", "D44"}, NULL, 2);
    uint32_t power = list_of(&w.program, (const char *const[]){"D44", "D45"}, NULL, 2);
    uint32_t prefix = list_of(&w.program, (const char *const[]){"C30"}, NULL, 1);
    assert_true(text_test(&w, PLIM_OP_PREFIX, "sector", prefix, 0) == 1);
    assert_true(text_test(&w, PLIM_OP_PREFIX, "sector", ceramics, 0) == 0);
    assert_true(text_test(&w, PLIM_OP_PREFIX, "sector", power, 0) == 0);

    uint32_t red = list_of(&w.program, (const char *const[]){"red"}, NULL, 1);
    uint32_t blue = list_of(&w.program, (const char *const[]){"blue"}, NULL, 1);
    uint32_t empty = list_of(&w.program, (const char *const[]){""}, NULL, 1);
    assert_true(text_test(&w, PLIM_OP_TEXT_EQ, "env_credit", red, 1) == 1);
    assert_true(text_test(&w, PLIM_OP_TEXT_EQ, "env_credit", blue, 1) == 0);
    /* missing: no answer, unless that is the question */
    assert_true(isnan(text_test(&w, PLIM_OP_TEXT_EQ, "env_credit", red, 0)));
    assert_true(isnan(text_test(&w, PLIM_OP_PREFIX, "env_credit", red, 0)));
    assert_true(text_test(&w, PLIM_OP_TEXT_EQ, "env_credit", empty, 0) == 1);
    assert_true(text_test(&w, PLIM_OP_TEXT_EQ, "env_credit", empty, 1) == 0);
    drop(&w);
}

static void tables_take_the_longest_prefix(void **state)
{
    (void)state;
    world w;
    make(&w);
    const char *const keys[] = {"C", "C3071", "C30", "D"};
    const double values[] = {1, 3, 2, 4};
    uint32_t table = list_of(&w.program, keys, values, 4);
    uint32_t shorter = list_of(&w.program, keys, values, 1);
    uint32_t other = list_of(&w.program, keys + 3, values + 3, 1);
    assert_true(text_test(&w, PLIM_OP_TABLE_BY, "sector", table, 0) == 3);
    assert_true(text_test(&w, PLIM_OP_TABLE_BY, "sector", shorter, 0) == 1);
    assert_true(text_test(&w, PLIM_OP_TABLE_BY, "sector", other, 0) == -1);
    drop(&w);
}

static void drivers_by_year(void **state)
{
    (void)state;
    world w;
    make(&w);
    fixture_driver(&w.program, 0, "price", 70, 70, 270);
    plim_bound bound;
    plim_node node = fixture_driver_node(&w.program, 0, "price", 2);
    MUST(plim_bind_leaf(&bound, &w.book, &w.program, node, &must_err));
    assert_true(bound.value == 170);
    MUST(plim_bind_leaf(&bound, &w.book, &w.program, fixture_reference(&w.program, node),
                        &must_err));
    assert_true(bound.value == 70);
    drop(&w);
}

static void wrong_kinds_are_refused(void **state)
{
    (void)state;
    world w;
    make(&w);
    plim_error err = {0};
    plim_bound bound;
    plim_node node = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "sector");
    assert_int_equal(plim_bind_leaf(&bound, &w.book, &w.program, node, &err), PLIM_INPUT);
    assert_string_equal(
        err.message, "test.lua:12: column sector of borrowers holds texts where the script wants "
                     "numbers");
    err = (plim_error){0};
    uint32_t list = list_of(&w.program, (const char *const[]){"1"}, NULL, 1);
    node = fixture_node(&w.program, &(plim_expr){.op = PLIM_OP_PREFIX,
                                                 .table = PLIM_LEVEL_LOAN,
                                                 .symbol = fixture_symbol(&w.program, "lgd"),
                                                 .list = list});
    assert_int_equal(plim_bind_leaf(&bound, &w.book, &w.program, node, &err), PLIM_INPUT);
    assert_string_equal(err.message,
                        "test.lua:12: column lgd of loans holds numbers where the script wants "
                        "texts");
    drop(&w);
}

static void a_column_that_the_book_lacks_is_missing(void **state)
{
    (void)state;
    world w;
    make(&w);
    plim_bound bound;
    plim_node node = fixture_column(&w.program, PLIM_LEVEL_BORROWER, "nowhere");
    MUST(plim_bind_leaf(&bound, &w.book, &w.program, node, &must_err));
    assert_true(bound.absent);
    assert_true(isnan(bound.value));
    uint32_t list = list_of(&w.program, (const char *const[]){""}, NULL, 1);
    node = fixture_node(&w.program, &(plim_expr){.op = PLIM_OP_TEXT_EQ,
                                                 .table = PLIM_LEVEL_BORROWER,
                                                 .symbol = fixture_symbol(&w.program, "nowhere"),
                                                 .list = list});
    MUST(plim_bind_leaf(&bound, &w.book, &w.program, node, &must_err));
    assert_true(bound.value == 1); /* eq(x, "") asks whether it is missing */
    drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_on_texts),
        cmocka_unit_test(tables_take_the_longest_prefix),
        cmocka_unit_test(drivers_by_year),
        cmocka_unit_test(wrong_kinds_are_refused),
        cmocka_unit_test(a_column_that_the_book_lacks_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
