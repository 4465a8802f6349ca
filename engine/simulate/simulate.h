/* Who defaults when: a pure function of plan, chunk of borrowers, block of paths and seed.
 * No I/O, no Lua, no globals; safe to call from many threads with different workspaces.
 *
 * Paths come in octets: octet o holds paths 8 o to 8 o + 7, for which one call of the generator
 * gives the upper bits of a borrower's uniforms (math/draw.h). A block is any list of octets. */
#ifndef PLIM_SIMULATE_SIMULATE_H
#define PLIM_SIMULATE_SIMULATE_H

#include "base/isa.h"
#include "simulate/screen.h"
#include "simulate/severity.h"

#define PLIM_OCTET 8

/* A borrower that defaults on a path in at least one scenario. */
typedef struct plim_event {
    uint32_t borrower; /* row of the book */
    uint32_t place;    /* in its chunk */
    uint32_t path;     /* place in the block: octet[path / 8] * 8 + path % 8 is its number */
} plim_event;

/* Default years of event e: year[e * n_scenarios + s] = 1-based period, 0: no default. In the same
   place the day of that year, 1 to 365, by the place of the uniform U in the band of the year: with
   F the cumulative conditional PD at the end of a year, 1 + floor(365 (U - F_(t-1)) / (F_t -
   F_(t-1))). A worse scenario never brings a later day. Of paths below
   plim_workspace_config.day_paths; NULL where that is 0. */
typedef struct plim_events {
    size_t count;
    plim_event *event;
    uint8_t *year;
    uint16_t *day;
} plim_events;

/* Private to one worker. */
typedef struct plim_workspace plim_workspace;

typedef struct plim_workspace_config {
    const plim_screen *screen; /* borrowed, and with it the plan */
    uint64_t seed;
    plim_isa isa;
    uint32_t n_octets;  /* of a block, at most */
    bool reference;     /* decide everything in double: slow, for tests and checks */
    uint32_t day_paths; /* paths, by number, whose defaults get a day */
    double trust;       /* tests only: factor on the filter's error bound; 0 is 1 */
} plim_workspace_config;

PLIM_NODISCARD plim_status plim_workspace_create(plim_workspace **out,
                                                 const plim_workspace_config *config,
                                                 plim_error *err);
void plim_workspace_destroy(plim_workspace *workspace);
uint64_t plim_workspace_bytes(const plim_screen *screen, uint32_t n_octets);

/* As plim_workspace_config.day_paths: no more than it said, from now on. */
void plim_workspace_limit_days(plim_workspace *workspace, uint32_t day_paths);
/* Draws the factors of a block. */
void plim_workspace_load(plim_workspace *workspace, const uint32_t *octet, uint32_t n_octets);
/* Limits what follows to the lanes whose bit is set, wanted[i] for the i-th octet of the block;
   NULL: all. Borrowed until the next load, which lifts the limit. */
void plim_workspace_want(plim_workspace *workspace, const uint8_t *wanted);
/* Events of a chunk on the block, in no particular order. `*events` is borrowed until the next
   call. The same fates whatever the block, the workspace, the instruction set, or `reference`.
   PLIM_INPUT where a formula that varies from path to path gives what is not acceptable. */
PLIM_NODISCARD plim_status plim_workspace_chunk(plim_workspace *workspace, uint32_t chunk,
                                                const plim_events **events, plim_error *err);

/* Of scenarios that differ from path to path, so far: fates that the screen left open, and those of
   them that bounds left open too, so that formulas were evaluated. */
typedef struct plim_open_fates {
    uint64_t candidates, evaluated;
} plim_open_fates;
plim_open_fates plim_workspace_open_fates(const plim_workspace *workspace);

/* What decides a borrower's fate in a year (from 0) on a path of the block: sum of loadings x
   factors, the mixing variable, and the argument of the conditional PD of a row of the plan,
   h = normal_cdf(argument). */
typedef struct plim_fate {
    double index, mixing, argument;
} plim_fate;
plim_fate plim_workspace_fate(const plim_workspace *workspace, const plim_event *event, size_t row,
                              uint32_t year);

/* Which loan, scenario and year (from 0). */
typedef struct plim_loan_fate {
    uint32_t loan, scenario, year;
} plim_loan_fate;
/* Loss in fen of a performing loan of the event's borrower if it defaults in that year. */
int64_t plim_workspace_loss(const plim_workspace *workspace, const plim_severity *severity,
                            const plim_event *event, const plim_loan_fate *fate);
/* Its exposure then. `event` is one of the last chunk's, for both. */
int64_t plim_workspace_exposure(const plim_workspace *workspace, const plim_event *event,
                                const plim_loan_fate *fate);

/* Z of a path: out[t * n_factors + f], after correlation and persistence. */
void plim_simulate_factors(const plim_plan *plan, uint64_t seed, uint32_t path, double *out);
/* The innovations behind them: Z_t = phi Z_(t-1) + sqrt(1 - phi^2) innovation_t, Z_1 the first. */
void plim_simulate_innovations(const plim_plan *plan, uint64_t seed, uint32_t path, double *out);
/* Those of the first `n` factors alone; the others are left as they are. */
void plim_simulate_first_innovations(const plim_plan *plan, uint64_t seed, uint32_t path,
                                     uint32_t n, double *out);
/* The factors that innovations make; `out` may be `innovation`. */
void plim_simulate_persist(const plim_plan *plan, const double *innovation, double *out);

#endif
