#include "plan/sweep.h"

#include "base/memory.h"
#include "parallel/team.h"

typedef struct sweep {
    const plim_evaluator_config *config;
    plim_sweep_visit visit;
    void *user;
    plim_evaluator **evaluator; /* one a worker, made for its first chunk */
} sweep;

uint32_t plim_sweep_chunks(const plim_book *book)
{
    return (uint32_t)((book->borrowers.n_rows + PLIM_SWEEP_BORROWERS - 1) / PLIM_SWEEP_BORROWERS);
}

/* Rows of the grain's table that belong to a chunk; loans are sorted by borrower. */
static plim_rows rows_of(const plim_evaluator_config *config, uint64_t chunk)
{
    const plim_book *book = config->book;
    size_t first = (size_t)chunk * PLIM_SWEEP_BORROWERS, end = first + PLIM_SWEEP_BORROWERS;
    end = end < book->borrowers.n_rows ? end : book->borrowers.n_rows;
    return config->grain == PLIM_LEVEL_LOAN
               ? (plim_rows){book->first_loan[first], book->first_loan[end]}
               : (plim_rows){(uint32_t)first, (uint32_t)end};
}

static plim_status visit_chunk(void *user, uint64_t chunk, int worker, plim_error *err)
{
    sweep *s = user;
    plim_evaluator **evaluator = &s->evaluator[worker];
    if (*evaluator == NULL)
        PLIM_TRY(plim_evaluator_create(evaluator, s->config, err));
    plim_rows rows = rows_of(s->config, chunk);
    plim_sweep_block block = {*evaluator, (uint32_t)chunk, rows.first, 0};
    for (; block.first < rows.end; block.first += block.n) {
        uint32_t left = rows.end - block.first;
        block.n = left < PLIM_EVALUATE_BLOCK ? left : PLIM_EVALUATE_BLOCK;
        plim_evaluator_run(*evaluator, block.first, block.n);
        PLIM_TRY(s->visit(s->user, &block, err));
    }
    return PLIM_OK;
}

plim_status plim_sweep_run(const plim_evaluator_config *config, int threads, plim_sweep_visit visit,
                           void *user, plim_error *err)
{
    uint32_t n_chunks = plim_sweep_chunks(config->book);
    plim_team team = {.threads = n_chunks > 1 ? threads : 1};
    sweep s = {config, visit, user, plim_alloc((size_t)team.threads, sizeof *s.evaluator)};
    if (s.evaluator == NULL)
        return plim_fail_memory(err, "evaluation of formulas");
    plim_status status = plim_team_run(&team, visit_chunk, &s, n_chunks, err);
    for (int w = 0; w < team.threads; w++)
        plim_evaluator_destroy(s.evaluator[w]);
    plim_free(s.evaluator);
    return status;
}
