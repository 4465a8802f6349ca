/* Rules of proxies from Lua: what the library says, and what is refused at which line. */
#include "../support/script_fixture.h"

static plim_status read_rules(plim_proxy_rules *rules, const char *text, plim_error *err)
{
    char path[400];
    plim_script_loader loader = {.lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"};
    fixture_write("rules.lua", text);
    fixture_path(path, sizeof path, "rules.lua");
    *err = (plim_error){0};
    return plim_script_read_proxies(rules, path, &loader, err);
}

static void read_well(plim_proxy_rules *rules, const char *text)
{
    plim_error err;
    if (read_rules(rules, text, &err) != PLIM_OK)
        fail_msg("%s", err.message);
}

static double factor(const plim_proxy_list *list, const char *key, int which)
{
    const plim_proxy_entry *entry = plim_proxy_list_find(list, key);
    if (entry == NULL)
        fail_msg("nothing for %s", key);
    return entry->value[which];
}

static void test_library(void **state)
{
    (void)state;
    plim_proxy_rules rules;
    read_well(&rules, "return require(\"proxies\").rules {}\n");
    assert_int_equal(rules.n_pd, 16);
    assert_int_equal(rules.pd[0].class, 1);
    fixture_near(rules.pd[0].pd, 0.012, 0);
    fixture_near(factor(&rules.pd[0].sectors, "C3071", 0), 0.018, 0);
    fixture_near(factor(&rules.pd[0].sectors, "C2710", 0), 0.014, 0);
    assert_int_equal(rules.pd[11].class, 0);
    fixture_near(rules.pd_otherwise, 0.05, 0);
    assert_true(rules.low_default.on);
    fixture_near(rules.low_default.confidence, 0.75, 0);
    fixture_near(rules.low_default.correlation, 0.12, 0);
    assert_int_equal(rules.low_default.by, PLIM_POOL_SECTOR);
    assert_int_equal(rules.low_default.least_obligors, 100);
    assert_int_equal(rules.low_default.most_defaults, 3);
    fixture_near(factor(&rules.collateral, "住宅楼", 0), 0.4, 0);
    fixture_near(factor(&rules.collateral, "住宅楼", 1), 0.2, 0);
    fixture_near(factor(&rules.unsecured, "", 0), 0.40, 0);
    fixture_near(factor(&rules.unsecured, "J6621", 0), 0.45, 0);
    fixture_near(factor(&rules.fuels, "natural_gas", 0), 0.0021622, 1e-7);
    fixture_near(factor(&rules.fuels, "raw_coal", 0), 1.9003, 1e-4);
    assert_true(isnan(factor(&rules.fuels, "heat", 0)));
    fixture_near(factor(&rules.fuels, "heat", 1), 0.11, 0);
    assert_string_equal(plim_proxy_list_find(&rules.fuels, "heat")->unit, "GJ");
    assert_int_equal(rules.n_grid, 2);
    assert_int_equal(rules.grid[1].year, 2022);
    fixture_near(factor(&rules.grid[0].regions, "500153", 0), 0.4743, 0);
    fixture_near(factor(&rules.grid[1].regions, "500153001", 0), 0.5227, 0);
    fixture_near(factor(&rules.grid[1].regions, "540102", 0), 0.5366, 0); /* the national mean */
    assert_string_equal(rules.power_column, "electricity");
    assert_string_equal(rules.output_unit_column, "output_unit");
    fixture_near(factor(&rules.output, "C3071", 0) + factor(&rules.output, "C3071", 1), 0.0159,
                 1e-15);
    fixture_near(factor(&rules.revenue, "C3011", 0), 850, 0);
    fixture_near(rules.quality[PLIM_RUNG_REVENUE], 4, 0);
    assert_int_equal(rules.scores.count, 4);
    assert_string_equal(rules.scores.entries[0].key, "green");
    fixture_near(rules.scores.entries[1].value[0], 80, 0);
    assert_string_equal(plim_proxy_list_find(&rules.words, "环保警示")->unit, "yellow");
    plim_proxy_rules_free(&rules);
}

/* Every sector of the library is a prefix that GB/T 4754 can have; every class has a row of 0 days.
 */
static void test_library_is_in_order(void **state)
{
    (void)state;
    plim_proxy_rules rules;
    read_well(&rules, "return require(\"proxies\").rules {}\n");
    for (int class = 0; class <= 5; class ++) {
        bool from_zero = false;
        double before = -1;
        for (size_t i = 0; i < rules.n_pd; i++)
            if (rules.pd[i].class == class) {
                from_zero = from_zero || rules.pd[i].overdue == 0;
                assert_true(rules.pd[i].pd > before); /* more days, a higher PD */
                before = rules.pd[i].pd;
            }
        assert_true(from_zero);
    }
    for (char section = 'A'; section <= 'S'; section++)
        assert_non_null(plim_proxy_list_find(&rules.revenue, (char[]){section, '\0'}));
    for (size_t i = 0; i < rules.revenue.count; i++) {
        const char *key = rules.revenue.entries[i].key;
        assert_true(key[0] >= 'A' && key[0] <= 'S' &&
                    strspn(key + 1, "0123456789") == strlen(key) - 1);
    }
    plim_proxy_rules_free(&rules);
}

static void test_changes(void **state)
{
    (void)state;
    plim_proxy_rules rules;
    read_well(&rules,
              "local proxies = require \"proxies\"\n"
              "return proxies.rules { pluto_tasche = false, pd = false, pd_otherwise = 0.1,\n"
              "  lgd = { unsecured = { [\"\"] = 0.6 } }, env_credit = false }\n");
    assert_false(rules.low_default.on);
    assert_int_equal(rules.n_pd, 0);
    fixture_near(rules.pd_otherwise, 0.1, 0);
    assert_int_equal(rules.collateral.count, 0);
    fixture_near(factor(&rules.unsecured, "C3071", 0), 0.6, 0);
    assert_true(isnan(rules.unsecured_household));
    assert_int_equal(rules.words.count, 0);
    plim_proxy_rules_free(&rules);
    read_well(&rules, "return {}\n");
    assert_true(isnan(rules.pd_otherwise));
    plim_proxy_rules_free(&rules);
}

typedef struct refusal {
    const char *text;
    int line;
    const char *says;
} refusal;

static void test_faults(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"return 3\n", 0, "proxies: must be a table|not a number"},
        {"return {\n  pdd = {},\n}\n", 2, "proxies.pdd: unknown key `pdd`|did you mean `pd`"},
        {"return {\n  pd = 0.1,\n}\n", 2, "proxies.pd: must be a table, not a number"},
        {"return {\n  pd = {\n    { class = 1, pd = 0.1 },\n    { class = 2,\n      pd = 7 },\n  "
         "},\n}\n",
         5, "proxies.pd[2].pd: must be a number from 0 to 1, not 7"},
        {"return { pd = {\n  { class = 6, pd = 0.1 } } }\n", 2,
         "proxies.pd[1].class: must be a number from 1 to 5, not 6"},
        {"return { pd = {\n  { class = 1.5, pd = 0.1 } } }\n", 2, "must be a whole number"},
        {"return { pd = {\n  { class = 1, overdue = -1, pd = 0.1 } } }\n", 2,
         "proxies.pd[1].overdue"},
        {"return { pd = {\n  { class = 1 } } }\n", 2, "proxies.pd[1]: needs pd"},
        {"return { pd = {\n  { class = 1, pd = 0.1 },\n  { class = 1, overdue = 0, pd = 0.2 } } "
         "}\n",
         3, "stand in row 1 already"},
        {"return { pd = {\n  { klass = 1, pd = 0.1 } } }\n", 2, "unknown key `klass`"},
        {"return { pd = {\n  7 } }\n", 1, "proxies.pd[1]: must be a row"},
        {"return { pd = { x = { pd = 1 } } }\n", 1, "proxies.pd: must be a sequence"},
        {"return { pd = { { pd = 0.1, sectors = {\n  C307 = 1.2,\n} } } }\n", 2,
         "proxies.pd[1].sectors.C307: must be a number from 0 to 1, not 1.2"},
        {"return { pd = { { pd = 0.1, sectors = {\n  [307] = 0.2,\n} } } }\n", 2,
         "the key must be a text"},
        {"return { pd_otherwise = \"x\" }\n", 1, "must be a number from 0 to 1, not a string"},
        {"return { pd_otherwise = 0 / 0 }\n", 1, "must be a number from 0 to 1, not"},
        {"return { pluto_tasche = { by = \"bank\", confidence = 0.9 } }\n", 1,
         "must be \"sector\", \"class\" or \"all\""},
        {"return { pluto_tasche = {} }\n", 1, "needs `confidence`"},
        {"return { pluto_tasche = { confidence = 1 } }\n", 1, "proxies.pluto_tasche.confidence"},
        {"return { lgd = { collateral = {\n  land = { haircut = 0.4 } } } }\n", 2,
         "proxies.lgd.collateral.land: needs haircut and lgd"},
        {"return { lgd = { collateral = {\n  land = { haircut = 1.4, lgd = 0.1 } } } }\n", 1,
         "the haircut of `land` must be a number from 0 to 1"},
        {"return { lgd = { unsecured = 0.4 } }\n", 1, "proxies.lgd.unsecured: must be a table"},
        {"return { lgd = { least = 2 } }\n", 1,
         "proxies.lgd.least: must be a number from 0 to 1.5"},
        {"return { emissions = { fuels = {\n  coal = { scope1 = 2 } } } }\n", 2, "needs a unit"},
        {"return { emissions = { fuels = {\n  coal = { unit = \"t\" } } } }\n", 2,
         "needs scope1 or scope2"},
        {"return { emissions = { fuels = {\n  coal = 2 } } }\n", 2,
         "proxies.emissions.fuels.coal: must be a table"},
        {"return { emissions = { power = { column = \"e\", grid = {\n  [2022] = {\n    [\"50\"] = "
         "522.7 } } } } }\n",
         3, "proxies.emissions.power.grid.2022.50: must be a number from 0 to 5, not 522.7"},
        {"return { emissions = { power = { column = \"e\", grid = {\n  [202] = {} } } } }\n", 2,
         "a year from 1990"},
        {"return { emissions = { power = { column = \"e\", grid = {\n  x = {} } } } }\n", 2,
         "the key must be a number"},
        {"return { emissions = { power = {} } }\n", 1, "needs `column`"},
        {"return { emissions = { output = { sectors = {} } } }\n", 1,
         "needs `column` and `unit_column`"},
        {"return { emissions = { quality = {\n  energy = 6 } } }\n", 2,
         "proxies.emissions.quality.energy"},
        {"return { env_credit = { scores = {\n  pink = 3 } } }\n", 2, "not `pink`"},
        {"return { env_credit = { words = {\n  [\"良好\"] = \"blau\" } } }\n", 2,
         "proxies.env_credit.words.良好|not `blau`"},
        {"return { env_credit = { score = 3 } }\n", 1, "proxies.env_credit.score: must be a text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_proxy_rules rules;
        plim_error err;
        if (read_rules(&rules, cases[i].text, &err) != PLIM_INPUT)
            fail_msg("accepted: %s", cases[i].text);
        fixture_expect(&err, "rules.lua", cases[i].line, cases[i].says);
        plim_proxy_rules_free(&rules);
    }
}

/* Both of two faults, and a fault that is written in a library at the library's line. */
static void test_where_it_is_written(void **state)
{
    (void)state;
    plim_proxy_rules rules;
    plim_error err;
    assert_int_equal(read_rules(&rules,
                                "local m = { pd = \"违约概率\" }\nreturn {\n  pd_otherwise = 2,\n"
                                "  lgd = {\n    household = 9,\n  },\n  pd = { { pd = 3 } },\n}\n",
                                &err),
                     PLIM_INPUT);
    fixture_expect(&err, "rules.lua", 3, "proxies.pd_otherwise");
    fixture_expect(&err, "rules.lua", 5, "proxies.lgd.household");
    fixture_expect(&err, "rules.lua", 7, "proxies.pd[1].pd");
    plim_proxy_rules_free(&rules);
    fixture_write("house.lua", "local M = {}\nM.lgd = {\n  least = 3,\n}\nreturn M\n");
    assert_int_equal(
        read_rules(&rules, "local house = require \"house\"\nreturn { lgd = house.lgd }\n", &err),
        PLIM_INPUT);
    fixture_expect(&err, "house.lua", 3, "proxies.lgd.least");
    plim_proxy_rules_free(&rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library),
        cmocka_unit_test(test_library_is_in_order),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_where_it_is_written),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
