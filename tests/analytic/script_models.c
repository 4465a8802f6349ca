/* Shipped model files and the library of asset correlations, traced and evaluated node by node. */
#include "../support/traced_firm.h"

#include "base/file.h"

#define MODEL(name) PLIM_SOURCE_DIR "/scenarios/models/" name ".lua"

static double weight(const plim_program *program, const double *value, const char *factor)
{
    uint32_t f = plim_names_find(&program->model.factors, factor);
    assert_int_not_equal(f, PLIM_NO_NAME);
    plim_node node = program->model.loading[f];
    return node == PLIM_NO_NODE ? 0 : value[node];
}

/* R2 of models whose factors are independent. */
static double r2_for(const plim_program *program, const firm *f)
{
    double *value = evaluate(program, f), sum = 0;
    for (size_t k = 0; k < program->model.factors.count; k++) {
        double w = weight(program, value, program->model.factors.text[k]);
        sum += w * w;
    }
    free(value);
    return sum;
}

static void shipped_models_say_what_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name;
        uint32_t nu;
        plim_severity_model severity;
    } shipped[] = {
        {MODEL("one_factor"), "one_factor", 0, {PLIM_SEVERITY_FIXED, 0, 0}},
        {MODEL("t_copula"), "t_copula", 6, {PLIM_SEVERITY_FIXED, 0, 0}},
        {MODEL("frye_jacobs"), "frye_jacobs", 0, {PLIM_SEVERITY_FRYE_JACOBS, 0, 0}},
        {MODEL("correlated_recovery"), "correlated_recovery", 0, {PLIM_SEVERITY_BETA, 0.4, 0.3}},
        {MODEL("by_sector"), "by_sector", 0, {PLIM_SEVERITY_FIXED, 0, 0}},
        {LIBRARY "/model.lua", "default", 0, {PLIM_SEVERITY_FIXED, 0, 0}},
    };
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        plim_program program;
        read_program_with(&program, NULL, 0, shipped[i].path);
        const plim_model *m = &program.model;
        assert_string_equal(m->name, shipped[i].name);
        assert_int_equal(m->copula_nu, shipped[i].nu);
        assert_int_equal(m->severity.kind, shipped[i].severity.kind);
        assert_true(m->severity.spread == shipped[i].severity.spread);
        assert_true(m->severity.systematic == shipped[i].severity.systematic);
        if (i > 0 && i < 4) /* the dependence of the default model, else unchanged */
            near(r2_for(&program, &example), 0.192784, 5e-7);
        plim_program_free(&program);
    }
}

static void by_sector_takes_the_longest_prefix(void **state)
{
    (void)state;
    plim_program program;
    read_program_with(&program, NULL, 0, MODEL("by_sector"));
    static const struct {
        const char *sector;
        double r2;
    } cases[] = {{"C3071", 0.22}, {"C3130", 0.18}, {"C3841", 0.20}, {"K70", 0.24},
                 {"J66", 0.16},   {"A0311", 0.12}, {"325", 0.16}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        firm f = example;
        f.sector = cases[i].sector;
        near(r2_for(&program, &f), cases[i].r2, 1e-12);
        f.household = 1;
        near(r2_for(&program, &f), 0.15, 1e-12);
        f.rho = 0.3; /* the book goes first */
        near(r2_for(&program, &f), 0.3, 1e-12);
    }
    plim_program_free(&program);
}

/* Each function of the library in a model of its own: R2 of the firm under the expression. */
static double r2_under(const char *expression, const firm *f)
{
    char folder[] = "/tmp/plimsoll-models-XXXXXX", path[100], text[500];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/m.lua", folder);
    int n = snprintf(text, sizeof text,
                     "local correlation = require \"correlation\"\n"
                     "return model { name = \"m\", factors = { \"x\" },\n"
                     "  loading = function (b) return { x = sqrt(%s) } end }\n",
                     expression);
    plim_error err = {0};
    assert_int_equal(plim_file_write(path, text, (size_t)n, &err), PLIM_OK);
    plim_program program;
    read_program_with(&program, NULL, 0, path);
    double r2 = r2_for(&program, f);
    plim_program_free(&program);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
    return r2;
}

static void functions_of_the_library(void **state)
{
    (void)state;
    firm f = example;
    f.pd = 0.0003;
    near(r2_under("correlation.corporate(b.pd)", &f), 0.238213, 5e-7);
    f.pd = 0.01;
    near(r2_under("correlation.corporate(b.pd)", &f), 0.192784, 5e-7);
    static const double turnover[][2] = {
        {3e7, 0.04}, {1e6, 0.04}, {3e8, 0}, {5e9, 0}, {1.65e8, 0.02}};
    for (size_t i = 0; i < 5; i++) {
        f.revenue = turnover[i][0];
        near(r2_under("correlation.sme(b.pd, b.revenue)", &f), 0.192784 - turnover[i][1], 5e-7);
    }
    f.revenue = MISSING;
    near(r2_under("correlation.sme(b.pd, b.revenue)", &f), 0.192784, 5e-7);
    near(r2_under("correlation.mortgage", &f), 0.15, 1e-15);
    near(r2_under("correlation.qrre", &f), 0.04, 1e-15);
    f.pd = 0;
    near(r2_under("correlation.retail(b.pd)", &f), 0.16, 1e-15);
    f.pd = 1;
    near(r2_under("correlation.retail(b.pd)", &f), 0.03, 1e-15);
    f.rho = 0.07;
    near(r2_under("correlation.known(b, 0.2)", &f), 0.07, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_models_say_what_they_are),
        cmocka_unit_test(by_sector_takes_the_longest_prefix),
        cmocka_unit_test(functions_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
