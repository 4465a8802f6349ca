/* Rules by row. */
#include "../support/script_fixture.h"

#include "script/limits.h"

static const char *const module_text =
    "local M = {}\n"
    "local thresholds = require \"thresholds\"\n"
    "function M.level(row)\n"
    "  if row.pd == nil then return { level = \"none\", reasons = \"no PD\" } end\n"
    "  if row.pd > thresholds.red then\n"
    "    return { level = \"red\", score = row.pd * 100, reasons = row.id .. \" is high\", sure = "
    "true }\n"
    "  end\n"
    "  return { level = \"blue\", score = 1 }\n"
    "end\n"
    "function M.endless(row) while true do end end\n"
    "function M.sly(row) while true do pcall(M.endless, row) end end\n"
    "function M.number(row) return 3 end\n"
    "function M.wrong(row) return { level = {} } end\n"
    "function M.fails(row)\n"
    "  return { level = row.nothing.x }\n"
    "end\n"
    "function M.greedy(row) local s = \"x\" while true do s = s .. s end end\n"
    "return M\n";

static plim_rules *open_module(const char *text)
{
    plim_rules *rules = NULL;
    plim_error err = {0};
    char lib[300];
    fixture_path(lib, sizeof lib, "lib");
    plim_script_loader loader = {.lib_dir = lib};
    fixture_write("lib/thresholds.lua", "return { red = 0.2 }");
    fixture_write("lib/warn.lua", text);
    if (plim_rules_open(&rules, "warn", &loader, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    return rules;
}

static void test_calls(void **state)
{
    (void)state;
    plim_rules *rules = open_module(module_text);
    plim_error err = {0};
    plim_rule_value in[] = {{"id", "firm1", 0.0}, {"pd", NULL, 0.3}};
    plim_rule_value out[] = {
        {"level", NULL, 0.0}, {"score", NULL, 0.0}, {"reasons", NULL, 0.0}, {"sure", NULL, 0.0}};
    for (int i = 0; i < 1000; i++)
        assert_int_equal(plim_rules_call(rules, "level", in, 2, out, 4, &err), PLIM_OK);
    assert_string_equal(out[0].text, "red");
    assert_true(isnan(out[0].number));
    assert_null(out[1].text);
    assert_true(out[1].number == 30.0);
    assert_string_equal(out[2].text, "firm1 is high");
    assert_true(out[3].number == 1.0);
    in[1].number = (double)NAN;
    assert_int_equal(plim_rules_call(rules, "level", in, 2, out, 4, &err), PLIM_OK);
    assert_string_equal(out[0].text, "none");
    in[1].number = 0.1;
    assert_int_equal(plim_rules_call(rules, "level", in, 2, out, 4, &err), PLIM_OK);
    assert_string_equal(out[0].text, "blue");
    assert_null(out[2].text);
    assert_true(isnan(out[2].number));
    assert_string_equal(plim_rules_input(rules)->path, "warn.lua");
    assert_string_equal(plim_rules_input(rules)->text, module_text);
    assert_string_equal(plim_rules_input(rules)->kind, "rules");
    size_t n = 0;
    assert_string_equal(plim_rules_inputs(rules, &n)[1].path, "thresholds.lua");
    assert_int_equal(n, 2);
    plim_rules_close(rules);
}

/* Each failure has its message, and the next call is as good as new. */
static void test_failures(void **state)
{
    (void)state;
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    limits.rule_steps = 100000;
    limits.bytes = (size_t)16 << 20;
    plim_script_set_limits(&limits);
    plim_rules *rules = open_module(module_text);
    static const struct {
        const char *name;
        int line;
        const char *words;
    } cases[] = {
        {"levl", 0, "no function `levl`|did you mean `level`"},
        {"endless", 10, "stopped after 100000 steps"},
        {"sly", -1, "stopped after 100000 steps"},
        {"number", 0, "must return a table, not a number"},
        {"wrong", 0, "returned a table as `level`"},
        {"fails", 15, "nil value"},
        {"greedy", 17, "MiB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_rule_value in[] = {{"pd", NULL, 0.3}, {"id", "x", 0.0}},
                        out[] = {{"level", NULL, 0.0}};
        plim_error err = {0};
        assert_int_equal(plim_rules_call(rules, cases[i].name, in, 2, out, 1, &err), PLIM_INPUT);
        if (cases[i].line >= 0)
            fixture_expect(&err, "=warn.lua", cases[i].line, cases[i].words);
        else if (!strstr(err.message, cases[i].words))
            fail_msg("%s", err.message);
        err = (plim_error){0};
        assert_int_equal(plim_rules_call(rules, "level", in, 2, out, 1, &err), PLIM_OK);
        assert_string_equal(out[0].text, "red");
    }
    plim_rules_close(rules);
    plim_script_set_limits(NULL);
}

static void test_bad_modules(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"return 3", "must return a table"},
        {"return {", "warn.lua:1:"},
        {"local x = 1\nos.exit()", "warn.lua:2: `os` is not available"},
        {"local x", "returns nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_rules *rules = NULL;
        plim_error err = {0};
        char lib[300];
        fixture_path(lib, sizeof lib, "lib");
        plim_script_loader loader = {.lib_dir = lib};
        fixture_write("lib/warn.lua", cases[i].text);
        assert_int_equal(plim_rules_open(&rules, "warn", &loader, &err), PLIM_INPUT);
        assert_null(rules);
        if (!strstr(err.message, cases[i].words))
            fail_msg("%s", err.message);
    }
    plim_rules_close(NULL);
}

/* A copy begins anew, with the texts that the first has read, whatever has become of the files. */
static void test_copies(void **state)
{
    (void)state;
    plim_rules *rules = open_module("local thresholds = require \"thresholds\"\n"
                                    "local met = 0\n"
                                    "return { count = function(row)\n"
                                    "  met = met + 1\n"
                                    "  return { met = met, red = thresholds.red }\n"
                                    "end }\n");
    plim_rules *copy = NULL;
    plim_error err = {0};
    plim_rule_value out[] = {{"met", NULL, 0.0}, {"red", NULL, 0.0}};
    for (int i = 1; i <= 2; i++)
        assert_int_equal(plim_rules_call(rules, "count", NULL, 0, out, 2, &err), PLIM_OK);
    fixture_write("lib/thresholds.lua", "return { red = 0.9 }");
    fixture_write("lib/warn.lua", "return {}");
    assert_int_equal(plim_rules_copy(&copy, rules, &err), PLIM_OK);
    assert_int_equal(plim_rules_call(copy, "count", NULL, 0, out, 2, &err), PLIM_OK);
    assert_true(out[0].number == 1.0);
    assert_true(out[1].number == 0.2);
    assert_int_equal(plim_rules_call(rules, "count", NULL, 0, out, 2, &err), PLIM_OK);
    assert_true(out[0].number == 3.0);
    plim_rules_close(copy);
    plim_rules_close(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_bad_modules),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
