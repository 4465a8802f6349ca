#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/money.h"
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

#define HIDDEN UINT32_MAX
/* What a screen shows of a scenario and kind of which there may be many. */
enum { MOST_OF_A_KIND = 5 };
static const char *const many_kinds[] = {"site", "collateral", "borrower", "default", "insolvent"};

/* Rows of a grid in order of first appearance, and the years that there are. */
typedef struct wide {
    const plim_table *table;
    plim_names parts; /* scenario, kind and name of what may be many */
    size_t *shown;    /* [part]: rows of it */
    size_t n_hidden;  /* rows of the table that are left out */
    plim_names rows;  /* texts of the cells before the years, joined */
    uint32_t *of;     /* [row of the table] */
    size_t *first;    /* [row of the grid]: the first row of the table */
    int64_t first_year, last_year;
} wide;

/* Is row i of the table one of the many that a screen leaves out? */
static plim_status is_beyond(wide *w, size_t i, const char *key, bool *beyond, plim_error *err)
{
    const char *kind = plim_table_text(w->table, i, KIND);
    uint32_t part = 0;
    bool many = false;
    for (size_t k = 0; k < sizeof many_kinds / sizeof *many_kinds; k++)
        many = many || strcmp(kind, many_kinds[k]) == 0;
    *beyond = false;
    if (!many)
        return PLIM_OK;
    if (plim_names_find(&w->rows, key) != PLIM_NO_NAME)
        return PLIM_OK;
    plim_text text = {0};
    plim_text_format(&text, "%s\n%s\n%s", plim_table_text(w->table, i, SCENARIO), kind,
                     plim_table_text(w->table, i, NAME));
    plim_status status = text.failed ? plim_fail_memory(err, "a path's drivers")
                                     : plim_names_add(&w->parts, plim_text_get(&text), &part, err);
    plim_text_free(&text);
    PLIM_TRY(status);
    *beyond = w->shown[part] == MOST_OF_A_KIND;
    w->shown[part] += !*beyond;
    w->n_hidden += *beyond;
    return PLIM_OK;
}

static plim_status find_rows(wide *w, plim_error *err)
{
    const plim_table *t = w->table;
    w->of = plim_alloc(t->n_rows, sizeof *w->of);
    w->first = plim_alloc(t->n_rows, sizeof *w->first);
    w->shown = plim_alloc(t->n_rows, sizeof *w->shown);
    if (w->of == NULL || w->first == NULL || w->shown == NULL)
        return plim_fail_memory(err, "a path's drivers");
    w->first_year = INT64_MAX;
    for (size_t i = 0; i < t->n_rows; i++) {
        plim_text key = {0};
        const size_t texts[] = {SCENARIO, KIND, NAME, WHAT};
        for (size_t k = 0; k < 4; k++)
            plim_text_format(&key, "%s\n", plim_table_text(t, i, texts[k]));
        size_t known = w->rows.count;
        bool beyond = false;
        plim_status status = key.failed ? plim_fail_memory(err, "a path's drivers")
                                        : is_beyond(w, i, plim_text_get(&key), &beyond, err);
        w->of[i] = HIDDEN;
        if (status == PLIM_OK && !beyond)
            status = plim_names_add(&w->rows, plim_text_get(&key), &w->of[i], err);
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
            plim_grid_cell(grid, k, texts[k] != NAME ? plim_report_word(text, cli->lang) : text);
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
    if (w.n_hidden > 0) {
        plim_text_format(out,
                         plim_report_word("%zu more: --drivers --format csv lists all", cli->lang),
                         w.n_hidden);
        plim_text_add(out, "\n");
    }
    plim_grid_free(&grid);
    plim_names_free(&w.parts);
    plim_free(w.shown);
    plim_names_free(&w.rows);
    plim_free(w.of);
    plim_free(w.first);
    return status;
}

/* ---- losses by bank ---- */

enum {
    STORY_SCENARIO,
    STORY_YEAR,
    STORY_BANK,
    STORY_BORROWER,
    STORY_LOAN,
    STORY_EXPOSURE,
    STORY_LOSS
};

/* Sum of the story's losses of a scenario and bank, in fen. */
static int64_t loss_of(const plim_table *story, const char *scenario, const char *bank)
{
    int64_t sum = 0;
    for (size_t i = 0; i < story->n_rows; i++)
        if (strcmp(plim_table_text(story, i, STORY_SCENARIO), scenario) == 0 &&
            strcmp(plim_table_text(story, i, STORY_BANK), bank) == 0)
            sum += story->columns[STORY_LOSS].integer[i];
    return sum;
}

/* Label 0 of a column of texts is the empty one, which no scenario and no bank has. */
static plim_status add_banks(plim_cli *cli, const plim_explanation *told, plim_text *out,
                             plim_error *err)
{
    const plim_names *scenarios = &told->story.columns[STORY_SCENARIO].labels;
    const plim_names *banks = &told->story.columns[STORY_BANK].labels;
    plim_grid grid = {0};
    plim_text_format(out, plim_report_word("Losses by bank (%s)", cli->lang), told->currency);
    plim_text_add(out, "\n");
    plim_grid_column(&grid, plim_report_word("bank", cli->lang), false);
    for (size_t s = 0; s < scenarios->count; s++)
        if (*scenarios->text[s] != '\0')
            plim_grid_column(&grid, plim_report_word(scenarios->text[s], cli->lang), true);
    for (size_t b = 0; b < banks->count; b++) {
        if (*banks->text[b] == '\0')
            continue;
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, banks->text[b]);
        for (size_t s = 0, column = 1; s < scenarios->count; s++) {
            char cell[64];
            if (*scenarios->text[s] == '\0')
                continue;
            plim_fen_format(loss_of(&told->story, scenarios->text[s], banks->text[b]), cell);
            plim_grid_cell(&grid, column++, cell);
        }
    }
    plim_status status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    plim_text_add(out, "\n");
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
    if (told->story.n_rows > 0)
        PLIM_TRY(add_banks(cli, told, out, err));
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
        PLIM_TRUSTED_OPTION(&j.config.trusted),
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
