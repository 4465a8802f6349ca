/* The tables of `compare` on a screen. */
#ifndef PLIM_CLI_COMPARE_SCREEN_H
#define PLIM_CLI_COMPARE_SCREEN_H

#include "report/report.h"
#include "run/compare.h"

typedef struct plim_compare_screen {
    plim_lang lang;
    bool all; /* every measure, not only what differs beyond noise */
} plim_compare_screen;

/* What differs between the runs a line each, what is the same in one. */
PLIM_NODISCARD plim_status plim_compare_screen_runs(plim_text *out,
                                                    const plim_compare_screen *screen,
                                                    const plim_comparison *c, plim_error *err);
/* Measures, and how many are equal, within noise and beyond it. */
PLIM_NODISCARD plim_status plim_compare_screen_measures(plim_text *out,
                                                        const plim_compare_screen *screen,
                                                        const plim_comparison *c, plim_error *err);

#endif
