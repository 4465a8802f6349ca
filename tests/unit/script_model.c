/* The portfolio model's file. */
#include "../support/script_fixture.h"

static plim_status try_model(plim_program *program, const char *text, plim_error *err)
{
    fixture_write("m.lua", text);
    return fixture_read(program, NULL, 0, "m.lua", err);
}

static void test_model(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *text =
        "return model { name = \"two\", copula = \"gaussian\", factors = { \"macro\", \"sector\", "
        "\"idle\" },\n correlation = { { 1, 0.3, 0 }, { 0.3, 1, 0 }, { 0, 0, 1 } },\n"
        " loading = function (b)\n"
        "  local r2 = 0.12 + 0.12 * exp(-50 * b.pd)\n"
        "  return { sector = 0.2 * b.sector_is(\"C\"), macro = sqrt(r2) } end,\n"
        " persistence = 0.5 }";
    if (try_model(&program, text, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    const plim_model *m = &program.model;
    assert_string_equal(m->name, "two");
    assert_int_equal(m->factors.count, 3);
    assert_true(m->correlation[1] == 0.3 && m->correlation[8] == 1.0 && m->correlation[2] == 0.0);
    assert_true(m->persistence == 0.5);
    assert_true(m->loading[2] == PLIM_NO_NODE);
    const fixture_value firm[] = {{"pd", NULL, 0.0}, {"sector", "C30", 0.0}, {NULL, NULL, 0.0}};
    assert_true(fixture_value_of(&program, m->loading[0], firm) == sqrt(0.24));
    assert_true(fixture_value_of(&program, m->loading[1], firm) == 0.2);
    assert_int_equal(program.n_inputs, 1);
    plim_program_free(&program);
}

static void expect_model(const char *more, uint32_t nu, const plim_severity_model *severity)
{
    char text[400];
    plim_program program = {0};
    plim_error err = {0};
    (void)snprintf(text, sizeof text,
                   "return model { name = \"m\", factors = { \"x\" }, loading = { x = 0.3 }, %s }",
                   more);
    if (try_model(&program, text, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    assert_int_equal(program.model.copula_nu, nu);
    assert_int_equal(program.model.severity.kind, severity->kind);
    assert_true(program.model.severity.spread == severity->spread);
    assert_true(program.model.severity.systematic == severity->systematic);
    plim_program_free(&program);
}

static void test_copula_and_lgd(void **state)
{
    (void)state;
    const plim_severity_model fixed = {PLIM_SEVERITY_FIXED, 0, 0};
    expect_model("copula = \"gaussian\"", 0, &fixed);
    expect_model("copula = t { nu = 6 }, lgd = fixed", 6, &fixed);
    expect_model("copula = t { nu = 2 }, lgd = \"fixed\"", 2, &fixed);
    expect_model("copula = t { nu = 100.0 }", 100, &fixed);
    expect_model("lgd = beta { spread = 0.4 }", 0,
                 &(plim_severity_model){PLIM_SEVERITY_BETA, 0.4, 0});
    expect_model("lgd = beta { spread = 0.01, systematic = 0.5 }", 0,
                 &(plim_severity_model){PLIM_SEVERITY_BETA, 0.01, 0.5});
    expect_model("lgd = frye_jacobs {}", 0,
                 &(plim_severity_model){PLIM_SEVERITY_FRYE_JACOBS, 0, 0});
}

/* The words are those of model files; elsewhere they are unknown names. */
static void test_words_are_for_models_only(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *const names[] = {"s.lua"};
    fixture_write("s.lua", "local c = t { nu = 6 }\nreturn scenario { name = \"s\" }");
    assert_int_equal(fixture_read(&program, names, 1, NULL, &err), PLIM_INPUT);
    assert_true(fixture_found(&err, "s.lua", 1, "unknown name `t`"));
    plim_program_free(&program);
}

static void test_default_model(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    assert_int_equal(fixture_read(&program, NULL, 0, NULL, &err), PLIM_OK);
    assert_string_equal(program.model.name, "one");
    assert_true(program.model.persistence == 0.0);
    assert_true(program.model.correlation[0] == 1.0);
    assert_string_equal(program.inputs[0].kind, "model");
    assert_string_equal(program.inputs[0].path, "model.lua");
    plim_program_free(&program);
}

#define GOOD "name = \"m\", factors = { \"x\" }, loading = { x = 0.3 }"

static void test_bad_models(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *words;
    } bad[] = {
        {"return scenario { name = \"s\" }", 1, "returns scenario|must return model"},
        {"return model {}", 1, "`name` is missing"},
        {"return model {}", 1, "`factors`"},
        {"return model {}", 1, "`loading`"},
        {"return model { " GOOD ",\n copula = \"t\" }", 2, "not known to this version"},
        {"return model { " GOOD ",\n copula = { nu = 6 } }", 2, "not known to this version"},
        {"return model { " GOOD ",\n nu = 6 }", 2, "unknown key `nu`"},
        {"return model { " GOOD ",\n copula = t }", 2, "t { nu = 6 }"},
        {"return model { " GOOD ",\n copula = beta { spread = 0.4 } }", 2, "t { nu = 6 }"},
        {"return model { " GOOD ",\n copula = t {} }", 2, "`nu`|whole number from 2 to 100"},
        {"return model { " GOOD ",\n copula = t {\n nu = 1 } }", 3, "whole number from 2 to 100"},
        {"return model { " GOOD ",\n copula = t {\n nu = 101 } }", 3, "whole number"},
        {"return model { " GOOD ",\n copula = t {\n nu = 6.5 } }", 3, "whole number"},
        {"return model { " GOOD ",\n copula = t {\n nu = \"6\" } }", 3, "whole number"},
        {"return model { " GOOD ",\n copula = t { nu = 6,\n df = 6 } }", 3, "unknown key `df`"},
        {"return model { " GOOD ",\n copula = t(6) }", 2, "`t` takes one table"},
        {"return model { " GOOD ",\n lgd = 0.45 }", 2, "`lgd` must be fixed, beta {"},
        {"return model { " GOOD ",\n lgd = { spread = 0.4 } }", 2, "`lgd` must be fixed, beta {"},
        {"return model { " GOOD ",\n lgd = t { nu = 6 } }", 2, "`lgd` must be fixed, beta {"},
        {"return model { " GOOD ",\n lgd = beta }", 2, "`lgd` must be fixed, beta {"},
        {"return model { " GOOD ",\n lgd = beta {} }", 2, "`spread`|from 0.01 to 0.9"},
        {"return model { " GOOD ",\n lgd = beta {\n spread = 0 } }", 3, "from 0.01 to 0.9"},
        {"return model { " GOOD ",\n lgd = beta {\n spread = 1 } }", 3, "from 0.01 to 0.9"},
        {"return model { " GOOD ",\n lgd = beta {\n spread = \"x\" } }", 3, "from 0.01 to 0.9"},
        {"return model { " GOOD ",\n lgd = beta { spread = 0.4,\n systematic = 1 } }", 3,
         "`systematic`|from 0 to below 1"},
        {"return model { " GOOD ",\n lgd = beta { spread = 0.4,\n systematic = -0.1 } }", 3,
         "from 0 to below 1"},
        {"return model { " GOOD ",\n lgd = beta { spread = 0.4,\n systemic = 0.1 } }", 3,
         "unknown key `systemic`|did you mean `systematic`"},
        {"return model { " GOOD ",\n lgd = frye_jacobs {\n k = 1 } }", 3, "unknown key `k`"},
        {"return model { " GOOD ",\n lgd = frye_jacobs }", 2, "`lgd` must be fixed, beta {"},
        {"t = 3\nreturn model { " GOOD " }", 1, "`t` is a built-in name"},
        {"return model { " GOOD ",\n persistance = 0 }", 2, "did you mean `persistence`"},
        {"return model { " GOOD ",\n persistence = 1 }", 2, "from 0 to below 1"},
        {"return model { " GOOD ",\n persistence = -0.1 }", 2, "from 0 to below 1"},
        {"return model { " GOOD ",\n persistence = \"0.1\" }", 2, "from 0 to below 1"},
        {"return model { " GOOD ",\n correlation = 1 }", 2, "1 rows of 1 numbers"},
        {"return model { " GOOD ",\n correlation = { { 2 } } }", 2, "correlation"},
        {"return model { name = \"m\", factors = { \"x\", \"y\" }, loading = {},\n correlation = { "
         "{ 1, 1.2 }, { "
         "1.2, 1 } } }",
         2, "correlation"},
        {"return model { name = \"m\", factors = { \"x\", \"y\" }, loading = {},\n correlation = { "
         "{ 1, 0.1 }, { "
         "0.2, 1 } } }",
         2, "correlation"},
        {"return model { name = \"m\", loading = {},\n factors = { \"x\", \"x\" } }", 2,
         "`x` is there twice"},
        {"return model { name = \"m\", loading = {},\n factors = { 3 } }", 2, "has no name"},
        {"return model { name = \"m\", loading = {},\n factors = \"x\" }", 2, "table of 1 to"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = function (b) return "
         "{\n mcro = 1 } end }",
         3, "no factor `mcro`|did you mean `macro`"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = function (b) return "
         "{\n macro = b.debt "
         "} end }",
         3, "`macro` must be a ratio|`b.debt`"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = function (b)\n if b.pd "
         "then return {} "
         "end return { macro = 1 } end }",
         3, "`if`|where"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = function (b)\n return "
         "3 end }",
         2, "must return a table"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = 3 }", 2,
         "function (b)"},
        {"return model { name = \"m\", factors = { \"macro\" },\n loading = function (b, d)\n "
         "return { macro = "
         "d.x } end }",
         3, "nil value"},
    };
    int missed = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plim_program program = {0};
        plim_error err = {0};
        plim_status status = try_model(&program, bad[i].text, &err);
        if (status != PLIM_INPUT || !fixture_found(&err, "m.lua", bad[i].line, bad[i].words)) {
            print_error("missed (status %d):\n%s\n", status, bad[i].text);
            missed++;
        }
        plim_program_free(&program);
    }
    assert_int_equal(missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_copula_and_lgd),
        cmocka_unit_test(test_words_are_for_models_only),
        cmocka_unit_test(test_default_model),
        cmocka_unit_test(test_bad_models),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
