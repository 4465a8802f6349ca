#include "cli/import_summary.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/log.h"

#define SAY(key) plim_report_word(key, cli->lang)

void plim_import_say(plim_cli *cli, const char *format, ...)
{
    char line[1024];
    va_list rest;
    va_start(rest, format);
    (void)vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    line[plim_utf8_cut(line, strlen(line))] = '\0';
    plim_cli_message(cli, 0, line);
}

void plim_import_say_silent(plim_cli *cli, size_t n, double rate)
{
    if (n > 0)
        plim_import_say(cli, SAY("  left out: events that touch no place: %zu (%.4g a year)"), n,
                        rate);
}

void plim_import_say_set(plim_cli *cli, const plim_event_set *set, const char *unit)
{
    plim_hazard_sum sum = plim_hazard_add_up(set);
    plim_import_say(
        cli, SAY("%zu events, %.4g a year, at %zu places; %zu intensities, %.4g to %.4g %s"),
        set->n_events, sum.rate, set->n_places, sum.n_values, sum.least, sum.most, unit);
}

plim_status plim_import_write(plim_cli *cli, const plim_event_set *set,
                              const plim_hazard_origin *origin, const char *path, plim_error *err)
{
    plim_text csv = {0};
    if (!path)
        return PLIM_OK;
    plim_status status = plim_hazard_compose(set, origin, &csv, err);
    if (status == PLIM_OK)
        status = plim_cli_write_csv(cli, path, &csv, err);
    plim_text_free(&csv);
    return status;
}
