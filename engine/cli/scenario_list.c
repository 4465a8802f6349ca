#include "cli/command.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/session.h"

static const plim_field list_fields[] = {
    {"scenario", PLIM_CELL_TEXT, "name of the scenario"},
    {"title", PLIM_CELL_TEXT, "what it is about"},
    {"first_year", PLIM_CELL_INT, "first year"},
    {"last_year", PLIM_CELL_INT, "last year"},
    {"drivers", PLIM_CELL_INT, "number of drivers"},
    {"file", PLIM_CELL_TEXT, "script"},
    {"note", PLIM_CELL_TEXT, "first fault, where the script has any"},
};
static const plim_table_spec list_spec = {.name = "scenarios",
                                          .doc = "scenarios of a folder",
                                          .fields = list_fields,
                                          .n_fields = sizeof list_fields / sizeof *list_fields};
enum { NAME, TITLE, FIRST_YEAR, LAST_YEAR, DRIVERS, FILE_, NOTE };

/* ---- one script ---- */

static plim_status fill_row(plim_table *table, const plim_cli *cli, const plim_scenario *scenario,
                            plim_error *err)
{
    const char *title = cli->lang == PLIM_LANG_ZH ? scenario->title_zh : scenario->title_en;
    PLIM_TRY(plim_table_set_text(table, NAME, scenario->name, err));
    PLIM_TRY(plim_table_set_text(table, TITLE, title, err));
    plim_table_set_int(table, FIRST_YEAR, scenario->first_year);
    plim_table_set_int(table, LAST_YEAR, scenario->last_year);
    plim_table_set_int(table, DRIVERS, (int64_t)scenario->n_drivers);
    return PLIM_OK;
}

static plim_status add_script(plim_table *table, const plim_cli *cli, const char *lib_dir,
                              const char *path, plim_error *err)
{
    plim_session session = {0};
    plim_session_scripts scripts = {
        .scenarios = &path, .n_scenarios = 1, .loader = {.lib_dir = lib_dir}};
    plim_error fault = {PLIM_OK, ""};
    PLIM_TRY(plim_table_add_row(table, err));
    plim_status status = plim_table_set_text(table, FILE_, path, err);
    if (status == PLIM_OK && plim_session_trace(&session, &scripts, &fault) == PLIM_OK) {
        status = fill_row(table, cli, &session.program.scenarios[0], err);
    } else if (status == PLIM_OK && fault.status == PLIM_INPUT) {
        fault.message[strcspn(fault.message, "\n")] = '\0';
        status = plim_table_set_text(table, NOTE, fault.message, err);
    } else if (status == PLIM_OK) {
        status = plim_fail(err, fault.status, "%s", fault.message);
    }
    plim_session_free(&session);
    return status;
}

/* ---- a folder ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_script(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && name[0] != '.' && strcmp(name + length - 4, ".lua") == 0;
}

static plim_status list_folder(plim_names *out, const char *folder, plim_error *err)
{
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return plim_fail(err, PLIM_INPUT, "%s: can't be read: %s", folder, strerror(errno));
    plim_status status = PLIM_OK;
    for (struct dirent *entry; status == PLIM_OK && (entry = readdir(listing)) != NULL;) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (is_script(entry->d_name) && length > 0 && (size_t)length < sizeof path)
            status = plim_names_add(out, path, NULL, err);
    }
    (void)closedir(listing);
    return status;
}

static plim_status add_folder(plim_table *table, const plim_cli *cli, const char *lib_dir,
                              const char *folder, plim_error *err)
{
    plim_names files = {0};
    plim_status status = list_folder(&files, folder, err);
    char **sorted = plim_alloc(files.count, sizeof *sorted);
    if (status == PLIM_OK && sorted == NULL)
        status = plim_fail_memory(err, folder);
    for (size_t i = 0; i < files.count && sorted != NULL; i++)
        sorted[i] = files.text[i];
    if (status == PLIM_OK)
        qsort(sorted, files.count, sizeof *sorted, by_name);
    for (size_t i = 0; i < files.count && status == PLIM_OK; i++)
        status = add_script(table, cli, lib_dir, sorted[i], err);
    plim_free(sorted);
    plim_names_free(&files);
    return status;
}

/* Folders that were named, or that of the scenarios that came along. */
static plim_status fill(plim_table *table, const plim_cli *cli, const char *lib_dir,
                        const plim_words *folders, plim_error *err)
{
    char shipped[4096];
    const char *slash = strrchr(lib_dir, '/');
    snprintf(shipped, sizeof shipped, "%.*s", slash != NULL ? (int)(slash - lib_dir) : 1,
             slash != NULL ? lib_dir : ".");
    PLIM_TRY(plim_table_init(table, &list_spec, err));
    if (folders->count == 0)
        return add_folder(table, cli, lib_dir, shipped, err);
    for (size_t i = 0; i < folders->count; i++)
        PLIM_TRY(add_folder(table, cli, lib_dir, folders->word[i], err));
    return PLIM_OK;
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
    plim_words folders = {.count = 0};
    if (plim_command_help(&plim_command_scenario_list, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &folders, err));
    PLIM_TRY(plim_cli_library(cli, lib, &lib_dir, err));
    plim_table table = {0};
    plim_text text = {0};
    plim_status status = fill(&table, cli, lib_dir, &folders, err);
    if (status == PLIM_OK)
        status =
            plim_report_table(&text, &table, plim_cli_format(cli, format), cli->lang, "", 0, err);
    if (status == PLIM_OK)
        status = plim_cli_print(&text, err);
    plim_text_free(&text);
    plim_table_free(&table);
    return status;
}

const plim_command plim_command_scenario_list = {
    .name = "scenario list",
    .usage = "[FOLDER ...] [--format text|csv|json]",
    .doc = "Lists the scenarios that came along, or those of a folder",
    .details =
        "A script with faults is listed with the first of them; `scenario check` gives all.\n",
    .run = run,
};
