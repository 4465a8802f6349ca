/* How many paths a run takes: as asked, as the precision asks, or as the engine picks. */
#ifndef PLIM_RUN_PATHS_H
#define PLIM_RUN_PATHS_H

#include "simulate/simulator.h"

/* How well ES 99.9 is known: half-width of its 95 % interval over its value, of the scenario where
   that is largest. 0 if nothing is ever lost; NaN below PLIM_PATHS_LEAST, whose handful of tail
   paths says nothing of their own scatter. */
typedef struct plim_precision {
    double half_width;
    uint32_t scenario;
} plim_precision;
#define PLIM_PATHS_LEAST 20000 /* twenty paths beyond 99.9 %, as for the interval of a VaR */

PLIM_NODISCARD plim_status plim_precision_of(plim_precision *out, const plim_tallies *tallies,
                                             plim_error *err);

/* Paths for a run that asks for none: the more the smaller the book, so that the simulation takes
   some seconds; 10,000 to 100,000. A function of the inputs alone, so that the same run has the
   same bits. */
uint32_t plim_paths_default(uint32_t n_years, uint64_t n_borrowers);

/* Paths at which a run with a precision looks at what it has: the first is enough for a hundred
   tail paths at 99.9 %, each next a quarter more. Few looks at fixed places: stopping where the
   estimate happens to look good would bias it. The end of all is PLIM_PATHS_MOST. */
#define PLIM_PATHS_MOST 99999744 /* a multiple of PLIM_PATHS_STEP */
uint32_t plim_paths_first_look(void);
uint32_t plim_paths_next_look(uint32_t n_paths);

#endif
