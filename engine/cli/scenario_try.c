#include "cli/command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "plan/story.h"
#include "report/grid.h"
#include "run/session.h"

/* What is asked for. */
typedef struct job {
    plim_cli *cli;
    plim_session_scripts scripts;
    plim_words files, books;
    const char *borrower;
    int year; /* 0: all */
    int format;
    plim_session session;
    plim_story story;
} job;

static const char *word(const job *j, const char *key) __attribute__((format_arg(2)));
static const char *word(const job *j, const char *key)
{
    return plim_report_word(key, j->cli->lang);
}

/* ---- values ---- */

/* "123,456" from a hundred thousand on, else five digits; "missing" for a NaN. */
static void format_value(const job *j, double value, char out[40])
{
    char digits[32];
    if (isnan(value)) {
        snprintf(out, 40, "%s", word(j, "missing"));
        return;
    }
    if (!(fabs(value) >= 1e5 && fabs(value) < 1e15)) {
        snprintf(out, 40, "%.5g", value);
        return;
    }
    (void)snprintf(digits, sizeof digits, "%.0f", value);
    plim_group_digits(digits, out, 40);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Without the shock, and with it where that differs. */
static void format_cell(const job *j, const plim_story_line *line, uint32_t year, char out[96])
{
    char before[40], after[40];
    format_value(j, line->reference[year], before);
    format_value(j, line->value[year], after);
    if (same(line->reference[year], line->value[year]))
        snprintf(out, 96, "%s", after);
    else
        snprintf(out, 96, "%s \u2192 %s", before, after);
}

static bool wants_year(const job *j, uint32_t year)
{
    return j->year == 0 || j->story.first_year + (int)year == j->year;
}

/* ---- the screen ---- */

static void place_of(const job *j, const plim_story_line *line, char out[128])
{
    if (line->file == NULL) {
        snprintf(out, 128, "%s",
                 word(j, strncmp(line->text, "d.", 2) == 0 ? "driver"
                         : line->is_state                  ? "state"
                                                           : "book"));
        return;
    }
    const char *slash = strrchr(line->file, '/');
    snprintf(out, 128, "%.100s:%u", slash != NULL ? slash + 1 : line->file, line->line);
}

static plim_status add_section(const job *j, const plim_story_section *section, plim_text *out,
                               plim_error *err)
{
    plim_grid grid = {0};
    plim_grid_column(&grid, word(j, "made in"), false);
    plim_grid_column(&grid, word(j, "value"), false);
    plim_grid_column(&grid, word(j, "formula"), false);
    plim_grid_column(&grid, word(j, "unit"), false);
    for (uint32_t y = 0; y < j->story.n_years; y++) {
        char heading[16];
        snprintf(heading, sizeof heading, "%d", j->story.first_year + (int)y);
        if (wants_year(j, y))
            plim_grid_column(&grid, heading, true);
    }
    for (size_t i = 0; i < section->count; i++) {
        const plim_story_line *line = &section->lines[i];
        char place[128], cell[96], formula[64];
        size_t column = 4;
        snprintf(formula, sizeof formula, "%.48s%s", line->text,
                 strlen(line->text) > 48 ? "..." : "");
        place_of(j, line, place);
        plim_grid_row(&grid);
        plim_grid_cell(&grid, 0, place);
        plim_grid_cell(&grid, 1, line->name);
        plim_grid_cell(&grid, 2, formula);
        plim_grid_cell(&grid, 3, line->unit);
        for (uint32_t y = 0; y < j->story.n_years; y++)
            if (wants_year(j, y)) {
                format_cell(j, line, y, cell);
                plim_grid_cell(&grid, column++, cell);
            }
    }
    plim_status status = plim_grid_print(&grid, out, err);
    plim_grid_free(&grid);
    return status;
}

static void add_heading(const job *j, plim_text *out)
{
    const plim_scenario *scenario = &j->session.program.scenarios[0];
    plim_text_format(out, word(j, "Borrower %s under scenario %s (%s)"), j->borrower,
                     scenario->name,
                     j->cli->lang == PLIM_LANG_ZH ? scenario->title_zh : scenario->title_en);
    plim_text_add(out, "\n");
    plim_text_add(out, word(j, "Each value without the shock \u2192 with it; one number where the "
                               "two are the same."));
    plim_text_add(out, "\n");
}

static plim_status add_story(const job *j, plim_text *out, plim_error *err)
{
    const plim_column *ids = plim_frame_find(&j->session.book.loans, "id");
    add_heading(j, out);
    for (size_t i = 0; i < j->story.count; i++) {
        const plim_story_section *section = &j->story.sections[i];
        plim_text_add(out, "\n");
        if (section->loan != PLIM_NO_NAME && ids != NULL) {
            plim_text_format(out, word(j, "Loan %s"), plim_column_text(ids, section->loan));
            plim_text_add(out, "\n");
        }
        if (section->count == 0) {
            plim_text_add(out, word(j, "The scenario has nothing to say about it."));
            plim_text_add(out, "\n");
        } else {
            PLIM_TRY(add_section(j, section, out, err));
        }
    }
    return PLIM_OK;
}

/* ---- in words, from the plan ---- */

static const double *curve(const plim_plan *plan, uint32_t s)
{
    return plan->pd + ((size_t)plan->first_row[0] + plan->row_of[s]) * plan->n_years;
}

static void add_pd_words(const job *j, plim_text *out)
{
    const plim_plan *plan = &j->session.plan;
    const double *base = curve(plan, 0), *shocked = curve(plan, 1);
    uint32_t peak = 0;
    for (uint32_t y = 1; y < plan->n_years; y++)
        if (shocked[y] - base[y] > shocked[peak] - base[peak])
            peak = y;
    for (uint32_t y = 0; y < plan->n_years; y++)
        if (shocked[y] == 1 && base[y] < 1) {
            plim_text_format(out, word(j, "It defaults for certain in %d."),
                             plan->first_year + (int)y);
            return;
        }
    if (shocked[peak] > base[peak])
        plim_text_format(out, word(j, "Its annual PD rises most in %d: from %.4g %% to %.4g %%."),
                         plan->first_year + (int)peak, 100 * base[peak], 100 * shocked[peak]);
    else if (memcmp(base, shocked, plan->n_years * sizeof *base) == 0)
        plim_text_add(out, word(j, "Its PD stays what it is."));
    else
        plim_text_add(out, word(j, "Its PD falls in every year or stays what it is."));
}

static void add_words(const job *j, plim_text *out)
{
    const plim_plan *plan = &j->session.plan;
    plim_text_add(out, "\n");
    if (!plan->alive[0])
        plim_text_add(out, word(j, "It is in default already, or has no loan: no scenario moves "
                                   "its PD."));
    else if (!plan->applies[1])
        plim_text_add(out, word(j, "It is outside the scope of the scenario: all stays as in the "
                                   "baseline."));
    else if (plan->fails_at_reference[1])
        plim_text_add(out, word(j, "It is insolvent without any shock: it is counted and keeps its "
                                   "PD."));
    else
        add_pd_words(j, out);
    plim_text_add(out, "\n");
}

/* ---- CSV and JSON ---- */

static const plim_field story_fields[] = {
    {"loan", PLIM_CELL_TEXT, "loan that the value is of; empty: the borrower"},
    {"file", PLIM_CELL_TEXT, "script or library that makes it; empty: book or driver"},
    {"line", PLIM_CELL_INT, "line of it"},
    {"name", PLIM_CELL_TEXT, "name in the script"},
    {"formula", PLIM_CELL_TEXT, "what it is made of"},
    {"unit", PLIM_CELL_TEXT, "unit of the values"},
    {"year", PLIM_CELL_INT, "scenario year"},
    {"reference", PLIM_CELL_NUMBER, "value without the shock; empty: missing"},
    {"value", PLIM_CELL_NUMBER, "value with it"},
};
static const plim_table_spec story_spec = {.name = "try",
                                           .doc = "what a scenario does to one borrower",
                                           .fields = story_fields,
                                           .n_fields = sizeof story_fields / sizeof *story_fields};
enum { LOAN, FILE_, LINE, NAME, FORMULA, UNIT, YEAR, REFERENCE, VALUE };

static plim_status add_row(const job *j, plim_table *table, const plim_story_section *section,
                           const plim_story_line *line, plim_error *err)
{
    const plim_column *ids = plim_frame_find(&j->session.book.loans, "id");
    bool of_loan = section->loan != PLIM_NO_NAME && ids != NULL;
    const char *texts[] = {[LOAN] = of_loan ? plim_column_text(ids, section->loan) : "",
                           [FILE_] = line->file != NULL ? line->file : "",
                           [NAME] = line->name,
                           [FORMULA] = line->text,
                           [UNIT] = line->unit};
    for (uint32_t y = 0; y < j->story.n_years; y++) {
        if (!wants_year(j, y))
            continue;
        PLIM_TRY(plim_table_add_row(table, err));
        for (size_t f = LOAN; f <= UNIT; f++)
            if (f != LINE)
                PLIM_TRY(plim_table_set_text(table, f, texts[f], err));
        if (line->file != NULL)
            plim_table_set_int(table, LINE, line->line);
        plim_table_set_int(table, YEAR, j->story.first_year + (int64_t)y);
        plim_table_set_number(table, REFERENCE, line->reference[y]);
        plim_table_set_number(table, VALUE, line->value[y]);
    }
    return PLIM_OK;
}

static plim_status add_table(const job *j, plim_text *out, plim_error *err)
{
    plim_table table = {0};
    plim_status status = plim_table_init(&table, &story_spec, err);
    for (size_t i = 0; i < j->story.count; i++)
        for (size_t l = 0; l < j->story.sections[i].count && status == PLIM_OK; l++)
            status = add_row(j, &table, &j->story.sections[i], &j->story.sections[i].lines[l], err);
    if (status == PLIM_OK)
        status = plim_report_table(out, &table, plim_cli_format(j->cli, j->format), j->cli->lang,
                                   j->session.book.currency, 0, err);
    plim_table_free(&table);
    return status;
}

/* ---- the command ---- */

static plim_status check_year(const job *j, plim_error *err)
{
    int last = j->story.first_year + (int)j->story.n_years - 1;
    if (j->year == 0 || (j->year >= j->story.first_year && j->year <= last))
        return PLIM_OK;
    return plim_fail(err, PLIM_USAGE,
                     "option --year: %d is not a year of the scenario; accepted: "
                     "%d to %d",
                     j->year, j->story.first_year, last);
}

/* The story is told even if it ends in a fault: that is when it is wanted. */
static plim_status tell(job *j, plim_text *out, plim_error *err)
{
    plim_session *session = &j->session;
    bool text = plim_cli_format(j->cli, j->format) == PLIM_FORMAT_TEXT;
    PLIM_TRY(plim_session_open(session, j->books.word, j->books.count, err));
    plim_cli_say_unfiltered(j->cli, session->sources, session->n_sources);
    PLIM_TRY(plim_session_trace(session, &j->scripts, err));
    PLIM_TRY(plim_session_load_one(session, j->borrower, err));
    PLIM_TRY(plim_story_make(&j->story, &session->program, &session->book, 0, 0, err));
    PLIM_TRY(check_year(j, err));
    PLIM_TRY(text ? add_story(j, out, err) : add_table(j, out, err));
    plim_status status = plim_session_bind(session, err);
    if (status == PLIM_OK && text)
        add_words(j, out);
    return status;
}

static plim_status work(job *j, plim_error *err)
{
    plim_text out = {0};
    plim_error printing = {PLIM_OK, ""};
    plim_status status = tell(j, &out, err);
    if (status == PLIM_OK && out.failed)
        status = plim_fail_memory(err, "the story of a borrower");
    plim_status printed = out.length > 0 ? plim_cli_print(&out, &printing) : PLIM_OK;
    if (status == PLIM_OK && printed != PLIM_OK)
        status = plim_fail(err, printed, "%s", printing.message);
    plim_text_free(&out);
    plim_story_free(&j->story);
    plim_session_free(&j->session);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    job j = {.cli = cli, .format = -1};
    const char *lib = NULL;
    const plim_option options[] = {
        {"book", 'b', PLIM_OPTION_TEXTS, &j.books, "FILE", NULL, 0, 0,
         "loan book; may be given more than once"},
        {"borrower", 0, PLIM_OPTION_TEXT, &j.borrower, "ID", NULL, 0, 0, "whose values are shown"},
        {"year", 0, PLIM_OPTION_INT, &j.year, "YEAR", NULL, 1, 9999,
         "this year alone (default: all years of the scenario)"},
        {"model", 0, PLIM_OPTION_TEXT, &j.scripts.model, "FILE", NULL, 0, 0,
         "portfolio model (default: the library's model.lua)"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        {"format", 'f', PLIM_OPTION_CHOICE, &j.format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
        PLIM_TRUSTED_OPTION(&j.session.trusted),
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_scenario_try, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &j.files, err));
    if (j.files.count != 1 || j.books.count == 0 || j.borrower == NULL)
        return plim_fail(err, PLIM_USAGE,
                         "one scenario, a book and a borrower are needed: plimsoll scenario try "
                         "FILE.lua --book FILE --borrower ID");
    PLIM_TRY(plim_cli_library(cli, lib, &j.scripts.loader.lib_dir, err));
    j.scripts.scenarios = j.files.word;
    j.scripts.n_scenarios = 1;
    return work(&j, err);
}

const plim_command plim_command_scenario_try = {
    .name = "scenario try",
    .usage = "FILE.lua --book FILE --borrower ID [--year YEAR]",
    .doc = "Shows every value of a scenario for one borrower, year by year",
    .details =
        "The analyst's debugger: what the script computes on each of its lines, without the\n"
        "shock and with it, and in words what comes of it. The rest of the book is not read.\n",
    .run = run,
};
