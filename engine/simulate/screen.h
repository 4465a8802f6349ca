/* The borrowers of a plan in the order in which the simulation meets them: chunks of like loadings
 * and PDs, with what the screen and the filter need in single precision (simulate/kernel.h). Made
 * once for a plan and shared by all workers; the order changes no result. */
#ifndef PLIM_SIMULATE_SCREEN_H
#define PLIM_SIMULATE_SCREEN_H

#include "simulate/boxes.h"

#define PLIM_NO_BORROWER UINT32_MAX
#define PLIM_CHUNK_MOST                                                                            \
    256 /* borrowers of a chunk: places fit 16 bits, cells the second-level cache */

typedef struct plim_chunk {
    uint32_t first, n;                /* positions; n is a multiple of 16, padding at the end */
    uint32_t first_entry;             /* in the order of borrowers, which has no padding */
    uint32_t n_borrowers;             /* those that are not padding */
    uint32_t first_factor, n_factors; /* into factor, low, high */
    uint32_t n_rows;                  /* cells a borrower and year: a power of two */
    size_t first_cell, first_weight;
    size_t first_most;       /* into most_varying */
    uint32_t classes;        /* of borrowers whose PDs vary, a bit each (simulate/classes.h) */
    bool same_loadings;      /* then low = high, and weights are not needed */
    bool rows_are_scenarios; /* of every borrower: row s is scenario s */
    float reach;             /* largest finite |threshold| */
} plim_chunk;

typedef struct plim_screen_config {
    const plim_plan *plan;        /* borrowed */
    uint32_t most_borrowers;      /* of a chunk; 0: chosen here */
    int threads;                  /* that make it */
    uint64_t seed;                /* and paths that may be simulated with it: of no effect where */
    uint32_t first_path, n_paths; /* no PD varies */
    const uint32_t *octet;        /* as in simulate/boxes.h */
} plim_screen_config;

typedef struct plim_screen {
    const plim_plan *plan; /* not owned */
    plim_screen_config config;
    uint32_t n_chunks, n_positions;
    plim_chunk *chunk;
    uint32_t *borrower;           /* [position]: row of the book, PLIM_NO_BORROWER in padding */
    uint32_t *key_low, *key_high; /* [position] */
    uint16_t *factor;             /* by chunk */
    float *low, *high;            /* by chunk: range of loadings on the factor */
    float *most;                  /* [chunk * n_years + t]: largest threshold */
    float *cell;                  /* thresholds, see plim_judge_job; padding: -infinity */
    float *weight;                /* [first_weight + place * n_factors + k] */
    uint32_t most_rows, most_positions; /* of a chunk */
    /* Where PDs vary from path to path, else NULL. */
    plim_boxes *boxes;
    /* [(((first_most + i) * n_varying + v) * n_years + t) * n_cells + cell] for the i-th class of a
       chunk. */
    float *most_varying;
} plim_screen;

/* None of the settings has an effect on results. Fails for memory, and as plim_boxes_make. */
PLIM_NODISCARD plim_status plim_screen_make(plim_screen *out, const plim_screen_config *config,
                                            plim_error *err);
/* Makes it good for more paths, from first_path on. */
PLIM_NODISCARD plim_status plim_screen_cover(plim_screen *screen, uint32_t n_paths,
                                             plim_error *err);
void plim_screen_free(plim_screen *screen);
/* At most, for the forecast. */
uint64_t plim_screen_bytes(const plim_plan *plan);

#endif
