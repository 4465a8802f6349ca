#include "cli/dispatch.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plimsoll/version.h>
#include "base/text.h"
#include "cli/command.h"
#include "cli/log.h"

const plim_command *const plim_commands[] = {
    &plim_command_run,
    &plim_command_show,
    &plim_command_compare,
    &plim_command_explain,
    &plim_command_book_check,
    &plim_command_book_coverage,
    &plim_command_book_describe,
    &plim_command_book_dictionary,
    &plim_command_book_export,
    &plim_command_book_map,
    &plim_command_book_import,
    &plim_command_book_reconcile,
    &plim_command_book_diff,
    &plim_command_book_synth,
    &plim_command_scenario_check,
    &plim_command_scenario_import,
    &plim_command_scenario_diff,
    &plim_command_scenario_list,
    &plim_command_scenario_new,
    &plim_command_scenario_plan,
    &plim_command_scenario_stubs,
    &plim_command_scenario_test,
    &plim_command_scenario_try,
    &plim_command_selfcheck,
};
const size_t plim_command_count = sizeof plim_commands / sizeof *plim_commands;

/* ---- surroundings ---- */

/* zh when the first variable that says something begins with it. */
static plim_lang language_of_locale(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strncmp(value, "zh", 2) == 0 ? PLIM_LANG_ZH : PLIM_LANG_EN;
    }
    return PLIM_LANG_EN;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* scenarios/lib above the program's own folder (a build folder inside the source tree), or where an
   installation puts it. Never the current folder: what runs must not depend on where it is called.
 */
static void find_library(char *out, size_t size)
{
    static const char *const places[] = {"scenarios/lib", "share/plimsoll/scenarios/lib"};
    char folder[4096];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    out[0] = '\0';
    if (n <= 0)
        return;
    folder[n] = '\0';
    for (int up = 0; up < 5; up++) {
        char *slash = strrchr(folder, '/');
        if (!slash)
            return;
        *slash = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            int length = snprintf(out, size, "%s/%s", folder, places[i]);
            if (length > 0 && (size_t)length < size && is_folder(out))
                return;
        }
    }
    out[0] = '\0';
}

/* Takes `--NAME VALUE` and `--NAME=VALUE` out of the words, whatever the command, so that the form
   of the log is known before anything can go wrong. */
static plim_status take_common(const char *name, const char *choices, int *chosen, int *argc,
                               char **argv, plim_error *err)
{
    plim_option option = {.name = name,
                          .kind = PLIM_OPTION_CHOICE,
                          .target = chosen,
                          .choices = choices,
                          .value = choices};
    char dashed[32];
    snprintf(dashed, sizeof dashed, "--%s", name);
    size_t length = strlen(dashed);
    int kept = 1;
    plim_status status = PLIM_OK;
    for (int i = 1; i < *argc; i++) {
        int taken = 0;
        if (strcmp(argv[i], "--") == 0) {
            while (i < *argc)
                argv[kept++] = argv[i++];
            break;
        }
        if (strcmp(argv[i], dashed) == 0)
            taken = i + 1 < *argc ? 2 : 1;
        else if (strncmp(argv[i], dashed, length) == 0 && argv[i][length] == '=')
            taken = 1;
        if (taken == 0) {
            argv[kept++] = argv[i];
            continue;
        }
        char *words[] = {argv[0], argv[i], taken == 2 ? argv[i + 1] : NULL};
        plim_words rest = {.count = 0};
        plim_status one = plim_options_parse(&option, 1, 1 + taken, words, &rest, err);
        status = status == PLIM_OK ? one : status;
        i += taken - 1;
    }
    *argc = kept;
    argv[kept] = NULL;
    return status;
}

/* ---- commands ---- */

static void print_overview(void)
{
    printf("Plimsoll %s: environmental-risk stress tests of loan books.\n\n"
           "usage: plimsoll COMMAND ...\n\ncommands:\n",
           PLIMSOLL_VERSION);
    for (size_t i = 0; i < plim_command_count; i++)
        printf("  %-16s %s\n", plim_commands[i]->name, plim_commands[i]->doc);
    printf(
        "\nplimsoll COMMAND --help says more. plimsoll --version prints the version.\n\n"
        "exit codes: 0 done, 1 the machine failed, 2 wrong command line, 3 an input was refused,\n"
        "            4 done, and a limit given with --fail-on is breached, 70 a bug of Plimsoll\n");
}

/* The command that the first one or two words name; `words` says how many it has. */
static const plim_command *find_command(int argc, char **argv, int *words)
{
    char two[128];
    snprintf(two, sizeof two, "%s %s", argv[1], argc > 2 ? argv[2] : "");
    for (size_t i = 0; i < plim_command_count; i++) {
        *words = strchr(plim_commands[i]->name, ' ') ? 2 : 1;
        if (strcmp(plim_commands[i]->name, *words == 2 ? two : argv[1]) == 0)
            return plim_commands[i];
    }
    return NULL;
}

/* Commands of a group such as `book`: how many there are; printed when asked for. */
static size_t list_group(const char *group, bool print)
{
    size_t count = 0, length = strlen(group);
    for (size_t i = 0; i < plim_command_count; i++)
        if (strncmp(plim_commands[i]->name, group, length) == 0 &&
            plim_commands[i]->name[length] == ' ') {
            count++;
            if (print)
                printf("  plimsoll %-16s %s\n", plim_commands[i]->name, plim_commands[i]->doc);
        }
    return count;
}

static plim_status unknown_command(int argc, char **argv, plim_error *err)
{
    const char *names[32];
    for (size_t i = 0; i < plim_command_count; i++)
        names[i] = plim_commands[i]->name;
    char two[128];
    bool group = list_group(argv[1], false) > 0;
    if (group && argc == 2)
        return plim_fail(err, PLIM_USAGE, "'%s' needs a second word; plimsoll %s --help lists them",
                         argv[1], argv[1]);
    snprintf(two, sizeof two, "%s %s", argv[1], argc > 2 ? argv[2] : "");
    const char *nearest = plim_nearest(two, names, plim_command_count);
    if (!nearest)
        nearest = plim_nearest(argv[1], names, plim_command_count);
    snprintf(two, sizeof two, "%s%s%s", argv[1], group ? " " : "", group ? argv[2] : "");
    if (nearest)
        return plim_fail(err, PLIM_USAGE, "unknown command '%s'; did you mean '%s'?", two, nearest);
    return plim_fail(err, PLIM_USAGE, "unknown command '%s'; plimsoll --help lists the commands",
                     two);
}

/* --version, alone or after a command. */
static bool asks_version(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--version") == 0)
            return true;
    return false;
}

static plim_status dispatch(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    if (argc < 2)
        return plim_fail(err, PLIM_USAGE, "no command given; plimsoll --help lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_overview();
        return PLIM_OK;
    }
    if (asks_version(argc, argv)) {
        printf("plimsoll %s (stream version %d)\n", PLIMSOLL_VERSION, PLIMSOLL_STREAM_VERSION);
        return PLIM_OK;
    }
    if (argv[1][0] == '-')
        return plim_fail(
            err, PLIM_USAGE,
            "unknown option '%s'; options follow a command, plimsoll --help lists them", argv[1]);
    int words = 1;
    const plim_command *command = find_command(argc, argv, &words);
    if (command)
        return command->run(cli, argc - words, argv + words, err);
    if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0) &&
        list_group(argv[1], false) > 0) {
        printf("commands:\n");
        list_group(argv[1], true);
        return PLIM_OK;
    }
    return unknown_command(argc, argv, err);
}

int plim_cli_main(int argc, char **argv)
{
    plim_cli cli = {.lang = language_of_locale(),
                    .terminal = isatty(STDERR_FILENO) == 1,
                    .screen = isatty(STDOUT_FILENO) == 1};
    plim_error err = {0};
    /* Widths of Chinese characters need a UTF-8 LC_CTYPE; numbers stay in the C locale. */
    setlocale(LC_CTYPE, "C.UTF-8");
    find_library(cli.lib_dir, sizeof cli.lib_dir);
    int lang = (int)cli.lang, log_json = 0;
    plim_status status = take_common("log", "human|json", &log_json, &argc, argv, &err);
    cli.log_json = log_json == 1;
    if (status == PLIM_OK)
        status = take_common("lang", "en|zh", &lang, &argc, argv, &err);
    cli.lang = (plim_lang)lang;
    plim_cli_catch_signals(&cli);
    if (status == PLIM_OK)
        status = dispatch(&cli, argc, argv, &err);
    if (status == PLIM_OK)
        status = plim_cli_flush(&err);
    if (status != PLIM_OK)
        plim_cli_error(&cli, &err);
    plim_cli_end(&cli, (int)status);
    return (int)status;
}
