#include <math.h>
#include <string.h>

#include "run/compare_parts.h"

static void free_samples(plim_pairing *p)
{
    for (int k = 0; k < 2; k++) {
        plim_loss_sample_free(&p->of[k]);
        plim_loss_sample_free(&p->base[k]);
    }
    p->made = false;
}

/* Samples are sorted, so they serve all measures of a scenario and bank in turn. */
static plim_status turn(plim_pairing *p, const uint32_t scenario[2], const uint32_t bank[2],
                        plim_error *err)
{
    size_t size = sizeof p->scenario;
    if (p->made && memcmp(p->scenario, scenario, size) == 0 && memcmp(p->bank, bank, size) == 0)
        return PLIM_OK;
    free_samples(p);
    p->made = true;
    for (int k = 0; k < 2; k++) {
        p->scenario[k] = scenario[k];
        p->bank[k] = bank[k];
        PLIM_TRY(plim_loss_sample_make(&p->of[k], &p->losses[k], scenario[k], bank[k], err));
        PLIM_TRY(plim_loss_sample_make(&p->base[k], &p->losses[k], 0, bank[k], err));
    }
    return PLIM_OK;
}

static plim_measure_id measure_of(const char *name)
{
    plim_measure_id id = PLIM_EL;
    while (id < PLIM_MEASURE_COUNT && strcmp(plim_measure_names[id], name) != 0)
        id++;
    return id;
}

plim_status plim_pairing_error(plim_pairing *p, const plim_pair_request *request, double *out,
                               plim_error *err)
{
    static const char prefix[] = "delta_";
    bool delta = strncmp(request->measure, prefix, sizeof prefix - 1) == 0;
    plim_measure_id id = measure_of(request->measure + (delta ? sizeof prefix - 1 : 0));
    uint32_t scenario[2], bank[2];
    *out = (double)NAN;
    for (int k = 0; k < 2; k++) {
        const plim_path_losses *losses = &p->losses[k];
        scenario[k] = plim_names_find(&losses->scenarios, request->scenario);
        bank[k] =
            request->bank != NULL ? plim_names_find(&losses->banks, request->bank) : PLIM_ALL_BANKS;
        if (scenario[k] == PLIM_NO_NAME || (request->bank != NULL && bank[k] == PLIM_NO_NAME))
            return PLIM_OK;
    }
    if (id == PLIM_MEASURE_COUNT)
        return PLIM_OK;
    PLIM_TRY(turn(p, scenario, bank, err));
    const plim_sample *const of[4] = {&p->of[1].sample, &p->base[1].sample, &p->of[0].sample,
                                      &p->base[0].sample};
    *out = delta ? plim_measure_change_error(of, id) : plim_measure_delta(of[0], of[2], id).stderr_;
    return PLIM_OK;
}

void plim_pairing_free(plim_pairing *p)
{
    free_samples(p);
}
