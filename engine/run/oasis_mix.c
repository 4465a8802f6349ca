#include "run/oasis_mix.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "book/order.h"
#include "run/hazard_csv.h"

static const double tolerance = 1e-6;

plim_status plim_oasis_mix_add(plim_oasis_mix *mix, const plim_sheet_row *cells,
                               const size_t columns[2], plim_oasis_row row, plim_error *err)
{
    static const plim_sheet_range probabilities = {0, 1, "a probability from 0 to 1"};
    const char *bin = cells->cell[columns[0]];
    row.bin = plim_names_find(&mix->bins->id, bin);
    row.line = cells->line;
    if (row.bin == PLIM_NO_NAME)
        return plim_fail(
            err, PLIM_INPUT,
            "%s: line %u, column `%s`: `%s` stands there; accepted: a bin that %s has%s%s",
            mix->path, cells->line, cells->sheet->column[columns[0]], bin, mix->bins->path,
            mix->curve ? " for vulnerability " : "", mix->curve ? mix->curve : "");
    PLIM_TRY(plim_sheet_number(cells, columns[1], &probabilities, &row.probability, err));
    void *all = mix->row;
    if (plim_grow(&all, &mix->capacity, mix->count + 1, sizeof *mix->row) != 0)
        return plim_fail_memory(err, mix->path);
    mix->row = all;
    mix->row[mix->count++] = row;
    return PLIM_OK;
}

void plim_oasis_mix_free(plim_oasis_mix *mix)
{
    plim_free(mix->row);
    mix->row = NULL;
}

/* ---- order ---- */

/* Rows that belong together become neighbours, their bins in the order of bytes. */
static plim_status order_by(const plim_oasis_mix *mix, uint32_t *key[4], uint32_t *order,
                            plim_error *err)
{
    const plim_names *bins = &mix->bins->id;
    for (size_t i = 0; i < 4; i++) {
        key[i] = plim_alloc(i < 3 ? mix->count : bins->count, sizeof *key[i]);
        if (!key[i])
            return plim_fail_memory(err, mix->path);
    }
    PLIM_TRY(
        plim_order_texts(key[3], (const char *const *)(const void *)bins->text, bins->count, err));
    for (size_t i = 0; i < mix->count; i++) {
        key[0][i] = mix->row[i].a;
        key[1][i] = mix->row[i].b;
        key[2][i] = key[3][mix->row[i].bin];
    }
    return plim_order_by_keys(order, mix->count, (const uint32_t *const *)key, 3, err);
}

static plim_status find_order(const plim_oasis_mix *mix, uint32_t *order, plim_error *err)
{
    uint32_t *key[4] = {NULL, NULL, NULL, NULL};
    plim_status status = order_by(mix, key, order, err);
    for (size_t i = 0; i < 4; i++)
        plim_free(key[i]);
    return status;
}

/* ---- means ---- */

/* "event `1`, areaperil `5`" */
static plim_status fail_group(const plim_oasis_mix *mix, const plim_oasis_row *row,
                              const char *what, plim_error *err)
{
    plim_text name = {0};
    plim_text_format(&name, "%s `%s`", mix->a_is, mix->a->text[row->a]);
    if (mix->b)
        plim_text_format(&name, ", %s `%s`", mix->b_is, mix->b->text[row->b]);
    plim_status status =
        plim_fail(err, PLIM_INPUT, "%s: %s: %s", mix->path, plim_text_get(&name), what);
    plim_text_free(&name);
    return status;
}

static bool belongs(const plim_oasis_row *row, const plim_oasis_mean *mean)
{
    return row->a == mean->a && row->b == mean->b;
}

static plim_status check_sum(const plim_oasis_mix *mix, const plim_oasis_mean *mean, double sum,
                             plim_error *err)
{
    char number[32];
    plim_text what = {0};
    if (fabs(sum - 1) <= tolerance)
        return PLIM_OK;
    plim_format_shortest(sum, number, sizeof number);
    plim_text_format(&what,
                     "the probabilities from line %u on add up to %s; accepted: 1, give or "
                     "take 1e-6",
                     mean->line, number);
    plim_status status =
        fail_group(mix, &(plim_oasis_row){.a = mean->a, .b = mean->b}, plim_text_get(&what), err);
    plim_text_free(&what);
    return status;
}

static plim_status fail_twice(const plim_oasis_mix *mix, const plim_oasis_row *first,
                              const plim_oasis_row *second, plim_error *err)
{
    plim_text what = {0};
    plim_text_format(&what, "lines %u and %u are about one bin, `%s`; one of them has to go",
                     first->line, second->line, mix->bins->id.text[first->bin]);
    plim_status status = fail_group(mix, first, plim_text_get(&what), err);
    plim_text_free(&what);
    return status;
}

/* The rows from `*at` on that belong together; moves on behind them. */
static plim_status add_up(const plim_oasis_mix *mix, const uint32_t *order, size_t *at,
                          plim_oasis_mean *out, plim_error *err)
{
    const plim_oasis_row *row = &mix->row[order[*at]], *before = NULL;
    double sum = 0;
    *out = (plim_oasis_mean){.a = row->a, .b = row->b, .line = row->line};
    for (; *at < mix->count && belongs(row = &mix->row[order[*at]], out); ++*at, before = row) {
        if (before && before->bin == row->bin)
            return fail_twice(mix, before, row, err);
        sum += row->probability;
        out->mean += row->probability * mix->bins->value[row->bin];
        out->n_bins += row->probability > 0;
        out->line = row->line < out->line ? row->line : out->line;
    }
    return check_sum(mix, out, sum, err);
}

plim_status plim_oasis_mix_finish(const plim_oasis_mix *mix, const plim_oasis_taker *taker,
                                  plim_error *err)
{
    uint32_t *order = plim_alloc(mix->count, sizeof *order);
    if (!order)
        return plim_fail_memory(err, mix->path);
    plim_status status = find_order(mix, order, err);
    for (size_t at = 0; at < mix->count && status == PLIM_OK;) {
        plim_oasis_mean mean;
        status = add_up(mix, order, &at, &mean, err);
        if (status == PLIM_OK)
            status = taker->take(taker->user, &mean, err);
    }
    plim_free(order);
    return status;
}

/* ---- vulnerability ---- */

typedef struct curve {
    const plim_oasis_config *config;
    plim_oasis_values damage; /* by damage bin */
    plim_oasis_values *out;   /* by intensity bin */
    plim_names ids;           /* all vulnerabilities of the file */
    plim_oasis_mix mix;
} curve;

enum { VULNERABILITY, INTENSITY_BIN, DAMAGE_BIN, PROBABILITY };

static plim_status take_curve(void *user, const plim_sheet_row *cells, plim_error *err)
{
    static const size_t columns[] = {DAMAGE_BIN, PROBABILITY};
    curve *c = user;
    plim_oasis_row row = {.b = 0};
    const char *id = NULL, *bin = NULL, *wanted = c->config->vulnerability_id;
    PLIM_TRY(plim_sheet_text(cells, VULNERABILITY, &id, err));
    PLIM_TRY(plim_names_add(&c->ids, id, NULL, err));
    if (wanted && strcmp(id, wanted) != 0)
        return PLIM_OK;
    PLIM_TRY(plim_sheet_text(cells, INTENSITY_BIN, &bin, err));
    PLIM_TRY(plim_oasis_value(c->out, bin, &row.a, err));
    if (!wanted && c->ids.count > 1) /* refused in the end, when all of them are known */
        return PLIM_OK;
    return plim_oasis_mix_add(&c->mix, cells, columns, row, err);
}

static plim_status take_damage(void *user, const plim_oasis_mean *mean, plim_error *err)
{
    (void)err;
    curve *c = user;
    c->out->value[mean->a] = mean->mean;
    return PLIM_OK;
}

static plim_status check_id(const curve *c, plim_error *err)
{
    const char *wanted = c->config->vulnerability_id;
    char choice[300];
    const char *const *ids = (const char *const *)(const void *)c->ids.text;
    if (wanted ? plim_names_find(&c->ids, wanted) != PLIM_NO_NAME : c->ids.count == 1)
        return PLIM_OK;
    plim_choice_hint(wanted ? wanted : "", ids, c->ids.count, "; it has ", choice, sizeof choice);
    if (wanted)
        return plim_fail(err, PLIM_INPUT, "%s: there is no vulnerability_id `%s`%s",
                         c->config->vulnerability, wanted, choice);
    return plim_fail(err, PLIM_INPUT,
                     "%s: holds %zu vulnerabilities; --vulnerability-id says which is meant%s",
                     c->config->vulnerability, c->ids.count, choice);
}

static plim_status read_curve(curve *c, char **id, plim_error *err)
{
    char sha256[PLIM_DIGEST_HEX];
    plim_oasis_taker taker = {.take = take_damage, .user = c};
    plim_sheet sheet = {.path = c->config->vulnerability,
                        .column = {[VULNERABILITY] = "vulnerability_id",
                                   [INTENSITY_BIN] = "intensity_bin_id",
                                   [DAMAGE_BIN] = "damage_bin_id",
                                   [PROBABILITY] = "probability"},
                        .n_columns = 4,
                        .n_needed = 4,
                        .take = take_curve,
                        .user = c};
    PLIM_TRY(plim_oasis_read_dictionary(&c->damage, c->config->damage_bins, true, err));
    PLIM_TRY(plim_hazard_sheet(&sheet, sha256, err));
    PLIM_TRY(check_id(c, err));
    PLIM_TRY(plim_oasis_mix_finish(&c->mix, &taker, err));
    *id = plim_strdup(c->config->vulnerability_id ? c->config->vulnerability_id : c->ids.text[0]);
    return *id ? PLIM_OK : plim_fail_memory(err, c->config->vulnerability);
}

plim_status plim_oasis_read_bins(const plim_oasis_config *config, plim_oasis_values *out,
                                 char **vulnerability_id, plim_error *err)
{
    if (!config->vulnerability) {
        *vulnerability_id = plim_strdup("");
        return *vulnerability_id
                   ? plim_oasis_read_dictionary(out, config->intensity_bins, false, err)
                   : plim_fail_memory(err, config->intensity_bins);
    }
    curve c = {.config = config, .out = out};
    c.mix = (plim_oasis_mix){
        .path = config->vulnerability, .a_is = "intensity bin", .a = &out->id, .bins = &c.damage};
    out->path = config->vulnerability;
    plim_status status = read_curve(&c, vulnerability_id, err);
    plim_oasis_values_free(&c.damage);
    plim_names_free(&c.ids);
    plim_oasis_mix_free(&c.mix);
    return status;
}
