/* The end of the digest: how far its numbers can be trusted. */
#include "report/digest_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plim_digest_add_exact(plim_digest *d)
{
    const plim_table *summary = plim_digest_table(d, "summary");
    plim_scale scale = plim_scale_for(plim_table_largest_amount(summary), d->currency, d->lang);
    plim_digest_title(d, plim_digest_word(d, "Expected loss against the closed form"), NULL);
    for (size_t s = 0; s < d->scenarios.count; s++) {
        char el[PLIM_DIGEST_CELL], z[PLIM_DIGEST_CELL];
        if (!plim_digest_run_of(d, "analytic_el", d->scenarios.text[s]))
            continue; /* a scenario may have none where the baseline has one */
        plim_screen_value(plim_digest_run_number(d, "analytic_el", d->scenarios.text[s]),
                          (double)NAN, scale.factor, el, sizeof el);
        double score = plim_digest_run_number(d, "analytic_z", d->scenarios.text[s]);
        if (isnan(score))
            snprintf(z, sizeof z, "-");
        else
            snprintf(z, sizeof z, "%.2f", score);
        plim_text_format(d->out, plim_report_word("  %s: %s %s, z = %s", d->lang),
                         plim_digest_scenario(d, s), el, scale.unit, z);
        plim_text_add(d->out, "\n");
    }
}

/* A share of borrowers in percent, from table `run`. */
static void format_share(const plim_digest *d, const char *key, const char *scenario,
                         char out[PLIM_DIGEST_CELL])
{
    plim_screen_value(plim_digest_run_number(d, key, scenario), (double)NAN, 0.01, out,
                      PLIM_DIGEST_CELL);
}

/* Value and error of the mean of what the paths' PDs make of a scenario. */
static void format_mean(const plim_digest *d, const char *scenario, char out[PLIM_DIGEST_CELL])
{
    plim_screen_value(plim_digest_run_number(d, "cumulative_pd_formula", scenario),
                      plim_digest_run_number(d, "cumulative_pd_formula_stderr", scenario), 0.01,
                      out, PLIM_DIGEST_CELL);
}

void plim_digest_add_cumulative(plim_digest *d)
{
    bool any = false;
    for (size_t s = 0; s < d->scenarios.count; s++) {
        const char *name = d->scenarios.text[s];
        char simulated[PLIM_DIGEST_CELL], formula[PLIM_DIGEST_CELL];
        if (!plim_digest_run_of(d, "cumulative_pd_simulated", name))
            continue;
        if (!any)
            plim_digest_title(
                d, plim_digest_word(d, "Share of borrowers that default over the horizon"), NULL);
        any = true;
        format_share(d, "cumulative_pd_simulated", name, simulated);
        bool varies = plim_digest_run_of(d, "cumulative_pd_formula_stderr", name) != NULL;
        if (varies)
            format_mean(d, name, formula);
        else
            format_share(d, "cumulative_pd_formula", name, formula);
        plim_text_format(
            d->out,
            plim_report_word(varies ? "  %s: %s %% simulated; %s %% by the PDs of the paths alone "
                                      "(persistence and drivers that move with factors matter)"
                                    : "  %s: %s %% simulated; %s %% if years were independent "
                                      "(persistence lowers it)",
                             d->lang),
            plim_digest_scenario(d, s), simulated, formula);
        plim_text_add(d->out, "\n");
    }
}

void plim_digest_add_mean_path(plim_digest *d)
{
    plim_text list = {0};
    for (size_t s = 0; s < d->scenarios.count; s++)
        if (plim_digest_run_of(d, "cumulative_pd_formula_stderr", d->scenarios.text[s]))
            plim_text_format(&list, "%s%s", list.length ? ", " : "", d->scenarios.text[s]);
    if (list.length) {
        plim_text_format(d->out,
                         plim_report_word("Grades and warnings of borrowers look at the mean path, "
                                          "without events: %s.",
                                          d->lang),
                         plim_text_get(&list));
        plim_text_add(d->out, "\n");
    }
    d->out->failed = d->out->failed || list.failed;
    plim_text_free(&list);
}

void plim_digest_add_ledger(plim_digest *d)
{
    const plim_table *ledger = plim_digest_table(d, "ledger");
    static const char *const kinds[] = {"modelled", "proxied", "excluded", "defaulted"};
    long long rows[4] = {0};
    for (size_t row = 0; row < ledger->n_rows; row++)
        for (size_t k = 0; k < 4; k++) {
            double count = plim_digest_number(ledger, row, "rows");
            if (strcmp(plim_digest_text(ledger, row, "status"), kinds[k]) == 0 && !isnan(count))
                rows[k] += (long long)count;
        }
    plim_text_add(d->out, "\n");
    plim_text_format(d->out,
                     plim_report_word("Ledger: %s banks; loans: %lld modelled, %lld proxied, %lld "
                                      "excluded, %lld in default already; ties to the fen.",
                                      d->lang),
                     plim_digest_run(d, "banks"), rows[0], rows[1], rows[2], rows[3]);
    plim_text_add(d->out, "\n");
    long long unstated = strtoll(plim_digest_run(d, "banks_without_control_total"), NULL, 10);
    if (unstated > 0) {
        plim_text_format(d->out, plim_report_word("Banks without a control total: %lld.", d->lang),
                         unstated);
        plim_text_add(d->out, "\n");
    }
}

void plim_digest_add_insolvent(plim_digest *d)
{
    plim_text list = {0};
    for (size_t s = 1; s < d->scenarios.count; s++) {
        const char *count = plim_digest_run_of(d, "insolvent_at_reference", d->scenarios.text[s]);
        if (count && strcmp(count, "0") != 0)
            plim_text_format(&list, "%s%s %s", list.length ? ", " : "", d->scenarios.text[s],
                             count);
    }
    if (list.length) {
        plim_text_format(
            d->out,
            plim_report_word("Insolvent at reference, not counted as climate defaults: %s.",
                             d->lang),
            plim_text_get(&list));
        plim_text_add(d->out, "\n");
    }
    d->out->failed = d->out->failed || list.failed;
    plim_text_free(&list);
}

/* How well ES 99.9 is known where it is known least; a short run does not say. */
void plim_digest_add_precision(plim_digest *d)
{
    for (size_t s = 0; s < d->scenarios.count; s++) {
        double half_width = plim_digest_run_number(d, "es_999_half_width", d->scenarios.text[s]);
        char percent[PLIM_DIGEST_CELL];
        if (isnan(half_width))
            continue;
        snprintf(percent, sizeof percent, "%.2f", 100 * half_width);
        plim_text_format(
            d->out,
            plim_report_word("ES 99.9%% is known to ± %s %% (95 %% interval; widest: %s)", d->lang),
            percent, plim_digest_scenario(d, s));
        plim_text_add(d->out, "\n");
    }
}
