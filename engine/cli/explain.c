#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"
#include "report/grid.h"
#include "run/explain.h"

/* What is asked for. */
typedef struct job {
    plim_explain_config config;
    plim_format format;
    bool drivers; /* they alone */
} job;

static plim_status add_table(plim_cli *cli, const job *j, const plim_explanation *told,
                             const plim_table *table, plim_text *out, plim_error *err)
{
    return plim_report_table(out, table, j->format, cli->lang, told->currency, 0, err);
}

/* ---- on a screen: a column a year ---- */

enum { SCENARIO, KIND, NAME, YEAR, WHAT, VALUE };

/* Rows of a grid in order of first appearance, and the years that there are. */
typedef struct wide {
    const plim_table *table;
    plim_names rows; /* texts of the cells before the years, joined */
    uint32_t *of;    /* [row of the table] */
    size_t *first;   /* [row of the grid]: the first row of the table */
    int64_t first_year, last_year;
} wide;

static plim_status find_rows(wide *w, plim_error *err)
{
    const plim_table *t = w->table;
    w->of = plim_alloc(t->n_rows, sizeof *w->of);
    w->first = plim_alloc(t->n_rows, sizeof *w->first);
    if (w->of == NULL || w->first == NULL)
        return plim_fail_memory(err, "a path's drivers");
    w->first_year = INT64_MAX;
    for (size_t i = 0; i < t->n_rows; i++) {
        plim_text key = {0};
        const size_t texts[] = {SCENARIO, KIND, NAME, WHAT};
        for (size_t k = 0; k < 4; k++)
            plim_text_format(&key, "%s\n", plim_table_text(t, i, texts[k]));
        size_t known = w->rows.count;
        plim_status status = key.failed
                                 ? plim_fail_memory(err, "a path's drivers")
                                 : plim_names_add(&w->rows, plim_text_get(&key), &w->of[i], err);
        plim_text_free(&key);
        PLIM_TRY(status);
        if (w->of[i] == known)
            w->first[known] = i;
        int64_t year = t->columns[YEAR].integer[i];
        w->first_year = year < w->first_year ? year : w->first_year;
        w->last_year = year > w->last_year ? year : w->last_year;
    }
    return PLIM_OK;
}

static void fill_grid(const plim_cli *cli, const wide *w, plim_grid *grid)
{
    static const char *const headings[] = {"scenario", "kind", "name", "what"};
    const size_t texts[] = {SCENARIO, KIND, NAME, WHAT};
    for (size_t k = 0; k < 4; k++)
        plim_grid_column(grid, plim_report_word(headings[k], cli->lang), false);
    for (int64_t year = w->first_year; year <= w->last_year; year++) {
        char heading[24];
        (void)snprintf(heading, sizeof heading, "%lld", (long long)year);
        plim_grid_column(grid, heading, true);
    }
    for (size_t row = 0; row < w->rows.count; row++) {
        plim_grid_row(grid);
        for (size_t k = 0; k < 4; k++) {
            const char *text = plim_table_text(w->table, w->first[row], texts[k]);
            plim_grid_cell(grid, k, texts[k] == KIND ? plim_report_word(text, cli->lang) : text);
        }
        for (size_t i = 0; i < w->table->n_rows; i++) {
            char cell[32];
            if (w->of[i] != row)
                continue;
            (void)snprintf(cell, sizeof cell, "%.4g", w->table->columns[VALUE].number[i]);
            plim_grid_cell(grid, 4 + (size_t)(w->table->columns[YEAR].integer[i] - w->first_year),
                           cell);
        }
    }
}

static plim_status add_wide(plim_cli *cli, const plim_table *table, plim_text *out, plim_error *err)
{
    wide w = {.table = table};
    plim_grid grid = {0};
    plim_status status = find_rows(&w, err);
    plim_text_add(out, plim_report_word("What the path is like (factors: low is bad)", cli->lang));
    plim_text_add(out, "\n");
    if (status == PLIM_OK)
        fill_grid(cli, &w, &grid);
    if (status == PLIM_OK)
        status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    plim_names_free(&w.rows);
    plim_free(w.of);
    plim_free(w.first);
    return status;
}

/* ---- the command ---- */

/* On a screen both tables; as data the one that was asked for. */
static plim_status show(plim_cli *cli, const job *j, const plim_explanation *told, plim_text *out,
                        plim_error *err)
{
    if (j->format != PLIM_FORMAT_TEXT)
        return add_table(cli, j, told, j->drivers ? &told->drivers : &told->story, out, err);
    PLIM_TRY(add_wide(cli, &told->drivers, out, err));
    if (j->drivers)
        return PLIM_OK;
    plim_text_add(out, "\n");
    return add_table(cli, j, told, &told->story, out, err);
}

static plim_status work(plim_cli *cli, const job *j, plim_error *err)
{
    plim_explanation told = {.currency = ""};
    plim_text text = {0};
    plim_status status = plim_explain(&told, &j->config, err);
    if (status == PLIM_OK)
        status = show(cli, j, &told, &text, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_explanation_free(&told);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_words books = {.count = 0}, rest = {.count = 0};
    job j = {.config = {.path = UINT64_MAX}};
    int format = -1;
    const plim_option options[] = {
        {"path", 'p', PLIM_OPTION_UINT64, &j.config.path, "N", NULL, 0, UINT64_MAX - 1,
         "the path to tell, counted from 0"},
        {"book", 'b', PLIM_OPTION_TEXTS, &books, "FILE", NULL, 0, 0,
         "where a loan book is now, if it was moved; may be given more than once"},
        {"drivers", 0, PLIM_OPTION_FLAG, &j.drivers, NULL, NULL, 0, 0,
         "what the path is like: factors, random drivers, events, damages"},
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_explain, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    /* As for `run`: further words that end in .h5 are books, the first one is the result. */
    for (size_t i = 1; i < rest.count; i++) {
        size_t length = strlen(rest.word[i]);
        if (books.count == 0 || length < 3 || strcmp(rest.word[i] + length - 3, ".h5") != 0)
            return plim_fail(err, PLIM_USAGE, "explain takes one result; '%s' is too much",
                             rest.word[i]);
        books.word[books.count++] = rest.word[i];
    }
    if (rest.count == 0)
        return plim_fail(err, PLIM_USAGE, "no result given: plimsoll explain RESULT --path N");
    if (j.config.path == UINT64_MAX)
        return plim_fail(err, PLIM_USAGE, "no path given; add --path N");
    j.config.result = rest.word[0];
    j.config.books = books.word;
    j.config.n_books = books.count;
    j.format = plim_cli_format(cli, format);
    return work(cli, &j, err);
}

const plim_command plim_command_explain = {
    .name = "explain",
    .usage = "RESULT --path N [--drivers] [--book FILE ...] [--format text|csv|json]",
    .doc = "Tells one path of a result again, loan by loan",
    .details =
        "The path is simulated again from the recorded inputs: scripts as kept in the result,\n"
        "books by their recorded paths or --book. A book whose SHA-256 differs is refused.\n"
        "For each scenario and bank the losses add up to the row of table `paths`. On a screen\n"
        "what the path is like comes first; as data it has --drivers.\n",
    .run = run,
};
