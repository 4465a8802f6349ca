/* How a source is split and guarded before it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "script/source.h"

/* The text that Lua runs, in one line, with short names for the guards: E(, N(, K(. */
static void squeeze(const char *split, char *out, size_t size)
{
    static const struct {
        const char *guard, *letter;
    } names[] = {{PLIM_GUARD_EQUAL, "E"}, {PLIM_GUARD_NOT, "N"}, {PLIM_GUARD_KEY, "K"}};
    size_t length = 0;
    const char *p = strchr(split, '\n') + 1; /* past the line that names the guards */
    while (*p && length + 1 < size) {
        bool named = false;
        for (int i = 0; i < 3 && !named; i++) {
            size_t n = strlen(names[i].guard);
            if (strncmp(p, names[i].guard, n) == 0) {
                out[length++] = names[i].letter[0];
                p += n;
                named = true;
            }
        }
        if (!named) {
            out[length++] = *p == '\n' ? ' ' : *p;
            p++;
        }
    }
    while (length > 0 && out[length - 1] == ' ')
        length--;
    out[length] = '\0';
}

static void expect_split(const char *text, const char *wanted)
{
    plim_lua_source source = {0};
    plim_script_faults faults = {0};
    plim_error err = {0};
    char got[2000];
    assert_int_equal(plim_lua_source_make(&source, "s.lua", text, strlen(text), &faults, &err),
                     PLIM_OK);
    assert_int_equal(faults.count, 0);
    squeeze(source.split.data, got, sizeof got);
    assert_string_equal(got, wanted);
    plim_lua_source_free(&source);
    plim_script_faults_free(&faults);
}

static void test_guards(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"local x = 1 -- a == b", "local x = 1"},
        {"return a == b", "return E(a) == E(b)"},
        {"return a == nil", "return a == nil"},
        {"return nil ~= a", "return nil ~= a"},
        {"return a == 1", "return E(a) == 1"},
        {"return \"x\" == a.b", "return \"x\" == E(a . b)"},
        {"return a.b[1].c == 0", "return E(a . b [ 1 ] . c) == 0"},
        {"return f(x, y) == 0", "return E(f ( x , y )) == 0"},
        {"return a:m{1} ~= b\"s\"", "return E(a : m { 1 }) ~= E(b \"s\")"},
        {"return a + b * c == d .. e", "return E(a + b * c) == E(d .. e)"},
        {"return a < b == c", "return E(a < b) == E(c)"},
        {"return a == b < c", "return E(a) == E(b) < c"},
        {"return a == b == c", "return E(E(a) == E(b)) == E(c)"},
        {"return a and b == c or d", "return a and E(b) == E(c) or d"},
        {"return -a == -b", "return E(- a) == E(- b)"},
        {"return not a == b", "return E(not N(a)) == E(b)"},
        {"return not (a == b)", "return not N(( E(a) == E(b) ))"},
        {"return not not a", "return not N(not N(a))"},
        {"return not a.b ^ 2", "return not N(a . b ^ 2)"},
        {"return not true", "return not true"},
        {"return #a == 3", "return E(# a) == 3"},
        {"return (a) == 0", "return E(( a )) == 0"},
        {"f(a == b, c)", "f ( E(a) == E(b) , c )"},
        {"t = { x = a == b, a ~= c; d }", "t = { x = E(a) == E(b) , E(a) ~= E(c) ; d }"},
        {"if a == b then end", "if E(a) == E(b) then end"},
        {"while a ~= 0 do end", "while E(a) ~= 0 do end"},
        {"repeat until a == b c = 1", "repeat until E(a) == E(b) c = 1"},
        {"local x = a == b local y = c", "local x = E(a) == E(b) local y = c"},
        {"local x = a == b y = c", "local x = E(a) == E(b) y = c"},
        {"local x = a == 5 (f)()", "local x = E(a) == 5 ( f ) ( )"},
        {"local x = a == b (f)()", "local x = E(a) == E(b ( f ) ( ))"},
        {"return t[k]", "return t [ K(k) ]"},
        {"return t[1], t[\"x\"]", "return t [ 1 ] , t [ \"x\" ]"},
        {"return t[a == b]", "return t [ K(E(a) == E(b)) ]"},
        {"t[a][b.c] = { [k] = v, [2] = w }",
         "t [ K(a) ] [ K(b . c) ] = { [ K(k) ] = v , [ 2 ] = w }"},
        {"return [[a == b]], [=[\n]]x]=]", "return [[a == b]] , [=[ ]]x]=]"},
        {"return a == function () end", "return E(a) == function ( ) end"},
        {"return (function () return 1 == a end)() == b",
         "return E(( function ( ) return 1 == E(a) end ) ( )) == E(b)"},
        {"return a == {1, 2}", "return E(a) == E({ 1 , 2 })"},
        {"return ... == a", "return E(...) == E(a)"},
        {"return 0x1p-2 == 3e+2", "return 0x1p-2 == 3e+2"},
        {"return a..b ~=c//2", "return E(a .. b) ~= E(c // 2)"},
        {"return a ~ b == c << 1", "return E(a ~ b) == E(c << 1)"},
        {"for i = a == b, 2 do end", "for i = E(a) == E(b) , 2 do end"},
        {"goto x ::x:: return", "goto x :: x :: return"},
        {"local s <const> = '\\'==\\''", "local s < const > = '\\'==\\''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_split(cases[i][0], cases[i][1]);
}

/* Whatever binds tighter than a comparison belongs to its operand, on both sides. */
static void test_operators(void **state)
{
    (void)state;
    static const char *const tighter[] = {"..", "+", "-", "*", "/",  "//", "%",
                                          "^",  "&", "|", "~", "<<", ">>"};
    for (size_t i = 0; i < sizeof tighter / sizeof *tighter; i++) {
        char text[100], wanted[100];
        snprintf(text, sizeof text, "return x %s 2 == 2 %s x", tighter[i], tighter[i]);
        snprintf(wanted, sizeof wanted, "return E(x %s 2) == E(2 %s x)", tighter[i], tighter[i]);
        expect_split(text, wanted);
    }
    static const char *const looser[] = {"and", "or", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof looser / sizeof *looser; i++) {
        char text[100], wanted[100];
        snprintf(text, sizeof text, "return 1 == x %s 2", looser[i]);
        snprintf(wanted, sizeof wanted, "return 1 == E(x) %s 2", looser[i]);
        expect_split(text, wanted);
    }
}

/* The line of a token in the file, found by its line in the split text. */
static void test_lines(void **state)
{
    (void)state;
    const char *text =
        "local a = [[\nx\r\ny]]\r\n\nlocal b = \"p\\\nq\"\n--[[\n\n]] local c\r\nlocal d";
    static const struct {
        const char *token;
        int line;
    } cases[] = {{"a", 1}, {"b", 5}, {"c", 9}, {"d", 10}};
    plim_lua_source source = {0};
    plim_script_faults faults = {0};
    plim_error err = {0};
    assert_int_equal(plim_lua_source_make(&source, "s.lua", text, strlen(text), &faults, &err),
                     PLIM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool found = false;
        for (int line = 1; line <= (int)source.n_lines; line++) {
            uint32_t token = plim_lua_source_token(&source, line);
            if (token == PLIM_NO_TOKEN || !plim_token_is(&source.tokens, token, cases[i].token))
                continue;
            found = true;
            assert_int_equal(plim_lua_source_line(&source, line), cases[i].line);
        }
        assert_true(found);
    }
    int newlines = 0; /* the split text has as many lines as the map */
    for (const char *p = source.split.data; *p; p++)
        newlines += *p == '\n' || (*p == '\r' && p[1] != '\n');
    assert_int_equal(newlines, source.n_lines);
    plim_lua_source_free(&source);
    plim_script_faults_free(&faults);
}

static void test_key_places(void **state)
{
    (void)state;
    const char *text =
        "local name = 1\nlocal x = scenario\nreturn scenario {\n years = { 1,\n 2 },\n drivers = "
        "{\n"
        "  price = pathway {\n   unit = 1 },\n },\n loan = function ()\n   local lgd = 1\n"
        "   return {\n lgd = 2 }\n end,\n}";
    plim_lua_source source = {0};
    plim_script_faults faults = {0};
    plim_error err = {0};
    assert_int_equal(plim_lua_source_make(&source, "s.lua", text, strlen(text), &faults, &err),
                     PLIM_OK);
    assert_int_equal(plim_lua_source_key(&source, "scenario", "years", NULL).line, 4);
    assert_int_equal(plim_lua_source_key(&source, "scenario", "drivers", NULL).line, 6);
    assert_int_equal(plim_lua_source_key(&source, "scenario", "drivers", "price").line, 7);
    assert_int_equal(plim_lua_source_key(&source, "scenario", "drivers", "other").line, 6);
    assert_int_equal(plim_lua_source_key(&source, "scenario", "price", NULL).line, 3);
    assert_int_equal(plim_lua_source_key(&source, "model", "price", NULL).line, 0);
    assert_int_equal(plim_lua_source_field(&source, 10, 14, "lgd").line, 13);
    assert_int_equal(plim_lua_source_field(&source, 10, 12, "lgd").line, 11);
    assert_int_equal(plim_lua_source_field(&source, 1, 14, "ead").line, 0);
    plim_lua_source_free(&source);
    plim_script_faults_free(&faults);
}

/* A word is found where Lua has read on, even past the end of its line. */
static void test_words(void **state)
{
    (void)state;
    const char *text = "x = b.cost\n  + b.debt * cost(cost)\n";
    plim_lua_source source = {0};
    plim_script_faults faults = {0};
    plim_error err = {0};
    assert_int_equal(plim_lua_source_make(&source, "s.lua", text, strlen(text), &faults, &err),
                     PLIM_OK);
    plim_place place = {.line = 2, .at = 13, .length = 1}; /* the + */
    assert_true(plim_lua_source_word(&source, &place, "cost", true));
    assert_int_equal(place.line, 1);
    assert_int_equal(place.at, 6);
    place = (plim_place){.line = 2, .at = 28, .length = 1}; /* the last ( of the line */
    assert_true(plim_lua_source_word(&source, &place, "*", true));
    assert_int_equal(place.at, 22);
    place = (plim_place){.line = 2}; /* only the line is known: the first */
    assert_true(plim_lua_source_word(&source, &place, "cost", true));
    assert_int_equal(place.at, 24);
    assert_false(plim_lua_source_word(&source, &place, "+", false));
    assert_false(plim_lua_source_word(&source, &place, "x", true));
    assert_int_equal(place.at, 24);
    plim_lua_source_free(&source);
    plim_script_faults_free(&faults);
}

/* Any bytes: no crash, and what stands between brackets never runs over the end. */
static void test_rubbish(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "==",        "[",    "]",  "(",  ")",  "{",  "}",   "not ", "a",   ".",
        ":",         "'",    "\"", "\\", "[[", "]]", "--",  "\n",   "=",   "and ",
        "function ", "end ", "1",  "0x", "e+", "\r", "[=[", "~=",   "...", "，"};
    unsigned seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char text[400] = "";
        int n = 1 + (int)(seed % 60);
        for (int i = 0; i < n && strlen(text) < 380; i++) {
            seed = seed * 1103515245u + 12345u;
            strcat(text, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        plim_lua_source source = {0};
        plim_script_faults faults = {0};
        plim_error err = {0};
        assert_int_equal(plim_lua_source_make(&source, "s.lua", text, strlen(text), &faults, &err),
                         PLIM_OK);
        (void)plim_lua_source_key(&source, "a", "a", "a");
        plim_lua_source_free(&source);
        plim_script_faults_free(&faults);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guards), cmocka_unit_test(test_operators),
        cmocka_unit_test(test_lines),  cmocka_unit_test(test_key_places),
        cmocka_unit_test(test_words),  cmocka_unit_test(test_rubbish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
