/* Boxes of paths: where PDs of a scenario differ from path to path, the paths are parted into cells
 * within which random drivers lie close, and every borrower's PD is bounded over each cell, so that
 * most of its fates are known without evaluating a formula (simulate/varied.c).
 *
 * For each scenario whose PDs vary, each class of borrowers (simulate/classes.h) and each period, a
 * *family*, a tree of splits parts the paths by the slots that the period's PD hangs on
 * (plan/random.h). It is grown on some thousand paths,
 * and each cell's box is then widened until it holds all paths. Cells change no result. */
#ifndef PLIM_SIMULATE_BOXES_H
#define PLIM_SIMULATE_BOXES_H

#include "simulate/classes.h"

#define PLIM_CELLS_MOST 32

typedef struct plim_boxes plim_boxes;

typedef struct plim_boxes_config {
    const plim_plan *plan; /* borrowed */
    uint64_t seed;
    uint32_t first_path, n_paths; /* that cells must hold: no other paths may be asked for */
    const uint32_t *octet; /* borrowed; not NULL: those of n_paths / PLIM_OCTET octets instead */
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
/* Cells of a family at most; all have room for as many thresholds. */
uint32_t plim_boxes_cells(const plim_boxes *boxes);
/* PLIM_NO_CLASS where none of a borrower's PDs varies. */
uint32_t plim_boxes_class(const plim_boxes *boxes, uint32_t borrower);

/* Families are counted through: those of a scenario and class stand together, a period after the
   other. */
uint32_t plim_boxes_families(const plim_boxes *boxes);
uint32_t plim_boxes_family(const plim_boxes *boxes, uint32_t v, uint32_t class);
/* Cells of a path in all families, from its slots [slot * stride], into cell[family * stride]. */
void plim_boxes_find_all(const plim_boxes *boxes, const double *slots, uint32_t stride,
                         uint8_t *cell);
/* Cell of a path in one family. */
uint8_t plim_boxes_find(const plim_boxes *boxes, uint32_t family, const double *slots,
                        uint32_t stride);

/* Bounds of a borrower's threshold (copula_inv(pd) / sqrt(1 - R2), in single precision, rounded
   outward) in period t, [cell], and those of the periods after it behind them, plim_boxes_cells
   apart; -infinity where the v-th scenario leaves the borrower alone. */
typedef struct plim_box_threshold {
    float low, high;
} plim_box_threshold;
const plim_box_threshold *plim_boxes_at(const plim_boxes *boxes, uint32_t borrower, uint32_t v,
                                        uint32_t t);
/* Is there a cell of some period in which nothing is known of the borrower's PD? */
bool plim_boxes_gap(const plim_boxes *boxes, uint32_t borrower, uint32_t v);
/* Cumulative PD over all periods that the upper bounds give on an average path, in the worst
   scenario: what borrowers are sorted by. 0 where none varies. */
float plim_boxes_worst(const plim_boxes *boxes, uint32_t borrower);

#endif
