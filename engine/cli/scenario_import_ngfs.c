#include "cli/command.h"

#include <string.h>

#include "run/ngfs.h"

enum { LISTED = 40 };

#define SAY(key) plim_report_word(key, cli->lang)

/* ---- what is in the file ---- */

/* The names on an axis that the chosen rows have, and how we write them. */
static plim_status used_names(const plim_ngfs *ngfs, plim_ngfs_axis axis, plim_names *out,
                              plim_error *err)
{
    const plim_ngfs_names *names = &ngfs->axis[axis];
    for (size_t s = 0; s < ngfs->n_series; s++) {
        const plim_series_rows *rows = &ngfs->series[s].rows;
        for (size_t i = 0; names->column != PLIM_NO_COLUMN && i < rows->count; i++)
            PLIM_TRY(plim_names_add(out, plim_series_cell(&ngfs->file, rows->row[i], names->column),
                                    NULL, err));
    }
    return PLIM_OK;
}

/* " [US$2010/t CO2, %]": the units of a variable. */
static void add_units(const plim_ngfs *ngfs, const char *variable, plim_text *out)
{
    const char *shown[4];
    size_t n = 0;
    for (size_t s = 0; s < ngfs->n_series && n < 4; s++) {
        const plim_ngfs_series *series = &ngfs->series[s];
        bool known = strcmp(series->name[PLIM_NGFS_VARIABLE], variable) != 0;
        for (size_t i = 0; i < n && !known; i++)
            known = strcmp(shown[i], series->unit) == 0;
        if (!known)
            shown[n++] = series->unit;
    }
    for (size_t i = 0; i < n; i++)
        plim_text_format(out, "%s%s", i ? ", " : "  [", shown[i]);
    if (n > 0)
        plim_text_add(out, "]");
}

static plim_status add_axis(const plim_cli *cli, const plim_ngfs *ngfs, plim_ngfs_axis axis,
                            plim_text *out, plim_error *err)
{
    static const char *const headings[] = {"models", "scenarios", "regions", "variables"};
    const plim_ngfs_names *names = &ngfs->axis[axis];
    plim_names used = {0};
    plim_status status = used_names(ngfs, axis, &used, err);
    plim_text_format(out, "%s (%zu)\n", SAY(headings[axis]), used.count);
    for (size_t i = 0; i < used.count && i < LISTED; i++) {
        const char *own = names->own[plim_names_find(&names->source, used.text[i])];
        plim_text_format(out, "  %s", used.text[i]);
        if (strcmp(own, used.text[i]) != 0)
            plim_text_format(out, "  = %s", own);
        if (axis == PLIM_NGFS_VARIABLE)
            add_units(ngfs, used.text[i], out);
        plim_text_add(out, "\n");
    }
    if (used.count > LISTED) {
        plim_text_add(out, "  ");
        plim_text_format(out, SAY("... %zu more"), used.count - LISTED);
        plim_text_add(out, "\n");
    }
    plim_names_free(&used);
    return status;
}

static void add_left_out(const plim_cli *cli, const plim_ngfs *ngfs, plim_text *out)
{
    if (ngfs->left_out.count == 0)
        return;
    plim_text_format(out,
                     SAY("left out, since they carry the Kotz-Wenz warning; --variable NAME "
                         "imports one (%zu)"),
                     ngfs->left_out.count);
    plim_text_add(out, "\n");
    for (size_t i = 0; i < ngfs->left_out.count && i < LISTED; i++)
        plim_text_format(out, "  %s\n", ngfs->left_out.text[i]);
    if (ngfs->left_out.count > LISTED) {
        plim_text_add(out, "  ");
        plim_text_format(out, SAY("... %zu more"), ngfs->left_out.count - LISTED);
        plim_text_add(out, "\n");
    }
}

static void add_heading(const plim_cli *cli, const plim_ngfs *ngfs, plim_text *out)
{
    plim_text_format(out, SAY("%s: %s, %zu rows, years %d to %d; pathways chosen: %zu"),
                     ngfs->file.path, SAY(ngfs->file.wide ? "a row a pathway" : "a row a value"),
                     ngfs->file.csv.n_rows, ngfs->first_year, ngfs->last_year, ngfs->n_series);
    plim_text_add(out, "\n");
}

static plim_status list(const plim_cli *cli, const plim_ngfs *ngfs, plim_text *out, plim_error *err)
{
    add_heading(cli, ngfs, out);
    for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++)
        PLIM_TRY(add_axis(cli, ngfs, axis, out, err));
    add_left_out(cli, ngfs, out);
    return PLIM_OK;
}

/* ---- what is imported ---- */

static void add_edges(const plim_cli *cli, const plim_series *points,
                      const plim_ngfs_config *config, plim_text *out)
{
    int first = points->year[0], last = points->year[points->count - 1];
    if (config->first_year != 0 && first > config->first_year) {
        plim_text_format(out, SAY("    its first point is %d: constant before"), first);
        plim_text_add(out, "\n");
    }
    if (config->first_year != 0 && last < config->last_year) {
        plim_text_format(out, SAY("    its last point is %d: constant from there"), last);
        plim_text_add(out, "\n");
    }
}

static void add_series(const plim_cli *cli, const plim_ngfs_series *series,
                       const plim_ngfs_config *config, plim_text *out)
{
    const plim_series *points = &series->points;
    const plim_ngfs_conversion *conversion = &series->conversion;
    for (plim_ngfs_axis axis = 0; axis < PLIM_NGFS_AXES; axis++)
        plim_text_format(out, "%s%s", axis ? " / " : "  ",
                         *series->name[axis] ? series->name[axis] : "-");
    plim_text_add(out, ": ");
    plim_text_format(out, SAY("%zu points, %d to %d, %s"), points->count, points->year[0],
                     points->year[points->count - 1],
                     conversion->unit ? conversion->unit : series->unit);
    plim_text_add(out, "\n");
    add_edges(cli, points, config, out);
    if (series->warning) {
        plim_text_add(out, "    ");
        plim_text_format(out, SAY("warning: %s"),
                         cli->lang == PLIM_LANG_ZH ? series->warning_zh : series->warning);
        plim_text_add(out, "\n");
    }
}

/* Each conversion once, and units that stay although the language doesn't know them. */
static plim_status add_conversions(const plim_cli *cli, const plim_ngfs *ngfs, plim_text *out,
                                   plim_error *err)
{
    plim_names said = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < ngfs->n_series && status == PLIM_OK; i++) {
        const plim_ngfs_series *series = &ngfs->series[i];
        const plim_ngfs_conversion *conversion = &series->conversion;
        const char *way = cli->lang == PLIM_LANG_ZH ? conversion->zh : conversion->en;
        plim_text line = {0};
        if (way)
            plim_text_format(&line, SAY("  %s becomes %s: %s"), series->unit, conversion->unit,
                             way);
        else if (conversion->money)
            plim_text_format(&line, SAY("  %s stays: --price-year YEAR converts it"), series->unit);
        else if (*series->unit)
            plim_text_format(&line, SAY("  %s stays: no conversion is known"), series->unit);
        if (line.length > 0 && plim_names_find(&said, plim_text_get(&line)) == PLIM_NO_NAME) {
            plim_text_format(out, "%s\n", plim_text_get(&line));
            status = plim_names_add(&said, plim_text_get(&line), NULL, err);
        }
        plim_text_free(&line);
    }
    plim_names_free(&said);
    return status;
}

static plim_status describe(const plim_cli *cli, const plim_ngfs *ngfs,
                            const plim_ngfs_config *config, plim_text *out, plim_error *err)
{
    add_heading(cli, ngfs, out);
    for (size_t i = 0; i < ngfs->n_series && i < LISTED; i++)
        add_series(cli, &ngfs->series[i], config, out);
    if (ngfs->n_series > LISTED) {
        plim_text_add(out, "  ");
        plim_text_format(out, SAY("... %zu more"), ngfs->n_series - LISTED);
        plim_text_add(out, "\n");
    }
    PLIM_TRY(add_conversions(cli, ngfs, out, err));
    if (ngfs->n_duplicates > 0) {
        plim_text_format(out, SAY("  %zu values stand there twice and are equal: taken once"),
                         ngfs->n_duplicates);
        plim_text_add(out, "\n");
    }
    add_left_out(cli, ngfs, out);
    return PLIM_OK;
}

/* ---- writing ---- */

static plim_status write_out(plim_cli *cli, const plim_ngfs *ngfs, const plim_ngfs_config *config,
                             const char *path, plim_error *err)
{
    plim_text csv = {0};
    plim_status status = plim_ngfs_compose(ngfs, config, &csv, err);
    if (status == PLIM_OK)
        status = plim_cli_write_csv(cli, path, &csv, err);
    plim_text_free(&csv);
    return status;
}

/* What would be written is described when a file is given or anything that concerns values. */
static plim_status work(plim_cli *cli, const plim_ngfs_config *config, const char *out,
                        plim_error *err)
{
    plim_ngfs ngfs = {0};
    plim_text text = {0};
    bool values = out || config->price_year != 0 || config->first_year != 0;
    plim_status status = plim_ngfs_open(&ngfs, config, err);
    if (status == PLIM_OK && values)
        status = plim_ngfs_read(&ngfs, config, err);
    if (status == PLIM_OK)
        status = values ? describe(cli, &ngfs, config, &text, err) : list(cli, &ngfs, &text, err);
    if (status == PLIM_OK && text.failed)
        status = plim_fail_memory(err, "what is imported");
    if (status == PLIM_OK && out)
        status = write_out(cli, &ngfs, config, out, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_ngfs_free(&ngfs);
    return status;
}

/* ---- the command line ---- */

static plim_status parse_years(const char *text, plim_ngfs_config *config, plim_error *err)
{
    char first[16] = "";
    const char *dash = text ? strchr(text, '-') : NULL;
    if (!text)
        return PLIM_OK;
    if (dash && dash - text < (long)sizeof first)
        memcpy(first, text, (size_t)(dash - text));
    config->first_year = plim_series_year(first);
    config->last_year = dash ? plim_series_year(dash + 1) : 0;
    if (config->first_year == 0 || config->last_year < config->first_year)
        return plim_fail(err, PLIM_USAGE,
                         "option --years: '%s' is not a first and a last year such as 2026-2035",
                         text);
    return PLIM_OK;
}

static plim_status check_words(const plim_words *words, plim_error *err)
{
    if (words->count != 1)
        return plim_fail(err, PLIM_USAGE,
                         "one file is imported at a time: plimsoll scenario import ngfs FILE.csv");
    return PLIM_OK;
}

static plim_status start(plim_cli *cli, plim_ngfs_config *config, const plim_words *words,
                         const char *out, plim_error *err)
{
    PLIM_TRY(check_words(words, err));
    config->path = words->word[0];
    PLIM_TRY(plim_cli_library(cli, config->lib_dir, &config->lib_dir, err));
    if (out)
        PLIM_TRY(plim_cli_check_csv(cli, out, plim_ngfs_header, err));
    return work(cli, config, out, err);
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_ngfs_config config = {.currency = NULL};
    plim_words words = {.count = 0}, axis[PLIM_NGFS_AXES] = {{.count = 0}};
    const char *years = NULL, *out = NULL;
    const plim_option options[] = {
        {"scenario", 0, PLIM_OPTION_TEXTS, &axis[PLIM_NGFS_SCENARIO], "NAME", NULL, 0, 0,
         "this scenario; like the next three, may be given more than once"},
        {"region", 0, PLIM_OPTION_TEXTS, &axis[PLIM_NGFS_REGION], "NAME", NULL, 0, 0,
         "this region"},
        {"variable", 0, PLIM_OPTION_TEXTS, &axis[PLIM_NGFS_VARIABLE], "NAME", NULL, 0, 0,
         "this variable"},
        {"model", 0, PLIM_OPTION_TEXTS, &axis[PLIM_NGFS_MODEL], "NAME", NULL, 0, 0,
         "of this model"},
        {"years", 0, PLIM_OPTION_TEXT, &years, "A-B", NULL, 0, 0,
         "points of these years and the next one on either side"},
        {"price-year", 0, PLIM_OPTION_INT, &config.price_year, "YEAR", NULL, PLIM_SERIES_FIRST_YEAR,
         PLIM_SERIES_LAST_YEAR, "money becomes money of this year; the conversion is printed"},
        {"to", 0, PLIM_OPTION_TEXT, &config.currency, "CODE", NULL, 0, 0,
         "currency that it becomes (default CNY)"},
        {"year-column", 0, PLIM_OPTION_TEXT, &config.form.year, "NAME", NULL, 0, 0,
         "column of years of a file with a row a value (default year)"},
        {"value-column", 0, PLIM_OPTION_TEXT, &config.form.value, "NAME", NULL, 0, 0,
         "its column of values (default value)"},
        {"lib", 0, PLIM_OPTION_TEXT, &config.lib_dir, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        {"out", 'o', PLIM_OPTION_TEXT, &out, "FILE.csv", NULL, 0, 0,
         "file to write; without it nothing is written, and what there is to choose from is "
         "listed"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_import_ngfs, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &words, err));
    PLIM_TRY(parse_years(years, &config, err));
    if (config.currency && config.price_year == 0)
        return plim_fail(err, PLIM_USAGE,
                         "option --to: money can't be converted without a year; add --price-year");
    config.currency = config.currency ? config.currency : "CNY";
    for (size_t i = 0; i < PLIM_NGFS_AXES; i++) {
        config.wanted[i] = axis[i].word;
        config.n_wanted[i] = axis[i].count;
    }
    return start(cli, &config, &words, out, err);
}

const plim_command plim_import_ngfs = {
    .name = "scenario import ngfs",
    .usage = "FILE.csv [--scenario NAME] [--region NAME] [--variable NAME] [-o OUT.csv]",
    .doc = "Takes pathways out of a scenario database's CSV file",
    .details =
        "FILE.csv has the columns Model, Scenario, Region, Variable, Unit and one a year, or a row "
        "a value.\n"
        "Names of files of NGFS are matched by the rules in scenarios/lib/ngfs.lua. Variables that "
        "rest on\n"
        "the disputed damage function of Kotz, Levermann and Wenz are left out unless --variable "
        "names them.\n"
        "A script reads what is written with pathway { csv = \"OUT.csv\", where = { ... } }.\n",
    .run = run,
};
