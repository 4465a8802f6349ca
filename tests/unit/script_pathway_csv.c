/* pathway { csv = ... }: points from files beside a script, and what is refused. */
#include "../support/script_fixture.h"

#include "base/digest.h"
#include "script/limits.h"

#define HEAD                                                                                       \
    "return scenario { name = \"s\", title = { en = \"s\", zh = \"s\" }, years = { 2026, 2030 "    \
    "},\n"
#define TAIL ",\n borrower = function (b, d) return { pd = b.pd } end }\n"

#define PRICES                                                                                     \
    "Model,Scenario,Region,Variable,Unit,2025,2030\n"                                              \
    "M,Net Zero 2050,China,Price|Carbon,元/tCO2e,100,300\n"                                       \
    "M,Net Zero 2050,World,Price|Carbon,元/tCO2e,50,70\n"                                         \
    "M,Net Zero 2050,China,Value added,万元,1,2\n"                                               \
    "M,Net Zero 2050,China,Price|Oil,US$2010/GJ,10,20\n"                                           \
    "M,Net Zero 2050,China,Growth,%,5,\n"

static int write_prices(void **state)
{
    if (fixture_open(state) != 0)
        return -1;
    fixture_write("prices.csv", PRICES);
    return 0;
}

/* Reads a scenario with these drivers. */
static plim_status try_drivers(plim_program *program, const char *drivers, plim_error *err)
{
    char text[4000];
    snprintf(text, sizeof text, HEAD " drivers = {\n%s\n}" TAIL, drivers);
    *program = (plim_program){0};
    *err = (plim_error){0};
    return fixture_try(program, text, err);
}

static double at(const plim_program *program, size_t driver, int year)
{
    return plim_pathway_at(&program->scenarios[0].drivers[driver].path, year);
}

#define CHINA "where = { region = \"China\", variable = "

static void points_come_from_the_file(void **state)
{
    (void)state;
    plim_program program;
    plim_error err;
    plim_status status = try_drivers(
        &program,
        "a = pathway { csv = \"prices.csv\", unit = \"CNY/tCO2e\", reference = 70,\n"
        "  " CHINA "\"Price|Carbon\" } },\n"
        "b = pathway { csv = \"prices.csv\", " CHINA "\"value added\" } },\n"
        "c = pathway { csv = \"prices.csv\", unit = \"CNY/kWh\", factor = 0.0252, reference = 2,\n"
        "  " CHINA "\"Price|Oil\" } },\n"
        "e = pathway { csv = \"prices.csv\", factor = 0.01, " CHINA "\"Growth\" } },\n"
        "f = pathway { csv = \"prices.csv\", unit = \"CNY\", reference = 10000,\n"
        "  " CHINA "\"Value added\" } },\n",
        &err);
    if (status != PLIM_OK)
        fail_msg("%s", err.message);
    assert_true(at(&program, 0, 2024) == 100); /* constant outside its points */
    fixture_near(at(&program, 0, 2026), 140, 1e-12);
    fixture_near(at(&program, 0, 2029), 260, 1e-12);
    assert_true(plim_pathway_at(&program.scenarios[0].drivers[0].reference, 2030) == 70);
    assert_true(at(&program, 1, 2030) == 20000); /* the file's unit, in base units */
    assert_string_equal(program.scenarios[0].drivers[1].unit_text, "万元");
    assert_true(plim_pathway_at(&program.scenarios[0].drivers[1].reference, 2030) == 10000);
    fixture_near(at(&program, 2, 2030), 0.504, 1e-15);
    assert_true(plim_pathway_at(&program.scenarios[0].drivers[2].reference, 2030) == 2);
    fixture_near(at(&program, 3, 2030), 0.05, 1e-15);
    assert_true(at(&program, 4, 2025) == 10000);
    assert_true(plim_pathway_at(&program.scenarios[0].drivers[4].reference, 2030) == 10000);
    plim_program_free(&program);
}

/* A file makes the same pathway as its points written out, to the bit. */
static void a_file_is_as_good_as_points(void **state)
{
    (void)state;
    plim_program program;
    plim_error err;
    fixture_write("long.csv", "year,carbon_tax\n2026,70.1\nX2028,133.3\n2033.0,0.1\n");
    assert_int_equal(
        try_drivers(&program,
                    "a = pathway { csv = \"long.csv\", value = \"carbon_tax\", unit = \"元\" },\n"
                    "b = pathway { unit = \"元\", [2026] = 70.1, [2028] = 133.3, [2033] = 0.1 }",
                    &err),
        PLIM_OK);
    for (int year = 2020; year < 2040; year++)
        assert_true(at(&program, 0, year) == at(&program, 1, year));
    plim_program_free(&program);
}

/* ---- what is kept ---- */

static const plim_script_input *data_of(const plim_program *program, size_t *count)
{
    const plim_script_input *found = NULL;
    *count = 0;
    for (size_t i = 0; i < program->n_inputs; i++)
        if (strcmp(program->inputs[i].kind, "data") == 0) {
            found = &program->inputs[i];
            ++*count;
        }
    return found;
}

static void the_file_is_kept_once_with_its_digest(void **state)
{
    (void)state;
    plim_program program;
    plim_error err;
    size_t count = 0;
    char path[400], sha256[65];
    assert_int_equal(try_drivers(&program,
                                 "a = pathway { csv = \"prices.csv\", " CHINA
                                 "\"Price|Carbon\" } },\n"
                                 "b = pathway { csv = \"prices.csv\", " CHINA "\"Value added\" } }",
                                 &err),
                     PLIM_OK);
    const plim_script_input *kept = data_of(&program, &count);
    fixture_path(path, sizeof path, "prices.csv");
    assert_int_equal(plim_digest_bytes(PRICES, strlen(PRICES), sha256, &err), PLIM_OK);
    assert_int_equal(count, 1);
    assert_string_equal(kept->path, path);
    assert_string_equal(kept->sha256, sha256);
    assert_string_equal(kept->text, PRICES);
    plim_program_free(&program);
}

static bool fetch(void *user, const char *path, const char **text, size_t *length)
{
    const char *end = strrchr(path, '/');
    if (!end || strcmp(end, "/gone.csv") != 0)
        return false;
    *text = user;
    *length = strlen(*text);
    return true;
}

/* A replay reads the text that the run kept, whatever stands in the folder today. */
static void kept_texts_go_before_files(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    char path[400], lib[400], kept[] = "year,value\n2026,5\n";
    fixture_write("s.lua", HEAD " drivers = { p = pathway { csv = \"gone.csv\" } }" TAIL);
    fixture_path(path, sizeof path, "s.lua");
    fixture_path(lib, sizeof lib, "lib");
    plim_script_loader loader = {.lib_dir = lib, .fetch = fetch, .user = kept};
    const char *const paths[] = {path};
    assert_int_equal(plim_script_read(&program, paths, 1, NULL, &fixture_schema, &loader, &err),
                     PLIM_OK);
    assert_true(at(&program, 0, 2026) == 5);
    plim_program_free(&program);
}

/* ---- what is refused ---- */

#define P "p = pathway { csv = \"prices.csv\", "

static const struct {
    const char *drivers, *words;
} faults[] = {
    {"p = pathway { csv = 3 }", "`csv` must be a text, not a number"},
    {"p = pathway { csv = \"\" }", "`csv` must be a text"},
    {"p = pathway { csv = \"a\\0.csv\" }", "`csv` must be a text"},
    {P "[2026] = 1 }", "a point beside `csv`"},
    {P "wehre = {} }", "unknown key `wehre`; did you mean `where`?"},
    {P "where = 3 }", "`where` must be a table"},
    {P "where = { \"China\" } }", "`where` takes columns and names"},
    {P "where = { region = true } }", "`where` takes columns and names"},
    {P "year = 2026 }", "`year` must be a text"},
    {P "factor = \"2\" }", "`factor` must be a finite number other than 0"},
    {P "factor = 0 }", "`factor` must be a finite number other than 0"},
    {P "factor = 1/0 }", "`factor` must be a finite number other than 0"},
    {P "where = { regoin = \"China\", Variable = \"Growth\" } }",
     "no column `regoin`; did you mean `Region`?|: prices.csv: "},
    {P "where = { Region = \"Chnia\", variable = \"Growth\" } }",
     "no row has `Chnia`|did you mean `China`?"},
    {P CHINA "\"Price\" } }", "no row has `Price`|`Price|Carbon`"},
    {P "where = { variable = \"Price|Carbon\" } }",
     "several pathways|lines 2 and 3|`Region` is `China`, `World`"},
    {P "unit = \"CNY/t\", " CHINA "\"Price|Carbon\" } }", "in CNY/tCO2e, the pathway in CNY/t"},
    {P CHINA "\"Price|Oil\" } }", "in `US$2010/GJ`, which is no unit|scenario import|factor"},
    {P CHINA "\"Growth\" } }", "in `%`, which is no unit"},
    {P "value = \"2030\" }", "none is called `year`"},
    {"p = pathway { csv = \"price.csv\" }", "no file `price.csv`|did you mean `prices.csv`?"},
    {"p = pathway { csv = \"units.csv\", factor = 1e308 }", "line 3: `20` times 1e+308 is beyond"},
    {"p = pathway { csv = \"broken.csv\" }", "broken.csv: line 3, column `2026`: `x`|accepted"},
    {"p = pathway { csv = \"units.csv\" }", "column `unit` changes from `CNY` in line 2 to `t`"},
    {"p = pathway { csv = \"../prices.csv\" }", "not the name of data|own folder"},
    {"p = pathway { csv = \"a/../prices.csv\" }", "not the name of data"},
    {"p = pathway { csv = \"/etc/passwd\" }", "not the name of data"},
    {"p = pathway { csv = \"/etc/p.csv\" }", "not the name of data"},
    {"p = pathway { csv = \".hidden.csv\" }", "not the name of data"},
    {"p = pathway { csv = \"a//b.csv\" }", "not the name of data"},
    {"p = pathway { csv = \"s.lua\" }", "not the name of data"},
    {"p = pathway { csv = \"link.csv\" }", "no file `link.csv`"},
    {"p = pathway { csv = \"folder.csv\" }", "no file `folder.csv`"},
    {"p = pathway { where = {}, [2026] = 1 }", "unknown key `where`"},
};

static void faults_come_with_their_line(void **state)
{
    (void)state;
    char link[400], folder[400];
    fixture_write("broken.csv", "scenario,2026\n\nb,x\n");
    fixture_write("units.csv", "year,value,unit\n2026,1,CNY\n2027,20,t\n");
    fixture_path(link, sizeof link, "link.csv");
    fixture_path(folder, sizeof folder, "folder.csv");
    assert_int_equal(symlink("/etc/hostname", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        plim_program program;
        plim_error err;
        if (try_drivers(&program, faults[i].drivers, &err) != PLIM_INPUT)
            fail_msg("not refused: %s", faults[i].drivers);
        fixture_expect(&err, "s.lua", 3, faults[i].words);
        plim_program_free(&program);
    }
}

static void faults_of_several_drivers_come_together(void **state)
{
    (void)state;
    plim_program program;
    plim_error err;
    assert_int_equal(try_drivers(&program,
                                 P "where = { region = \"Chnia\", variable = \"Growth\" } },\n"
                                   "q = pathway { csv = \"none.csv\" },\n"
                                   "r = pathway { csv = \"prices.csv\", factor = 0 }",
                                 &err),
                     PLIM_INPUT);
    fixture_expect(&err, "s.lua", 3, "Chnia");
    fixture_expect(&err, "s.lua", 4, "none.csv");
    fixture_expect(&err, "s.lua", 5, "factor");
    plim_program_free(&program);
}

/* A script says which variable it takes, even where the file has only one. */
static void variables_have_to_be_named(void **state)
{
    (void)state;
    plim_program program;
    plim_error err;
    fixture_write("one.csv", "Region,Variable,2026\nChina,GDP(combined),1\n");
    assert_int_equal(
        try_drivers(&program, "p = pathway { csv = \"one.csv\", where = { region = \"China\" } }",
                    &err),
        PLIM_INPUT);
    fixture_expect(&err, "s.lua", 3,
                   "one.csv: the variable has to be named|variable = |`GDP(combined)`");
    plim_program_free(&program);
    assert_int_equal(try_drivers(&program,
                                 "p = pathway { csv = \"one.csv\", where = { VARIABLE = "
                                 "\"gdp (combined)\" } }",
                                 &err),
                     PLIM_OK);
    plim_program_free(&program);
}

/* ---- limits ---- */

static void long_files_and_many_files_are_refused(void **state)
{
    (void)state;
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    plim_program program;
    plim_error err;
    limits.data_bytes = 1000;
    plim_script_set_limits(&limits);
    char text[1002];
    memset(text, ' ', sizeof text);
    memcpy(text, "year,value\n2026,1\n", 18);
    fixture_write_bytes("long.csv", text, 1000);
    assert_int_equal(try_drivers(&program, "p = pathway { csv = \"long.csv\" }", &err), PLIM_OK);
    plim_program_free(&program);
    fixture_write_bytes("long.csv", text, 1001);
    assert_int_equal(try_drivers(&program, "p = pathway { csv = \"long.csv\" }", &err), PLIM_INPUT);
    fixture_expect(&err, "s.lua", 3,
                   "`long.csv` is longer than 1000 bytes|cut it down to what is needed");
    plim_program_free(&program);
    plim_script_set_limits(NULL);
    err = (plim_error){0};
    for (int i = 0; i < 65; i++) {
        char name[40];
        snprintf(name, sizeof name, "many/%d.csv", i);
        fixture_write(name, "year,value\n2026,1\n");
    }
    assert_int_equal(
        fixture_try(&program,
                    HEAD "drivers = (function () local d = {} for i = 0, 64 do\n"
                         "d[\"p\" .. i] = pathway { csv = \"many/\" .. i .. \".csv\" } end\n"
                         "return d end)()" TAIL,
                    &err),
        PLIM_INPUT);
    fixture_expect(&err, "s.lua", 3, "more than 64 files of data");
    plim_program_free(&program);
}

/* Reading the same file for ever ends like any other loop. */
static void reading_for_ever_is_stopped(void **state)
{
    (void)state;
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    plim_program program = {0};
    plim_error err = {0};
    limits.seconds = 0.2;
    plim_script_set_limits(&limits);
    assert_int_equal(fixture_try(&program,
                                 "while true do pathway { csv = \"prices.csv\", factor = 1, where "
                                 "= { variable = \"Growth\" } } end\n",
                                 &err),
                     PLIM_INPUT);
    plim_script_set_limits(NULL);
    fixture_expect(&err, "s.lua", 1, "does not come to an end");
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_come_from_the_file),
        cmocka_unit_test(a_file_is_as_good_as_points),
        cmocka_unit_test(the_file_is_kept_once_with_its_digest),
        cmocka_unit_test(kept_texts_go_before_files),
        cmocka_unit_test(faults_come_with_their_line),
        cmocka_unit_test(faults_of_several_drivers_come_together),
        cmocka_unit_test(variables_have_to_be_named),
        cmocka_unit_test(long_files_and_many_files_are_refused),
        cmocka_unit_test(reading_for_ever_is_stopped),
    };
    return cmocka_run_group_tests(tests, write_prices, fixture_close);
}
