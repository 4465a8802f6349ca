#include "cli/command.h"

#include "base/text.h"
#include "cli/import_summary.h"
#include "run/hazard_csv.h"
#include "run/oasis_import.h"

#define SAY(key) plim_report_word(key, cli->lang)

/* ---- what came of it ---- */

static void describe(plim_cli *cli, const plim_oasis_import *import,
                     const plim_oasis_config *config)
{
    plim_import_say(cli, SAY("%s: events with a rate: %zu"),
                    config->events ? config->events : config->occurrence, import->n_events);
    plim_import_say(cli, SAY("%s: rows taken: %zu"), config->footprint, import->n_footprint);
    if (import->n_unrated > 0)
        plim_import_say(cli, SAY("  left out: rows of events without a rate: %zu"),
                        import->n_unrated);
    if (import->n_unkeyed > 0)
        plim_import_say(cli, SAY("  left out: rows of areaperils without a place: %zu"),
                        import->n_unkeyed);
    if (config->vulnerability)
        plim_import_say(cli, SAY("intensity: the mean damage ratio of vulnerability %s"),
                        import->vulnerability_id);
    else
        plim_import_say(cli, SAY("intensity: that of the bins of %s; means of several bins: %zu"),
                        config->intensity_bins, import->n_uncertain);
    if (!config->keys)
        plim_import_say(cli, "%s", SAY("places: the areaperil_id, since no keys are given"));
    plim_import_say_silent(cli, import->n_silent, import->silent_rate);
}

/* ---- the command line ---- */

static plim_status write_out(plim_cli *cli, const plim_oasis_import *import,
                             const plim_oasis_config *config, const char *out, plim_error *err)
{
    plim_text unit = {0};
    if (config->vulnerability)
        plim_text_format(&unit, "mean damage ratio (vulnerability %s)", import->vulnerability_id);
    else
        plim_text_add(&unit, "intensity of the bin");
    plim_hazard_origin origin = {plim_text_get(&unit), config->footprint, import->sha256};
    plim_import_say_set(cli, &import->set, config->vulnerability ? "ratio" : "(unit of the bins)");
    plim_status status = plim_import_write(cli, &import->set, &origin, out, err);
    plim_text_free(&unit);
    return status;
}

static plim_status work(plim_cli *cli, const plim_oasis_config *config, const char *out,
                        plim_error *err)
{
    plim_oasis_import import = {.vulnerability_id = NULL};
    plim_status status = plim_oasis_import_read(&import, config, err);
    if (status == PLIM_OK) {
        describe(cli, &import, config);
        status = write_out(cli, &import, config, out, err);
    }
    plim_oasis_import_free(&import);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_oasis_config config = {.events = NULL};
    plim_words words = {.count = 0};
    const char *out = NULL;
    const plim_option options[] = {
        {"footprint", 0, PLIM_OPTION_TEXT, &config.footprint, "FILE.csv", NULL, 0, 0,
         "event_id, areaperil_id, intensity_bin_id, probability"},
        {"events", 0, PLIM_OPTION_TEXT, &config.events, "FILE.csv", NULL, 0, 0,
         "event_id, rate (a year)"},
        {"occurrence", 0, PLIM_OPTION_TEXT, &config.occurrence, "FILE.csv", NULL, 0, 0,
         "instead: event_id, period_no; the rate is rows of the event / periods"},
        {"periods", 0, PLIM_OPTION_INT, &config.periods, "N", NULL, 1, 100000000,
         "how many years the occurrences are of"},
        {"intensity-bins", 0, PLIM_OPTION_TEXT, &config.intensity_bins, "FILE.csv", NULL, 0, 0,
         "bin_index, interpolation: the intensity of a bin"},
        {"mean-intensity", 0, PLIM_OPTION_FLAG, &config.mean_intensity, NULL, NULL, 0, 0,
         "take the mean where the footprint has several bins"},
        {"vulnerability", 0, PLIM_OPTION_TEXT, &config.vulnerability, "FILE.csv", NULL, 0, 0,
         "instead: vulnerability_id, intensity_bin_id, damage_bin_id, probability"},
        {"vulnerability-id", 0, PLIM_OPTION_TEXT, &config.vulnerability_id, "ID", NULL, 0, 0,
         "which of them, where there are several"},
        {"damage-bins", 0, PLIM_OPTION_TEXT, &config.damage_bins, "FILE.csv", NULL, 0, 0,
         "bin_index, interpolation: the damage ratio of a bin"},
        {"keys", 0, PLIM_OPTION_TEXT, &config.keys, "FILE.csv", NULL, 0, 0,
         "areaperil_id, place; without it the areaperil_id is the place"},
        {"place-column", 0, PLIM_OPTION_TEXT, &config.place_column, "NAME", NULL, 0, 0,
         "what the keys' column of places is called (default place)"},
        {"out", 'o', PLIM_OPTION_TEXT, &out, "EVENTS.csv", NULL, 0, 0,
         "file to write; without it what would be written is described"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_import_oasis, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &words, err));
    if (words.count > 0)
        return plim_fail(err, PLIM_USAGE,
                         "'%s' belongs to no option; every table has one of its own, such as "
                         "--footprint FILE.csv",
                         words.word[0]);
    if (out)
        PLIM_TRY(plim_cli_check_csv(cli, out, plim_hazard_header, err));
    return work(cli, &config, out, err);
}

const plim_command plim_import_oasis = {
    .name = "scenario import oasis",
    .usage =
        "--footprint FILE.csv (--events FILE.csv | --occurrence FILE.csv --periods N)\n"
        "       (--intensity-bins FILE.csv | --vulnerability FILE.csv --damage-bins FILE.csv)\n"
        "       [--keys FILE.csv] [-o EVENTS.csv]",
    .doc = "Makes events of the CSV tables of an Oasis model",
    .details =
        "With --intensity-bins an event's intensity at a place is that of its bin. With "
        "--vulnerability it is\n"
        "the mean damage ratio: weighted by the probabilities of the footprint's bins and, for "
        "each, of the\n"
        "damage bins. Probabilities that do not add up to 1 (give or take 1e-6) are refused.\n",
    .run = run,
};
