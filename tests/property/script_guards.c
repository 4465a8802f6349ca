/* Random expressions written with as few brackets as precedence allows and with all of them: the
 * guards put into them must change the value of neither, so both must agree. */
#include "../support/script_fixture.h"

typedef struct operator_info {
    const char *text;
    int left, right; /* priorities, as in the Lua manual */
} operator_info;

/* Those that take any value come more often, or most expressions would only be errors. */
static const operator_info binary[] = {
    {"or", 1, 1},  {"or", 1, 1},  {"or", 1, 1},  {"and", 2, 2},  {"and", 2, 2}, {"and", 2, 2},
    {"==", 3, 3},  {"==", 3, 3},  {"==", 3, 3},  {"==", 3, 3},   {"~=", 3, 3},  {"~=", 3, 3},
    {"~=", 3, 3},  {"~=", 3, 3},  {"<", 3, 3},   {">", 3, 3},    {"<=", 3, 3},  {">=", 3, 3},
    {"|", 4, 4},   {"~", 5, 5},   {"&", 6, 6},   {"<<", 7, 7},   {"..", 9, 8},  {"+", 10, 10},
    {"-", 10, 10}, {"*", 11, 11}, {"/", 11, 11}, {"//", 11, 11}, {"%", 11, 11}, {"^", 14, 13},
};
static const char *const unary[] = {"not ", "not ", "not ", "- ", "# ", "~ "};
static const char *const atoms[] = {"0",       "1",     "2",         "x",      "y",        "t.a",
                                    "t[1]",    "t[x]",  "f(2)",      "t:m(1)", "#\"ab\"",  "\"a\"",
                                    "(x)",     "true",  "nil",       "false",  "{}",       "f{1}",
                                    "g \"s\"", "t.b.c", "t[t.a][1]", "#t",     "t[1 == x]"};
enum { UNARY = 12, BRACKETLESS = 15, SIZE = 3000 };

static uint64_t seed = 20260101;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

typedef struct written {
    char few[SIZE], full[SIZE];
    int left,
        right; /* how tightly its outermost operator holds to what stands left or right of it */
} written;

static void generate(written *out, int depth);

static void bracket(char *out, const char *text, bool needed)
{
    snprintf(out, SIZE, needed ? "(%.2900s)" : "%.2990s", text);
}

static void generate_binary(written *out, int depth)
{
    const operator_info *op = &binary[roll(sizeof binary / sizeof *binary)];
    written *sides = calloc(2, sizeof *sides);
    char few[2][SIZE];
    generate(&sides[0], depth - 1);
    generate(&sides[1], depth - 1);
    bracket(few[0], sides[0].few, sides[0].right < op->left);
    bracket(few[1], sides[1].few, sides[1].left <= op->right);
    snprintf(out->few, SIZE, "%.1400s %s %.1400s", few[0], op->text, few[1]);
    snprintf(out->full, SIZE, "((%.1400s) %s (%.1400s))", sides[0].full, op->text, sides[1].full);
    out->left = op->left < sides[0].left ? op->left : sides[0].left;
    out->right = op->right;
    free(sides);
}

static void generate(written *out, int depth)
{
    *out = (written){.left = BRACKETLESS, .right = BRACKETLESS};
    if (depth == 0 || roll(5) == 0) {
        const char *atom = atoms[roll(sizeof atoms / sizeof *atoms)];
        snprintf(out->few, SIZE, "%s", atom);
        snprintf(out->full, SIZE, "(%s)", atom);
        if (atom[0] == '#')
            out->right = UNARY;
    } else if (roll(4) == 0) {
        const char *op = unary[roll(sizeof unary / sizeof *unary)];
        written *inner = calloc(1, sizeof *inner);
        char few[SIZE];
        generate(inner, depth - 1);
        bracket(few, inner->few, inner->left < UNARY);
        snprintf(out->few, SIZE, "%s%.2900s", op, few);
        snprintf(out->full, SIZE, "(%s(%.2900s))", op, inner->full);
        out->right = UNARY;
        free(inner);
    } else {
        generate_binary(out, depth);
    }
}

static void test_expressions(void **state)
{
    (void)state;
    static char text[600000];
    size_t length = (size_t)snprintf(
        text, sizeof text,
        "local x, y = 1, 2 local t = { 1, 2, a = 1, b = { c = 3 }, m = function (s, n) return n "
        "end }\n"
        "t[t.a] = { 7 } local f = function (n) return n end local g = f local same = 0\n"
        "local function check(i, a, b)\n"
        "  local oka, va = pcall(a) local okb, vb = pcall(b)\n"
        "  local bad = oka ~= okb or (oka and type(va) ~= type(vb))\n"
        "  if not bad and oka and type(va) ~= \"table\" and va == va then bad = va ~= vb end\n"
        "  if bad then error(\"expression \" .. i) end if oka then same = same + 1 end end\n");
    written *e = calloc(1, sizeof *e);
    for (int i = 0; i < 1500; i++) {
        generate(e, 3);
        int n =
            snprintf(text + length, sizeof text - length,
                     "-- %d: %s\ncheck(%d, function () return %s end, function () return %s end)\n",
                     i, e->few, i, e->few, e->full);
        if ((size_t)n >= sizeof text - length - 200)
            break;
        length += (size_t)n;
    }
    free(e);
    snprintf(text + length, sizeof text - length,
             "if same < 500 then error(\"too few could be computed\") end\n"
             "return scenario { name = \"s\", title = { en = \"s\" }, years = { 2026, 2026 } }\n");
    plim_program program = {0};
    plim_error err = {0};
    if (fixture_try(&program, text, &err) != PLIM_OK)
        fail_msg("%s", err.message);
    plim_program_free(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_expressions)};
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
