#include "../support/class_fixture.h"

#include "math/functions.h"

/* A firm with a small and a large loan, of which the small one is in default; a firm with two
   halves; a household like the second; a firm in order whose second loan is 10 days overdue. */
static const fixture_loan loans[] = {
    {0, 0, 10, 0.5, 3, 1}, {0, 0, 90, 0.5, 1, 0}, {1, 0, 50, 0.95, 1, 1},
    {1, 1, 50, 0.5, 2, 0}, {2, 0, 50, 0.2, 4, 1}, {2, 1, 50, 0.5, 1, 0},
    {3, 0, 50, 0.5, 1, 0}, {3, 0, 50, 0.5, 1, 0}, {3, 0, 50, 0.5, 0, 0}};
enum { LOANS = sizeof loans / sizeof *loans };

static void make(fixture_world *w, fixture_classes *c)
{
    memset(w, 0, sizeof *w);
    fixture_book(&w->book, 4, 2, loans, LOANS);
    fixture_number(&w->book.borrowers, "household", 0)->number[2] = 1;
    plim_column *overdue = fixture_number(&w->book.loans, "days_overdue", 0);
    overdue->number[0] = 100;
    overdue->number[6] = 7;
    overdue->number[7] = 10;
    fixture_program(&w->program, 1, 2026, 2028);
    w->program.scenarios[0].pd[1] = fixture_constant(&w->program, 0.2);
    fixture_make(&w->plan, &w->book, &w->program);
    fixture_classify(c, &w->plan, &fixture_class_policy);
}

static void drop(fixture_world *w, fixture_classes *c)
{
    fixture_declassify(c);
    fixture_drop(w);
}

static void without_default_by_book_days_debtor_and_stage(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes c;
    make(&w, &c);
    const plim_asset_classes *of = &c.classes;
    assert_int_equal(of->cross[0], PLIM_CLASS_SPECIAL_MENTION); /* a tenth is bad */
    assert_int_equal(of->cross[1], PLIM_CLASS_SUBSTANDARD);     /* half */
    assert_int_equal(of->cross[2], 0);                          /* a household */
    assert_int_equal(of->cross[3], 0);
    assert_int_equal(of->n_opening, 3);
    const uint8_t crossed[LOANS] = {0, 2, 0, 3, 0, 1, 1, 2, 0},
                  alone[LOANS] = {0, 1, 0, 2, 0, 1, 1, 2, 0};
    for (uint32_t l = 0; l < LOANS; l++) {
        if (crossed[l] == 0)
            continue;
        assert_int_equal(plim_class_otherwise(of, l, 0, 1, true), crossed[l]);
        assert_int_equal(plim_class_otherwise(of, l, 0, 1, false), alone[l]);
    }
    /* the PD jumps in the second year: from the end of the first on, for that year alone */
    assert_int_equal(plim_class_otherwise(of, 6, 1, 0, true), PLIM_CLASS_PASS);
    assert_int_equal(plim_class_otherwise(of, 6, 1, 1, true), PLIM_CLASS_SPECIAL_MENTION);
    assert_int_equal(plim_class_otherwise(of, 6, 1, 2, true), PLIM_CLASS_PASS);
    assert_int_equal(plim_class_otherwise(of, 3, 1, 1, true), PLIM_CLASS_SUBSTANDARD);
    drop(&w, &c);
}

static const plim_class_policy *const policy = &fixture_class_policy;

static void days_decide(void **state)
{
    (void)state;
    plim_bad_loan bad = {.day = 400, .overdue = 90, .least = 3, .cure = {PLIM_NEVER, PLIM_NEVER}};
    const struct {
        int32_t day;
        uint8_t class;
    } at[] = {{0, 1},   {317, 1}, {318, 2}, {399, 2}, {400, 3},
              {580, 3}, {581, 4}, {670, 4}, {671, 5}, {9999, 5}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        assert_int_equal(plim_class_of_bad(policy, &bad, at[i].day, 1), at[i].class);
    assert_int_equal(plim_class_of_bad(policy, &bad, 0, 2), 2);
    assert_int_equal(plim_class_of_bad(policy, &bad, 399, 3), 3); /* by its debtor */
    bad.least = 4;
    assert_int_equal(plim_class_of_bad(policy, &bad, 400, 1), 4);
    assert_int_equal(plim_class_of_bad(policy, &bad, 671, 1), 5);
}

static void cures_keep_the_class_that_was_reached(void **state)
{
    (void)state;
    plim_bad_loan bad = {.day = 0, .overdue = 90, .least = 3, .cure = {200, 383}};
    assert_int_equal(plim_class_of_bad(policy, &bad, 199, 1), 4);
    assert_int_equal(plim_class_of_bad(policy, &bad, 300, 1), 4); /* would be 5 without */
    assert_int_equal(plim_class_of_bad(policy, &bad, 382, 1), 4);
    assert_int_equal(plim_class_of_bad(policy, &bad, 383, 1), 2);
    assert_int_equal(plim_class_of_bad(policy, &bad, 582, 1), 2);
    assert_int_equal(plim_class_of_bad(policy, &bad, 583, 1), 1);
    assert_int_equal(plim_class_of_bad(policy, &bad, 583, 2), 2);
    assert_int_equal(plim_class_of_bad(policy, &bad, 400, 3), 3);
}

static void losses_decide(void **state)
{
    (void)state;
    assert_int_equal(plim_class_of_loss(policy, 49, 100), 3);
    assert_int_equal(plim_class_of_loss(policy, 50, 100), 4);
    assert_int_equal(plim_class_of_loss(policy, 89, 100), 4);
    assert_int_equal(plim_class_of_loss(policy, 90, 100), 5);
    assert_int_equal(plim_class_of_loss(policy, 0, 0), 3);
}

static void loans_in_default_go_on_from_the_book(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes c;
    make(&w, &c);
    const plim_cure never = {PLIM_NEVER, PLIM_NEVER};
    plim_bad_loan small = plim_opening_loan(&c.classes, 0, &never);
    assert_int_equal(small.overdue, 100);
    assert_int_equal(small.least, 4); /* LGD of a half */
    plim_bad_loan half = plim_opening_loan(&c.classes, 2, &never);
    assert_int_equal(half.overdue, 90); /* the book says class 1 and no days */
    assert_int_equal(half.least, 5);
    plim_bad_loan doubtful = plim_opening_loan(&c.classes, 4, &never);
    assert_int_equal(doubtful.overdue, 270);
    assert_int_equal(doubtful.least, 4);
    assert_int_equal(plim_class_of_bad(policy, &doubtful, 90, 1), 4);
    assert_int_equal(plim_class_of_bad(policy, &doubtful, 91, 1), 5);
    drop(&w, &c);
}

static void waits_have_the_rate(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes c;
    make(&w, &c);
    /* P(wait > x days) = 0.7^(x / 365): the uniform that is that chance */
    for (int days = 1; days < 3000; days += 37) {
        double stay = plim_exp(plim_log(0.7) * days / 365);
        plim_cure later = plim_cure_of(&c.classes, (double[]){stay * (1 - 1e-9), 0.5});
        plim_cure sooner = plim_cure_of(&c.classes, (double[]){stay * (1 + 1e-9), 0.5});
        assert_int_equal(later.wait, days);
        assert_int_equal(sooner.wait, days - 1);
        assert_int_equal(later.upgraded, days + 183);
    }
    assert_int_equal(plim_cure_of(&c.classes, (double[]){0.7, 0.39}).upgraded -
                         plim_cure_of(&c.classes, (double[]){0.7, 0.39}).wait,
                     365);
    assert_int_equal(plim_cure_of(&c.classes, (double[]){1e-15, 0.5}).wait, PLIM_NEVER);
    plim_class_policy none = fixture_class_policy;
    none.cure_rate = 0;
    fixture_declassify(&c);
    fixture_classify(&c, &w.plan, &none);
    assert_int_equal(plim_cure_of(&c.classes, (double[]){0.999999, 0.5}).wait, PLIM_NEVER);
    drop(&w, &c);
}

static void memory_may_end(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes c;
    make(&w, &c);
    for (long nth = 1; nth <= 3; nth++) {
        plim_asset_classes out;
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_asset_classes_make(&out, &c.stages, &fixture_class_policy, &must_err),
                         PLIM_MACHINE);
        plim_memory_fail_at(0, 0);
    }
    for (long nth = 1; nth <= 2; nth++) {
        plim_stages out;
        plim_memory_fail_at(nth, 0);
        assert_int_equal(plim_stages_make(&out, &w.plan, &fixture_stage_policy, &must_err),
                         PLIM_MACHINE);
        plim_memory_fail_at(0, 0);
    }
    drop(&w, &c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_default_by_book_days_debtor_and_stage),
        cmocka_unit_test(days_decide),
        cmocka_unit_test(cures_keep_the_class_that_was_reached),
        cmocka_unit_test(losses_decide),
        cmocka_unit_test(loans_in_default_go_on_from_the_book),
        cmocka_unit_test(waits_have_the_rate),
        cmocka_unit_test(memory_may_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
