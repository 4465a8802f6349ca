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

static uint32_t count_performing(const plim_book *book, uint32_t borrower)
{
    uint32_t n = 0;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++)
        n += !book->loan_defaulted[l];
    return n;
}

static plim_stake stake_of(const plim_stakes *stakes, uint32_t borrower)
{
    const plim_plan *plan = stakes->screen->plan;
    plim_stake stake = {.sector = stakes->tallies->sectors.of_borrower[borrower],
                        .region = stakes->tallies->regions.of_borrower[borrower]};
    uint32_t loan = only_loan(plan, borrower);
    if (!stakes->fixed)
        return stake;
    if (loan == plan->n_loans || !is_constant(plan, loan)) {
        stake.n_loans = count_performing(plan->book, borrower);
        return stake;
    }
    stake.simple = true;
    stake.loan = loan;
    stake.loss = plan->loss_fen[0][loan];
    stake.exposure = plan->exposure_fen[0][loan];
    stake.bank = plan->book->loan_bank[loan];
    return stake;
}

/* Numbers the planes that are not the same, from `n` on. Returns how many numbers are in use. */
static uint32_t number_planes(uint32_t *at, int64_t *const *plane, size_t n_planes, uint32_t n)
{
    for (size_t i = 0; i < n_planes; i++) {
        size_t same = 0;
        while (plane[same] != plane[i])
            same++;
        at[i] = same < i ? at[same] : n++;
    }
    return n;
}

uint64_t plim_stakes_bytes(const plim_plan *plan)
{
    uint64_t cells = (uint64_t)plan->n_scenarios * plan->n_years, amounts = 2;
    for (uint64_t i = 1; i < cells; i++) {
        amounts += plan->loss_fen[i] != plan->loss_fen[i - 1] ? 1 : 0;
        amounts += plan->exposure_fen[i] != plan->exposure_fen[i - 1] ? 1 : 0;
    }
    uint64_t listed = amounts > 2 || plan->n_loans > plan->n_borrowers ? plan->n_loans : 0;
    return plan->n_borrowers * (sizeof(plim_stake) + cells * sizeof(uint32_t)) +
           listed * (sizeof(plim_loan_stake) + amounts * sizeof(int64_t));
}

/* One chunk: stakes, but for the loans they list. */
static plim_status fill_chunk(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    (void)err;
    const plim_stakes *stakes = job;
    const plim_chunk *chunk = &stakes->screen->chunk[task];
    for (uint32_t i = chunk->first; i < chunk->first + chunk->n_borrowers; i++)
        stakes->stake[i] = stake_of(stakes, stakes->screen->borrower[i]);
    return PLIM_OK;
}

static void list_loan(const plim_stakes *stakes, uint32_t place, uint32_t loan)
{
    const plim_plan *plan = stakes->screen->plan;
    size_t planes = (size_t)plan->n_scenarios * plan->n_years;
    int64_t *amount = stakes->amount + (size_t)place * stakes->n_amounts;
    stakes->loan[place] = (plim_loan_stake){loan, plan->book->loan_bank[loan]};
    for (size_t i = 0; i < planes; i++) {
        amount[stakes->loss_at[i]] = plan->loss_fen[i][loan];
        amount[stakes->exposure_at[i]] = plan->exposure_fen[i][loan];
    }
}

/* One chunk: the loans that its stakes list. */
static plim_status list_chunk(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    (void)err;
    const plim_stakes *stakes = job;
    const plim_book *book = stakes->screen->plan->book;
    const plim_chunk *chunk = &stakes->screen->chunk[task];
    for (uint32_t i = chunk->first; i < chunk->first + chunk->n_borrowers; i++) {
        const plim_stake *stake = &stakes->stake[i];
        uint32_t borrower = stakes->screen->borrower[i], place = stake->first_loan;
        for (uint32_t l = book->first_loan[borrower]; place < stake->first_loan + stake->n_loans;
             l++)
            if (!book->loan_defaulted[l])
                list_loan(stakes, place++, l);
    }
    return PLIM_OK;
}

static plim_status make_loans(plim_stakes *stakes, plim_team *team, plim_error *err)
{
    const plim_plan *plan = stakes->screen->plan;
    size_t planes = (size_t)plan->n_scenarios * plan->n_years;
    for (uint32_t i = 0; i < stakes->screen->n_positions; i++) {
        stakes->stake[i].first_loan = stakes->n_loans;
        stakes->n_loans += stakes->stake[i].n_loans;
    }
    stakes->n_amounts = number_planes(stakes->loss_at, plan->loss_fen, planes, 0);
    stakes->n_amounts =
        number_planes(stakes->exposure_at, plan->exposure_fen, planes, stakes->n_amounts);
    stakes->loan = plim_alloc(stakes->n_loans, sizeof *stakes->loan);
    stakes->amount =
        plim_alloc((size_t)stakes->n_loans * stakes->n_amounts, sizeof *stakes->amount);
    if (stakes->loan == NULL || stakes->amount == NULL)
        return plim_fail_memory(err, "losses by loan");
    return plim_team_run(team, list_chunk, stakes, stakes->screen->n_chunks, err);
}

static plim_status make(plim_stakes *stakes, int threads, plim_error *err)
{
    const plim_screen *screen = stakes->screen;
    size_t cells = (size_t)screen->plan->n_scenarios * screen->plan->n_years;
    stakes->stake = plim_alloc(screen->n_positions, sizeof *stakes->stake);
    stakes->defaults = plim_alloc(screen->n_positions * cells, sizeof *stakes->defaults);
    stakes->lock = plim_alloc(screen->n_chunks, sizeof *stakes->lock);
    stakes->loss_at = plim_alloc(cells, sizeof *stakes->loss_at);
    stakes->exposure_at = plim_alloc(cells, sizeof *stakes->exposure_at);
    if (stakes->stake == NULL || stakes->defaults == NULL || stakes->lock == NULL ||
        stakes->loss_at == NULL || stakes->exposure_at == NULL)
        return plim_fail_memory(err, "losses by borrower");
    plim_team team = {.threads = threads};
    PLIM_TRY(plim_team_run(&team, fill_chunk, stakes, screen->n_chunks, err));
    return make_loans(stakes, &team, err);
}

plim_status plim_stakes_make(plim_stakes *out, const plim_stakes_config *config, plim_error *err)
{
    *out = (plim_stakes){.screen = config->screen,
                         .severity = config->severity,
                         .tallies = config->tallies,
                         .fixed = plim_plan_losses_are_fixed(config->screen->plan),
                         .seed = config->seed};
    plim_status status = make(out, config->threads, err);
    if (status != PLIM_OK)
        plim_stakes_free(out);
    return status;
}

void plim_stakes_free(plim_stakes *stakes)
{
    plim_free(stakes->stake);
    plim_free(stakes->loan);
    plim_free(stakes->amount);
    plim_free(stakes->loss_at);
    plim_free(stakes->exposure_at);
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
