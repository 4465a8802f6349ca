/* What a scenario file may say, and the message for what it may not. */
#include "../support/script_fixture.h"

typedef struct bad_script {
    const char *text;
    int line;
    const char *words;
} bad_script;

#define HEAD                                                                                       \
    "return scenario {\n name = \"s\",\n title = { en = \"s\", zh = \"s\" },\n years = { 2026, "   \
    "2028 },\n"

static const bad_script bad[] = {
    {"", 0, "must end with return scenario"},
    {"return 3", 1, "must end with return scenario"},
    {"return { name = \"s\" }", 1, "must end with return scenario"},
    {"scenario {}", 1, "must end with return scenario"},
    {"return model { name = \"m\" }", 1, "returns model|must return scenario"},
    {"return scenario(1)", 1, "takes one table"},
    {"local x =\nreturn scenario {}", 2, "unexpected symbol"},
    {"return scenario {\n name = \"s\"\n title = {} }", 3, "expected"},
    {"\n\nreturn scenario {}", 3, "`name` is missing"},
    {"\n\nreturn scenario {}", 3, "`title` is missing"},
    {"\n\nreturn scenario {}", 3, "`years` is missing"},
    {HEAD " yeers = 3 }", 5, "unknown key `yeers`|did you mean `years`"},
    {HEAD " 5 }", 1, "entry [1] has no name"},
    {HEAD "}\nlocal x", 6, "expected"},
    {"return scenario {\n name = \"baseline\", title = { en = \"s\" }, years = { 2026, 2028 } }", 2,
     "`baseline` is reserved"},
    {"return scenario {\n name = \"a b\", title = { en = \"s\" }, years = { 2026, 2028 } }", 2,
     "letters, digits and _"},
    {"return scenario {\n name = 7, title = { en = \"s\" }, years = { 2026, 2028 } }", 2,
     "must be a text, not a number"},
    {"return scenario { name = \"s\",\n title = \"s\", years = { 2026, 2028 } }", 2,
     "must be a table"},
    {"return scenario { name = \"s\",\n title = {}, years = { 2026, 2028 } }", 2, "neither"},
    {"return scenario { name = \"s\",\n title = { fr = \"s\", en = \"s\" }, years = { 2026, 2028 } "
     "}",
     2, "unknown key `fr`"},
    {"return scenario { name = \"s\", title = { en = \"s\" },\n years = 2026 }", 2,
     "two whole years"},
    {"return scenario { name = \"s\", title = { en = \"s\" },\n years = { 2030, 2026 } }", 2,
     "in order"},
    {"return scenario { name = \"s\", title = { en = \"s\" },\n years = { 2026.5, 2030 } }", 2,
     "whole"},
    {"return scenario { name = \"s\", title = { en = \"s\" },\n years = { 2000, 2100 } }", 2,
     "60 years"},
    {"return scenario { name = \"s\", title = { en = \"s\" },\n years = { 2026, 2027, 2028 } }", 2,
     "two"},
    {HEAD " borrower = 3 }", 5, "`borrower` must be a function"},
    {HEAD " loan = {} }", 5, "`loan` must be a function"},
    {HEAD " applies = true }", 5, "`applies` must be a function"},
    {HEAD " initial = 3 }", 5, "`initial` must be a table"},
    {HEAD " initial = { x = \"a\" } }", 5, "`x` must be a number"},
    {HEAD " source = 3 }", 5, "`source` must be a text or { en"},
    {HEAD " note = {} }", 5, "`note` has neither `en` nor `zh`"},
    {HEAD " note = {\n fr = \"n\" } }", 6, "unknown key `fr`"},
    {HEAD " source = { zh = 3 } }", 5, "`zh` must be a text"},
    {HEAD " drivers = 3 }", 5, "`drivers` must be a table"},
    {HEAD " drivers = {\n price = \"x\" } }", 6, "`price`|pathway"},
    {HEAD " drivers = {\n price = 0/0 } }", 6, "`price`|finite"},
    {HEAD " drivers = {\n year = 3 } }", 6, "calendar year"},
    {HEAD " drivers = {\n 3 } }", 5, "no proper name"},
    {HEAD " drivers = {\n price = pathway {} } }", 6, "no points"},
    {HEAD " drivers = {\n price = pathway { [2026] = \"x\" } } }", 6, "2026|number"},
    {HEAD " drivers = {\n price = pathway { [2026] = 1/0 } } }", 6, "2026|finite"},
    {HEAD " drivers = {\n price = pathway { [\"2026\"] = 1, [2026] = 1 } } }", 6,
     "unknown key `2026`"},
    {HEAD " drivers = {\n price = pathway { 70, 80 } } }", 6, "[1] is not a year"},
    {HEAD " drivers = {\n price = pathway { unit = \"CNY/tCO2\", [2026] = 1 } } }", 6,
     "unknown unit `tCO2`|did you mean `tCO2e`"},
    {HEAD " drivers = {\n price = pathway { unit = 3, [2026] = 1 } } }", 6, "`unit`"},
    {HEAD " drivers = {\n price = pathway { refernce = 3, [2026] = 1 } } }", 6,
     "unknown key `refernce`|did you mean `reference`"},
    {HEAD " drivers = {\n price = pathway { reference = \"x\", [2026] = 1 } } }", 6, "`reference`"},
    {HEAD " drivers = {\n price = pathway { unit = \"CNY\", reference = pathway { unit = \"t\", "
          "[2026] = 1 }, "
          "[2026] = 1 } } }",
     6, "reference is in t|CNY"},
    {HEAD " drivers = { price = pathway(3) } }", 5, "`pathway` takes a table"},
    {HEAD " columns = 3 }", 5, "`columns` must be a table"},
    {HEAD " columns = {\n debt_ratio = 3 } }", 6, "unit must be a text"},
    {HEAD " columns = {\n debt_ratio = \"CNYY\" } }", 6, "debt_ratio|unknown unit"},
    {HEAD " columns = {\n debt = \"t\" } }", 6, "`debt` is in CNY, not in t"},
    {HEAD " columns = {\n sector = \"CNY\" } }", 6, "holds texts"},
    {HEAD " columns = {\n debt = \"text\" } }", 6, "holds numbers"},
    {HEAD " borrower = function (b) end }", 5, "must return a table, not nothing"},
    {HEAD " borrower = function (b)\n return b.pd end }", 5, "must return a table, not a formula"},
    {HEAD " borrower = function (b) return {\n ppd = b.pd } end }", 6, "`ppd`|did you mean `pd`"},
    {HEAD " borrower = function (b) return {\n lgd = b.pd } end }", 6,
     "`lgd`|pd, default, cover, state"},
    {HEAD " borrower = function (b) return {\n pd = \"x\" } end }", 6, "`pd` is a string"},
    {HEAD " borrower = function (b) return {\n pd = b.debt } end }", 6,
     "`pd` must be a ratio|`b.debt`|CNY"},
    {HEAD " borrower = function (b) return {\n pd = b.sector } end }", 6, "text column"},
    {HEAD " borrower = function (b) return {\n default = b.debt } end }", 6, "`default`|CNY"},
    {HEAD " borrower = function (b) return {\n default = true } end }", 6, "Lua's true"},
    {HEAD " borrower = function (b) return {\n state = 3 } end }", 6, "`state` must be a table"},
    {HEAD " borrower = function (b) return { state = {\n x = \"a\" } } end }", 6,
     "`x` is a string"},
    {HEAD " borrower = function (b, d, before)\n return { pd = before.solvency } end }", 6,
     "`before.solvency`|first year"},
    {HEAD " borrower = function (b, d, before)\n return { pd = before.equity / b.debt, state = { "
          "equty = 1 } } end }",
     6, "`before.equity`|did you mean `equty`"},
    {HEAD " borrower = function (b, d)\n return { pd = d.prize } end,\n drivers = { price = 3 } }",
     6, "no driver `prize`|did you mean `price`"},
    {HEAD " borrower = function (b)\n return { pd = b.revenu / b.debt } end }", 6,
     "no column `revenu`|did you mean `revenue`"},
    {HEAD " borrower = function (b)\n return { pd = b.lgd } end }", 6,
     "borrowers have no|loans have one"},
    {HEAD " loan = function (l, b)\n return { lgd = l.debt / l.balance } end }", 6,
     "loans have no|borrowers have one"},
    {HEAD " loan = function (l, b) return {\n ead = l.lgd } end }", 6, "`ead` must be in CNY"},
    {HEAD " loan = function (l, b) return {\n pd = l.lgd } end }", 6, "`pd`|lgd, ead"},
    {HEAD " borrower = function (b)\n return { pd = logitt(b.pd) } end }", 6,
     "unknown name `logitt`|did you mean `logit`"},
    {HEAD " borrower = function (b)\n return { pd = x + 1 } end }", 6, "unknown name `x`"},
    {HEAD " borrower = function (b)\n return { pd = b.pd:ltt(1) } end }", 6,
     "no `ltt`|did you mean `lt`"},
    {HEAD " borrower = function (b)\n return { pd = b.debt + b.scope1 } end }", 6,
     "unit clash in `+`|`b.debt` is in CNY|`b.scope1` is in tCO2e"},
    {HEAD " drivers = { price = pathway { unit = \"CNY/tCO2e\", [2026] = 1 } }, borrower = "
          "function (b, d)\n "
          "return { pd = b.revenue - d.price } end }",
     6, "`b.revenue` is in CNY|`d.price` is in CNY/tCO2e"},
    {HEAD " borrower = function (b)\n return { pd = log(b.debt) } end }", 6,
     "`log` needs a ratio|`b.debt`"},
    {HEAD " borrower = function (b)\n return { pd = sqrt(b.debt) / 1 } end }", 6, "`sqrt`|CNY"},
    {HEAD " borrower = function (b)\n return { pd = 2 ^ b.debt } end }", 6, "`^` needs a ratio"},
    {HEAD " borrower = function (b)\n return { pd = b.debt ^ b.pd } end }", 6, "`^`|ratio"},
    {HEAD " borrower = function (b)\n return { pd = where(b.debt, 1, 2) } end }", 6,
     "`where` needs a ratio"},
    {HEAD " borrower = function (b)\n return { pd = where(b.pd, b.debt, b.scope1) } end }", 6,
     "unit clash"},
    {HEAD " borrower = function (b)\n return { pd = lt(b.debt, b.scope1) } end }", 6,
     "unit clash in `lt`"},
    {HEAD " borrower = function (b)\n return { pd = max(b.debt, 0, b.scope1) } end }", 6,
     "unit clash"},
    {HEAD " borrower = function (b)\n return { pd = where(true, 1, b.pd) } end }", 6, "Lua's true"},
    {HEAD " borrower = function (b)\n return { pd = all(b.pd, false) } end }", 6, "Lua's false"},
    {HEAD " borrower = function (b)\n return { pd = max(b.pd, nil) } end }", 6,
     "argument 2 of `max`|nil"},
    {HEAD " borrower = function (b)\n return { pd = b.pd + {} } end }", 6,
     "right side of `+`|table"},
    {HEAD " borrower = function (b)\n return { pd = \"5\" * b.pd } end }", 6,
     "left side of `*`|string"},
    {HEAD " borrower = function (b)\n return { pd = -b.sector } end }", 6,
     "text column `sector`|table_by"},
    {HEAD " borrower = function (b)\n return { pd = exp(b.pd, 2) } end }", 6,
     "takes 1 argument, not 2"},
    {HEAD " borrower = function (b)\n return { pd = eq(b.sector, b.region) } end }", 6, "quotes"},
    {HEAD " borrower = function (b)\n return { pd = eq(b.sector, 3) } end }", 6, "quotes"},
    {HEAD " borrower = function (b)\n return { pd = b.sector_is(3) } end }", 6, "takes texts"},
    {HEAD " borrower = function (b)\n return { pd = b.sector_is() } end }", 6, "at least one"},
    {HEAD " borrower = function (b)\n return { pd = b.debt_is(\"x\") } end }", 6,
     "no column `debt_is`"},
    {HEAD " borrower = function (b)\n return { pd = table_by(b.sector, { C = b.pd }) } end }", 6,
     "plain number"},
    {HEAD " borrower = function (b)\n return { pd = table_by(b.pd, { C = 1 }) } end }", 6,
     "text column"},
    {HEAD " borrower = function (b)\n return { pd = interp(b.pd, { 0, 1 }, { 1 }) } end }", 6,
     "2 values of x"},
    {HEAD " borrower = function (b)\n return { pd = interp(b.pd, { 1, 0 }, { 1, 2 }) } end }", 6,
     "ascend"},
    {HEAD " borrower = function (b)\n b.x = 1 return {} end }", 6, "can't be changed"},
    {"local c = curve {\n {0, 0}, {0, 1} }", 1, "ascend"},
    {"local c = curve { {0, 0}, {1} }", 1, "must be {x, y}"},
    {"local c = curve {}", 1, "no points"},
    {"local f = require \"firn\"", 1, "no module `firn`|did you mean `firm`"},
    {"local f = require \"firm\"\nf.carbon_cst(1)", 2, "carbon_cst|did you mean `carbon_cost`"},
};

static void test_bad_scripts(void **state)
{
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plim_program program = {0};
        plim_error err = {0};
        plim_status status = fixture_try(&program, bad[i].text, &err);
        if (status != PLIM_INPUT || !fixture_found(&err, "s.lua", bad[i].line, bad[i].words)) {
            print_error("missed (status %d):\n%s\n", status, bad[i].text);
            missed++;
        }
        plim_program_free(&program);
    }
    assert_int_equal(missed, 0);
}

/* All faults of a file come in one message, in the order of the lines, and each once. */
static void test_all_at_once(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *text =
        "return scenario {\n name = \"a b\",\n title = \"x\",\n years = { 2026, 2028 },\n"
        " drivers = { price = pathway { unit = \"xyz\", [2026] = 1 } },\n"
        " borrower = function (b, d)\n  local x = b.revenu + b.debt\n"
        "  local y = b.debt + b.scope1\n  if x then y = 1 end\n"
        "  for line in io.lines(\"x\") do y = 2 end\n"
        "  local z = logitt(b.pd):gt(exp())\n"
        "  return { pd = d.prise + y,\n ppd = 1 }\n end,\n"
        " loan = function (l, b, d)\n  return { lgd = l.lgdd }\n end,\n yaers = 1 }\n";
    assert_int_equal(fixture_try(&program, text, &err), PLIM_INPUT);
    static const int lines[] = {2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 16, 18};
    const char *at = err.message;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char wanted[300];
        snprintf(wanted, sizeof wanted, "%s/s.lua:%d: ", fixture_folder, lines[i]);
        const char *found = strstr(at, wanted);
        if (!found)
            fail_msg("line %d is missing or out of order in\n%s", lines[i], err.message);
        assert_true(lines[i] == 11 || !strstr(found + 1, wanted)); /* 11: two names */
        at = found;
    }
    plim_program_free(&program);
}

/* Faults of several files are told together; two scenarios must agree. */
static void test_several_files(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    fixture_write(
        "a.lua",
        "return scenario { name = \"a\", title = { en = \"a\" }, years = { 2026, 2028 } }");
    fixture_write(
        "b.lua",
        "return scenario {\n name = \"a\",\n title = { en = \"a\" },\n years = { 2026, 2029 "
        "} }");
    fixture_write(
        "m.lua",
        "return model { name = \"m\",\n copula = \"t\", factors = { \"x\" }, loading = {} }");
    assert_int_equal(
        fixture_read(&program, (const char *const[]){"a.lua", "b.lua"}, 2, "m.lua", &err),
        PLIM_INPUT);
    fixture_expect(&err, "b.lua", 2, "name `a`|a.lua");
    fixture_expect(&err, "b.lua", 4, "2026 to 2029|a.lua|2026 to 2028");
    fixture_expect(&err, "m.lua", 2, "copula|not known to this version");
    plim_program_free(&program);
}

/* Bytes of all kinds that editors leave. */
static void test_encodings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line; /* 0: fine */
        const char *words;
    } cases[] = {
        {"\xef\xbb\xbf" HEAD "}", 0, NULL},
        {"return scenario {\r\n name = \"s\",\r\n title = { en = \"s\" },\r\n years = { 2026, 2027 "
         "},\r\n "
         "yeers = 1 }\r\n",
         5, "yeers"},
        {"return scenario {\r name = \"s\" }\r", 1, "carriage return|LF or CRLF"},
        {"return scenario {\r\n name = \"s\"\r\r\n}", 2, "carriage return"},
        {"-- \xcc\xd5\xb4\xc9\n", 1, "GBK"},
        {"-- a\n-- \x81\x30\x81\x30\n", 2, "GB 18030"},
        {"-- \xff\xb4\n", 1, "not UTF-8; save"},
        {"local x = ｂ１", 1, "full-width `ｂ`|write `b`"},
        {"local x = 「a」", 1, "corner bracket"},
        {"-- 注释，（说明）\n" HEAD " note = [[\n全角，（）\n]], source = '，' }", 0, NULL},
        {HEAD " note = [[\n\n\n]],\n yeers = 1 }", 9, "yeers"},
        {HEAD " note = \"a\\\nb\",\n yeers = 1 }", 7, "yeers"},
        {HEAD " note = \"a\\z\n\n b\",\n yeers = 1 }", 8, "yeers"},
        {HEAD " borrower = function （b）\n return {} end }", 5,
         "full-width bracket|`（`|write `(`"},
        {HEAD " note = \"a\"，\n source = \"b\" }", 5, "full-width comma|`，`|write `,`"},
        {HEAD " note = “a” }", 5, "curly quote"},
        {HEAD " note = \"a\"；\n source = \"b\"。}", 6, "full-width stop"},
        {HEAD " 备注 = \"a\" }", 5, "outside of quotes"},
        {"local x\xe3\x80\x80= 1", 1, "full-width space"},
        {"local x\xc2\xa0= 1", 1, "no-break space"},
        {"local x = 3 － 1", 1, "full-width minus|write `-`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_program program = {0};
        plim_error err = {0};
        plim_status status = fixture_try(&program, cases[i].text, &err);
        if (cases[i].line == 0 && status != PLIM_OK)
            fail_msg("%s", err.message);
        if (cases[i].line > 0) {
            assert_int_equal(status, PLIM_INPUT);
            fixture_expect(&err, "s.lua", cases[i].line, cases[i].words);
        }
        plim_program_free(&program);
    }
}

static bool fetch_kept(void *user, const char *path, const char **text, size_t *length)
{
    const char *const *kept = user;
    for (; kept[0]; kept += 2)
        if (strcmp(kept[0], path) == 0) {
            *text = kept[1];
            *length = strlen(kept[1]);
            return true;
        }
    return false;
}

/* A replay reads the kept texts, whatever lies on the disk now. */
static void test_kept_texts(void **state)
{
    (void)state;
    const char *kept[] = {
        "gone.lua",
        "local h = require \"helper\" return scenario { name = \"kept\", title = { en = \"k\" "
        "}, years = { 2026, 2026 }, borrower = function (b) return { pd = h.x } end }",
        "helper.lua",
        "return { x = 0.25 }",
        "model.lua",
        fixture_model,
        NULL,
        NULL};
    plim_program program = {0};
    plim_error err = {0};
    plim_script_loader loader = {.lib_dir = "/nowhere", .fetch = fetch_kept, .user = kept};
    fixture_write("helper.lua", "return { x = 0.75 }");
    assert_int_equal(plim_script_read(&program, (const char *const[]){"gone.lua"}, 1, NULL,
                                      &fixture_schema, &loader, &err),
                     PLIM_OK);
    assert_string_equal(program.scenarios[0].name, "kept");
    assert_true(program.graph.nodes[program.scenarios[0].pd[0]].value == 0.25);
    assert_int_equal(program.n_inputs, 3);
    assert_string_equal(program.inputs[0].kind, "scenario");
    assert_string_equal(program.inputs[1].path, "helper.lua");
    assert_string_equal(program.inputs[2].kind, "model");
    assert_int_equal(strlen(program.inputs[2].sha256), 64);
    assert_string_equal(program.inputs[2].text, fixture_model);
    plim_program_free(&program);
}

/* Modules of the script's own folder go before the library's; each is read once a run. */
static void test_modules(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    const char *text =
        "local t = require \"tables.mine\" local f = require \"firm\" "
        "local again = require \"firm\"\n"
        "return scenario { name = f == again and t.name or \"wrong\", title = { en = \"s\" }, "
        "years = { 2026, 2026 } }";
    char own[300];
    fixture_write("tables/mine.lua", "local f = require \"firm\" return { name = f.name }");
    fixture_write(
        "two.lua",
        "local f = require \"firm\" return scenario { name = \"two\", title = { en = \"s\" "
        "}, years = { 2026, 2026 } }");
    fixture_write("s.lua", text);
    assert_int_equal(
        fixture_read(&program, (const char *const[]){"s.lua", "two.lua"}, 2, NULL, &err), PLIM_OK);
    assert_string_equal(program.scenarios[0].name, "from_library");
    assert_int_equal(program.n_inputs, 5);
    assert_string_equal(program.inputs[2].path, "firm.lua");
    fixture_path(own, sizeof own, "tables/mine.lua");
    assert_string_equal(program.inputs[1].path, own);
    plim_program_free(&program);
    fixture_write("firm.lua", "return { name = \"from_folder\" }");
    program = (plim_program){0};
    assert_int_equal(fixture_read(&program, (const char *const[]){"s.lua"}, 1, NULL, &err),
                     PLIM_OK);
    assert_string_equal(program.scenarios[0].name, "from_folder");
    plim_program_free(&program);
    fixture_path(own, sizeof own, "firm.lua");
    (void)unlink(own);
}

static int open_folder(void **state)
{
    if (fixture_open(state) != 0)
        return -1;
    fixture_write("lib/firm.lua",
                  "local M = { name = \"from_library\" }\n"
                  "function M.carbon_cost(b, d) return d.price * b.scope1 end\nreturn M\n");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_scripts),   cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_several_files), cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_kept_texts),    cmocka_unit_test(test_modules),
    };
    return cmocka_run_group_tests(tests, open_folder, fixture_close);
}
