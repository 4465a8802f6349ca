#include "cli/command.h"

#include "base/numeral.h"
#include "cli/log.h"
#include "cli/import_summary.h"
#include "run/climada_import.h"
#include "run/hazard_csv.h"

#define SAY(key) plim_report_word(key, cli->lang)

static const char default_km[] = "20";

/* ---- what came of it ---- */

static void say_far(plim_cli *cli, const plim_climada_import *import, double max_km)
{
    enum { LISTED = 10 };
    size_t said = 0, n = import->sites.id.count;
    for (size_t i = 0; i < n && said < LISTED; i++)
        if (!(import->km[i] <= max_km)) {
            plim_import_say(cli, SAY("  left out: %s, %.1f km from the nearest centroid"),
                            import->sites.id.text[i], import->km[i]);
            said++;
        }
    if (n - import->n_near > said)
        plim_import_say(cli, SAY("... %zu more"), n - import->n_near - said);
}

static void describe(plim_cli *cli, const plim_climada_import *import,
                     const plim_climada_config *config)
{
    plim_import_say(cli, SAY("%s: hazard %s, intensity in %s, %zu events, %zu centroids"),
                    config->path, *import->hazard ? import->hazard : "-",
                    *import->unit ? import->unit : "-", import->n_events, import->n_centroids);
    if (import->named_by_id)
        plim_import_say(cli, "%s",
                        SAY("  events are called by event_id: their names don't differ"));
    plim_import_say(cli,
                    SAY("%s: %zu sites, %zu of them within %g km of a centroid (mean %.2f km, "
                        "largest %.2f km)"),
                    config->sites, import->sites.id.count, import->n_near, config->max_km,
                    import->mean_km, import->largest_km);
    say_far(cli, import, config->max_km);
    if (import->n_partial > 0)
        plim_import_say(cli, SAY("  intensities of cells that are hit only in part: %zu"),
                        import->n_partial);
    plim_import_say_silent(cli, import->n_silent, import->silent_rate);
    plim_import_say_set(cli, &import->set, import->unit);
}

/* ---- the command line ---- */

static plim_status work(plim_cli *cli, const plim_climada_config *config, const char *out,
                        plim_error *err)
{
    plim_climada_import import = {.unit = NULL};
    plim_status status = plim_climada_import_read(&import, config, err);
    if (status == PLIM_OK) {
        plim_hazard_origin origin = {import.unit, config->path, import.sha256};
        describe(cli, &import, config);
        status = plim_import_write(cli, &import.set, &origin, out, err);
    }
    plim_climada_import_free(&import);
    return status;
}

static plim_status run(plim_cli *cli, int argc, char **argv, plim_error *err)
{
    plim_climada_config config = {.path = NULL};
    plim_words words = {.count = 0};
    const char *out = NULL, *km = default_km;
    const plim_option options[] = {
        {"sites", 0, PLIM_OPTION_TEXT, &config.sites, "SITES.csv", NULL, 0, 0,
         "places: a CSV file with the columns id, lat and lon (degrees, WGS 84)"},
        {"max-km", 0, PLIM_OPTION_TEXT, &km, "KM", NULL, 0, 0,
         "sites farther than this from every centroid are left out (default 20)"},
        {"partial", 0, PLIM_OPTION_FLAG, &config.partial, NULL, NULL, 0, 0,
         "take the intensity of cells that are hit only in part as it is"},
        {"out", 'o', PLIM_OPTION_TEXT, &out, "EVENTS.csv", NULL, 0, 0,
         "file to write; without it what would be written is described"},
    };
    size_t n = sizeof options / sizeof *options;
    if (plim_command_help(&plim_import_climada, options, n, argc, argv))
        return PLIM_OK;
    PLIM_TRY(plim_options_parse(options, n, argc, argv, &words, err));
    if (words.count != 1 || !config.sites)
        return plim_fail(err, PLIM_USAGE,
                         "one file is imported at a time, at one file of places: plimsoll scenario "
                         "import climada FILE.h5 --sites SITES.csv");
    config.path = words.word[0];
    if (!plim_parse_double(km, &config.max_km) || config.max_km < 0 || config.max_km > 20000)
        return plim_fail(err, PLIM_USAGE,
                         "option --max-km: '%s' is not a number of kilometres from 0 to 20000", km);
    if (out)
        PLIM_TRY(plim_cli_check_csv(cli, out, plim_hazard_header, err));
    return work(cli, &config, out, err);
}

const plim_command plim_import_climada = {
    .name = "scenario import climada",
    .usage = "FILE.h5 --sites SITES.csv [--max-km KM] [-o EVENTS.csv]",
    .doc = "Takes the events of a CLIMADA hazard to places of one's own",
    .details =
        "FILE.h5 is written by CLIMADA's Hazard.write_hdf5. Each site takes the intensities of the "
        "centroid\n"
        "nearest to it by great circle; of centroids less than a metre apart the first. "
        "Intensities stay in\n"
        "the file's unit. Events that touch no site are left out; the summary says how many.\n",
    .run = run,
};
