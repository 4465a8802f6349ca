#include "cli/command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/log.h"
#include "report/stubs.h"

#define STUBS "/.plimsoll/plimsoll.lua"
#define LUARC "/.luarc.json"

/* Settings that someone else has written are not ours to replace. */
static plim_status check_settings(const char *path, plim_error *err)
{
    struct stat info;
    char *text = NULL;
    size_t length = 0;
    if (lstat(path, &info) != 0)
        return PLIM_OK;
    PLIM_TRY(plim_file_read(path, 1 << 20, &text, &length, err));
    bool ours = strstr(text, PLIM_LUARC_MARK) != NULL;
    plim_free(text);
    return ours ? PLIM_OK
                : plim_fail(err, PLIM_USAGE,
                            "%s: stands there already and is not ours, so it is not replaced; "
                            "accepted: a folder without one, or add \".plimsoll\" to its "
                            "workspace.library",
                            path);
}

static plim_status write_text(plim_cli *cli, const char *path, plim_text *text, plim_error *err)
{
    if (text->failed)
        return plim_fail_memory(err, path);
    plim_cli_publishing(cli, 1);
    plim_status status = plim_file_write(path, text->data, text->length, err);
    plim_cli_publishing(cli, 0);
    if (status != PLIM_OK)
        return status;
    char message[4200];
    snprintf(message, sizeof message, plim_report_word("wrote %s", cli->lang), path);
    plim_cli_message(cli, 0, message);
    return PLIM_OK;
}

static plim_status write_all(plim_cli *cli, const char *folder, const char *lib_dir,
                             plim_error *err)
{
    char stubs[4096], luarc[4096];
    if ((size_t)snprintf(stubs, sizeof stubs, "%s" STUBS, folder) >= sizeof stubs)
        return plim_fail(err, PLIM_USAGE, "%s: the name of the folder is too long", folder);
    snprintf(luarc, sizeof luarc, "%s" LUARC, folder);
    PLIM_TRY(check_settings(luarc, err));
    plim_text text = {0}, settings = {0};
    plim_report_stubs(&text);
    plim_report_luarc(&settings, ".plimsoll", lib_dir);
    plim_status status = write_text(cli, stubs, &text, err);
    if (status == PLIM_OK)
        status = write_text(cli, luarc, &settings, err);
    plim_text_free(&text);
    plim_text_free(&settings);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *lib = NULL, *lib_dir = NULL;
    const plim_option options[] = {
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
    };
    size_t n = sizeof options / sizeof *options;
    plim_words rest = {.count = 0};
    if (plim_command_help(&plim_command_scenario_stubs, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count > 1)
        return plim_fail(err, PLIM_USAGE, "one folder is enough: plimsoll scenario stubs [FOLDER]");
    PLIM_TRY(plim_cli_library(cli, lib, &lib_dir, err));
    return write_all(cli, rest.count == 1 ? rest.word[0] : ".", lib_dir, err);
}

const plim_command plim_command_scenario_stubs = {
    .name = "scenario stubs",
    .usage = "[FOLDER]",
    .doc = "Tells an editor the names, units and meaning of all that a script may use",
    .details = "Writes .plimsoll/plimsoll.lua and .luarc.json for the Lua language server, which\n"
               "editors such as VS Code and Neovim ask. Run it again after an update.\n",
    .run = run,
};
