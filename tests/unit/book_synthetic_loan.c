#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "book_synthetic_fixture.h"

/* ---- loans --------------------------------------------------------------------------------- */

typedef struct shares {
    double total, green, npl, watched, pd_firms, pd_households;
} shares;

static shares shares_of(const plim_book_tables_data *data)
{
    uint32_t *of = NULL;
    double *owed = NULL;
    link_loans(data, &of, &owed);
    const double *balance = number(&data->loans, "balance"), *grade = number(&data->loans, "class");
    const double *pd = number(&data->borrowers, "pd");
    const double *household = number(&data->borrowers, "household");
    double performing[2] = {0}, expected[2] = {0};
    shares s = {0};
    for (size_t i = 0; i < data->loans.n_rows; i++) {
        s.total += balance[i];
        s.green += text(&data->loans, "green", i)[0] != '\0' ? balance[i] : 0;
        s.npl += grade[i] >= 3 ? balance[i] : 0;
        s.watched += grade[i] > 1 && grade[i] < 3 ? balance[i] : 0;
        int who = household[of[i]] > 0;
        performing[who] += grade[i] < 3 ? balance[i] : 0;
        expected[who] += grade[i] < 3 ? balance[i] * pd[of[i]] : 0;
    }
    s.green /= s.total;
    s.npl /= s.total;
    s.watched /= s.total;
    s.pd_firms = expected[0] / performing[0];
    s.pd_households = expected[1] / performing[1];
    plim_free(of);
    plim_free(owed);
    return s;
}

static void check_between(uint64_t seed, const char *what, double value, double low, double high)
{
    if (!(value >= low && value <= high))
        fail_msg("seed %d: %s is %g, not in [%g, %g]", (int)seed, what, value, low, high);
}

static void shares_are_those_of_a_district(void **state)
{
    (void)state;
    static const uint64_t seeds[] = {0, 1, 2, 3, 42, 20251231};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        plim_book_tables_data data = make(0, seeds[i]);
        shares s = shares_of(&data);
        check_between(seeds[i], "total", s.total, 54e9, 67e9);
        check_between(seeds[i], "green share", s.green, 0.171, 0.201);
        check_between(seeds[i], "NPL ratio", s.npl, 0.005, 0.02);
        check_between(seeds[i], "special-mention share", s.watched, 0.008, 0.035);
        check_between(seeds[i], "PD of firms", s.pd_firms, 0.009, 0.0155);
        check_between(seeds[i], "PD of households", s.pd_households, 0.004, 0.0065);
        plim_book_tables_data_free(&data);
    }
}

static void classes_agree_with_days_and_pd(void **state)
{
    (void)state;
    static const double low[] = {0, 0, 91, 271, 361}, high[] = {0, 90, 270, 360, 1080};
    const double *grade = number(&book.loans, "class"), *days = number(&book.loans, "days_overdue");
    const double *pd = number(&book.borrowers, "pd");
    int64_t as_of = 0, start = 0, maturity = 0;
    assert_true(plim_parse_date(book.as_of, &as_of));
    for (size_t i = 0; i < book.loans.n_rows; i++) {
        int k = (int)grade[i] - 1;
        assert_in_range(k, 0, 4);
        assert_true(days[i] >= low[k] && days[i] <= high[k]);
        assert_true((pd[loan_borrower[i]] >= 1) == (k >= 2));
        assert_true(pd[loan_borrower[i]] >= 0.0005);
        assert_true(plim_parse_date(text(&book.loans, "start", i), &start));
        assert_true(plim_parse_date(text(&book.loans, "maturity", i), &maturity));
        assert_true(start + (int64_t)days[i] < as_of && start < maturity);
        assert_true(k >= 2 || maturity > as_of);
    }
}

static void security_lowers_the_loss(void **state)
{
    (void)state;
    const double *lgd = number(&book.loans, "lgd"), *value = number(&book.collateral, "value");
    const double *haircut = number(&book.collateral, "haircut");
    const double *lat = number(&book.collateral, "lat"), *lon = number(&book.collateral, "lon");
    plim_names secured = {0};
    for (size_t i = 0; i < book.collateral.n_rows; i++) {
        assert_int_equal(plim_names_add(&secured, text(&book.collateral, "loan", i), NULL, NULL),
                         PLIM_OK);
        assert_true(value[i] > 0 && haircut[i] > 0 && haircut[i] < 1);
        bool guarantee = strcmp(text(&book.collateral, "type", i), "guarantee") == 0;
        assert_true(guarantee == isnan(lat[i]));
        if (!guarantee) /* the box around the district */
            assert_true(lat[i] > 29.25 && lat[i] < 29.70 && lon[i] > 105.28 && lon[i] < 105.75);
    }
    assert_int_equal(secured.count, book.collateral.n_rows);
    double sum[2] = {0}, n[2] = {0};
    for (size_t i = 0; i < book.loans.n_rows; i++) {
        int with = plim_names_find(&secured, text(&book.loans, "id", i)) != PLIM_NO_NAME;
        assert_true(with ? lgd[i] > 0.20 && lgd[i] < 0.50 : lgd[i] >= 0.45 && lgd[i] <= 0.60);
        sum[with] += lgd[i];
        n[with]++;
    }
    assert_true(sum[1] / n[1] > 0.28 && sum[1] / n[1] < 0.40);
    plim_names_free(&secured);
}

static void lines_have_a_conversion_factor(void **state)
{
    (void)state;
    const double *undrawn = number(&book.loans, "undrawn"), *ccf = number(&book.loans, "ccf");
    size_t lines = 0;
    for (size_t i = 0; i < book.loans.n_rows; i++) {
        (void)fen(undrawn[i]);
        assert_true((undrawn[i] > 0) == !isnan(ccf[i]));
        lines += undrawn[i] > 0;
    }
    assert_in_range(lines, 1000, 4000);
}

/* ---- banks --------------------------------------------------------------------------------- */

static void only_legal_persons_have_capital(void **state)
{
    (void)state;
    const plim_frame *f = &book.banks;
    const double *cet1 = number(f, "cet1"), *tier1 = number(f, "tier1"), *rwa = number(f, "rwa");
    const double *capital = number(f, "total_capital"), *provisions = number(f, "provisions");
    const double *loans = number(f, "total_loans"), *assets = number(f, "total_assets");
    size_t own = 0;
    for (size_t i = 0; i < f->n_rows; i++) {
        bool legal = strcmp(text(f, "type", i), "legal_person") == 0;
        own += legal;
        assert_true(legal || strcmp(text(f, "type", i), "branch") == 0);
        assert_true(legal == !isnan(cet1[i]) && legal == !isnan(assets[i]));
        if (!legal)
            continue;
        assert_true(cet1[i] >= 0.075 * rwa[i] && tier1[i] >= cet1[i] && capital[i] > tier1[i]);
        assert_true(capital[i] >= 0.105 * rwa[i] && rwa[i] < assets[i] && assets[i] > loans[i]);
        assert_true(provisions[i] >= 0.025 * loans[i]);
    }
    assert_int_equal(own, 3);
}

/* No legal person lends more than a tenth of its capital to one borrower. */
static void legal_persons_keep_their_limit(void **state)
{
    (void)state;
    const double *balance = number(&book.loans, "balance");
    const double *capital = number(&book.banks, "total_capital");
    for (size_t b = 0; b < book.banks.n_rows; b++) {
        if (isnan(capital[b]))
            continue;
        double *lent = plim_alloc(book.borrowers.n_rows, sizeof *lent);
        for (size_t i = 0; i < book.loans.n_rows; i++)
            if (strcmp(text(&book.loans, "bank", i), text(&book.banks, "id", b)) == 0)
                lent[loan_borrower[i]] += balance[i];
        for (size_t i = 0; i < book.borrowers.n_rows; i++)
            assert_true(lent[i] <= 0.10 * capital[b]);
        plim_free(lent);
    }
}

static void some_firms_borrow_at_several_banks(void **state)
{
    (void)state;
    size_t several = 0;
    uint32_t counted = UINT32_MAX;
    for (size_t i = 1; i < book.loans.n_rows; i++) {
        bool other = loan_borrower[i] == loan_borrower[i - 1] &&
                     strcmp(text(&book.loans, "bank", i), text(&book.loans, "bank", i - 1)) != 0;
        if (!other || counted == loan_borrower[i])
            continue;
        counted = loan_borrower[i];
        several++;
    }
    assert_in_range(several, 500, 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_a_district),
        cmocka_unit_test(classes_agree_with_days_and_pd),
        cmocka_unit_test(security_lowers_the_loss),
        cmocka_unit_test(lines_have_a_conversion_factor),
        cmocka_unit_test(only_legal_persons_have_capital),
        cmocka_unit_test(legal_persons_keep_their_limit),
        cmocka_unit_test(some_firms_borrow_at_several_banks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
