/* A good script, damaged at random: each variant is read or refused with a message that names the
 * file; never a crash, a hang or another status. The first failure prints the seed of its variant.
 */
#include "../support/script_fixture.h"

#include "script/limits.h"

enum { VARIANTS = 3000, SIZE = 8000 };

static const char *const original =
    "local curve_of = curve { { 0, 0 }, { 1, 0.5 } }\n"
    "local function cost(b, d) return d.price * d.share * b.scope1 end\n"
    "return scenario {\n"
    "  name = \"s\", title = { en = \"s\", zh = \"陶瓷\" }, years = { 2026, 2028 },\n"
    "  drivers = { price = pathway { unit = \"CNY/tCO2e\", reference = 70, [2026] = 70, [2028] = "
    "170 }, share = "
    "0.5 },\n"
    "  applies = function (b) return all(b.sector_is(\"C307\"), no(b.household)) end,\n"
    "  borrower = function (b, d, before)\n"
    "    local ebit = b.revenue - b.operating_cost - b.depreciation - cost(b, d)\n"
    "    local equity = before.equity + 0.75 * max(ebit - b.interest, 0)\n"
    "    if d.year == 2026 then equity = equity * (1 - percent(5)) end\n"
    "    local cover = log(max(ebit / max(b.interest, 1), 0.1))\n"
    "    local mu = table_by(b.sector, { C30 = 0.3, default = 0 })\n"
    "    return { pd = logistic(logit(b.pd) - 1.5 * mu * (cover - at_reference(cover))),\n"
    "             default = equity:lt(0), state = { equity = equity } }\n"
    "  end,\n"
    "  loan = function (l, b, d)\n"
    "    local t = { l.lgd, 0.1 } for i, v in ipairs(t) do t[i] = v * 1.1 end\n"
    "    return { lgd = where(eq(l.purpose, \"kiln\"), t[1], t[2]) + curve_of(b.pd), ead = "
    "l.balance }\n"
    "  end,\n"
    "}\n";

static const char *const pieces[] = {
    "b.pd",
    "if ",
    "then ",
    "end ",
    "(",
    ")",
    "{",
    "}",
    "==",
    "~=",
    "not ",
    "and ",
    "or ",
    "[",
    "]",
    "while ",
    "do ",
    "function(x)",
    "return ",
    "local x ",
    "=",
    ",",
    "\n",
    "'",
    "\"",
    "[[",
    "]]",
    "--",
    "pcall(",
    "before.",
    "d.price ",
    "where(",
    "b.sector",
    "0",
    "1e308",
    "nil",
    "..",
    "#",
    "<",
    "max(",
    "pathway{",
    "scenario{",
    "require",
    "error(",
    "goto a ",
    "::a::",
    "for i=1,3 do ",
    "curve{",
    "t",
    "pairs(",
    "table.sort(",
    "x:lt(",
    "1//0",
    "1%0",
    "元",
    "，",
    "\xff",
    "\r",
    "%",
    "^",
    "b[x]",
    "tostring(",
    "at_reference(",
    "for k in x do ",
};

static uint64_t seed;

static size_t roll(size_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % n;
}

/* Puts `piece` in, takes some bytes out, repeats a part, or changes a byte. */
static size_t damage(char *text, size_t length)
{
    size_t at = roll(length), n = 1 + roll(40);
    char copy[64];
    if (n > length - at)
        n = length - at;
    switch (roll(4)) {
    case 0: {
        const char *piece = pieces[roll(sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece);
        memmove(text + at + size, text + at, length - at);
        memcpy(text + at, piece, size);
        return length + size;
    }
    case 1:
        memmove(text + at, text + at + n, length - at - n);
        return length - n > 0 ? length - n : 1;
    case 2:
        memcpy(copy, text + at, n);
        at = roll(length);
        memmove(text + at + n, text + at, length - at);
        memcpy(text + at, copy, n);
        return length + n;
    default:
        text[at] = (char)roll(256);
        return length;
    }
}

typedef struct variant {
    char text[SIZE];
    size_t length;
} variant;

static bool fetch_variant(void *user, const char *path, const char **text, size_t *length)
{
    const variant *v = user;
    bool is_model = strcmp(path, "model.lua") == 0;
    *text = is_model ? fixture_model : v->text;
    *length = is_model ? strlen(fixture_model) : v->length;
    return is_model || strcmp(path, "s.lua") == 0;
}

static void test_mutations(void **state)
{
    (void)state;
    variant *v = calloc(1, sizeof *v);
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    plim_script_loader loader = {.lib_dir = "/nowhere", .fetch = fetch_variant, .user = v};
    int n_read = 0;
    limits.seconds = 1e9;
    limits.steps = 3000000;
    limits.bytes = (size_t)32 << 20;
    plim_script_set_limits(&limits);
    for (unsigned i = 0; i < VARIANTS; i++) {
        plim_program program = {0};
        plim_error err = {0};
        seed = i;
        v->length = strlen(original);
        memcpy(v->text, original, v->length);
        for (size_t k = 0, n = roll(6); k < n; k++)
            v->length = damage(v->text, v->length);
        plim_status status = plim_script_read(&program, (const char *const[]){"s.lua"}, 1, NULL,
                                              &fixture_schema, &loader, &err);
        if (status != PLIM_OK && (status != PLIM_INPUT || strncmp(err.message, "s.lua:", 6) != 0))
            fail_msg("variant %u: status %d, %s\n%.*s", i, status, err.message, (int)v->length,
                     v->text);
        n_read += status == PLIM_OK;
        plim_program_free(&program);
    }
    plim_script_set_limits(NULL);
    free(v);
    assert_in_range(n_read, VARIANTS / 20, VARIANTS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mutations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
