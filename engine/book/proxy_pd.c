/* PDs by class, days overdue and sector; the upper bound of a pool with few defaults for those that
 * show no sign of trouble. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "book/proxy_parts.h"
#include "math/low_default.h"

/* ---- pools with few defaults ------------------------------------------------------------ */

typedef struct pools {
    plim_names keys; /* of PLIM_POOL_SECTOR */
    uint32_t *pool;  /* of each borrower; PLIM_NO_NAME: none */
    uint32_t *size;  /* of each pool */
    uint32_t *defaults;
    double *bound; /* NaN: the pool is no low-default one */
    size_t n;
} pools;

enum { CLASSES = 6 }; /* at least: pools 1 to 5 of classes, or pool 0 of all */

static void free_pools(pools *p)
{
    plim_names_free(&p->keys);
    plim_free(p->pool);
    plim_free(p->size);
    plim_free(p->defaults);
    plim_free(p->bound);
}

static bool is_known(const plim_proxy_work *work, size_t b)
{
    return work->worst_class[b] > 0 || !isnan(work->most_overdue[b]);
}

/* The first characters (UTF-8) of a sector. */
static size_t prefix_length(const char *sector, uint32_t digits)
{
    size_t length = 0;
    for (uint32_t i = 0; i < digits && sector[length] != '\0'; i++)
        do
            length++;
        while (((unsigned char)sector[length] & 0xC0U) == 0x80U);
    return length;
}

static plim_status assign_pools(pools *p, const plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_low_default *rule = &work->rules->low_default;
    const plim_column *sector = plim_proxy_text(&work->tables->borrowers, "sector");
    p->pool = plim_alloc(work->n_borrowers, sizeof *p->pool);
    if (p->pool == NULL)
        return plim_fail_memory(err, "pools of borrowers");
    for (size_t b = 0; b < work->n_borrowers; b++) {
        const char *text = plim_proxy_text_at(sector, b);
        p->pool[b] = PLIM_NO_NAME;
        if (!is_known(work, b))
            continue;
        if (rule->by == PLIM_POOL_ALL)
            p->pool[b] = 0;
        else if (rule->by == PLIM_POOL_CLASS)
            p->pool[b] = work->worst_class[b] > 0 ? work->worst_class[b] : PLIM_NO_NAME;
        else if (text[0] != '\0')
            PLIM_TRY(plim_names_add_bytes(&p->keys, text, prefix_length(text, rule->digits),
                                          &p->pool[b], err));
    }
    p->n = p->keys.count + CLASSES;
    return PLIM_OK;
}

static plim_status find_bounds(pools *p, const plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_low_default *rule = &work->rules->low_default;
    const plim_column *pd = plim_proxy_number(&work->tables->borrowers, "pd");
    p->size = plim_alloc(p->n, sizeof *p->size);
    p->defaults = plim_alloc(p->n, sizeof *p->defaults);
    p->bound = plim_alloc(p->n, sizeof *p->bound);
    if (p->size == NULL || p->defaults == NULL || p->bound == NULL)
        return plim_fail_memory(err, "pools of borrowers");
    for (size_t b = 0; b < work->n_borrowers; b++) {
        uint32_t pool = p->pool[b];
        /* A class counts into its own pool and that of every better class. */
        uint32_t least = rule->by == PLIM_POOL_CLASS ? 1 : pool;
        for (uint32_t k = least; pool != PLIM_NO_NAME && k <= pool; k++) {
            p->size[k]++;
            p->defaults[k] += work->defaulted[b] || (pd != NULL && pd->number[b] == 1);
        }
    }
    for (size_t k = 0; k < p->n; k++) {
        bool low = p->size[k] >= rule->least_obligors && p->size[k] > 0 &&
                   p->size[k] <= PLIM_LOW_DEFAULT_MOST && p->defaults[k] <= rule->most_defaults;
        p->bound[k] = low ? plim_low_default_bound(p->defaults[k], p->size[k], rule->confidence,
                                                   rule->correlation)
                          : (double)NAN;
    }
    return PLIM_OK;
}

/* The bound speaks of borrowers like all others of the pool: not of one in trouble already. */
static bool is_sound(const plim_proxy_work *work, size_t b)
{
    if (work->defaulted[b])
        return false;
    if (work->rules->low_default.by == PLIM_POOL_CLASS)
        return true;
    return work->worst_class[b] <= 1 && !(work->most_overdue[b] > 0);
}

/* ---- the table -------------------------------------------------------------------------- */

static double row_pd(const plim_proxy_pd_row *row, const char *sector)
{
    const plim_proxy_entry *entry = plim_proxy_list_find(&row->sectors, sector);
    return entry != NULL ? entry->value[0] : row->pd;
}

/* The row of a class for so many days; NaN days: the one of fewest days. */
static const plim_proxy_pd_row *find_row(const plim_proxy_rules *rules, int class, double days)
{
    const plim_proxy_pd_row *found = NULL;
    for (size_t i = 0; i < rules->n_pd; i++) {
        const plim_proxy_pd_row *row = &rules->pd[i];
        if (row->class != class || row->overdue > days)
            continue;
        bool later = found != NULL && row->overdue > found->overdue;
        if (found == NULL || later != (bool)isnan(days))
            found = row;
    }
    return found;
}

static plim_proxy_rule from_table(const plim_proxy_work *work, size_t b, const char *sector,
                                  double *out)
{
    int class = work->worst_class[b];
    double days = work->most_overdue[b];
    const plim_proxy_pd_row *row = class > 0 ? find_row(work->rules, class, days) : NULL;
    *out = row != NULL ? row_pd(row, sector) : (double)NAN;
    if (!isnan(*out))
        return isnan(days) ? PLIM_RULE_CLASS : PLIM_RULE_CLASS_OVERDUE;
    row = isnan(days) ? NULL : find_row(work->rules, 0, days);
    *out = row != NULL ? row_pd(row, sector) : (double)NAN;
    if (!isnan(*out))
        return PLIM_RULE_OVERDUE;
    *out = work->rules->pd_otherwise;
    return isnan(*out) ? PLIM_RULE_MISSING : PLIM_RULE_OTHERWISE;
}

static plim_proxy_rule find_pd(const plim_proxy_work *work, const pools *p, size_t b,
                               const char *sector, double *out)
{
    if (work->rules->low_default.on && p->pool[b] != PLIM_NO_NAME && is_sound(work, b)) {
        *out = p->bound[p->pool[b]];
        if (!isnan(*out))
            return PLIM_RULE_LOW_DEFAULT;
    }
    return from_table(work, b, sector, out);
}

/* ---- filling ---------------------------------------------------------------------------- */

static plim_status fill(plim_proxy_work *work, const pools *p, plim_error *err)
{
    plim_frame *borrowers = &work->tables->borrowers;
    plim_column *pd = NULL, *source = NULL;
    PLIM_TRY(plim_proxy_column(&source, borrowers, "pd_source", PLIM_COLUMN_TEXT, err));
    PLIM_TRY(plim_proxy_column(&pd, borrowers, "pd", PLIM_COLUMN_NUMBER, err));
    source = plim_frame_find(borrowers, "pd_source");
    source = source->kind == PLIM_COLUMN_TEXT ? source : NULL;
    const plim_column *sector = plim_proxy_text(borrowers, "sector");
    uint8_t *rule = work->rule[PLIM_TARGET_PD] = plim_alloc(work->n_borrowers, sizeof *rule);
    if (rule == NULL)
        return plim_fail_memory(err, "rules of proxies");
    for (size_t b = 0; b < work->n_borrowers && pd != NULL; b++) {
        bool stated = !isnan(pd->number[b]);
        rule[b] =
            (uint8_t)(stated ? PLIM_RULE_REPORTED
                             : find_pd(work, p, b, plim_proxy_text_at(sector, b), &pd->number[b]));
        PLIM_TRY(plim_proxy_mark(source, b, plim_proxy_rule_origin((plim_proxy_rule)rule[b]),
                                 !stated, err));
    }
    return PLIM_OK;
}

plim_status plim_proxy_fill_pd(plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_rules *rules = work->rules;
    pools p = {0};
    plim_status status = PLIM_OK;
    if (rules->n_pd == 0 && isnan(rules->pd_otherwise) && !rules->low_default.on &&
        plim_frame_find(&work->tables->borrowers, "pd") == NULL)
        return PLIM_OK;
    if (rules->low_default.on) {
        status = assign_pools(&p, work, err);
        if (status == PLIM_OK)
            status = find_bounds(&p, work, err);
    }
    if (status == PLIM_OK)
        status = fill(work, &p, err);
    free_pools(&p);
    return status;
}
