#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static void print_option(const plim_option *option)
{
    char left[64], letter[8] = "    ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    const char *value = option->kind == PLIM_OPTION_CHOICE ? option->choices : option->value;
    bool has_value = option->kind != PLIM_OPTION_FLAG && value;
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, has_value ? " " : "",
             has_value ? value : "");
    printf("  %-34s %s\n", left, option->doc);
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

bool plim_command_help(const plim_command *command, const plim_option *options, size_t n_options,
                       int argc, char **argv)
{
    static const plim_option common[] = {
        {.name = "lang",
         .kind = PLIM_OPTION_CHOICE,
         .choices = "en|zh",
         .doc = "language of the screen (default: of the locale)"},
        {.name = "log",
         .kind = PLIM_OPTION_CHOICE,
         .choices = "human|json",
         .doc = "form of the messages on stderr"},
        {.name = "help", .letter = 'h', .kind = PLIM_OPTION_FLAG, .doc = "this page"},
    };
    if (!asks_for_help(argc, argv))
        return false;
    printf("usage: plimsoll %s %s\n\n%s.\n", command->name, command->usage, command->doc);
    if (command->details)
        printf("\n%s", command->details);
    printf("\noptions:\n");
    for (size_t i = 0; i < n_options; i++)
        print_option(&options[i]);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        print_option(&common[i]);
    return true;
}
