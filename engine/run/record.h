/* What a result says about its run: the table `run`, the settings that repeat it, the inputs kept.
 */
#ifndef PLIM_RUN_RECORD_H
#define PLIM_RUN_RECORD_H

#include <plimsoll/run.h>
#include "base/isa.h"
#include "measure/holdings.h"
#include "store/store.h"
#include "run/paths.h"
#include "run/session.h"
#include "simulate/path_pd.h"
#include "warn/previous.h"

enum { PLIM_RUN_RULES = 3 };

typedef struct plim_run_facts {
    const plim_run_config *config;
    const plim_session *session;
    const plim_tallies *tallies;
    const plim_holdings *holdings;
    const plim_path_pd *path_pd;
    const plim_rules *rules[PLIM_RUN_RULES]; /* warning.lua, capital.lua, classes.lua */
    const plim_previous *previous;           /* NULL: none */
    const char *previous_sha256;
    plim_isa isa;
    int threads;
    uint64_t memory;
    plim_precision precision;
    double simulate_seconds, wall_seconds;
} plim_run_facts;

/* Fills settings, inputs and table `run` of a result whose other tables are done. */
PLIM_NODISCARD plim_status plim_record(plim_result *result, const plim_run_facts *facts,
                                       plim_error *err);

/* The table of that name. */
plim_table *plim_record_table(const plim_result *result, const char *name);

#endif
