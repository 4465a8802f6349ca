#include "cli/command.h"

#include "cli/log.h"

static plim_status make(plim_cli *cli, const plim_synthetic *config, const char *out,
                        plim_error *err)
{
    plim_book_tables_data tables = {0};
    PLIM_TRY(plim_cli_check_output(cli, out, PLIM_FILE_BOOK, err));
    plim_status status = plim_synthetic_make(&tables, config, err);
    if (status == PLIM_OK)
        status = plim_cli_write_book(cli, &tables, out, err);
    plim_book_tables_data_free(&tables);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_synthetic config = {.preset = "rongchang", .seed = 1};
    const char *out = NULL;
    uint64_t borrowers = 0;
    const plim_option options[] = {
        {"preset", 0, PLIM_OPTION_TEXT, &config.preset, "NAME", NULL, 0, 0,
         "what to make (default rongchang)"},
        {"borrowers", 0, PLIM_OPTION_UINT64, &borrowers, "N", NULL, 1, 100000000,
         "number of borrowers (default: the preset's own)"},
        {"seed", 's', PLIM_OPTION_UINT64, &config.seed, "S", NULL, 0, UINT64_MAX,
         "seed (default 1); the same words make the same file"},
        {"out", 'o', PLIM_OPTION_TEXT, &out, "FILE", NULL, 0, 0,
         "loan book to write (default PRESET.book.h5)"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_command_book_synth, options, n, argc, argv))
        return PLIM_OK;
    plim_words rest = {.count = 0};
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &rest, err));
    if (rest.count > 0)
        return plim_fail(err, PLIM_USAGE, "book synth takes no file; '%s' is too much",
                         rest.word[0]);
    config.n_borrowers = (size_t)borrowers;
    plim_text name = {0};
    plim_text_format(&name, "%s.book.h5", config.preset);
    plim_status status = name.failed ? plim_fail_memory(err, "a file name")
                                     : make(cli, &config, out ? out : plim_text_get(&name), err);
    plim_text_free(&name);
    return status;
}

const plim_command plim_command_book_synth = {
    .name = "book synth",
    .usage = "[--preset rongchang] [--borrowers N] [--seed S] [-o OUT.book.h5]",
    .doc = "Makes a synthetic loan book",
    .details = "Presets:\n"
               "  rongchang  a district with eight institutions and 21 towns\n"
               "  pboc23     23 banks as in the People's Bank's climate stress test of 2021\n"
               "  granular   very many equal borrowers, for benchmarks\n"
               "  lumpy      few firms of very unequal size, for benchmarks\n"
               "No bank, firm or person in them is real.\n",
    .run = run,
};
