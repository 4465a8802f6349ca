#include "cli/command.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/log.h"

#define PLACEHOLDER "@NAME@"
#define MOST_BYTES  (1 << 20)

static plim_status check_name(const char *name, plim_error *err)
{
    bool good = name[0] != '\0' && strlen(name) <= 64 && strcmp(name, "baseline") != 0;
    for (const char *c = name; *c != '\0' && good; c++)
        good = isalnum((unsigned char)*c) || *c == '_';
    if (good)
        return PLIM_OK;
    return plim_fail(
        err, PLIM_USAGE,
        "'%s' is no name for a scenario; accepted: up to 64 letters, digits and _, and "
        "not baseline",
        name);
}

static bool exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* ---- where the text comes from ---- */

/* The folder that holds the library: that of the shipped scenarios and the templates. */
static void shipped_path(const char *lib_dir, const char *file, char out[4096])
{
    const char *slash = strrchr(lib_dir, '/');
    snprintf(out, 4096, "%.*s/%s", slash != NULL ? (int)(slash - lib_dir) : 1,
             slash != NULL ? lib_dir : ".", file);
}

/* templates/NAME.LANGUAGE.lua; false if there is none. */
static bool template_path(const plim_cli *cli, const char *lib_dir, const char *name,
                          char out[4096])
{
    char file[256];
    int length = snprintf(file, sizeof file, "templates/%s.%s.lua", name,
                          cli->lang == PLIM_LANG_ZH ? "zh" : "en");
    shipped_path(lib_dir, file, out);
    return (size_t)length < sizeof file && exists(out);
}

static bool is_plain_name(const char *from)
{
    return strchr(from, '/') == NULL && strstr(from, ".lua") == NULL;
}

/* NAME.lua among the shipped scenarios for a plain name, else the path itself. */
static void source_path(const char *lib_dir, const char *from, char out[4096])
{
    char file[256];
    if (is_plain_name(from) && strlen(from) < sizeof file - sizeof ".lua") {
        snprintf(file, sizeof file, "%s.lua", from);
        shipped_path(lib_dir, file, out);
    } else {
        snprintf(out, 4096, "%s", from);
    }
}

/* ---- the new text ---- */

static void fill_template(plim_text *out, const char *text, const char *name)
{
    for (const char *at; (at = strstr(text, PLACEHOLDER)) != NULL;
         text = at + strlen(PLACEHOLDER)) {
        plim_text_add_bytes(out, text, (size_t)(at - text));
        plim_text_add(out, name);
    }
    plim_text_add(out, text);
}

/* The quotes around the name in the first line that reads `name = "..."`; false if there is none.
 */
static bool find_name(const char *text, const char **open, const char **close)
{
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *at = line + strspn(line, " \t");
        if (strncmp(at, "name", 4) != 0)
            continue;
        at += 4 + strspn(at + 4, " \t");
        if (*at != '=')
            continue;
        at += 1 + strspn(at + 1, " \t");
        *open = at;
        *close = *at == '"' || *at == '\'' ? strchr(at + 1, *at) : NULL;
        if (*close != NULL)
            return true;
    }
    return false;
}

static plim_status copy_scenario(plim_text *out, const char *text, const char *from,
                                 const char *name, plim_error *err)
{
    const char *open = NULL, *close = NULL;
    if (!find_name(text, &open, &close))
        return plim_fail(err, PLIM_INPUT,
                         "%s: there is no line `name = \"...\"` to put the new name into", from);
    plim_text_format(out, "-- After %s; changed: (say what)\n", from);
    plim_text_add_bytes(out, text, (size_t)(open + 1 - text));
    plim_text_add(out, name);
    plim_text_add(out, close);
    return PLIM_OK;
}

static plim_status compose(plim_cli *cli, plim_text *out, const char *lib_dir, const char *from,
                           const char *name, plim_error *err)
{
    char path[4096], *text = NULL;
    size_t length = 0;
    bool fills = from == NULL || is_plain_name(from);
    fills = fills && template_path(cli, lib_dir, from != NULL ? from : "scenario", path);
    if (from != NULL && !fills) {
        source_path(lib_dir, from, path);
        if (!exists(path))
            return plim_fail(err, PLIM_USAGE,
                             "option --from: there is no scenario '%s'; accepted: a name that "
                             "`plimsoll scenario list` shows, ngfs_short_term, or a file",
                             from);
    }
    PLIM_TRY(plim_file_read(path, MOST_BYTES, &text, &length, err));
    plim_status status = PLIM_OK;
    if (fills)
        fill_template(out, text, name);
    else
        status = copy_scenario(out, text, from, name, err);
    plim_free(text);
    return status == PLIM_OK && out->failed ? plim_fail_memory(err, path) : status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *from = NULL, *lib = NULL, *lib_dir = NULL;
    const plim_option options[] = {
        {"from", 0, PLIM_OPTION_TEXT, &from, "X", NULL, 0, 0,
         "begin with X: a shipped scenario's name, ngfs_short_term, or a file"},
        {"lib", 0, PLIM_OPTION_TEXT, &lib, "DIR", NULL, 0, 0,
         "library of scenarios instead of the one that came along"},
    };
    size_t n = sizeof options / sizeof *options;
    plim_words rest = {.count = 0};
    if (plim_command_help(&plim_command_scenario_new, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count != 1)
        return plim_fail(err, PLIM_USAGE, "one name is needed: plimsoll scenario new NAME");
    PLIM_TRY(check_name(rest.word[0], err));
    PLIM_TRY(plim_cli_library(cli, lib, &lib_dir, err));
    char path[128];
    snprintf(path, sizeof path, "%s.lua", rest.word[0]);
    if (exists(path))
        return plim_fail(err, PLIM_USAGE, "%s: stands there already and is not replaced", path);
    plim_text text = {0};
    plim_status status = compose(cli, &text, lib_dir, from, rest.word[0], err);
    plim_cli_publishing(cli, 1);
    if (status == PLIM_OK)
        status = plim_file_write(path, text.data, text.length, err);
    plim_cli_publishing(cli, 0);
    plim_text_free(&text);
    if (status == PLIM_OK) {
        char message[256];
        snprintf(message, sizeof message, plim_report_word("wrote %s", cli->lang), path);
        plim_cli_message(cli, 0, message);
    }
    return status;
}

const plim_command plim_command_scenario_new = {
    .name = "scenario new",
    .usage = "NAME [--from X]",
    .doc = "Writes a commented scenario to begin with, NAME.lua, into this folder",
    .details =
        "It runs as it is. Comments are in the language of the screen (--lang). A file that\n"
        "stands there is never replaced. `--from ngfs_short_term` begins with a carbon price\n"
        "and GDP read from files of your own; made-up numbers stand in for them until then.\n",
    .run = run,
};
