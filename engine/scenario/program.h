/* What scripts say, as plain data: scenarios and the portfolio model over one graph. */
#ifndef PLIM_SCENARIO_PROGRAM_H
#define PLIM_SCENARIO_PROGRAM_H

#include "base/text.h"
#include "scenario/graph.h"
#include "scenario/hazard.h"
#include "scenario/process.h"

#include <stdbool.h>

#define PLIM_MAX_YEARS 60

typedef struct plim_driver {
    char *name;
    char *unit_text; /* as written */
    plim_unit unit;
    plim_pathway path, reference; /* a number is a pathway of one point */
    plim_process *process; /* of a random driver, whose `path` is its mean path; else NULL. Owned */
    plim_hazard *hazard;   /* held; of a hazard, whose `path` is 0 (no event); else NULL */
} plim_driver;

/* Damage to assets by a hazard, event by event, and what insurance pays of it: in currency units,
   borrower level. Of no effect on defaults. */
typedef struct plim_damage_formula {
    char *name;
    plim_node loss[PLIM_MAX_YEARS], payout[PLIM_MAX_YEARS]; /* a period; PLIM_NO_NODE: none */
} plim_damage_formula;

typedef struct plim_scenario {
    char *name, *title_en, *title_zh; /* absent texts are "" */
    char *source_en, *source_zh, *note_en, *note_zh;
    char *path;                /* of the script */
    uint16_t graph_id;         /* what DRIVER and REFERENCE nodes call it */
    int first_year, last_year; /* inclusive */
    plim_driver *drivers;
    size_t n_drivers;
    plim_damage_formula *damages; /* by name */
    size_t n_damages;
    char *compound[2];               /* names of two scenarios that this one joins, or NULL */
    plim_node applies;               /* PLIM_NO_NODE: applies to all */
    plim_node pd[PLIM_MAX_YEARS];    /* a period; PLIM_NO_NODE: baseline */
    plim_node fails[PLIM_MAX_YEARS]; /* `default`; PLIM_NO_NODE: never */
    plim_node pd_reference[PLIM_MAX_YEARS], fails_reference[PLIM_MAX_YEARS];
    plim_node
        cover[PLIM_MAX_YEARS]; /* interest cover, told and not simulated; PLIM_NO_NODE: none */
    plim_node lgd[PLIM_MAX_YEARS], ead[PLIM_MAX_YEARS]; /* loan level; PLIM_NO_NODE: the book's */
} plim_scenario;

/* How the LGD of loans that default anew comes about (simulate/severity.h). */
typedef enum plim_severity_kind {
    PLIM_SEVERITY_FIXED,       /* as book and scenario say */
    PLIM_SEVERITY_BETA,        /* random around that, with a latent recovery */
    PLIM_SEVERITY_FRYE_JACOBS, /* a function of the conditional PD */
} plim_severity_kind;

typedef struct plim_severity_model {
    plim_severity_kind kind;
    double spread;     /* beta: standard deviation over sqrt(mean (1 - mean)), in (0, 1) */
    double systematic; /* beta: weight of the systematic index in the latent recovery, [0, 1) */
} plim_severity_model;

typedef struct plim_model {
    char *name;
    uint32_t copula_nu; /* degrees of freedom of a t copula; 0: Gaussian */
    plim_severity_model severity;
    plim_names factors;
    double *correlation; /* n x n, row-major */
    plim_node *loading;  /* one a factor, borrower level; PLIM_NO_NODE: 0 */
    double persistence;
} plim_model;

/* A file that was read: kept in the result. */
typedef struct plim_script_input {
    char *kind; /* "scenario", "library", "model", "rules", "data" */
    char *path; /* scenario, model: as given; library: its name below scenarios/lib; data: below the
                   folder of the script as given */
    char *text;
    size_t length;
    char sha256[65];
} plim_script_input;

typedef struct plim_program {
    plim_graph graph;
    plim_scenario *scenarios; /* as read, or sorted by name; baseline is not among them */
    size_t n_scenarios;
    int baseline_years; /* horizon of a run without scenarios; 0: scenarios give it */
    plim_model model;
    plim_script_input *inputs;
    size_t n_inputs;
} plim_program;

void plim_program_free(plim_program *program);
/* Sorts scenarios by name, so that no result depends on the order in which they were given. */
void plim_program_sort(plim_program *program);
/* The scenario that the graph calls `graph_id`. */
const plim_scenario *plim_program_scenario(const plim_program *program, uint16_t graph_id);
/* "" or what the run of a scenario that joins two others lacks for table compound, as a sentence.
   Fails only for memory. */
PLIM_NODISCARD plim_status plim_program_lacks(const plim_program *program,
                                              const plim_scenario *scenario, plim_text *out,
                                              plim_error *err);
/* Borrower and loan columns that any formula reads (for the conflict rule and `scenario plan`). */
PLIM_NODISCARD plim_status plim_program_columns(const plim_program *program, plim_level table,
                                                plim_names *out, plim_error *err);

#endif
