/* A run with the scripts of one result and the books of one, and what banks lose in it. Private to
   run/split*.c. */
#ifndef PLIM_RUN_SPLIT_REPLAY_H
#define PLIM_RUN_SPLIT_REPLAY_H

#include "book/fewer.h"
#include "run/path_losses.h"
#include "run/split.h"

/* Measures of table plim_split_spec. */
enum { PLIM_SPLIT_EL, PLIM_SPLIT_ES, PLIM_SPLIT_MEASURES };
/* The bank that stands for all. */
#define PLIM_SPLIT_ALL "*"

/* Measures of every scenario and bank, rounded to the fen. */
typedef struct plim_split_values {
    plim_names scenarios, banks; /* the last bank is all of them */
    int64_t *fen;                /* [(s * n_banks + b) * PLIM_SPLIT_MEASURES + measure] */
} plim_split_values;
PLIM_NODISCARD plim_status plim_split_values_make(plim_split_values *out,
                                                  const plim_path_losses *losses, plim_error *err);
/* 0 where there is no such bank; the scenario is there. */
int64_t plim_split_value(const plim_split_values *values, const char *scenario, const char *bank,
                         int measure);
void plim_split_values_free(plim_split_values *values);

typedef struct plim_split_step {
    const plim_split_config *config;
    const plim_recorded *scripts, *books, *draws; /* runs; of the last one seed and paths */
    const plim_recorded_books *where;
    const plim_loan_ids *ids, *other; /* of the books; only loans that `other` has too; or NULL */
} plim_split_step;
PLIM_NODISCARD plim_status plim_split_replay(plim_split_values *out, const plim_split_step *step,
                                             plim_error *err);

#endif
