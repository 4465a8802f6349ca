/* Every way to decide something on a formula is an error at its line; what decides on plain values
 * is not. */
#include "../support/script_fixture.h"

typedef struct disguise {
    const char *what, *body; /* of borrower(b, d, before); its first line is line 4 of the file */
    int line;
    const char *words;
} disguise;

static const disguise disguises[] = {
    {"if on a condition", "if b.equity:lt(0) then\n return { pd = 1 }\n end\n return {}", 4,
     "`if`|where"},
    {"if on a column", "local x = 1\n if b.pd then x = 2 end return { pd = x * b.pd }", 5,
     "`if`|where"},
    {"if in several lines", "local x = 1\n if\n b.pd\n then x = 2 end return { pd = x * b.pd }", 7,
     "`if`|where"},
    {"elseif",
     "local x = 0\n if d.year == 1999 then\n elseif b.pd then x = 1 end return { pd = x }", 6,
     "where"},
    {"while", "local x = b.equity\n while x:lt(0) do\n x = x + 1 end return {}", 5,
     "`while`|where"},
    {"while that ends by itself",
     "local n = 0\n while b.pd do n = n + 1 if n > 3 then break end end "
     "return {}",
     5, "where"},
    {"repeat", "repeat\n local y = b.equity + 1\n until y:gt(0) return {}", 6, "where"},
    {"and", "local x = b.equity\n local y = x and 0.5\n return { pd = y }", 5, "`and`|where"},
    {"or", "local x = b.pd\n local y = x or 0.5\n return { pd = y }", 5, "`or`|where"},
    {"and between formulas", "local x = b.pd and b.rho\n return { pd = x }", 4, "`and`|where"},
    {"or between formulas", "local x = b.pd or b.rho\n return { pd = x }", 4, "`or`|where"},
    {"the ternary idiom",
     "local low, high = 0.1, 0.2\n local p = b.equity:lt(0) and high or low\n "
     "return { pd = p }",
     5, "`and`|where"},
    {"the ternary idiom with formulas",
     "local low, high = b.pd, b.rho\n local p = b.equity:lt(0) and high or low\n return { pd = p }",
     5, "where"},
    {"and within an argument", "return { pd = max(0.1,\n b.pd and 0.2) }", 5, "where"},
    {"not",
     "local solvent = not b.equity:lt(0)\n if solvent then\n return { pd = 0 } end return {}", 4,
     "where"},
    {"not as a result", "return {\n default = not b.equity }", 5, "`default`|false|no"},
    {"not not", "local x = not not b.equity^2\n return {}", 4, "`not`|no"},
    {"not given to where", "return { pd = where(\nnot b.equity, 1, 0) }", 4,
     "argument 1 of `where`|no"},
    {"== with a number", "if b.pd == 0 then\n return {} end return {}", 4, "`==`|eq|where"},
    {"~= with a number", "local x = b.equity\n if x ~= 0 then return {} end\n return {}", 5,
     "eq|where"},
    {"== in brackets", "local x = (b.debt) == 0\n return {}", 4, "eq|where"},
    {"== with the number first", "local x =\n 0 == b.debt * 2\n return {}", 5, "eq|where"},
    {"== on a result of a function",
     "local function f() return b.debt end\n local x = f() == 0\n "
     "return {}",
     5, "eq|where"},
    {"== on a field of a field",
     "local t = { a = { x = b.debt } }\n local x = t.a.x == 0\n return {}", 5, "eq|where"},
    {"== on an element", "local t = { b.debt }\n local x = t[1] == 0\n return {}", 5, "eq|where"},
    {"== on an upvalue",
     "local debt = b.debt\n local function f() return debt == 0 end\n f() return {}", 5,
     "eq|where"},
    {"== on a method call", "local x = b.debt:lt(3) == 1\n return {}", 4, "eq|where"},
    {"== after not", "local x = not b.debt == false\n return {}", 4, "`not`|no"},
    {"== between formulas", "local x = b.debt == b.cash\n return {}", 4, "eq|where"},
    {"== with a written-out function", "local x = b.debt == function () end\n return {}", 4,
     "eq|where"},
    {"== with a nil value", "local t = {}\n local x = b.debt == t.nothing\n return {}", 5,
     "eq|where"},
    {"== with a text", "local x = b.sector == \"C30\"\n return {}", 4, "eq|where"},
    {"== across lines", "local x = b.debt\n ==\n 0\n return {}", 4, "eq|where"},
    {"<", "local x = b.equity < 0\n return {}", 4, "lt|where"},
    {">", "local x = 1 return {\n pd = b.equity > 0 and 1 or 2 }", 5, "gt|where"},
    {"<= between formulas", "return { pd =\n b.equity <= b.debt }", 5, "le|where"},
    {"assert", "assert(b.equity:gt(0), \"insolvent\")\n return {}", 4, "assert|where"},
    {"tostring", "local x = tostring(b.equity)\n return {}", 4, "tostring|where"},
    {"tonumber", "local x = tonumber(b.equity)\n return {}", 4, "tonumber"},
    {"limit of a for", "local s = 0\n for i = 1, b.rho do s = s + i end return { pd = s }", 5,
     "where"},
    {"start of a for", "for i = b.rho, 2 do end return {}", 4, "where"},
    {"step of a for", "for i = 1, 2, b.rho do end return {}", 4, "where"},
    {"for in", "for x in b.rho do end return {}", 4, "where"},
    {"index of a table", "local mu = ({ C307 = 0.3 })[b.sector] or 0\n return { pd = mu }", 4,
     "table_by"},
    {"index of a named table", "local t = { C307 = 0.3 }\n return { pd = t[b.sector] }", 5,
     "table_by"},
    {"index by a number column", "local t = { 0.1, 0.2 }\n return { pd = t[b.household] }", 5,
     "interp|where"},
    {"key of a constructor", "local t = { [b.household] = 1 }\n return {}", 4, "where"},
    {"assignment to a key", "local t = {}\n t[b.household] = 1\n return {}", 5, "where"},
    {"math.max", "local x = math.max(b.equity, 0)\n return {}", 4, "max|where"},
    {"math.floor", "return { pd = math.floor(b.pd) }", 4, "where"},
    {"#", "local n = #b.sector\n return {}", 4, "`#`|where"},
    {"..", "local n = \"C\" .. b.sector\n return {}", 4, "`..`|where"},
    {"string.format", "local n = string.format(\"%d\", b.pd)\n return {}", 4, "string.format"},
    {"string method", "local n = b.sector:sub(1, 3)\n return {}", 4, "`sub`"},
    {"string.sub", "local n = string.sub(b.sector, 1, 3)\n return {}", 4, "where"},
    {"string.rep", "local n = (\"x\"):rep(b.pd)\n return {}", 4, "where"},
    {"select", "local n = select(b.pd, 1, 2)\n return {}", 4, "where"},
    {"%", "local n = b.pd % 2\n return {}", 4, "operator|floor"},
    {"a call", "local n = b.pd(3)\n return {}", 4, "called"},
    {"sort", "local t = { b.pd, b.rho }\n table.sort(t) return {}", 5, "lt"},
    {"sort by a function",
     "local t = { { x = b.pd }, { x = b.rho } }\n table.sort(t, function (p, q) return lt(p.x, "
     "q.x) end) return "
     "{}",
     5, "table.sort|where"},
    {"concat", "local t = table.concat({ b.pd, b.rho })\n return {}", 4, "where"},
    {"error", "error(b.pd)", 4, "not a text"},
    {"pcall around <", "local ok = pcall(function ()\n return b.equity < 0 end) return {}", 5,
     "lt"},
    {"pcall around a for", "local ok = pcall(function ()\n for i = 1, b.rho do end end) return {}",
     5, "where"},
    {"pcall around an if", "pcall(function ()\n if b.pd then error(\"x\") end end) return {}", 5,
     "where"},
    {"pcall around math.max", "pcall(\nmath.max, b.pd, 0) return {}", 4, "where"},
    {"a helper far away",
     "local function worse(x) if x:gt(0) then return 1 end return 0 end\n"
     "return { pd = worse(b.equity) }",
     4, "`if`|where"},
    {"a helper with and",
     "local function pick(c, x, y) return c and x or y end\n"
     "return { pd = pick(b.equity:lt(0), 1, 0) }",
     4, "where"},
    {"type in a branch, then the formula",
     "local x = b.pd\n if type(x) == \"value\" then\n if x then return {} end end return {}", 6,
     "where"},
    {"a goto", "local x = b.pd\n if not x then goto done end\n ::done:: return {}", 5, "where"},
    {"a driver", "if d.price then return {} end\n return { pd = 0 }", 4, "where"},
    {"a state", "if before.equity then return {} end\n return { pd = 0 }", 4, "where"},
    {"a sector test", "if b.sector_is(\"C30\") then return {} end\n return { pd = 0 }", 4, "where"},
};

static void test_disguises(void **state)
{
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < sizeof disguises / sizeof *disguises; i++) {
        const disguise *d = &disguises[i];
        char fields[3000];
        plim_program program = {0};
        plim_error err = {0};
        snprintf(fields, sizeof fields, "borrower = function (b, d, before)\n%s\nend,", d->body);
        plim_status status = fixture_try(&program, fixture_scenario(fields), &err);
        if (status != PLIM_INPUT || !fixture_found(&err, "s.lua", d->line, d->words)) {
            print_error("missed: %s (status %d)\n", d->what, status);
            missed++;
        }
        plim_program_free(&program);
    }
    assert_int_equal(missed, 0);
}

/* Nothing here decides on a formula. */
static const char *const honest[] = {
    "if d.year == 2026 then return { pd = b.pd } end return { pd = 2 * b.pd }",
    "local mode = \"mild\" if mode == \"mild\" then return {} end return {}",
    "local t = { 1, 2 } local s = 0 for i = 1, #t do s = s + t[i] end return { pd = s * b.pd }",
    "local x = b.pd if x == nil then return {} end return { pd = x }",
    "local x = b.pd if nil ~= x then return { pd = x } end return {}",
    "local t = { a = b.pd, c = b.rho } local s = 0 for k, v in pairs(t) do s = s + v end return { "
    "pd = s }",
    "local t = {} t[#t + 1] = b.pd t[#t + 1] = b.rho return { pd = t[1] + t[2] }",
    "local x = b.pd if type(x) == \"number\" then return {} end return { pd = x }",
    "local x = 0.2 if type(x) == \"number\" then return { pd = x } end return {}",
    "local flag = false if flag then return {} end if not flag then return { pd = b.pd } end "
    "return {}",
    "local f = function (x, y) if y == nil then y = 2 end return x * y end return { pd = f(b.pd) }",
    "local n = 0 while n < 3 do n = n + 1 end return { pd = b.pd * n }",
    "local k = d.year - 2026 local s = b.pd for i = 1, k do s = s * 1.1 end return { pd = s }",
    "local function g(...) local s = 0 for i = 1, select(\"#\", ...) do s = s + select(i, ...) end "
    "return s "
    "end return { pd = g(b.pd, b.rho) }",
    "local c = curve { {0, 0}, {1, 1} } return { pd = c(b.pd) }",
    "local x = max(0, 3) if x == 3 then return { pd = b.pd } end return {}",
    "local w = where(1, b.pd, 0.5) return { pd = w }",
    "local ok, e = pcall(error, \"plain\") if not ok then return { pd = b.pd } end return {}",
    "local names = { \"b\", \"a\" } table.sort(names) return { pd = names[1] == \"a\" and 0.1 or "
    "0.2 }",
    "local t = { x = b.pd } return { pd = t[\"x\"], default = 0 }",
    "local s = \"\" for i = 1, 3 do s = s .. i end return { pd = #s == 3 and b.pd * 2 }",
    "goto over ::back:: do return { pd = b.pd } end ::over:: goto back",
    "local t = { b.pd, b.rho } return { pd = min(table.unpack(t)) }",
    "local e = before.equity + 1 return { pd = b.pd, state = { equity = e } }",
    "return { pd = max(b.pd * d.share, 0), default = all(b.equity:lt(0), no(b.household)) }",
    "local a <const> = 3 local b2 = 7 // 2 ~= a return { pd = b2 and 0.1 or 0.3 }",
    "local long = [[\n==\n]] --[==[ if b.pd ]==]\n return { pd = #long == 3 and b.pd * 2 }",
};

static void test_no_false_alarm(void **state)
{
    (void)state;
    int alarms = 0;
    for (size_t i = 0; i < sizeof honest / sizeof *honest; i++) {
        char fields[3000];
        plim_program program = {0};
        plim_error err = {0};
        snprintf(fields, sizeof fields, "borrower = function (b, d, before)\n%s\nend,", honest[i]);
        if (fixture_try(&program, fixture_scenario(fields), &err) != PLIM_OK) {
            print_error("false alarm: %s\n%s\n", honest[i], err.message);
            alarms++;
        }
        plim_program_free(&program);
    }
    assert_int_equal(alarms, 0);
}

static void test_other_functions_are_watched(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        const char *words;
    } cases[] = {
        {"applies = function (b)\nif b.sector_is(\"C30\") then return 1 end return 0 end,",
         "`if`|where"},
        {"initial = function (b)\nif b.pd then return { x = 1 } end return {} end,", "`if`|where"},
        {"loan = function (l, b, d)\nif l.lgd then return { lgd = 1 } end return {} end,",
         "`if`|where"},
        {"applies = function (b)\nreturn b.sector == \"C30\" end,", "eq"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_program program = {0};
        plim_error err = {0};
        assert_int_equal(fixture_try(&program, fixture_scenario(cases[i].fields), &err),
                         PLIM_INPUT);
        fixture_expect(&err, "s.lua", 4, cases[i].words);
        plim_program_free(&program);
    }
}

/* In a library the line is the library's, and the script's line is named. */
static void test_in_a_library(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    fixture_write("lib/helper.lua",
                  "local M = {}\nfunction M.worse(x)\n  if x:gt(0) then return 1 end\n"
                  "  return 0\nend\nreturn M\n");
    char text[21000];
    snprintf(text, sizeof text, "local h = require \"helper\"\n%s",
             fixture_scenario("borrower = function (b)\nreturn { pd = h.worse(b.equity) } end,"));
    assert_int_equal(fixture_try(&program, text, &err), PLIM_INPUT);
    fixture_expect(&err, "=helper.lua", 3, "`if`|where");
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disguises),
        cmocka_unit_test(test_no_false_alarm),
        cmocka_unit_test(test_other_functions_are_watched),
        cmocka_unit_test(test_in_a_library),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
