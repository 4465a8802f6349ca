/* Boxes of paths: where PDs of a scenario differ from path to path, the paths are parted into cells
 * within which random drivers lie close, and every borrower's PD is bounded over each cell, so that
 * most of its fates are known without evaluating a formula (simulate/workspace.c).
 *
 * For each scenario whose PDs vary and each period, a *family*, a tree of splits parts the paths by
 * the slots that the period's PD is made of (plan/random.h). It is grown on some thousand paths,
 * and each cell's box is then widened until it holds all paths. Cells change no result. */
#ifndef PLIM_SIMULATE_BOXES_H
#define PLIM_SIMULATE_BOXES_H

#include "plan/varying.h"

#define PLIM_CELLS_MOST 32

typedef struct plim_boxes plim_boxes;

typedef struct plim_boxes_config {
    const plim_plan *plan; /* borrowed */
    uint64_t seed;
    uint32_t first_path, n_paths; /* that cells must hold: no other paths may be asked for */
    int threads;
} plim_boxes_config;

/* Leaves *out NULL where no PD varies. PLIM_INPUT as plim_varying_pd. */
PLIM_NODISCARD plim_status plim_boxes_make(plim_boxes **out, const plim_boxes_config *config,
                                           plim_error *err);
void plim_boxes_free(plim_boxes *boxes); /* NULL is fine */
uint64_t plim_boxes_bytes(const plim_plan *plan);

/* Scenarios whose PDs vary, and their numbers in the plan. */
uint32_t plim_boxes_count(const plim_boxes *boxes);
uint32_t plim_boxes_scenario(const plim_boxes *boxes, uint32_t v);
/* Cells of a family; all have as many thresholds. */
uint32_t plim_boxes_cells(const plim_boxes *boxes);

/* Cell of a path in period t of the v-th scenario, from its slots [slot * stride]. */
uint8_t plim_boxes_find(const plim_boxes *boxes, uint32_t v, uint32_t t, const double *slots,
                        uint32_t stride);

/* Bounds of a borrower's threshold (copula_inv(pd) / sqrt(1 - R2), in single precision, rounded
   outward) in period t by cell; -infinity where the v-th scenario leaves the borrower alone. */
typedef struct plim_box_thresholds {
    const float *low, *high; /* [cell] */
} plim_box_thresholds;
plim_box_thresholds plim_boxes_at(const plim_boxes *boxes, uint32_t borrower, uint32_t v,
                                  uint32_t t);
/* Cumulative PD over all periods that the upper bounds give on an average path, in the worst
   scenario: what borrowers are sorted by. 0 where none varies. */
float plim_boxes_worst(const plim_boxes *boxes, uint32_t borrower);

#endif
