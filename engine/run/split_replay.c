#include "run/split_replay.h"

#include "base/isa.h"
#include "base/memory.h"
#include "parallel/team.h"
#include "simulate/simulator.h"
#include "run/forecast.h"

/* ---- values ---- */

static plim_status fill_value(int64_t *fen, const plim_path_losses *losses, uint32_t s, uint32_t b,
                              plim_error *err)
{
    static const plim_measure_id measures[PLIM_SPLIT_MEASURES] = {PLIM_EL, PLIM_ES_99};
    plim_loss_sample sample;
    plim_status status = plim_loss_sample_make(&sample, losses, s, b, err);
    for (int m = 0; m < PLIM_SPLIT_MEASURES && status == PLIM_OK; m++)
        if (!plim_fen_from_amount(plim_measure_estimate(&sample.sample, measures[m]).value,
                                  &fen[m]))
            status = plim_fail(err, PLIM_BUG, "a loss beyond what can be counted in fen");
    plim_loss_sample_free(&sample);
    return status;
}

plim_status plim_split_values_make(plim_split_values *out, const plim_path_losses *losses,
                                   plim_error *err)
{
    for (size_t s = 0; s < losses->scenarios.count; s++)
        PLIM_TRY(plim_names_add(&out->scenarios, losses->scenarios.text[s], NULL, err));
    for (size_t b = 0; b < losses->banks.count; b++)
        PLIM_TRY(plim_names_add(&out->banks, losses->banks.text[b], NULL, err));
    PLIM_TRY(plim_names_add(&out->banks, PLIM_SPLIT_ALL, NULL, err));
    size_t n = out->banks.count;
    out->fen = plim_alloc(out->scenarios.count * n * PLIM_SPLIT_MEASURES, sizeof *out->fen);
    if (out->fen == NULL)
        return plim_fail_memory(err, "losses of banks");
    for (size_t s = 0; s < out->scenarios.count; s++)
        for (size_t b = 0; b < n; b++)
            PLIM_TRY(fill_value(out->fen + (s * n + b) * PLIM_SPLIT_MEASURES, losses, (uint32_t)s,
                                b + 1 < n ? (uint32_t)b : PLIM_ALL_BANKS, err));
    return PLIM_OK;
}

int64_t plim_split_value(const plim_split_values *values, const char *scenario, const char *bank,
                         int measure)
{
    uint32_t s = plim_names_find(&values->scenarios, scenario);
    uint32_t b = plim_names_find(&values->banks, bank);
    if (s == PLIM_NO_NAME || b == PLIM_NO_NAME)
        return 0;
    return values
        ->fen[((size_t)s * values->banks.count + b) * PLIM_SPLIT_MEASURES + (size_t)measure];
}

void plim_split_values_free(plim_split_values *values)
{
    plim_names_free(&values->scenarios);
    plim_names_free(&values->banks);
    plim_free(values->fen);
    *values = (plim_split_values){0};
}

/* ---- the run ---- */

/* The books, with all loans or some; control totals were tied by the runs. */
static plim_status load(const plim_split_step *step, plim_session *session, plim_fewer *fewer,
                        plim_error *err)
{
    plim_conflict on_conflict = PLIM_CONFLICT_REFUSE;
    PLIM_TRY(plim_recorded_conflict(step->books, &on_conflict, err));
    if (step->other != NULL) {
        PLIM_TRY(plim_fewer_make(fewer, session->list, step->ids, step->other, err));
        for (size_t i = 0; i < session->n_sources; i++)
            session->list[i] = fewer->list[i];
    }
    PLIM_TRY(plim_session_part(session, on_conflict, 1, err));
    PLIM_TRY(plim_session_turn(session, 0, err));
    return plim_session_bind(session, err);
}

static plim_status simulate(const plim_split_step *step, const plim_plan *plan,
                            plim_path_losses *losses, plim_error *err)
{
    const plim_split_config *config = step->config;
    plim_simulation simulation = {.plan = plan,
                                  .threads = config->threads,
                                  .progress = config->progress,
                                  .progress_user = config->user};
    uint64_t paths = 0;
    plim_forecast forecast;
    plim_tallies tallies = {0};
    if (simulation.threads == 0)
        simulation.threads = plim_team_default_threads();
    PLIM_TRY(plim_isa_choose(&simulation.isa, err));
    PLIM_TRY(plim_recorded_whole(step->draws, "seed", &simulation.seed, err));
    PLIM_TRY(plim_recorded_whole(step->draws, "paths", &paths, err));
    simulation.n_paths = (uint32_t)paths;
    uint64_t memory = config->memory > 0 ? config->memory : plim_team_default_memory();
    PLIM_TRY(plim_forecast_make(&forecast, &simulation, memory, err));
    plim_status status = plim_simulate(&simulation, &tallies, err);
    if (status == PLIM_OK)
        status = plim_path_losses_take(losses, plan, &tallies, err);
    plim_tallies_free(&tallies);
    return status;
}

static plim_status play(plim_path_losses *losses, const plim_split_step *step,
                        plim_session *session, plim_fewer *fewer, plim_error *err)
{
    PLIM_TRY(plim_recorded_trace(step->scripts, session, err));
    PLIM_TRY(load(step, session, fewer, err));
    return simulate(step, &session->plan, losses, err);
}

/* Scripts of one run may not go with the books of the other: whoever reads the fault must know that
   the two were put together here. */
static plim_status tell(const plim_split_step *step, plim_status status, const plim_error *fault,
                        plim_error *err)
{
    if (status == PLIM_OK)
        return PLIM_OK;
    if (step->scripts == step->books || status != PLIM_INPUT)
        return plim_fail(err, status, "%s", fault->message);
    return plim_fail(err, status, "the scripts of %s on the books of %s:\n%s", step->scripts->path,
                     step->books->path, fault->message);
}

plim_status plim_split_replay(plim_split_values *out, const plim_split_step *step, plim_error *err)
{
    plim_session session = {.trusted = step->config->trusted, .threads = step->config->threads};
    plim_fewer fewer = {0};
    plim_path_losses losses = {0};
    plim_error fault = {0};
    plim_status status = plim_recorded_open(step->books, step->where, &session, err);
    if (status == PLIM_OK)
        status = tell(step, play(&losses, step, &session, &fewer, &fault), &fault, err);
    if (status == PLIM_OK)
        status = plim_split_values_make(out, &losses, err);
    plim_path_losses_free(&losses);
    plim_session_free(&session);
    plim_fewer_free(&fewer);
    return status;
}
