/* Scripts that try to run for ever, exhaust memory, reach outside, or break the reader: one clear
 * message each, after so many steps. */
#include "../support/script_fixture.h"

#include "script/limits.h"

typedef struct hostile {
    const char *what, *text;
    int line; /* -1: any place */
    const char *words;
} hostile;

static const hostile attacks[] = {
    {"endless loop", "local x = 0\nwhile true do x = x + 1 end", 2, "stopped after"},
    {"endless loop within pcall", "while true do\n pcall(function () while true do end end)\nend",
     2, "stopped after"},
    {"endless recursion of pcall", "local function f() pcall(f) f() end\nf()", -1, ""},
    {"endless tail calls", "local function f() return f() end\nf()", 1, "stopped after"},
    {"endless repeat with goto", "::a::\ngoto a", 2, "stopped after"},
    {"gigabyte string", "local s =\n(\"x\"):rep(1 << 30)", 2, "needs more than|MiB"},
    {"growing string", "local s = \"x\"\nwhile true do s = s .. s end", 2, "needs more than|MiB"},
    {"growing string within pcall",
     "local s = \"x\"\nwhile true do\npcall(function () while true do s = s .. s end end) end", 3,
     "needs more than|MiB"},
    {"overflowing repetition", "local s = (\"x\"):rep(1 << 62)", 1, "too large"},
    {"table bomb", "local t = {}\nfor i = 1, 1 << 40 do t[i] = {} end", 2, "needs more than|MiB"},
    {"table of texts", "local t = {}\nfor i = 1, 1 << 40 do t[i] = \"x\" .. i end", 2, ""},
    {"deep recursion", "local function f(n) return 1 + f(n + 1) end\nf(1)", 1, "nested too deeply"},
    {"recursion through pcall", "local function f() local ok, e = pcall(f) error(e, 0) end\nf()",
     -1, ""},
    {"pattern bomb", "local s = (\"a\"):rep(400)\nreturn s:match(\".-.-.-.-.-b\")", 2,
     "patterns are not available"},
    {"pattern in find", "return (\"a\"):rep(30):find((\"a?\"):rep(30))", 1,
     "patterns are not available"},
    {"gsub", "return (\"a\"):gsub(\"a*\", \"b\")", 1, "patterns are not available"},
    {"gmatch", "for w in (\"a b\"):gmatch(\"%a+\") do end", 1, "patterns are not available"},
    {"slow plain search",
     "local s = (\"a\"):rep(1 << 21)\nreturn s:find((\"a\"):rep(1 << 20) .. \"b\", 1, true)", 2,
     "at most"},
    {"os.execute", "os.execute(\"true\")", 1, "`os` is not available"},
    {"io.open", "local f =\nio.open(\"/etc/passwd\")", 2, "`io` is not available"},
    {"debug", "debug.getregistry()", 1, "`debug` is not available"},
    {"package", "package.loaded.os = nil", 1, "`package` is not available"},
    {"load", "load(\"return 1\")()", 1, "`load` is not available"},
    {"dofile", "dofile(\"/etc/passwd\")", 1, "`dofile` is not available"},
    {"loadfile", "loadfile(\"/etc/passwd\")", 1, "`loadfile` is not available"},
    {"coroutine", "coroutine.wrap(function () end)", 1, "`coroutine` is not available"},
    {"collectgarbage", "collectgarbage(\"count\")", 1, "`collectgarbage` is not available"},
    {"print", "print(1)", 1, "`print` is not available|no output"},
    {"setmetatable", "setmetatable({}, { __gc = function () end })", 1,
     "`setmetatable` is not available"},
    {"getmetatable of a text", "getmetatable(\"\").__index = nil", 1,
     "`getmetatable` is not available"},
    {"rawset", "rawset({}, 1, 2)", 1, "`rawset` is not available"},
    {"_G", "_G.os = 1", 1, "`_G` is not available"},
    {"_ENV", "local e = _ENV", 1, "reserved"},
    {"a guard's name", "local plim_guard_equal = nil", 1, "reserved"},
    {"string.dump", "string.dump(function () end)", 1, "`string.dump` is not available"},
    {"string.pack", "string.pack(\"i\", 1)", 1, "`string.pack` is not available"},
    {"math.random", "local x = math.random()", 1, "`math.random` is not available"},
    {"math.sin", "local x = math.sin(1)", 1, "`math.sin` is not available"},
    {"changing a library", "math.max = nil", 1, "can't be changed"},
    {"adding to a library", "string.x = 1", 1, "can't be changed"},
    {"changing a built-in", "logit = nil", 1, "built-in"},
    {"os as a global", "os = { execute = 1 } local x = os.execute", -1, ""},
    {"address of a table", "error(tostring({}))", 1, "table"},
    {"address by format", "error(string.format(\"%p\", {}))", 1, "%p"},
    {"address by %s", "error((\"%s\"):format({}))", 1, "can't write a table"},
    {"wide format", "return string.format(\"%1000000000d\", 1)", 1, "invalid"},
    {"long format", "return string.format(\"%99.99f\", 1e308):rep(1 << 30)", 1, ""},
    {"require of a path", "require \"../x\"", 1, "name of a module"},
    {"require of an absolute path", "require \"/etc/passwd\"", 1, "name of a module"},
    {"require with dots", "require \"..x\"", 1, "name of a module"},
    {"require through a link", "require \"link\"", 1, "no module `link`"},
    {"require through a linked folder", "require \"out.secret\"", 1, "no module"},
    {"require of a folder", "require \"lib\"", 1, "no module"},
    {"require of itself", "require \"loop\"", -1, "requires itself"},
    {"require of nothing", "require \"modle\"", 1, "no module `modle`|did you mean `model`"},
    {"require of rubbish", "require \"broken\"", -1, ""},
    {"unpack of many", "return table.unpack({}, 1, 1e8)", 1, "too many results"},
    {"bytes of many", "return (\"x\"):rep(1e7):byte(1, -1)", 1, "too long"},
    {"concat of nothing", "return table.concat({}, \",\", 1, 1e15)", 1, "concat"},
    {"sort with a liar",
     "local t = {} for i = 1, 100 do t[i] = i end\n"
     "table.sort(t, function () return true end) error(\"done\")",
     2, "done"},
    {"error with a table", "error({})", 1, "not a text"},
    {"error without anything", "error()", 1, "error"},
    {"pairs over functions", "for k in pairs({ [print == nil] = 1 }) do end", 1, "print"},
    {"pairs over tables", "for k in pairs({ [{}] = 1 }) do end", 1, "order of its keys"},
    {"a wrong table of pairs", "for k in pairs(1) do end", 1, "table expected"},
    {"nil index", "local t\nt.x = 1", 2, "nil value"},
    {"to-be-closed value", "local x <close> = {}", 1, "closable"},
};

static plim_status attempt(const char *text, plim_error *err)
{
    plim_program program = {0};
    plim_status status = fixture_try(&program, text, err);
    plim_program_free(&program);
    return status;
}

static void test_attacks(void **state)
{
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        const hostile *h = &attacks[i];
        plim_error err = {0};
        plim_status status = attempt(h->text, &err);
        bool said = h->line >= 0 ? fixture_found(&err, "s.lua", h->line, h->words)
                                 : strstr(err.message, h->words) != NULL;
        if (status != PLIM_INPUT || !said) {
            print_error("missed: %s (status %d)\n%s\n", h->what, status, err.message);
            missed++;
        }
    }
    assert_int_equal(missed, 0);
}

/* The same within functions that are traced. */
static void test_attacks_while_tracing(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "while true do end",
        "local x = b.pd while true do x = x + 1 end",
        "while true do pcall(function () while true do end end) end",
        "local t = {} while true do t[#t + 1] = b.pd + #t end",
        "local s = \"x\" while true do s = s .. s end",
        "local function f() return 1 + f() end return f()",
        "local x = b.pd for i = 1, 1e9 do x = log(x + i) end",
        "local t = {} for i = 1, 1e9 do t[i] = curve { { 0, i }, { 1, i } } end",
        "local x = b.revenue for i = 1, 300 do x = x * x end return { pd = x }",
        "return b[b.pd]",
        "b.pd = 1",
        "d.year = 3",
        "require \"broken\"",
        "error(b)",
        "return b",
        "return { pd = b }",
        "return { state = { x = function () end } }",
        "return { pd = max() }",
        "return { pd = log() }",
        "return { pd = table_by(b.sector) }",
        "return { pd = interp(b.pd, {}, {}) }",
        "return { pd = interp(b.pd, { 1, 1 }, { 1, 2 }) }",
        "return { pd = curve { { 0, 0 }, 1 }(b.pd) }",
        "return { pd = b.sector_is({}) }",
        "return { pd = b.sector_is(b) }",
        "scenario {} pathway {} model {} return {}",
        "return coroutine",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char fields[2000];
        plim_error err = {0};
        snprintf(fields, sizeof fields, "borrower = function (b, d, before)\n%s\nend,", bodies[i]);
        plim_status status = attempt(fixture_scenario(fields), &err);
        if (status != PLIM_INPUT || !strstr(err.message, "s.lua:"))
            fail_msg("%s: status %d\n%s", bodies[i], status, err.message);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *what, *bytes;
        size_t length;
        int line;
        const char *words;
    } cases[] = {
        {"compiled Lua", "\x1bLua\x54", 5, 0, "compiled Lua"},
        {"UTF-16", "\xff\xfer\0e\0", 6, 1, "UTF-16"},
        {"GBK", "local x = 1\n-- \xb3\xa1\n", 16, 2, "UTF-8"},
        {"zero byte", "local x\n = \0 1", 13, 2, "zero byte"},
        {"empty", "", 0, 0, "return scenario"},
        {"only a BOM", "\xef\xbb\xbf", 3, 0, "return scenario"},
        {"open bracket", "return scenario {", 17, 1, "unexpected symbol"},
        {"open text", "local s = \"abc\nlocal t", 22, 1, "unfinished string"},
        {"open long text", "local s = [==[abc\n", 18, 2, "unfinished long string"},
        {"open comment", "--[[ abc\n", 9, 2, "unfinished long comment"},
        {"lone quote", "'", 1, 1, "unfinished string"},
        {"rubbish", "@@@\n!!!", 7, 1, "unexpected symbol"},
        {"a number", "local x = 0x", 12, 1, "malformed number"},
        {"unmatched", "local t = )]}", 13, 1, "unexpected symbol"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_program program = {0};
        plim_error err = {0};
        fixture_write_bytes("s.lua", cases[i].bytes, cases[i].length);
        assert_int_equal(fixture_read(&program, (const char *const[]){"s.lua"}, 1, NULL, &err),
                         PLIM_INPUT);
        fixture_expect(&err, "s.lua", cases[i].line, cases[i].words);
        plim_program_free(&program);
    }
}

/* `n` times `open`, then `middle`, then `n` times `close`. */
static char *nested(const char *before, const char *open, const char *middle, const char *close,
                    int n)
{
    size_t size = strlen(before) + strlen(middle) + (size_t)n * (strlen(open) + strlen(close)) + 1;
    char *text = calloc(size, 1), *at = text;
    at = stpcpy(at, before);
    for (int i = 0; i < n; i++)
        at = stpcpy(at, open);
    at = stpcpy(at, middle);
    for (int i = 0; i < n; i++)
        at = stpcpy(at, close);
    return text;
}

static void test_nesting_and_size(void **state)
{
    (void)state;
    static const struct {
        const char *before, *open, *middle, *close;
        int n;
        const char *words;
    } cases[] = {
        {"local x = ", "(", "1", ")", 1000, "nested too deeply"},
        {"local x = ", "{", "1", "}", 1000, "nested too deeply"},
        {"local x = ", "not ", "1", "", 1000, "nested too deeply"},
        {"local x = 1", " == 1", "", "", 20, "must end with return"},
        {"local x = ", "1 .. ", "1", "", 1000, ""},
        {"", "do ", "", " end", 1000, "nested too deeply"},
        {"local x = 1\n", "-- filler filler filler filler\n", "", "", 40000, "longer than"},
        {"", "local x = 1 ", "", "", 250, "too many local variables"},
        {"local t = {", "1,", "1", "", 90000, "'}' expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plim_error err = {0};
        char *text =
            nested(cases[i].before, cases[i].open, cases[i].middle, cases[i].close, cases[i].n);
        assert_int_equal(attempt(text, &err), PLIM_INPUT);
        if (!strstr(err.message, cases[i].words))
            fail_msg("%s%s: %s", cases[i].before, cases[i].open, err.message);
        free(text);
    }
}

static void test_absent_file(void **state)
{
    (void)state;
    plim_program program = {0};
    plim_error err = {0};
    assert_int_equal(fixture_read(&program, (const char *const[]){"absent.lua"}, 1, NULL, &err),
                     PLIM_INPUT);
    fixture_expect(&err, "absent.lua", 0, "No such file");
    plim_program_free(&program);
    err = (plim_error){0};
    assert_int_equal(fixture_read(&program, (const char *const[]){"lib"}, 1, NULL, &err),
                     PLIM_INPUT);
    fixture_expect(&err, "lib", 0, "directory");
    plim_program_free(&program);
}

/* Reads the script while the n-th allocation fails. */
static plim_status read_failing(long n, int persistent, plim_error *err)
{
    plim_program program = {0};
    plim_memory_fail_at(n, persistent);
    plim_status status = fixture_read(&program, (const char *const[]){"s.lua"}, 1, NULL, err);
    plim_memory_fail_at(0, 0);
    plim_program_free(&program);
    return status;
}

/* Allocations fail from the n-th on, and the n-th alone: a clean status, no leak (under the
   sanitizers), no crash. Lua asks again for what it did not get, so a single failure may pass. */
static void test_every_allocation_fails(void **state)
{
    (void)state;
    fixture_write(
        "s.lua",
        fixture_scenario(
            "applies = function (b) return b.sector_is(\"C30\") end,\n"
            "borrower = function (b, d, before)\n local e = before.equity - d.price * b.scope1\n"
            " return { pd = table_by(b.sector, { C = 0.1, default = 0 }) + b.pd, default = "
            "e:lt(0),\n"
            "  state = { equity = e } } end,"));
    long n = 1;
    for (; n < 100000; n += n < 400 ? 1 : 7) { /* later ones are mostly Lua's own and alike */
        plim_error err = {0};
        plim_status status = read_failing(n, 1, &err);
        if (status == PLIM_OK)
            break;
        if (status != PLIM_MACHINE)
            fail_msg("allocations from %ld on: status %d, %s", n, status, err.message);
        err = (plim_error){0};
        status = read_failing(n, 0, &err);
        if (status != PLIM_MACHINE && status != PLIM_OK)
            fail_msg("allocation %ld: status %d, %s", n, status, err.message);
    }
    assert_in_range(n, 500, 99999);
}

static int open_hostile(void **state)
{
    char path[500], target[500];
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    limits.seconds = 1e9; /* steps end what does not end: the same ones on any machine */
    limits.steps = 10000000;
    limits.bytes = (size_t)64 << 20;
    if (fixture_open(state) != 0)
        return -1;
    plim_script_set_limits(&limits);
    fixture_write("../plimsoll-secret.lua", "return { secret = 1 }");
    fixture_write("loop.lua", "require \"loop\"\nreturn {}");
    fixture_write("broken.lua", "return {\n");
    fixture_path(path, sizeof path, "link.lua");
    fixture_path(target, sizeof target, "../plimsoll-secret.lua");
    if (symlink(target, path) != 0)
        return -1;
    fixture_path(path, sizeof path, "out");
    return symlink("/etc", path);
}

static int close_hostile(void **state)
{
    char path[500];
    plim_script_set_limits(NULL);
    fixture_path(path, sizeof path, "../plimsoll-secret.lua");
    (void)unlink(path);
    return fixture_close(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attacks),     cmocka_unit_test(test_attacks_while_tracing),
        cmocka_unit_test(test_bytes),       cmocka_unit_test(test_nesting_and_size),
        cmocka_unit_test(test_absent_file), cmocka_unit_test(test_every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, open_hostile, close_hostile);
}
