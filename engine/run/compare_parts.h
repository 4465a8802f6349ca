/* The steps of a comparison. Private to run/compare*.c. */
#ifndef PLIM_RUN_COMPARE_PARTS_H
#define PLIM_RUN_COMPARE_PARTS_H

#include "run/path_losses.h"
#include "run/recorded.h"

/* Fills a table of plim_compare_runs_spec. */
PLIM_NODISCARD plim_status plim_compare_runs(plim_table *out, const plim_recorded *runs,
                                             plim_error *err);
/* Are the runs' paths the same draws? */
PLIM_NODISCARD plim_status plim_compare_paired(const plim_recorded *runs, bool *out,
                                               plim_error *err);
/* Fills a table of plim_compare_measures_spec. `losses` of both runs, or NULL where they are not
   paired. */
PLIM_NODISCARD plim_status plim_compare_measures(plim_table *out, const plim_recorded *runs,
                                                 const plim_path_losses *losses, plim_error *err);
/* The result tables whose measures are compared, ended by NULL. */
extern const char *const plim_compare_tables[];

/* Two estimates of a measure of all banks or of one, and the error of their paired difference. */
typedef struct plim_pairing {
    const plim_path_losses *losses; /* of both runs */
    uint32_t scenario[2], bank[2];  /* what the samples below are of */
    bool made;
    plim_loss_sample of[2], base[2];
} plim_pairing;
typedef struct plim_pair_request {
    const char *scenario, *bank; /* bank NULL: all */
    const char *measure;         /* el, es_99, ...; or delta_ and that */
} plim_pair_request;
/* The error of B's estimate less A's, in currency units; NaN where the losses by path do not give
   it. */
PLIM_NODISCARD plim_status plim_pairing_error(plim_pairing *pairing,
                                              const plim_pair_request *request, double *out,
                                              plim_error *err);
void plim_pairing_free(plim_pairing *pairing);

#endif
