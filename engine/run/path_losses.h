/* Losses of scenarios and banks by path, known by their names: as a result keeps them, or as a
 * simulation has just made them. */
#ifndef PLIM_RUN_PATH_LOSSES_H
#define PLIM_RUN_PATH_LOSSES_H

#include "measure/measure.h"
#include "run/recorded.h"

/* All banks together, where a bank is asked for by index. */
#define PLIM_ALL_BANKS PLIM_NO_NAME

/* Zero-initialise; free with plim_path_losses_free. */
typedef struct plim_path_losses {
    uint32_t n_paths;
    plim_names scenarios, banks;
    int64_t *loss; /* [(s * n_banks + b) * n_paths + path] */
} plim_path_losses;

/* Tables that plim_path_losses_read looks at. */
#define PLIM_PATH_LOSSES_TABLES "banks", "paths"

/* From table `paths`, names from table `banks`. A path that the run did not have, a name that table
   `banks` lacks, or amounts beyond what sums hold are PLIM_INPUT and name the file. */
PLIM_NODISCARD plim_status plim_path_losses_read(plim_path_losses *out,
                                                 const plim_recorded *recorded, plim_error *err);
/* Takes the losses over from tallies of `plan`. */
PLIM_NODISCARD plim_status plim_path_losses_take(plim_path_losses *out, const plim_plan *plan,
                                                 plim_tallies *tallies, plim_error *err);
/* The sample of scenario s and bank b (or PLIM_ALL_BANKS), each the name's index. */
typedef struct plim_loss_sample {
    int64_t *sum; /* of all banks; else NULL */
    plim_sample sample;
} plim_loss_sample;
PLIM_NODISCARD plim_status plim_loss_sample_make(plim_loss_sample *out,
                                                 const plim_path_losses *losses, uint32_t s,
                                                 uint32_t b, plim_error *err);
void plim_loss_sample_free(plim_loss_sample *sample);
void plim_path_losses_free(plim_path_losses *losses);

#endif
