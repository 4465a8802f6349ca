#include "report/stubs.h"

#include <string.h>

#include "book/columns.h"

/* ---- functions ---- */

typedef enum unit_rule {
    RULE_SAME,
    RULE_COMPARE,
    RULE_RATIO,
    RULE_TIMES,
    RULE_DIVIDE,
    RULE_POWER,
    RULE_ROOT,
    RULE_WHERE,
    RULE_KEEP,
} unit_rule;

static const char *const rule_words[] = {
    [RULE_SAME] = "all operands and the result share one unit",
    [RULE_COMPARE] = "both operands share one unit; the result is a condition, 1 or 0",
    [RULE_RATIO] = "operands and result are plain numbers",
    [RULE_TIMES] = "the product of the units",
    [RULE_DIVIDE] = "the quotient of the units",
    [RULE_POWER] = "the power of the unit",
    [RULE_ROOT] = "the root of the unit",
    [RULE_WHERE] = "the first is a condition; the others share the unit of the result",
    [RULE_KEEP] = "the result has the unit of the operand",
};

static const struct primitive {
    const char *name, *doc;
    int arity;
    unit_rule rule;
} primitives[] = {
#define PRIMITIVE(id, name, arity, unit, doc) {name, doc, arity, RULE_##unit},
#include "scenario/primitives.def"
#undef PRIMITIVE
};

static bool is_variadic(const char *name)
{
    return strcmp(name, "min") == 0 || strcmp(name, "max") == 0 || strcmp(name, "all") == 0 ||
           strcmp(name, "any") == 0;
}

static void add_function(plim_text *out, const struct primitive *p)
{
    bool more = is_variadic(p->name);
    plim_text_format(out, "---%s\n---\n---Units: %s.\n", p->doc, rule_words[p->rule]);
    for (int a = 0; a < p->arity; a++)
        plim_text_format(out, "---@param %c plimsoll.Operand\n", 'a' + a);
    if (more)
        plim_text_add(out, "---@param ... plimsoll.Operand\n");
    plim_text_add(out, "---@return plimsoll.Value\n");
    plim_text_format(out, "function %s(", p->name);
    for (int a = 0; a < p->arity; a++)
        plim_text_format(out, "%s%c", a > 0 ? ", " : "", 'a' + a);
    plim_text_format(out, "%s) end\n\n", more ? ", ..." : "");
}

static void add_functions(plim_text *out)
{
    for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
        if (primitives[i].name[0] != '\0')
            add_function(out, &primitives[i]);
}

/* Functions that are no primitives, and the words that a script declares with. */
static const char special[] =
    "---`x` as it is with all drivers at their reference, the values without the shock. It lets a\n"
    "---formula use its change, not its level.\n"
    "---@param x plimsoll.Operand\n---@return plimsoll.Value\nfunction at_reference(x) end\n\n"
    "---x / 100\n---@param x plimsoll.Operand\n---@return plimsoll.Value\nfunction percent(x) "
    "end\n\n"
    "---A curve: linear between its points, constant outside.\n"
    "---@param points table<number, number>\n---@return plimsoll.Curve\n"
    "function curve(points) end\n\n"
    "---The value of a curve at `x`.\n---@param x plimsoll.Operand\n"
    "---@param points plimsoll.Curve|table<number, number>\n---@return plimsoll.Value\n"
    "function interp(x, points) end\n\n"
    "---The number of the longest key that `column` begins with; `otherwise` where none fits.\n"
    "---@param column plimsoll.Text\n---@param numbers table<string, number>\n"
    "---@param otherwise number?\n---@return plimsoll.Value\n"
    "function table_by(column, numbers, otherwise) end\n\n"
    "---A driver: values by year, linear in between, constant outside. `unit`; `reference`, the "
    "value\n"
    "---without the shock (default: the first point); or `csv` and `where` for a file of data.\n"
    "---@param values table\n---@return plimsoll.Pathway\nfunction pathway(values) end\n\n"
    "---What a scenario file returns.\n---@param values plimsoll.Scenario\n"
    "---@return plimsoll.Scenario\nfunction scenario(values) end\n\n"
    "---What a model file returns.\n---@param values plimsoll.Model\n---@return plimsoll.Model\n"
    "function model(values) end\n";

/* ---- values ---- */

static const char values[] = "---@meta plimsoll\n\n"
                             "-- Made by `plimsoll scenario stubs`: names, units and meaning of "
                             "all that a script may use. No\n"
                             "-- script itself.\n\n"
                             "---A number of each borrower or loan, or one that a driver gives. No "
                             "`if` on it: use `where`.\n"
                             "---@class plimsoll.Value\n"
                             "---@operator add(plimsoll.Operand): plimsoll.Value\n"
                             "---@operator sub(plimsoll.Operand): plimsoll.Value\n"
                             "---@operator mul(plimsoll.Operand): plimsoll.Value\n"
                             "---@operator div(plimsoll.Operand): plimsoll.Value\n"
                             "---@operator pow(plimsoll.Operand): plimsoll.Value\n"
                             "---@operator unm: plimsoll.Value\n";

static void add_methods(plim_text *out)
{
    for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
        if (primitives[i].rule == RULE_COMPARE)
            plim_text_format(out,
                             "---@field %s fun(self: plimsoll.Value, other: plimsoll.Operand): "
                             "plimsoll.Value %s\n",
                             primitives[i].name, primitives[i].doc);
    plim_text_add(
        out, "\n---@alias plimsoll.Operand plimsoll.Value|number\n\n"
             "---A text of each borrower or loan: for `eq`, `table_by` and tests of prefixes.\n"
             "---@class plimsoll.Text\n\n---@class plimsoll.Curve\n\n"
             "---@class plimsoll.Pathway\n\n");
}

/* ---- columns ---- */

static void add_column(plim_text *out, const plim_book_field *field)
{
    bool number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
    plim_text_format(
        out, "---@field %s %s%s%s%s\n", field->name, number ? "plimsoll.Value " : "plimsoll.Text ",
        field->unit[0] != '\0' ? field->unit : "", field->unit[0] != '\0' ? ": " : "", field->doc);
    if (!number)
        plim_text_format(out,
                         "---@field %s_is fun(...: string): plimsoll.Value does %s begin with one "
                         "of these?\n",
                         field->name, field->name);
}

static void add_class(plim_text *out, const char *name, const char *table, const char *doc)
{
    const plim_book_table *known = plim_book_table_find(table);
    plim_text_format(out, "---%s\n---@class %s\n", doc, name);
    for (size_t f = 0; known != NULL && f < known->n_fields; f++)
        add_column(out, &known->fields[f]);
    plim_text_add(out, "---@field [string] plimsoll.Value any other column of the book\n\n");
}

static const char declarations[] =
    "---The drivers of the year at hand; `year` is a plain number.\n"
    "---@class plimsoll.Drivers\n---@field year integer\n"
    "---@field [string] plimsoll.Value a driver\n\n"
    "---@class plimsoll.Answer\n"
    "---@field pd plimsoll.Operand? annual, given the drivers\n"
    "---@field default plimsoll.Operand? a condition: the PD of that year is 1\n"
    "---@field state table<string, plimsoll.Operand>? what `before` has next year\n\n"
    "---@class plimsoll.LoanAnswer\n"
    "---@field lgd plimsoll.Operand?\n---@field ead plimsoll.Operand?\n\n"
    "---@class plimsoll.Scenario\n"
    "---@field name string letters, digits and _\n"
    "---@field title { en: string, zh: string }\n"
    "---@field years integer[] first and last\n"
    "---@field drivers table<string, plimsoll.Pathway|number>?\n"
    "---@field applies (fun(b: plimsoll.Borrower): plimsoll.Operand)? whom it concerns; default: "
    "all\n"
    "---@field borrower (fun(b: plimsoll.Borrower, d: plimsoll.Drivers, before: table<string, "
    "plimsoll.Value>): plimsoll.Answer)?\n"
    "---@field loan (fun(l: plimsoll.Loan, b: plimsoll.Borrower, d: plimsoll.Drivers): "
    "plimsoll.LoanAnswer)?\n"
    "---@field initial table? what `before` has in the first year; default: the book's columns\n"
    "---@field columns table<string, string>? further columns with their units\n"
    "---@field source (string|{ en: string, zh: string })?\n"
    "---@field note (string|{ en: string, zh: string })?\n\n"
    "---@class plimsoll.Model\n"
    "---@field name string\n---@field factors string[]\n"
    "---@field loading (fun(b: plimsoll.Borrower): table<string, plimsoll.Operand>)|table\n"
    "---@field correlation number[][]?\n---@field persistence number?\n"
    "---@field copula any `\"gaussian\"` or t { nu = 6 }\n"
    "---@field lgd any fixed, beta { ... } or frye_jacobs {}\n\n";

void plim_report_stubs(plim_text *out)
{
    plim_text_add(out, values);
    add_methods(out);
    add_class(out, "plimsoll.Borrower", "borrowers", "A borrower, with the columns of the book.");
    add_class(out, "plimsoll.Loan", "loans", "A loan, with the columns of the book.");
    plim_text_add(out, declarations);
    add_functions(out);
    plim_text_add(out, special);
}

/* ---- settings ---- */

static void add_json(plim_text *out, const char *text)
{
    plim_text_add(out, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            plim_text_add(out, "\\");
        plim_text_add_bytes(out, text, 1);
    }
    plim_text_add(out, "\"");
}

void plim_report_luarc(plim_text *out, const char *stubs, const char *lib_dir)
{
    plim_text library = {0};
    plim_text_format(&library, "%s/?.lua", lib_dir);
    plim_text_add(out, "{\n  \"$comment\": \"made by " PLIM_LUARC_MARK "\",\n"
                       "  \"runtime.version\": \"Lua 5.4\",\n  \"runtime.path\": [\"?.lua\", ");
    add_json(out, plim_text_get(&library));
    plim_text_add(out, "],\n  \"workspace.library\": [");
    add_json(out, stubs);
    plim_text_add(out, ", ");
    add_json(out, lib_dir);
    plim_text_add(out, "],\n  \"workspace.checkThirdParty\": false\n}\n");
    out->failed = out->failed || library.failed;
    plim_text_free(&library);
}
