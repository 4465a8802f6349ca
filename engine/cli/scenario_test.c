#include "cli/command.h"

#include <string.h>

#include "plan/schema.h"
#include "script/script.h"

/* What has been told so far. */
typedef struct job {
    const plim_cli *cli;
    plim_text out;
    size_t passed, failed;
} job;

static void on_done(void *user, const char *name, const char *fault)
{
    job *j = user;
    const char *lang_ok = plim_report_word("passed", j->cli->lang);
    const char *lang_bad = plim_report_word("FAILED", j->cli->lang);
    plim_text_format(&j->out, "%s  %s\n", fault == NULL ? lang_ok : lang_bad, name);
    if (fault != NULL) {
        plim_text_add(&j->out, "        ");
        for (const char *c = fault; *c != '\0'; c++) {
            plim_text_add_bytes(&j->out, c, 1);
            if (*c == '\n')
                plim_text_add(&j->out, "        ");
        }
        plim_text_add(&j->out, "\n");
    }
    j->passed += fault == NULL;
    j->failed += fault != NULL;
}

static plim_status test_file(job *j, const char *path, const char *lib_dir, plim_error *err)
{
    plim_schema schema = {0};
    plim_script_loader loader = {.lib_dir = lib_dir};
    plim_test_watch watch = {.user = j, .done = on_done};
    PLIM_TRY(plim_schema_make(&schema, NULL, err));
    plim_text_format(&j->out, "%s\n", path);
    plim_status status = plim_script_test(path, &schema, &loader, &watch, err);
    plim_schema_free(&schema);
    return status;
}

static plim_status finish(job *j, plim_status status, plim_error *err)
{
    plim_error printing = {PLIM_OK, ""};
    if (j->passed + j->failed > 0) {
        plim_text_format(&j->out, plim_report_word("%zu passed, %zu failed", j->cli->lang),
                         j->passed, j->failed);
        plim_text_add(&j->out, "\n");
    }
    if (status == PLIM_OK && j->out.failed)
        status = plim_fail_memory(err, "the tests of a script");
    plim_status printed = j->passed + j->failed > 0 ? plim_cli_print(&j->out, &printing) : PLIM_OK;
    if (status == PLIM_OK && printed != PLIM_OK)
        status = plim_fail(err, printed, "%s", printing.message);
    if (status == PLIM_OK && j->failed > 0)
        status =
            plim_fail(err, PLIM_INPUT, "%zu of %zu tests failed", j->failed, j->passed + j->failed);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *lib = NULL, *lib_dir = NULL;
    job j = {.cli = cli};
    const plim_option options[] = {
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
    };
    size_t n = sizeof options / sizeof *options;
    plim_words files = {.count = 0};
    if (plim_command_help(&plim_command_scenario_test, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &files, err));
    if (files.count == 0)
        return plim_fail(err, PLIM_USAGE, "no script given: plimsoll scenario test FILE.lua");
    PLIM_TRY(plim_cli_library(cli, lib, &lib_dir, err));
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < files.count && status == PLIM_OK; i++)
        status = test_file(&j, files.word[i], lib_dir, err);
    status = finish(&j, status, err);
    plim_text_free(&j.out);
    return status;
}

const plim_command plim_command_scenario_test = {
    .name = "scenario test",
    .usage = "FILE.lua ...",
    .doc = "Runs the functions test_* of a script or a library",
    .details =
        "Formulas work on plain numbers there; the library `check` has near, equal, holds and a\n"
        "firm made of numbers. `run` does not mind the tests. Exit code 3 when any fails.\n",
    .run = run,
};
