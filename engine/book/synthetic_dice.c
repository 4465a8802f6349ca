#include "book/synthetic_dice.h"

#include "base/digest.h"
#include "math/draw.h"
#include "math/functions.h"

#define NORMAL_CUT 2.5

plim_status plim_dice_make(plim_dice *dice, uint64_t seed, const char *id, plim_error *err)
{
    dice->seed = seed;
    return plim_digest_key(id, &dice->key, err);
}

static plim_draw_id draw_of(const plim_dice *dice, unsigned what)
{
    return (plim_draw_id){.purpose = PLIM_DRAW_SYNTHETIC, .key = dice->key, .sub = (uint16_t)what};
}

double plim_dice_uniform(const plim_dice *dice, unsigned what)
{
    plim_draw_id draw = draw_of(dice, what);
    return plim_draw_uniform(dice->seed, &draw);
}

double plim_dice_between(const plim_dice *dice, unsigned what, double low, double high)
{
    return low + (high - low) * plim_dice_uniform(dice, what);
}

double plim_dice_normal(const plim_dice *dice, unsigned what)
{
    plim_draw_id draw = draw_of(dice, what);
    double z = plim_draw_normal(dice->seed, &draw);
    if (z > NORMAL_CUT)
        return NORMAL_CUT;
    return z < -NORMAL_CUT ? -NORMAL_CUT : z;
}

double plim_dice_lognormal(const plim_dice *dice, unsigned what, double median, double sigma_ln)
{
    return median * plim_exp(sigma_ln * plim_dice_normal(dice, what));
}

size_t plim_dice_pick(double u, const int *weight, size_t n)
{
    int total = 0;
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    double mark = total * u;
    size_t last = 0; /* the last that may be chosen, should rounding carry the mark to the end */
    for (size_t i = 0; i < n; i++) {
        if (weight[i] == 0)
            continue;
        if (mark < weight[i])
            return i;
        mark -= weight[i];
        last = i;
    }
    return last;
}

size_t plim_dice_choose(const plim_dice *dice, unsigned what, const int *weight, size_t n)
{
    return plim_dice_pick(plim_dice_uniform(dice, what), weight, n);
}
