#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "scenario/event_set.h"

static plim_status read_text(const char *text, plim_event_set *set, plim_error *err)
{
    *err = (plim_error){0};
    return plim_event_set_read(set, "e.csv", text, strlen(text), NULL, err);
}

static void read_good(const char *text, plim_event_set *set)
{
    plim_error err;
    if (read_text(text, set, &err) != PLIM_OK)
        fail_msg("%s", err.message);
}

/* "a 0.1: p=2 q=3; b 0: ;": a set in one line. */
static const char *shown(const plim_event_set *set)
{
    static char out[400];
    plim_text text = {0};
    for (size_t i = 0; i < set->n_events; i++) {
        plim_text_format(&text, "%s %g:", set->name[i], set->rate[i]);
        for (size_t k = set->first[i]; k < set->first[i + 1]; k++)
            plim_text_format(&text, " %s=%g", set->place[set->at[k]], set->intensity[k]);
        plim_text_add(&text, "; ");
    }
    for (size_t i = 0; i < set->n_places; i++)
        plim_text_format(&text, "%s ", set->place[i]);
    snprintf(out, sizeof out, "%s", plim_text_get(&text));
    plim_text_free(&text);
    return out;
}

static void expect_set(const char *text, const char *expected)
{
    plim_event_set set;
    read_good(text, &set);
    assert_string_equal(shown(&set), expected);
    plim_event_set_free(&set);
}

/* ---- what is read ---- */

static void rows_become_sparse_events(void **state)
{
    (void)state;
    plim_event_set set;
    read_good("event,rate,place,intensity\n"
              "storm,0.02,5001,3.5\nstorm,0.02,50015,1\nquiet,0.5,,\nflood,1e-2,50015,2\n",
              &set);
    assert_string_equal(shown(&set), "flood 0.01: 50015=2; quiet 0.5:; storm 0.02: 5001=3.5 "
                                     "50015=1; 5001 50015 ");
    assert_int_equal(set.first[0], 0);
    assert_int_equal(set.first[3], 3);
    assert_true(plim_event_set_rate(&set) > 0.5299 && plim_event_set_rate(&set) < 0.5301);
    plim_event_set_free(&set);
}

static void order_changes_nothing(void **state)
{
    (void)state;
    static const char *const rows[] = {"b,0.1,z,1\n", "a,2,y,2\n", "b,0.1,x,3\n", "c,0,,\n",
                                       "a,2.0,x,4\n"};
    static const int orders[][5] = {
        {0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 3, 4, 1}, {3, 4, 0, 1, 2}};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        char text[200] = "event,rate,place,intensity\n";
        for (size_t k = 0; k < 5; k++)
            strcat(text, rows[orders[i][k]]);
        expect_set(text, "a 2: x=4 y=2; b 0.1: x=3 z=1; c 0:; x y z ");
    }
    expect_set("intensity,note,place,event,rate\n1,\"n,\",z,b,0.1\n", "b 0.1: z=1; z ");
}

static void cells_are_read_as_they_are_meant(void **state)
{
    (void)state;
    expect_set("\xEF\xBB\xBF Event , Rate,PLACE,Intensity\r\n a ,1, p , 2 \r\n,,,\r\n",
               "a 1: p=2; p ");
    /* a zero keeps the place, so that it is not taken for a part of a larger one */
    expect_set("event,rate,place,intensity\na,1,5,2\na,1,51,0\nb,-0,51,0.0\n",
               "a 1: 5=2 51=0; b 0: 51=0; 5 51 ");
    expect_set("event,rate,place,intensity\na,1,NA,2\n", "a 1: NA=2; NA "); /* Namibia */
}

static void columns_can_be_named(void **state)
{
    (void)state;
    static const char text[] = "id,freq,region,depth,place\ne,1,5001,0.5,ignored\n";
    const plim_event_form form = {"id", "freq", "region", "depth", NULL};
    plim_event_set set;
    plim_error err = {0};
    assert_int_equal(plim_event_set_read(&set, "e.csv", text, sizeof text - 1, &form, &err),
                     PLIM_OK);
    assert_string_equal(shown(&set), "e 1: 5001=0.5; 5001 ");
    plim_event_set_free(&set);
}

/* The column `unit` beside the unit of a hazard; "" is a hazard without one. */
static void units_of_files_mean_the_hazards(void **state)
{
    (void)state;
    static const struct {
        const char *hazard, *file;
        bool good;
    } cases[] = {
        {"m", "m", true},       {"m", "", true},
        {"m", "ft", false},     {"m", "degC", false},
        {"", "m/s", true},      {"ratio", "mean damage ratio (vulnerability 3)", true},
        {"", "m", false},       {"", "ratio", true},
        {"kWh", "MWh", false},  {"CNY", "元", true},
        {"万元", "CNY", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        const plim_event_form form = {.unit = cases[i].hazard};
        plim_event_set set;
        plim_error err = {0};
        int n = snprintf(text, sizeof text,
                         "event,rate,place,intensity,unit\na,1,5,1,\na,1,6,1,%s\n", cases[i].file);
        plim_status status = plim_event_set_read(&set, "e.csv", text, (size_t)n, &form, &err);
        if ((status == PLIM_OK) != cases[i].good)
            fail_msg("%s beside %s: %s", cases[i].file, cases[i].hazard, err.message);
        if (!cases[i].good)
            assert_non_null(strstr(err.message, "e.csv: line 3, column `unit`"));
        plim_event_set_free(&set);
    }
}

/* ---- what is refused ---- */

#define HEAD "event,rate,place,intensity\n"

static void faults_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "is empty"},
        {HEAD, "e.csv: has a header and no rows"},
        {"event;rate;place;intensity\na;1;b;1\n", "semicolons"},
        {"event,rates,place,depth\na,1,p,1\n",
         "no column `rate`; did you mean `rates`?; its columns are `event`, `rates`, `place`, "
         "`depth`"},
        {"event,rate,place,depth\na,1,p,1\n", "no column `intensity`; its columns are"},
        {HEAD "a,1,p\n", "line 2: 3 cells, but the header has 4"},
        {HEAD "a,1,p,1\n\n,1,p,1\n", "line 4, column `event`: is empty"},
        {HEAD "a,,p,1\n", "line 2, column `rate`: `` stands there; accepted: a number of 0"},
        {HEAD "a,-1,p,1\n", "line 2, column `rate`: `-1` stands there"},
        {HEAD "a,NaN,p,1\n", "`NaN` stands there"},
        {HEAD "a,inf,p,1\n", "`inf` stands there"},
        {HEAD "a,1e999,p,1\n", "`1e999` stands there"},
        {HEAD "a,1,p,-0.5\n",
         "line 2, column `intensity`: `-0.5` stands there; accepted: a number"},
        {HEAD "a,1,p,1.5m\n", "`1.5m`"},
        {HEAD "a,1,p,\n", "line 2, column `intensity`: `` stands there; accepted: a number, 0 for"},
        {HEAD "a,1,,1\n", "line 2: has an intensity and no place"},
        {HEAD "a,1,p,1\nb,1,p,1\na,1.5,q,1\n",
         "lines 2 and 4: event `a` has the rates 1 and 1.5; accepted: the same"},
        {HEAD "a,1,p,1\nb,1,p,1\na,1,p,1\n",
         "lines 2 and 4: event `a` has two intensities at place `p`"},
        {HEAD "a,1,p,0\na,1,p,2\n", "lines 2 and 3: event `a` has two intensities"},
        {HEAD "a,1,,\na,1,q,2\n", "line 2: event `a` has no place, but it has another row, line 3"},
        {HEAD "a,1,,\na,1,,\n", "line 3: event `a` has no place, but it has another row, line 2"},
        {HEAD "a,1,\xFF,1\n", "line 2 is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_event_set set;
        plim_error err;
        plim_status status = read_text(cases[i].text, &set, &err);
        if (status != PLIM_INPUT || strncmp(err.message, "e.csv: ", 7) != 0 ||
            !strstr(err.message, cases[i].words))
            fail_msg("status %d: %s; expected: %s", (int)status, err.message, cases[i].words);
        assert_null(set.name);
    }
}

static void one_column_is_not_two(void **state)
{
    (void)state;
    static const char text[] = "event,rate,place,intensity\na,1,p,1\n";
    const plim_event_form form = {.intensity = "rate"};
    plim_event_set set;
    plim_error err = {0};
    assert_int_equal(plim_event_set_read(&set, "e.csv", text, sizeof text - 1, &form, &err),
                     PLIM_INPUT);
    assert_non_null(strstr(err.message, "column `rate` can't be `rate` and `rate` alike"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_become_sparse_events),
        cmocka_unit_test(order_changes_nothing),
        cmocka_unit_test(cells_are_read_as_they_are_meant),
        cmocka_unit_test(columns_can_be_named),
        cmocka_unit_test(units_of_files_mean_the_hazards),
        cmocka_unit_test(faults_are_named_with_their_line),
        cmocka_unit_test(one_column_is_not_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
