/* `scenario import KIND ...`: the kinds of files that it knows. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

static const plim_command *const kinds[] = {&plim_import_ngfs, &plim_import_climada,
                                            &plim_import_oasis};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* The last word of a kind's name. */
static const char *word_of(const plim_command *kind)
{
    return strrchr(kind->name, ' ') + 1;
}

static void print_kinds(void)
{
    printf("usage: plimsoll scenario import KIND ...\n\n%s.\n\nkinds:\n",
           plim_command_scenario_import.doc);
    for (size_t i = 0; i < N_KINDS; i++)
        printf("  %-10s %s\n", word_of(kinds[i]), kinds[i]->doc);
    printf("\nplimsoll scenario import KIND --help says more.\n");
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    const char *word = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < N_KINDS; i++)
        if (strcmp(word, word_of(kinds[i])) == 0)
            return kinds[i]->run(cli, argc - 1, argv + 1, err);
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_kinds();
        return PLIM_OK;
    }
    return plim_fail(err, PLIM_USAGE,
                     "'%s' is no kind of file that can be imported; there are ngfs, climada and "
                     "oasis: plimsoll scenario import ngfs FILE.csv",
                     word);
}

const plim_command plim_command_scenario_import = {
    .name = "scenario import",
    .usage = "KIND ...",
    .doc = "Takes pathways or hazards out of files of other programs",
    .run = run,
};
