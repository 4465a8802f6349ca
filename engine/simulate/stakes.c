#include "simulate/stakes.h"

#include "base/memory.h"
#include "parallel/team.h"

/* Do all scenarios and years lose the same on the loan? */
static bool is_constant(const plim_plan *plan, uint32_t loan)
{
    size_t planes = (size_t)plan->n_scenarios * plan->n_years;
    for (uint32_t s = 1; s < plan->n_scenarios; s++)
        if (plim_plan_loss_varies(plan, loan, s))
            return false;
    for (size_t i = 1; i < planes; i++)
        if ((plan->loss_fen[i] != plan->loss_fen[0] &&
             plan->loss_fen[i][loan] != plan->loss_fen[0][loan]) ||
            (plan->exposure_fen[i] != plan->exposure_fen[0] &&
             plan->exposure_fen[i][loan] != plan->exposure_fen[0][loan]))
            return false;
    return true;
}

/* The only performing loan of a borrower; n_loans if there are more. */
static uint32_t only_loan(const plim_plan *plan, uint32_t borrower)
{
    const plim_book *book = plan->book;
    uint32_t only = plan->n_loans;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++) {
        if (book->loan_defaulted[l])
            continue;
        if (only != plan->n_loans)
            return plan->n_loans;
        only = l;
    }
    return only;
}

static plim_stake stake_of(const plim_plan *plan, const plim_tallies *tallies, uint32_t borrower)
{
    plim_stake stake = {.sector = tallies->sectors.of_borrower[borrower],
                        .region = tallies->regions.of_borrower[borrower]};
    uint32_t loan = only_loan(plan, borrower);
    if (loan == plan->n_loans || !is_constant(plan, loan))
        return stake;
    stake.simple = true;
    stake.loan = loan;
    stake.loss = plan->loss_fen[0][loan];
    stake.exposure = plan->exposure_fen[0][loan];
    stake.bank = plan->book->loan_bank[loan];
    return stake;
}

uint64_t plim_stakes_bytes(const plim_plan *plan)
{
    uint64_t cells = (uint64_t)plan->n_scenarios * plan->n_years;
    return plan->n_borrowers * (sizeof(plim_stake) + cells * sizeof(uint32_t));
}

/* One chunk. */
static plim_status fill_chunk(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    (void)err;
    const plim_stakes *stakes = job;
    const plim_screen *screen = stakes->screen;
    const plim_chunk *chunk = &screen->chunk[task];
    bool fixed = plim_plan_losses_are_fixed(screen->plan);
    for (uint32_t i = chunk->first; i < chunk->first + chunk->n_borrowers; i++) {
        stakes->stake[i] = stake_of(screen->plan, stakes->tallies, screen->borrower[i]);
        stakes->stake[i].simple = stakes->stake[i].simple && fixed;
    }
    return PLIM_OK;
}

plim_status plim_stakes_make(plim_stakes *out, const plim_stakes_config *config, plim_error *err)
{
    const plim_screen *screen = config->screen;
    size_t cells = (size_t)screen->plan->n_scenarios * screen->plan->n_years;
    *out = (plim_stakes){.screen = screen,
                         .severity = config->severity,
                         .tallies = config->tallies,
                         .seed = config->seed};
    out->stake = plim_alloc(screen->n_positions, sizeof *out->stake);
    out->defaults = plim_alloc(screen->n_positions * cells, sizeof *out->defaults);
    out->lock = plim_alloc(screen->n_chunks, sizeof *out->lock);
    plim_team team = {.threads = config->threads};
    plim_status status = out->stake == NULL || out->defaults == NULL || out->lock == NULL
                             ? plim_fail_memory(err, "losses by borrower")
                             : plim_team_run(&team, fill_chunk, out, screen->n_chunks, err);
    if (status != PLIM_OK)
        plim_stakes_free(out);
    return status;
}

void plim_stakes_free(plim_stakes *stakes)
{
    plim_free(stakes->stake);
    plim_free(stakes->defaults);
    plim_free(stakes->lock);
    *stakes = (plim_stakes){0};
}

void plim_stakes_merge(const plim_stakes *stakes, plim_tallies *tallies)
{
    const plim_screen *screen = stakes->screen;
    size_t cells = (size_t)tallies->n_scenarios * tallies->n_years;
    for (uint32_t i = 0; i < screen->n_positions; i++) {
        if (screen->borrower[i] == PLIM_NO_BORROWER)
            continue;
        uint32_t *to = tallies->borrower_defaults + screen->borrower[i] * cells;
        for (size_t c = 0; c < cells; c++)
            to[c] += stakes->defaults[i * cells + c];
    }
}
