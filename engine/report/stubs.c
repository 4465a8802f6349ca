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
    plim_text_format(out, "\n---%s\n---\n---Units: %s.\n", p->doc, rule_words[p->rule]);
    for (int a = 0; a < p->arity; a++)
        plim_text_format(out, "---@param %c plimsoll.Operand%s\n", 'a' + a,
                         strcmp(p->name, "eq") == 0 ? "|plimsoll.Text|string" : "");
    if (more)
        plim_text_add(out, "---@param ... plimsoll.Operand\n");
    plim_text_add(out, "---@return plimsoll.Value\n");
    plim_text_format(out, "function %s(", p->name);
    for (int a = 0; a < p->arity; a++)
        plim_text_format(out, "%s%c", a > 0 ? ", " : "", 'a' + a);
    plim_text_format(out, "%s) end\n", more ? ", ..." : "");
}

static void add_functions(plim_text *out)
{
    for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
        if (primitives[i].name[0] != '\0')
            add_function(out, &primitives[i]);
}

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
             "---@class plimsoll.Text\n");
}

/* ---- columns ---- */

static const struct table {
    const char *name, *of, *doc;
    const char *further; /* what scripts see and books do not hold */
} tables[] = {
    {"Borrower", "borrowers", "A borrower, with the columns of the book.", ""},
    {"Loan", "loans", "A loan, with the columns of the book.", ""},
    {"Collateral", "collateral",
     "A piece of collateral, with the columns of the book: over_collateral.",
     "---@field share plimsoll.Value ratio: share of the piece that counts for the loan\n"},
    {"Site", "sites", "A site of a borrower, with the columns of the book: over_sites.", ""},
    {"Policy", "insurance", "A policy of a borrower, with the columns of the book: over_policies.",
     ""},
};

static void add_column(plim_text *out, const plim_book_field *field)
{
    bool number = field->kind == PLIM_FIELD_NUMBER || field->kind == PLIM_FIELD_FLAG;
    bool reserved = strcmp(field->name, "end") == 0; /* a word of Lua */
    plim_text_format(out, "---@field %s%s%s plimsoll.%s %s%s%s\n", reserved ? "[\"" : "",
                     field->name, reserved ? "\"]" : "", number ? "Value" : "Text", field->unit,
                     field->unit[0] != '\0' ? ": " : "", field->doc);
    if (!number)
        plim_text_format(out,
                         "---@field %s_is fun(...: string): plimsoll.Value does %s begin with one "
                         "of these?\n",
                         field->name, field->name);
}

static void add_table(plim_text *out, const struct table *table)
{
    const plim_book_table *known = plim_book_table_find(table->of);
    plim_text_format(out, "\n---%s\n---@class plimsoll.%s\n", table->doc, table->name);
    for (size_t f = 0; known != NULL && f < known->n_fields; f++)
        add_column(out, &known->fields[f]);
    plim_text_format(out, "%s---@field [string] plimsoll.Value any other column of the book\n",
                     table->further);
}

/* ---- declarations ---- */

typedef enum entry_kind {
    IS_KEYS,
    IS_CLASS,
    IS_ALIAS,
    IS_FIELD,
    IS_GLOBAL,
    IS_FUNCTION,
    IS_PARAM
} entry_kind;

static const struct entry {
    entry_kind kind;
    const char *name, *type, *doc;
} entries[] = {
#define KEYS(name, doc)            {IS_KEYS, name, "", doc},
#define CLASS(name, doc)           {IS_CLASS, name, "", doc},
#define ALIAS(name, type, doc)     {IS_ALIAS, name, type, doc},
#define FIELD(name, type, doc)     {IS_FIELD, name, type, doc},
#define GLOBAL(name, value, doc)   {IS_GLOBAL, name, value, doc},
#define FUNCTION(name, gives, doc) {IS_FUNCTION, name, gives, doc},
#define PARAM(name, type, doc)     {IS_PARAM, name, type, doc},
#include "report/stubs.def"
#undef KEYS
#undef CLASS
#undef ALIAS
#undef FIELD
#undef GLOBAL
#undef FUNCTION
#undef PARAM
};

/* A comment, line by line; nothing for "". */
static void add_doc(plim_text *out, const char *doc)
{
    while (*doc != '\0') {
        size_t length = strcspn(doc, "\n");
        plim_text_format(out, "---%.*s\n", (int)length, doc);
        doc += length + (doc[length] == '\n');
    }
}

/* A function with the parameters that follow it, before `end`. */
static void add_declared(plim_text *out, const struct entry *function, const struct entry *end)
{
    const struct entry *p = function + 1;
    for (; p < end && p->kind == IS_PARAM; p++)
        plim_text_format(out, "---@param %s %s%s%s\n", p->name, p->type,
                         p->doc[0] != '\0' ? " " : "", p->doc);
    plim_text_format(out, "---@return %s\nfunction %s(", function->type, function->name);
    for (const struct entry *q = function + 1; q < p; q++)
        plim_text_format(out, "%s%.*s", q > function + 1 ? ", " : "", (int)strcspn(q->name, "?"),
                         q->name);
    plim_text_add(out, ") end\n");
}

static void add_declarations(plim_text *out)
{
    const struct entry *end = entries + sizeof entries / sizeof *entries;
    for (const struct entry *e = entries; e < end; e++) {
        if (e->kind != IS_FIELD && e->kind != IS_PARAM) {
            plim_text_add(out, "\n");
            add_doc(out, e->doc);
        }
        switch (e->kind) {
        case IS_KEYS:
            plim_text_format(out, "---@class (exact) plimsoll.%s\n", e->name);
            break;
        case IS_CLASS:
            plim_text_format(out, "---@class plimsoll.%s\n", e->name);
            break;
        case IS_ALIAS:
            plim_text_format(out, "---@alias plimsoll.%s %s\n", e->name, e->type);
            break;
        case IS_FIELD:
            plim_text_format(out, "---@field %s %s%s%s\n", e->name, e->type,
                             e->doc[0] != '\0' ? " " : "", e->doc);
            break;
        case IS_GLOBAL:
            plim_text_format(out, "%s = %s\n", e->name, e->type);
            break;
        case IS_FUNCTION:
            add_declared(out, e, end);
            break;
        case IS_PARAM: /* with its function */
            break;
        }
    }
}

/* ---- the whole ---- */

void plim_report_stubs(plim_text *out)
{
    plim_text_add(out, values);
    add_methods(out);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        add_table(out, &tables[i]);
    add_functions(out);
    add_declarations(out);
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
