#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/hazard_csv.h"

static const plim_hazard_origin origin = {"m, of \"water\"", "/some/where/a b.h5",
                                          "0123456789abcdef0123456789abcdef"};

static void read_set(const char *text, plim_event_set *set)
{
    plim_error err = {0};
    if (plim_event_set_read(set, "e.csv", text, strlen(text), NULL, &err) != PLIM_OK)
        fail_msg("%s", err.message);
}

static void rows_say_where_they_are_from(void **state)
{
    (void)state;
    plim_event_set set;
    plim_text out = {0};
    plim_error err = {0};
    read_set("event,rate,place,intensity\n\"a, b\",0.1,p,1.5\ncalm,2,,\n\"a, b\",0.1,dry,0\n",
             &set);
    assert_int_equal(plim_hazard_compose(&set, &origin, &out, &err), PLIM_OK);
    assert_string_equal(plim_text_get(&out),
                        "event,rate,place,intensity,unit,source\n"
                        "\"a, b\",0.1,dry,0,\"m, of \"\"water\"\"\",a b.h5 sha256:0123456789ab\n"
                        "\"a, b\",0.1,p,1.5,\"m, of \"\"water\"\"\",a b.h5 sha256:0123456789ab\n"
                        "calm,2,,,\"m, of \"\"water\"\"\",a b.h5 sha256:0123456789ab\n");
    assert_int_equal(strncmp(plim_text_get(&out), plim_hazard_header, strlen(plim_hazard_header)),
                     0);
    plim_text_free(&out);
    plim_event_set_free(&set);
}

static void what_is_written_reads_back_as_the_same(void **state)
{
    (void)state;
    plim_event_set set, again;
    plim_text out = {0}, once_more = {0};
    plim_error err = {0};
    read_set("event,rate,place,intensity\nx,0.1,p,0.1\nx,0.1,q,1e-300\ny,1e-9,q,123456.789\n"
             "z,0,r,0\nw,3,,\n",
             &set);
    assert_int_equal(plim_hazard_compose(&set, &origin, &out, &err), PLIM_OK);
    read_set(plim_text_get(&out), &again);
    assert_int_equal(plim_hazard_compose(&again, &origin, &once_more, &err), PLIM_OK);
    assert_string_equal(plim_text_get(&once_more), plim_text_get(&out));
    assert_int_equal(again.n_places, 3);
    assert_int_equal(again.first[4], set.first[4]);
    assert_memory_equal(again.intensity, set.intensity, 3 * sizeof *set.intensity);
    assert_memory_equal(again.rate, set.rate, 4 * sizeof *set.rate);
    plim_text_free(&out);
    plim_text_free(&once_more);
    plim_event_set_free(&set);
    plim_event_set_free(&again);
}

static void numbers_are_added_up(void **state)
{
    (void)state;
    plim_event_set set;
    read_set("event,rate,place,intensity\nx,0.25,p,2\nx,0.25,q,1\ny,0.5,q,7\n", &set);
    plim_hazard_sum sum = plim_hazard_add_up(&set);
    assert_int_equal(sum.n_values, 3);
    assert_true(sum.least == 1 && sum.most == 7 && sum.rate == 0.75);
    plim_event_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_say_where_they_are_from),
        cmocka_unit_test(what_is_written_reads_back_as_the_same),
        cmocka_unit_test(numbers_are_added_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
