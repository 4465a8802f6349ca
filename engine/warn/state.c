#include "warn/state.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/numeral.h"

static const char *const level_names[] = {"none", "blue", "yellow", "orange", "red"};

const char *plim_alert_name(plim_alert level)
{
    return level_names[level];
}

bool plim_alert_of_name(const char *name, plim_alert *out)
{
    for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++)
        if (strcmp(name, level_names[i]) == 0) {
            *out = (plim_alert)i;
            return true;
        }
    return false;
}

const char *plim_alert_change_name(plim_alert_change change)
{
    static const char *const names[] = {"", "new", "raised", "kept", "uncertain", "lowered"};
    return names[change];
}

/* The reading turned so that high is bad. */
typedef struct turned {
    double low, high;
    double sign; /* of bounds */
} turned;

static turned turn(const plim_alert_rule *rule, const plim_alert_reading *now)
{
    return rule->low_is_bad ? (turned){-now->high, -now->low, -1}
                            : (turned){now->low, now->high, 1};
}

/* Comparisons with NaN are false: what is not known reaches nothing, and is not calm. */
static bool reaches(const plim_alert_rule *rule, double sign, double end, plim_alert level)
{
    return end >= sign * rule->bound[level - 1];
}

static plim_alert highest(const plim_alert_rule *rule, double sign, double end)
{
    plim_alert level = PLIM_ALERT_NONE;
    while (level < PLIM_ALERT_RED && reaches(rule, sign, end, (plim_alert)(level + 1)))
        level = (plim_alert)(level + 1);
    return level;
}

static bool straddles(const plim_alert_rule *rule, const turned *t, plim_alert level)
{
    return reaches(rule, t->sign, t->high, level) && !reaches(rule, t->sign, t->low, level) &&
           !isnan(t->low);
}

/* Clear of the level's bound by the margin, on the good side. */
static bool is_calm(const plim_alert_rule *rule, const turned *t, plim_alert level)
{
    double bound = t->sign * rule->bound[level - 1];
    return t->high < bound - rule->margin * fabs(bound);
}

static bool has_stayed(const plim_alert_rule *rule, const plim_alert_state *state, int64_t day)
{
    return day >= plim_date_add_months(state->since, (int)rule->stay[state->level - 1]);
}

static plim_alert_change move(const plim_alert_rule *rule, const turned *t,
                              const plim_alert_reading *now, plim_alert sure,
                              plim_alert_state *state)
{
    plim_alert before = state->level;
    if (sure > before) {
        *state = (plim_alert_state){.level = sure, .since = now->day};
        return before == PLIM_ALERT_NONE ? PLIM_ALERT_NEW : PLIM_ALERT_RAISED;
    }
    if (before == PLIM_ALERT_NONE)
        return PLIM_ALERT_SAME;
    if (!is_calm(rule, t, before))
        state->calm_runs = 0;
    else if (now->later)
        state->calm_runs++;
    if (state->calm_runs < rule->calm_runs || !is_calm(rule, t, before) ||
        !has_stayed(rule, state, now->day))
        return PLIM_ALERT_KEPT;
    *state = (plim_alert_state){.level = (plim_alert)(before - 1), .since = now->day};
    return PLIM_ALERT_LOWERED;
}

plim_alert_outcome plim_alert_next(const plim_alert_rule *rule, const plim_alert_state *before,
                                   const plim_alert_reading *now)
{
    plim_alert_outcome out = {.state = *before};
    turned t = turn(rule, now);
    if (isnan(now->value)) {
        out.change = before->level == PLIM_ALERT_NONE ? PLIM_ALERT_SAME : PLIM_ALERT_KEPT;
        out.held = before->level != PLIM_ALERT_NONE;
        return out;
    }
    plim_alert sure = highest(rule, t.sign, t.low);
    out.change = move(rule, &t, now, sure, &out.state);
    plim_alert level = out.state.level;
    out.held = level > sure;
    out.uncertain = (level < PLIM_ALERT_RED && straddles(rule, &t, (plim_alert)(level + 1))) ||
                    (level > PLIM_ALERT_NONE && straddles(rule, &t, level));
    if (out.uncertain && (out.change == PLIM_ALERT_SAME || out.change == PLIM_ALERT_KEPT))
        out.change = PLIM_ALERT_UNCERTAIN;
    return out;
}
