/* What the safe functions of Lua answer, checked by scripts that raise an error where they are
 * wrong. */
#include "../support/script_fixture.h"

static const char *const checks =
    "local function same(a, b) if a ~= b then error(tostring(a) .. \" is not \" .. tostring(b), 2) "
    "end end\n"
    /* order of keys */
    "local s = \"\"\n"
    "for k, v in pairs({ b = 1, a = 2, [10] = 3, [9] = 4, [1.5] = 5, [-1] = 6, B = 7, [\"10\"] = 8 "
    "}) do\n"
    "  s = s .. tostring(k) .. \"=\" .. v .. \" \" end\n"
    "same(s, \"-1=6 1.5=5 9=4 10=3 10=8 B=7 a=2 b=1 \")\n"
    "local t = { 1, 2, 3, x = 4 } s = \"\"\n"
    "for k in pairs(t) do t[k] = nil s = s .. k end same(s, \"123x\")\n"
    "same(next({}), nil) same(next({ b = 1, a = 2 }), \"a\") same(next({ b = 1, a = 2 }, \"a\"), "
    "\"b\")\n"
    "same(next({ b = 1, a = 2 }, \"b\"), nil)\n"
    "s = 0 for i, v in ipairs({ 5, 6, nil, 7 }) do s = s + i * v end same(s, 17)\n"
    /* texts */
    "same(tostring({}), \"table\") same(tostring(1 == 2 and 1 or 2), \"2\")\n"
    "same(tostring(nil), \"nil\") same(tostring(1.5), \"1.5\") same(tostring(true), \"true\")\n"
    "same(tonumber(\"0x10\"), 16) same(tonumber(\" 2.5 \"), 2.5) same(tonumber(\"x\"), nil)\n"
    "same(tonumber(3), 3) same(tonumber({}), nil) same(type(3), \"number\") same(type(nil), "
    "\"nil\")\n"
    "same((\"abc\"):upper(), \"ABC\") same(string.sub(\"abc\", 2), \"bc\") same((\"ab\"):rep(2, "
    "\"-\"), "
    "\"ab-ab\")\n"
    "same((\"abc\"):find(\"bc\"), 2) same((\"a.c\"):find(\".\", 1, true), 2) "
    "same((\"abc\"):find(\"x\"), nil)\n"
    "same((\"abc\"):find(\"\", 10), nil) same((\"abcabc\"):find(\"a\", -3), 4) "
    "same((\"abc\"):find(\"abcd\"), "
    "nil)\n"
    "same((\"%5.2f|%s|%q\"):format(2.5, \"x\", \"y\"), ' 2.50|x|\"y\"') same((\"%%p\"):format(), "
    "\"%p\")\n"
    "same(string.byte(\"A\"), 65) same(string.char(66), \"B\") same((\"abc\"):len(), 3) "
    "same(#\"元\", 3)\n"
    /* tables */
    "local u = { 3, 1, 2 } table.sort(u) same(table.concat(u, \",\"), \"1,2,3\")\n"
    "table.sort(u, function (a, b) return a > b end) same(table.concat(u, \",\"), \"3,2,1\")\n"
    "local w = {} for i = 1, 100 do w[i] = { k = i % 7, i = i } end\n"
    "table.sort(w, function (a, b) return a.k < b.k end)\n"
    "for i = 2, 100 do if w[i - 1].k > w[i].k or (w[i - 1].k == w[i].k and w[i - 1].i > w[i].i) "
    "then\n"
    "  error(\"not stable\") end end\n"
    "table.insert(u, 9) table.insert(u, 1, 8) same(table.remove(u), 9) same(u[1], 8)\n"
    "same(select(\"#\", table.unpack({ 1, 2, 3 })), 3) same(select(-1, 4, 5), 5) same(select(2, 4, "
    "5), 5)\n"
    /* numbers */
    "same(math.max(1, 5, 3), 5) same(math.min(4, 2), 2) same(math.floor(2.7), 2) "
    "same(math.ceil(2.1), 3)\n"
    "same(math.abs(-2), 2) same(math.sqrt(9), 3) same(math.type(1), \"integer\") "
    "same(math.tointeger(3.0), 3)\n"
    "same(math.fmod(7, 3), 1) same(math.exp(0), 1) same(math.log(1), 0) same(math.log(8, 2) < "
    "3.0001, true)\n"
    "same(math.huge > 1e308, true) same(math.pi > 3.14, true) same(math.ult(1, -1), true)\n"
    "same(2 ^ 10, 1024) same(7 // 2, 3) same(7 % 3, 1) same(5 & 3, 1)\n"
    /* functions of formulas on plain numbers */
    "same(max(1, 5, 3), 5) same(min(1), 1) same(abs(-3), 3) same(where(1, 2, 3), 2) same(where(0, "
    "2, 3), 3)\n"
    "same(lt(1, 2), 1) same(gt(1, 2), 0) same(all(1, 1, 0), 0) same(any(0, 2), 1) same(no(0), 1) "
    "same(all(5), 1)\n"
    "same(percent(5), 0.05) same(at_reference(3), 3) same(clip(5, 0, 1), 1) same(logistic(0), "
    "0.5)\n"
    "same(interp(1.5, { 1, 2 }, { 10, 20 }), 15) same(normal_cdf(0), 0.5) same(proxy(0 / 0, 4), "
    "4)\n"
    "same(eq(2, 2), 1) same(eq(2, 3), 0) same(floor(2.5), 2) same(sqrt(16), 4)\n"
    /* errors */
    "local ok, e = pcall(function () error(\"oops\") end) same(ok, false)\n"
    "same(e:sub(-4), \"oops\") same(e:find(\"s.lua:\", 1, true) ~= nil, true)\n"
    "ok, e = pcall(error, \"plain\", 0) same(e, \"plain\")\n"
    "ok, e = pcall(error, { code = 7 }) same(e.code, 7)\n"
    "same(pcall(function () return 1, 2 end), true) same(select(3, pcall(function () return 1, 2 "
    "end)), 2)\n"
    "ok, e = pcall(assert, false, \"why\") same(e:sub(-3), \"why\") same(assert(3, \"x\"), 3)\n"
    "ok, e = pcall(assert, nil) same(ok, false)\n"
    "function globally(x) return x + 1 end same(globally(1), 2)\n"
    "return scenario { name = \"s\", title = { en = \"s\" }, years = { 2026, 2026 } }\n";

static void test_safe_functions(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    if (fixture_try(&program, checks, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    plim_program_free(&program);
}

/* Errors carry the script's own line, wherever they arise. */
static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *words;
    } cases[] = {
        {"local t = {}\n\nlocal x = t.a.b", 3, "attempt to index a nil value (field 'a')"},
        {"local function f(x)\n return x.y\nend\nf()", 2, "nil value"},
        {"local x =\n 1 +\n {}", 2, "arithmetic on a table value"},
        {"local x = \"a\" + 1", 1, "arithmetic on a string value"},
        {"local x = {} < {}", 1, "compare"},
        {"local x = 1\nx()", 2, "attempt to call a number value"},
        {"error(\"mine\")", 1, "mine"},
        {"local function f()\n error(\"mine\", 2)\nend\nf()", 4, "mine"},
        {"-- one\n-- two\nassert(1 == 2, \"never\")", 3, "never"},
        {"local a, b = 1, 2\nlocal s = [[x\ny\nz]] .. nil", 4, "concatenate a nil value"},
        {"for i = 1, \"x\" do end", 1, "'for' limit"},
        {"goto nowhere", 1, "no visible label"},
        {"local x <const> = 1\nx = 2", 2, "const"},
        {"tonumber(\"ff\", 16)", 1, "no other base"},
        {"break", 1, "break"},
        {"if x then", 1, "'end' expected"},
        {"x = = 1", 1, "unexpected symbol"},
        {"local x = 1 y", 1, "syntax error"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_program program = {0};
        plim_error err = {0};
        assert_int_equal(fixture_try(&program, cases[i].text, &err), PLIM_INPUT);
        fixture_expect(&err, "s.lua", cases[i].line, cases[i].words);
        plim_program_free(&program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safe_functions),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
