#include "cli/command.h"

#include <stdio.h>

#include "run/session.h"
#include "scenario/compare.h"

static const plim_field diff_fields[] = {
    {"what", PLIM_CELL_TEXT, "what differs"},
    {"first_year", PLIM_CELL_INT, "first year in which it shows; empty: no matter of years"},
    {"last_year", PLIM_CELL_INT, "last such year in a row"},
    {"left", PLIM_CELL_TEXT,
     "what the first scenario says; of a formula the smallest part that differs"},
    {"left_line", PLIM_CELL_INT, "line that makes it"},
    {"right", PLIM_CELL_TEXT, "what the second scenario says"},
    {"right_line", PLIM_CELL_INT, "line that makes it"},
};
static const plim_table_spec diff_spec = {.name = "diff",
                                          .doc = "differences between two scenarios",
                                          .fields = diff_fields,
                                          .n_fields = sizeof diff_fields / sizeof *diff_fields};
enum { WHAT, FIRST_YEAR, LAST_YEAR, LEFT, LEFT_LINE, RIGHT, RIGHT_LINE };

static plim_status fill(plim_table *table, const plim_differences *differences, plim_error *err)
{
    PLIM_TRY(plim_table_init(table, &diff_spec, err));
    for (size_t i = 0; i < differences->count; i++) {
        const plim_difference *d = &differences->list[i];
        PLIM_TRY(plim_table_add_row(table, err));
        PLIM_TRY(plim_table_set_text(table, WHAT, d->what, err));
        PLIM_TRY(plim_table_set_text(table, LEFT, d->left, err));
        PLIM_TRY(plim_table_set_text(table, RIGHT, d->right, err));
        if (d->first_year > 0) {
            plim_table_set_int(table, FIRST_YEAR, d->first_year);
            plim_table_set_int(table, LAST_YEAR, d->last_year);
        }
        if (d->left_line > 0)
            plim_table_set_int(table, LEFT_LINE, d->left_line);
        if (d->right_line > 0)
            plim_table_set_int(table, RIGHT_LINE, d->right_line);
    }
    return PLIM_OK;
}

static plim_status print(const plim_cli *cli, const plim_differences *differences, int format,
                         plim_error *err)
{
    plim_table table = {0};
    plim_text text = {0};
    plim_format form = plim_cli_format(cli, format);
    plim_status status = fill(&table, differences, err);
    if (status == PLIM_OK && form == PLIM_FORMAT_TEXT && differences->count == 0) {
        plim_text_add(&text, plim_report_word("No difference in meaning.", cli->lang));
        plim_text_add(&text, "\n");
    } else if (status == PLIM_OK) {
        status = plim_report_table(&text, &table, form, cli->lang, "", 0, err);
    }
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_table_free(&table);
    return status;
}

static plim_status work(const plim_cli *cli, const char *lib_dir, const plim_words *files,
                        int format, plim_error *err)
{
    plim_session session[2] = {{0}, {0}};
    plim_differences differences = {0};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < 2 && status == PLIM_OK; i++) {
        plim_session_scripts scripts = {
            .scenarios = &files->word[i], .n_scenarios = 1, .loader = {.lib_dir = lib_dir}};
        status = plim_session_trace(&session[i], &scripts, err);
    }
    if (status == PLIM_OK)
        status = plim_compare(&differences, &session[0].program, &session[1].program, err);
    if (status == PLIM_OK)
        status = print(cli, &differences, format, err);
    plim_differences_free(&differences);
    plim_session_free(&session[0]);
    plim_session_free(&session[1]);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *lib = NULL, *lib_dir = NULL;
    int format = -1;
    const plim_option options[] = {
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
        {"format", 'f', PLIM_OPTION_CHOICE, &format, NULL, PLIM_FORMAT_CHOICES, 0, 0,
         "default: text on a terminal, else csv"},
    };
    size_t n = sizeof options / sizeof *options;
    plim_words files = {.count = 0};
    if (plim_command_help(&plim_command_scenario_diff, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    if (files.count != 2)
        return plim_fail(err, PLIM_USAGE,
                         "two scenarios are compared: plimsoll scenario diff A.lua B.lua");
    PLIM_TRY(plim_cli_library(cli, lib, &lib_dir, err));
    return work(cli, lib_dir, &files, format, err);
}

const plim_command plim_command_scenario_diff = {
    .name = "scenario diff",
    .usage = "A.lua B.lua [--format text|csv|json]",
    .doc = "Says in what two scenarios differ: drivers, scope, formulas, damages, columns",
    .details = "What is compared is what they mean: comments, layout and names of local variables\n"
               "make no difference. Of a formula the smallest part that differs is shown,\n"
               "of a hazard the first events and places that do.\n",
    .run = run,
};
