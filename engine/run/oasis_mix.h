/* Probabilities over bins, and what they come to: rows in any order, each with a bin and how likely
 * it is, that belong together by one or two ids. Private to the importer. */
#ifndef PLIM_RUN_OASIS_MIX_H
#define PLIM_RUN_OASIS_MIX_H

#include "run/oasis_tables.h"

typedef struct plim_oasis_row {
    uint32_t a, b; /* indices into the names of the mix */
    uint32_t bin;  /* index into its bins */
    uint32_t line;
    double probability;
} plim_oasis_row;

/* Zero-initialise and set the borrowed members; `b` may be NULL (then row.b is 0). */
typedef struct plim_oasis_mix {
    const char *path;
    const char *a_is, *b_is; /* what they are called in messages: "event" */
    const plim_names *a, *b;
    const plim_oasis_values *bins;
    const char *curve; /* the vulnerability whose bins they are; NULL: a dictionary's */
    plim_oasis_row *row;
    size_t count, capacity;
} plim_oasis_mix;

/* What rows that belong together come to. */
typedef struct plim_oasis_mean {
    uint32_t a, b, line; /* the line of the first of them */
    size_t n_bins;       /* that can be */
    double mean;         /* of the bins' values */
} plim_oasis_mean;

typedef struct plim_oasis_taker {
    plim_status (*take)(void *user, const plim_oasis_mean *mean, plim_error *err);
    void *user;
} plim_oasis_taker;

/* Fills `bin` and `probability` of a row from two cells and adds it. PLIM_INPUT: a bin that is not
   known, a probability that is none. */
PLIM_NODISCARD plim_status plim_oasis_mix_add(plim_oasis_mix *mix, const plim_sheet_row *cells,
                                              const size_t columns[2], plim_oasis_row row,
                                              plim_error *err);
/* Gives all means to `taker`; their bits don't depend on the order of rows. PLIM_INPUT: a bin
   twice, probabilities that don't add up to 1 within 1e-6. */
PLIM_NODISCARD plim_status plim_oasis_mix_finish(const plim_oasis_mix *mix,
                                                 const plim_oasis_taker *taker, plim_error *err);
void plim_oasis_mix_free(plim_oasis_mix *mix);

/* What an intensity bin stands for: an intensity, or the mean damage of a vulnerability, whose id
   goes to `vulnerability_id` ("" without; to be freed). */
PLIM_NODISCARD plim_status plim_oasis_read_bins(const plim_oasis_config *config,
                                                plim_oasis_values *out, char **vulnerability_id,
                                                plim_error *err);

#endif
