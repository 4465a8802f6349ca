/* Why a result is not what last night's was: the change of losses parted among what changed.
 *
 * From A to B one thing is changed at a time, and the whole run again each time on A's seed and
 * paths, so that every step is a difference of the same draws:
 *
 *   A as recorded
 *   its inputs by this program                    changed version
 *   without the loans that B no longer has        repaid loans
 *   B's books, without those that A had not       changed data
 *   B's books                                     new loans
 *   with B's scripts, model and library           changed scenario
 *   with B's seed and paths                       noise
 *   B as recorded                                 changed version
 *
 * A step that changes nothing is not run and is exactly 0. */
#ifndef PLIM_RUN_SPLIT_H
#define PLIM_RUN_SPLIT_H

#include "base/table.h"
#include "run/recorded.h"

typedef struct plim_split_config {
    const char *result[2];
    plim_recorded_books books[2];
    bool trusted;    /* read the books in this process */
    int threads;     /* 0: what affinity, cgroup and Slurm allow */
    uint64_t memory; /* bytes; 0: the cgroup's limit */
    void (*progress)(void *user, uint64_t done, uint64_t total); /* of a step; or NULL */
    void *user;
} plim_split_config;

/* Rows: scenario, bank (`*`: all), measure (el, es_99), a, new_loans, repaid_loans, changed_data,
   changed_scenario, changed_version, noise, b, note (new_bank, gone_bank). Whole fen: the parts add
   up to b - a exactly, as every value on the way is rounded once. */
extern const plim_table_spec plim_split_spec;

typedef struct plim_splitting {
    plim_table parts;
    size_t n_new, n_repaid; /* loans */
    char currency[16];
} plim_splitting;

/* Fills `out` (zero-initialised) for the scenarios that both results have; free it in any case.
   Books and scripts as for plim_explain: a book whose SHA-256 differs is PLIM_INPUT. */
PLIM_NODISCARD plim_status plim_split(plim_splitting *out, const plim_split_config *config,
                                      plim_error *err);
void plim_splitting_free(plim_splitting *splitting);

#endif
