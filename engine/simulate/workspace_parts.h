/* The inside of a workspace: private to simulate/workspace.c, events.c, exact.c, days.c and
 * varied.c. */
#ifndef PLIM_SIMULATE_WORKSPACE_PARTS_H
#define PLIM_SIMULATE_WORKSPACE_PARTS_H

#include "simulate/kernel.h"
#include "simulate/simulate.h"

/* What varies from path to path (simulate/varied.c). */
typedef struct plim_varied plim_varied;

/* Arrays over the paths of the block; cells are [(t * n_factors + f) * stride + p] or
   [t * stride + p]. */
struct plim_workspace {
    plim_workspace_config config;
    const plim_plan *plan;
    const plim_kernel *kernel;
    uint32_t stride; /* paths of the largest block */
    uint32_t n_octets;
    const uint8_t *wanted;
    uint32_t *octet;
    double *factor, *mix, *scratch; /* scratch: factors of one path */
    float *z, *mix_single;          /* the same in single precision, in steps (simulate/curve.h) */
    float *line_memory, *line; /* the same by path, as in plim_judge_job; on a line of the cache */
    uint32_t n_lines, line_years;
    plim_curve curve;
    double *z_reach, mix_reach; /* [f]: largest |Z| of the block; largest mix */
    float *index, *survival;    /* of the chunk at hand */
    uint16_t *bound;
    plim_candidate *candidate;
    uint8_t *code;
    uint32_t *in_doubt; /* candidates with a row that the filter leaves open */
    double *exact_index, *exact_survival, *fate; /* for the reference */
    plim_events events;
    plim_varied *varied; /* NULL: nothing varies */
};

uint32_t plim_workspace_path(const plim_workspace *w, uint32_t p); /* its number */
bool plim_workspace_wants(const plim_workspace *w, uint32_t p);
/* Sum of loadings x factors of a borrower in a year. */
double plim_workspace_index(const plim_workspace *w, uint32_t borrower, uint32_t p, uint32_t t);

/* The day of a year (simulate/simulate.h). `before` and `after`: cumulative conditional PDs. */
uint16_t plim_day_in_year(double uniform, double before, double after);
/* Has an event of the block a day? */
bool plim_workspace_has_day(const plim_workspace *w, const plim_event *event);
/* Days of all events that have one. */
PLIM_NODISCARD plim_status plim_workspace_days(plim_workspace *w, plim_error *err);

PLIM_NODISCARD plim_status plim_varied_create(plim_workspace *w, plim_error *err);
void plim_varied_destroy(plim_varied *varied); /* NULL is fine */
uint64_t plim_varied_bytes(const plim_screen *screen, uint32_t n_octets);

/* Empties the slots of a block. */
void plim_varied_clear(plim_workspace *w);
/* Draws the factors of path p of the block into `factors`, and its random drivers. */
void plim_varied_load(plim_workspace *w, uint32_t p, double *factors);
/* Largest thresholds of a chunk by path, for plim_bound_job; NULL if no PD varies. */
const float *plim_varied_most(plim_workspace *w, uint32_t chunk);
/* Codes of the first n candidates in the scenarios whose PDs vary; nothing is left in doubt. */
PLIM_NODISCARD plim_status plim_varied_judge(plim_workspace *w, const plim_chunk *chunk,
                                             float slack, uint32_t n, plim_error *err);
/* The same for a borrower on all paths of the block: path p is as candidate p. */
PLIM_NODISCARD plim_status plim_varied_decide(plim_workspace *w, uint32_t borrower,
                                              plim_error *err);
/* Puts the codes of candidate c in place of what rows say, in year[s]. */
void plim_varied_years(const plim_workspace *w, uint32_t c, uint32_t borrower, uint8_t *year);
/* Evaluates what the loans of all events cost, where that varies. */
PLIM_NODISCARD plim_status plim_varied_losses(plim_workspace *w, plim_error *err);
/* Days of all events in the scenarios whose PDs vary. */
PLIM_NODISCARD plim_status plim_varied_days(plim_workspace *w, plim_error *err);
/* The loan's value in that event, or NULL where the plan's planes hold. */
const plim_loan_value *plim_varied_value(const plim_workspace *w, const plim_event *event,
                                         const plim_loan_fate *fate);
/* Loss of a loan on up to PLIM_EVALUATE_BLOCK paths of the block from `first` on, in a period in
   which it varies, into loss_fen[path - first]. */
PLIM_NODISCARD plim_status plim_varied_loan(plim_workspace *w, plim_cell_at of, uint32_t loan,
                                            uint32_t first, int64_t *loss_fen, plim_error *err);
/* Threshold of the conditional PD where it varies. False where the row's holds; a value that is not
   acceptable cannot turn up here: it was accepted when the event was decided, or bounds had shown
   that it would be. */
bool plim_varied_threshold(const plim_workspace *w, const plim_event *event,
                           const plim_loan_fate *fate, double *threshold);

#endif
