#include "run/slab_forecast.h"

#include "run/forecast.h"
#include "simulate/class_moves.h"
#include "simulate/tail.h"

/* Bytes, measured on books of ten million rows in no order, rounded up. */
enum {
    READ_BORROWER = 150,   /* id, key, and what reading leaves behind */
    READ_LOAN = 150,       /* the same, with references and amounts */
    READ_OTHER = 300,      /* collateral, sites, insurance, excluded */
    SCREEN_BORROWER = 160, /* order, loadings and stakes */
    RESULT_ROW = 160, /* of tables with a row a borrower and scenario, until they are on disk */
    PATH_ROW = 100,   /* of the table of paths */
    LEAST_ROW = 64,   /* no book takes less than that for a borrower or a loan */
    KEYS = 256,       /* sectors and regions, whose tail losses are kept by path */
};
#define PROGRAM (UINT64_C(96) << 20) /* code, libraries, and the buffers of what is written */

static uint64_t borrower_bytes(const plim_slab_forecast *f)
{
    const plim_plan *plan = &f->numbers;
    uint64_t s = plan->n_scenarios, cells = s * plan->n_years;
    uint64_t planned = cells * 2 * sizeof(double) + 3 * s;
    uint64_t screened = cells * (2 * sizeof(float) + sizeof(uint32_t)) + SCREEN_BORROWER;
    uint64_t counted = cells * sizeof(uint32_t) + s * sizeof(plim_moments);
    uint64_t replayed = s * PLIM_TAIL_LEVELS * sizeof(plim_tail_sum);
    uint64_t staged = 2 * s * (plan->n_years + 1) + sizeof(uint64_t);
    return READ_BORROWER + f->kept_of_borrowers * sizeof(double) + planned + screened + counted +
           replayed + staged + s * RESULT_ROW;
}

static uint64_t loan_bytes(const plim_slab_forecast *f)
{
    const plim_plan *plan = &f->numbers;
    uint64_t cells = (uint64_t)plan->n_scenarios * plan->n_years;
    uint64_t planes = plan->severity.kind == PLIM_SEVERITY_FIXED ? 2 : 4;
    uint64_t banks = f->size.banks > 0 ? f->size.banks : 1;
    uint64_t allowances = plan->n_sheets / banks * plan->n_scenarios * (plan->n_years + 1);
    return READ_LOAN + f->kept_of_loans * sizeof(double) +
           (cells * planes + allowances) * sizeof(int64_t);
}

/* What is kept by path: losses by bank, of a slab and of all, cells by year, tail losses by key,
   and the table of paths. */
static uint64_t path_bytes(const plim_slab_forecast *f)
{
    const plim_plan *plan = &f->numbers;
    uint64_t s = plan->n_scenarios, n = f->simulation.n_paths;
    uint64_t tallied =
        2 * s *
        (plan->n_banks * 2 * sizeof(int64_t) + plan->n_years * sizeof(plim_year_cell) +
         (uint64_t)plan->n_years * plan->n_sheets * sizeof(plim_sheet_cell));
    uint64_t tail = (3 * s + 2) * sizeof(int64_t) + s * s * KEYS * sizeof(int64_t) / 100;
    return n * (tallied + tail + s * plan->n_banks * PATH_ROW);
}

static uint64_t row_bytes(const plim_slab_forecast *f, const plim_book_size *size)
{
    return size->borrowers * borrower_bytes(f) + size->loans * loan_bytes(f) +
           (size->collateral + size->sites + size->insurance) * READ_OTHER;
}

static uint64_t fixed_bytes(const plim_slab_forecast *f)
{
    const plim_book no_book = {0};
    plim_plan numbers = f->numbers;
    plim_simulation simulation = f->simulation;
    numbers.book = &no_book;
    simulation.plan = &numbers;
    return PROGRAM + path_bytes(f) + plim_simulation_team_bytes(&simulation) +
           2 * plim_class_moves_bytes(&numbers) + f->size.excluded * READ_OTHER;
}

uint64_t plim_slab_forecast_opened(const plim_slab_forecast *f, const plim_book_size *largest)
{
    return fixed_bytes(f) + plim_slabs_bytes(&f->size) + row_bytes(f, largest);
}

uint64_t plim_slab_forecast_bytes(const plim_slab_forecast *f, uint32_t n_slabs)
{
    if (n_slabs <= 1)
        return fixed_bytes(f) + row_bytes(f, &f->size);
    plim_book_size slab = f->size;
    size_t *const rows[] = {&slab.borrowers, &slab.loans, &slab.collateral, &slab.sites,
                            &slab.insurance};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] += *rows[i] / 4; /* slabs differ in size */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = *rows[i] / n_slabs + 1;
    uint64_t opening = fixed_bytes(f) + plim_slabs_opening_bytes(&f->size);
    uint64_t working = plim_slab_forecast_opened(f, &slab);
    return working > opening ? working : opening;
}

plim_status plim_slab_forecast_refuse(const plim_slab_forecast *f, uint64_t bytes, plim_error *err)
{
    char need[32], have[32];
    plim_forecast_format_bytes(bytes, need);
    plim_forecast_format_bytes(f->memory, have);
    return plim_fail(err, PLIM_USAGE,
                     "the run needs about %s of memory, even slab by slab, but may use %s; give "
                     "--memory %lluM, or fewer --paths",
                     need, have, (unsigned long long)(bytes / 1048576 + 1));
}

plim_status plim_slab_forecast_make(plim_slab_forecast *f, plim_error *err)
{
    uint64_t least = UINT64_MAX;
    for (f->n_slabs = 1; f->n_slabs <= PLIM_SLABS_MOST; f->n_slabs++) {
        f->bytes = plim_slab_forecast_bytes(f, f->n_slabs);
        if (f->bytes <= f->memory)
            return PLIM_OK;
        least = f->bytes < least ? f->bytes : least;
    }
    f->n_slabs = 1;
    if ((f->size.borrowers + f->size.loans) * LEAST_ROW <= f->memory)
        return PLIM_OK; /* bounds are no proof: whoever has read the book knows */
    return plim_slab_forecast_refuse(f, least, err);
}
