#include "cli/command.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "book/draft.h"
#include "cli/import_summary.h"
#include "cli/log.h"

#define SAY(key) plim_report_word(key, cli->lang)

enum { MOST_FILES = 16, SAMPLES = 3, LONGEST_SAMPLE = 40, NO_FILE = MOST_FILES };

/* The draft: files, and which of them has the rows of which table. */
typedef struct drafting {
    plim_cli *cli;
    plim_draft_file file[MOST_FILES];
    char name[MOST_FILES][32];
    size_t n_files;
    size_t from[PLIM_BOOK_TABLE_COUNT];
    const char *borrower; /* the column by whose values borrowers are known */
    size_t proposals;
    plim_text out;
} drafting;

/* ---- choosing ---- */

static const plim_draft_column *find_meaning(const plim_draft_file *file,
                                             plim_book_table_index table, const char *column)
{
    for (size_t c = 0; c < file->n_columns; c++)
        if (file->columns[c].table == table && strcmp(file->columns[c].means, column) == 0)
            return &file->columns[c];
    return NULL;
}

static size_t count_of(const plim_draft_file *file, plim_book_table_index table)
{
    size_t n = 0;
    for (size_t c = 0; c < file->n_columns; c++)
        n += file->columns[c].table == table;
    return n;
}

static bool has_column(const plim_draft_file *file, const char *name)
{
    for (size_t c = 0; c < file->n_columns; c++)
        if (strcmp(file->columns[c].name, name) == 0)
            return true;
    return false;
}

/* Which column of the borrowers' file they are known by: one that the loans' file has too; of
   several a credit code, which is the same at all banks. */
static const char *choose_borrower(const drafting *d)
{
    size_t from = d->from[PLIM_BOOK_BORROWERS], loans = d->from[PLIM_BOOK_LOANS];
    const char *best = NULL;
    bool shared = false;
    for (size_t c = 0; from != NO_FILE && c < d->file[from].n_columns; c++) {
        const plim_draft_column *column = &d->file[from].columns[c];
        if (column->table != PLIM_BOOK_BORROWERS || strcmp(column->means, "id") != 0)
            continue;
        bool here = loans != NO_FILE && has_column(&d->file[loans], column->name);
        if (here && column->credit_codes)
            return column->name;
        if (best == NULL || (here && !shared))
            best = column->name;
        shared = shared || here;
    }
    return best;
}

/* The file with the most columns of a table, of those that have `needed`. */
static size_t richest(const drafting *d, plim_book_table_index table, const char *needed)
{
    size_t best = NO_FILE, most = 0;
    for (size_t f = 0; f < d->n_files; f++) {
        size_t n = count_of(&d->file[f], table);
        if (find_meaning(&d->file[f], table, needed) != NULL && n > most) {
            best = f;
            most = n;
        }
    }
    return best;
}

static void choose(drafting *d)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        d->from[t] = NO_FILE;
    d->from[PLIM_BOOK_LOANS] = richest(d, PLIM_BOOK_LOANS, "balance");
    d->from[PLIM_BOOK_BORROWERS] = richest(d, PLIM_BOOK_BORROWERS, "id");
    d->from[PLIM_BOOK_COLLATERAL] = richest(d, PLIM_BOOK_COLLATERAL, "value");
    d->from[PLIM_BOOK_BANKS] = richest(d, PLIM_BOOK_BANKS, "id");
    d->from[PLIM_BOOK_BANKS] =
        d->from[PLIM_BOOK_BANKS] == NO_FILE ? d->from[PLIM_BOOK_LOANS] : d->from[PLIM_BOOK_BANKS];
    if (d->from[PLIM_BOOK_BORROWERS] == NO_FILE)
        d->from[PLIM_BOOK_BORROWERS] = d->from[PLIM_BOOK_LOANS];
    d->borrower = choose_borrower(d);
}

/* ---- writing Lua ---- */

/* A text as Lua reads it; what can't stand in a line is a blank. */
static void add_quoted(plim_text *out, const char *text)
{
    plim_text_add(out, "\"");
    for (; *text != '\0'; text++) {
        char c = *text;
        if (c == '"' || c == '\\')
            plim_text_add(out, "\\");
        if ((unsigned char)c < ' ')
            c = ' ';
        plim_text_add_bytes(out, &c, 1);
    }
    plim_text_add(out, "\"");
}

/* The same within a comment, cut short. */
static void add_sample(plim_text *out, const char *text)
{
    char cut[LONGEST_SAMPLE + 1];
    size_t length = strlen(text);
    if (length > LONGEST_SAMPLE)
        length = plim_utf8_cut(text, LONGEST_SAMPLE);
    memcpy(cut, text, length);
    cut[length] = '\0';
    add_quoted(out, cut);
}

static void add_samples(drafting *d, const plim_draft_column *column)
{
    for (size_t i = 0; i < column->values.count && i < SAMPLES; i++) {
        plim_text_add(&d->out, i > 0 ? ", " : "");
        add_sample(&d->out, column->values.text[i]);
    }
    if (column->values.count > SAMPLES)
        plim_text_add(&d->out, ", ...");
}

static void add_files(drafting *d)
{
    plim_text_add(&d->out, "  files = {\n");
    for (size_t f = 0; f < d->n_files; f++) {
        const plim_draft_file *file = &d->file[f];
        const char *slash = strrchr(file->path, '/');
        plim_text_format(&d->out, "    %s = { file = ", d->name[f]);
        add_quoted(&d->out, slash != NULL ? slash + 1 : file->path);
        plim_text_format(&d->out, ", encoding = \"%s\"",
                         plim_encoding_name(file->dialect.encoding));
        if (file->dialect.separator != ',')
            plim_text_format(&d->out, ", separator = \"%s\"",
                             file->dialect.separator == '\t'  ? "\\t"
                             : file->dialect.separator == ';' ? ";"
                                                              : "|");
        if (file->dialect.header_line > 1)
            plim_text_format(&d->out, ", header = %zu", file->dialect.header_line);
        if (file->decimal_comma)
            plim_text_add(&d->out, ", decimal = \",\"");
        if (file->footer != NULL) {
            plim_text_add(&d->out, ", footer = ");
            add_quoted(&d->out, file->footer);
        }
        plim_text_add(&d->out, " },\n");
    }
    plim_text_add(&d->out, "  },\n");
}

/* Codes to be filled in: the classes are known by their names, grades are the bank's own. */
static void add_codes(drafting *d, const plim_draft_column *column)
{
    static const char *const classes[] = {"正常", "关注", "次级", "可疑", "损失"};
    bool of_class = strcmp(column->means, "class") == 0;
    plim_text_add(&d->out, ", codes = { ");
    for (size_t i = 0; i < column->values.count; i++) {
        const char *value = column->values.text[i];
        int class = 0;
        for (int k = 0; k < 5 && of_class; k++)
            if (strncmp(value, classes[k], strlen(classes[k])) == 0)
                class = k + 1;
        plim_text_add(&d->out, "[");
        add_quoted(&d->out, value);
        if (class > 0)
            plim_text_format(&d->out, "] = %d, ", class);
        else
            plim_text_add(&d->out, "] = \"?\", ");
    }
    plim_text_add(&d->out, "}");
}

static bool is_ratio(const plim_draft_column *column)
{
    static const char *const ratios[] = {"rate", "pd", "lgd", "ccf", "haircut"};
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++)
        if (strcmp(column->means, ratios[i]) == 0)
            return true;
    return false;
}

static void add_how(drafting *d, const plim_draft_column *column)
{
    const char *scale = column->scale;
    bool number = column->kind == PLIM_DRAFT_NUMBER;
    if (scale == NULL && number && is_ratio(column) && !column->grade && !column->says_percent &&
        column->high > 1)
        scale = "%";
    bool of_class = strcmp(column->means, "class") == 0 && !number;
    if (column->grade || of_class)
        add_codes(d, column);
    else if (scale != NULL && number)
        plim_text_format(&d->out, ", scale = \"%s\"", scale);
    if (column->excel_dates)
        plim_text_add(&d->out, ", dates = \"excel\"");
    if (column->credit_codes && strcmp(column->means, "id") == 0)
        plim_text_add(&d->out, ", check = \"credit_code\"");
}

/* One column of the book and where it comes from. */
static void add_column(drafting *d, const char *name, const plim_draft_column *column)
{
    plim_text_format(&d->out, "      %s = { column = ", name);
    add_quoted(&d->out, column->name);
    add_how(d, column);
    plim_text_add(&d->out, " }, -- ");
    add_samples(d, column);
    plim_text_add(&d->out, "\n");
    d->proposals++;
}

static void add_missing(drafting *d, plim_book_table_index t, const char *name)
{
    const plim_cli *cli = d->cli;
    const plim_book_field *field = plim_book_field_find(plim_book_tables[t].name, name);
    bool proxied = strcmp(name, "pd") == 0 || strcmp(name, "lgd") == 0;
    plim_text_format(&d->out, "      -- %s = { column = \"?\" }, -- ", name);
    plim_text_format(&d->out,
                     proxied ? SAY("%s: none found; a proxy will do, or { value = ... }")
                             : SAY("%s: none found, and a book needs it; or { value = ... }"),
                     field->doc);
    plim_text_add(&d->out, "\n");
}

static bool is_reference(const char *name)
{
    return strcmp(name, "borrower") == 0 || strcmp(name, "bank") == 0;
}

/* The column of the table's file that the book's column may come from. */
static const plim_draft_column *source_of(const drafting *d, plim_book_table_index t,
                                          const char *name)
{
    const plim_draft_file *file = &d->file[d->from[t]];
    bool borrower =
        strcmp(name, "borrower") == 0 || (t == PLIM_BOOK_BORROWERS && strcmp(name, "id") == 0);
    for (size_t c = 0; borrower && d->borrower != NULL && c < file->n_columns; c++)
        if (strcmp(file->columns[c].name, d->borrower) == 0)
            return &file->columns[c];
    if (borrower)
        return find_meaning(file, PLIM_BOOK_BORROWERS, "id");
    if (strcmp(name, "bank") == 0)
        return find_meaning(file, PLIM_BOOK_BANKS, "id");
    if (t == PLIM_BOOK_COLLATERAL && strcmp(name, "loan") == 0)
        return find_meaning(file, PLIM_BOOK_LOANS, "id");
    return find_meaning(file, t, name);
}

static void add_table(drafting *d, plim_book_table_index t)
{
    const plim_book_table *table = &plim_book_tables[t];
    if (d->from[t] == NO_FILE)
        return;
    plim_text_format(&d->out, "\n  %s = {\n    from = \"%s\",\n    columns = {\n", table->name,
                     d->name[d->from[t]]);
    for (size_t f = 0; f < table->n_fields; f++) {
        const char *name = table->fields[f].name;
        const plim_draft_column *column = source_of(d, t, name);
        if (column != NULL)
            add_column(d, name, column);
        else if (table->fields[f].required && t == PLIM_BOOK_BANKS)
            plim_text_format(&d->out, "      id = { value = \"?\" }, -- %s\n",
                             plim_report_word("one bank: say which", d->cli->lang));
        else if (table->fields[f].required && is_reference(name) && strcmp(name, "bank") == 0)
            plim_text_format(&d->out, "      bank = { value = \"?\" }, -- %s\n",
                             plim_report_word("the same bank", d->cli->lang));
        else if (table->fields[f].kind == PLIM_FIELD_ID || strcmp(name, "borrower") == 0)
            plim_text_format(
                &d->out, "      %s = { row = \"%s\" }, -- %s\n", name,
                t == PLIM_BOOK_LOANS && f == 0 ? "L" : "B",
                plim_report_word("none found: made of the number of the line", d->cli->lang));
        else if (table->fields[f].required)
            add_missing(d, t, name);
    }
    const plim_draft_column *name =
        t == PLIM_BOOK_BORROWERS ? find_meaning(&d->file[d->from[t]], t, "name") : NULL;
    if (name != NULL)
        add_column(d, "name", name);
    if (t == PLIM_BOOK_BANKS)
        plim_text_format(&d->out, "      type = { value = \"legal_person\" }, -- %s\n",
                         plim_report_word("or branch", d->cli->lang));
    plim_text_add(&d->out, "    },\n  },\n");
}

/* Columns that no table takes: nobody shall wonder where they went. */
static void add_unused(drafting *d)
{
    const plim_cli *cli = d->cli;
    plim_text_format(&d->out, "\n  -- %s\n", SAY("columns that are not used:"));
    for (size_t f = 0; f < d->n_files; f++)
        for (size_t c = 0; c < d->file[f].n_columns; c++) {
            const plim_draft_column *column = &d->file[f].columns[c];
            bool used = d->from[PLIM_BOOK_BORROWERS] == f &&
                        column == find_meaning(&d->file[f], PLIM_BOOK_BORROWERS, "name");
            for (int t = 0; t < PLIM_BOOK_EXCLUDED && !used; t++)
                for (size_t k = 0; d->from[t] == f && k < plim_book_tables[t].n_fields; k++)
                    used = used || source_of(d, (plim_book_table_index)t,
                                             plim_book_tables[t].fields[k].name) == column;
            if (used)
                continue;
            plim_text_format(&d->out, "  --   %s: ", d->name[f]);
            add_sample(&d->out, column->name);
            plim_text_add(&d->out, " (");
            add_samples(d, column);
            plim_text_add(&d->out, ")\n");
        }
}

static void write_map(drafting *d)
{
    const plim_cli *cli = d->cli;
    plim_text_format(&d->out, "-- %s\n",
                     SAY("Draft of a map: each line is a proposal. Read it, "
                         "correct it, and only then say confirmed = true."));
    plim_text_format(
        &d->out, "-- %s\n\n",
        SAY("After each column stand some of its values. \"?\" is for you to fill in."));
    plim_text_add(&d->out, "return map {\n  confirmed = false,\n");
    plim_text_format(&d->out, "  as_of = \"?\", -- %s\n",
                     SAY("date of the book, such as 2025-12-31"));
    plim_text_add(&d->out, "  currency = \"CNY\",\n");
    add_files(d);
    for (int t = 0; t < PLIM_BOOK_EXCLUDED; t++)
        add_table(d, (plim_book_table_index)t);
    add_unused(d);
    plim_text_add(&d->out, "}\n");
}

/* ---- the command ---- */

/* A name for the file within the map: letters of its own, else file1, file2 ... */
static void name_file(drafting *d, size_t f)
{
    const char *slash = strrchr(d->file[f].path, '/'), *base = slash ? slash + 1 : d->file[f].path;
    char *to = d->name[f];
    size_t n = 0;
    for (; base[n] != '\0' && base[n] != '.' && n < sizeof d->name[f] - 1; n++)
        if (!isalnum((unsigned char)base[n]) && base[n] != '_')
            break;
        else
            to[n] = (char)tolower((unsigned char)base[n]);
    to[n] = '\0';
    bool good = n > 0 && !isdigit((unsigned char)to[0]) && (base[n] == '.' || base[n] == '\0');
    for (size_t k = 0; k < f; k++)
        good = good && strcmp(d->name[k], to) != 0;
    if (!good)
        (void)snprintf(to, sizeof d->name[f], "file%zu", f + 1);
}

static plim_status draft(drafting *d, const plim_words *files, const char *out, plim_error *err)
{
    for (size_t f = 0; f < files->count; f++) {
        d->n_files = f + 1;
        PLIM_TRY(plim_draft_look(&d->file[f], files->word[f], err));
        name_file(d, f);
    }
    choose(d);
    if (d->from[PLIM_BOOK_LOANS] == NO_FILE)
        return plim_fail(err, PLIM_INPUT,
                         "%s: no column looks like the balance of a loan (余额, balance, "
                         "outstanding); a map can be written by hand: docs/formats.md",
                         files->word[0]);
    write_map(d);
    if (d->out.failed)
        return plim_fail_memory(err, "a map");
    if (out == NULL)
        return plim_cli_print(&d->out, err);
    PLIM_TRY(plim_file_write(out, plim_text_get(&d->out), d->out.length, err));
    const plim_cli *cli = d->cli;
    plim_import_say(d->cli,
                    SAY("wrote %s: %zu proposals; read them, fill in what is \"?\", then "
                        "set confirmed = true"),
                    out, d->proposals);
    return PLIM_OK;
}

/* A map may have cost someone an afternoon: none is replaced. */
static plim_status check_out(const char *out, plim_error *err)
{
    FILE *there = out != NULL ? fopen(out, "rb") : NULL;
    if (there == NULL)
        return PLIM_OK;
    (void)fclose(there);
    return plim_fail(err, PLIM_USAGE,
                     "%s: stands there already; a map is never replaced, choose another name", out);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *out = NULL;
    plim_words files = {.count = 0};
    const plim_option options[] = {
        {"out", 'o', PLIM_OPTION_TEXT, &out, "MAP.lua", NULL, 0, 0,
         "map to write (default: on stdout)"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_map, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    if (files.count == 0 || files.count > MOST_FILES)
        return plim_fail(err, PLIM_USAGE, "book map takes 1 to %d files", MOST_FILES);
    PLIM_TRY(check_out(out, err));
    drafting *d = plim_alloc(1, sizeof *d);
    if (d == NULL)
        return plim_fail_memory(err, "a map");
    d->cli = cli;
    plim_status status = draft(d, &files, out, err);
    for (size_t f = 0; f < d->n_files; f++)
        plim_draft_free(&d->file[f]);
    plim_text_free(&d->out);
    plim_free(d);
    return status;
}

const plim_command plim_command_book_map = {
    .name = "book map",
    .usage = "FILE.csv ... [-o MAP.lua]",
    .doc = "Drafts a map of an export's files, to be confirmed by hand",
    .details =
        "Looks at encoding, separator, header, the names of the columns and their first 2000\n"
        "rows, and proposes what each column is, its scale and its codes. The map is Lua\n"
        "(docs/formats.md); `book import --map` takes it once it says confirmed = true.\n",
    .run = run,
};
