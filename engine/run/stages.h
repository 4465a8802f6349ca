/* What the stages of a run share. Private to run/run.c and run/slabwise.c. */
#ifndef PLIM_RUN_STAGES_H
#define PLIM_RUN_STAGES_H

#include <plimsoll/run.h>

#include "measure/measure.h"
#include "run/capital.h"
#include "run/classes.h"
#include "run/forecast.h"
#include "run/paths.h"
#include "run/record.h"
#include "run/session.h"
#include "run/slab_forecast.h"
#include "simulate/path_pd.h"
#include "warn/warn.h"

typedef struct run {
    const plim_run_config *config;
    const plim_run_watch *watch;
    plim_isa isa;
    int threads;
    uint64_t memory;
    uint32_t paths; /* to begin with, where a precision is asked for */
    plim_precision precision;
    double started, simulate_seconds;
    char out[4096];
    plim_script_loader loader;
    plim_session session;
    plim_slab_forecast slabs;
    plim_rules *rules;
    plim_forecast forecast;
    plim_tallies tallies;
    plim_holdings holdings;
    plim_path_pd path_pd;
    plim_run_capital capital;
    plim_run_classes classes;
    plim_previous previous; /* with config->previous */
    char previous_sha256[PLIM_DIGEST_HEX];
    plim_result result;
} run;

/* Hangs balance sheets and classes on the plan at hand. */
PLIM_NODISCARD plim_status plim_run_bind_more(run *r, plim_error *err);
void plim_run_say(const run *r, int is_warning, const char *format, ...) PLIM_PRINTF(3, 4);
/* Looks at the PDs that the plan at hand gives on some paths: adds to r->path_pd. */
PLIM_NODISCARD plim_status plim_run_look_at_pds(run *r, plim_error *err);
/* The simulation of the plan at hand. */
plim_simulation plim_run_simulation(const run *r);
/* Around whatever makes a file, even for a moment. */
void plim_run_publishing(const run *r, int begins);
plim_conflict plim_run_conflict(const run *r);
/* Sets r->paths, for a book of so many borrowers where none were asked for. */
void plim_run_set_paths(run *r, uint64_t n_borrowers);
/* What is said before the work, of a book with so many rows. */
void plim_run_announce(const run *r, uint64_t n_borrowers, uint64_t n_loans);
/* Warns where so many values differ between the books, where the scenarios' years do not follow the
   book's date, and where a scenario joins two others that are not there. */
void plim_run_warn_conflicts(const run *r, uint64_t n_conflicts);
void plim_run_warn_years(const run *r);
/* Warns of hazards that reach nothing of the book at hand, a whole one. */
void plim_run_warn_hazards(const run *r);
PLIM_NODISCARD plim_status plim_run_warn_compounds(const run *r, plim_error *err);
void plim_run_say_dry(const run *r);
/* Sets r->precision, and says so where paths are too few to know it. */
PLIM_NODISCARD plim_status plim_run_look(run *r, plim_error *err);
/* What the tables are made from, when everything has been simulated. */
plim_measured plim_run_measured(const run *r);
/* Reads the warnings of config->previous, if there is one: books are open, the output is known. */
PLIM_NODISCARD plim_status plim_run_read_previous(run *r, plim_error *err);
/* What the rules of warnings work with. */
plim_warn_config plim_run_warning(run *r);
/* Says how many warnings of the previous result nobody has met. */
void plim_run_say_gone(const run *r);
/* Settings, inputs and table `run` of the result. */
PLIM_NODISCARD plim_status plim_run_record(run *r, plim_error *err);

/* A run whose books are parted into slabs (session.slabs): from the first slab to the finished
   file. `r->paths` is set. */
PLIM_NODISCARD plim_status plim_run_slabwise(run *r, plim_error *err);

#endif
