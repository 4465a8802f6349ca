/* The steps of plim_warn_tables and what they share. Inside warn/ only. */
#ifndef PLIM_WARN_STAGE_H
#define PLIM_WARN_STAGE_H

#include "warn/grades.h"
#include "warn/previous.h"
#include "warn/warn.h"

/* In the order in which the table of warnings shows them. */
typedef enum plim_subject {
    PLIM_SUBJECT_BORROWER,
    PLIM_SUBJECT_SECTOR,
    PLIM_SUBJECT_REGION,
    PLIM_SUBJECT_CELL,
    PLIM_SUBJECT_BANK,
    PLIM_SUBJECT_DISTRICT,
} plim_subject;
const char *plim_subject_name(plim_subject subject);

/* An indicator of a subject with the ends of its 95 % interval (NaN: not known). */
typedef struct plim_observed {
    uint32_t scenario;
    plim_subject subject;
    const char *key, *indicator;
    int64_t year; /* PLIM_INT_EMPTY: the horizon */
    double value, low, high;
} plim_observed;

/* A row of the table of warnings before it is sorted. Texts are kept by the stage. */
typedef struct plim_warning {
    plim_observed seen;
    const char *unit, *reason;
    plim_alert before;
    plim_alert_state state;
    plim_alert_change change;
} plim_warning;

/* What the rules say of an indicator, asked once. */
typedef struct plim_indicator {
    const char *name; /* in stage->indicator_names */
    char *unit;
    plim_alert_rule rule;
} plim_indicator;

/* Indicators of borrowers that the rules may name. */
#define PLIM_BORROWER_INDICATORS 16

/* What the rules set for the run as a whole. */
typedef struct plim_warn_setup {
    const char *of_borrower[PLIM_BORROWER_INDICATORS]; /* indicators of borrowers */
    size_t n_of_borrower;
    int sector_digits, region_digits; /* of a cell's codes; 0: all */
    char *requirement;                /* of table `breaches`, for P(CAR below it) */
    plim_grade_scale scale;
} plim_warn_setup;

struct plim_warn {
    plim_table *tables; /* borrowed, as are plan, rules and previous */
    const plim_plan *plan;
    plim_rules *rules;
    plim_previous *previous; /* NULL: no run before this one is known */
    uint32_t n_paths;
    int threads;
    plim_warn_setup setup;
    plim_names indicator_names;
    plim_indicator *indicators;
    size_t indicator_room;
    /* Of the slab at hand. */
    const plim_column *sector, *region, *household, *env_class, *env_credit, *revenue,
        *operating_cost, *depreciation, *interest; /* of borrowers; NULL where the book has none */
    plim_names ids;                                /* index = row of the book's borrowers */
    int64_t *exposure_fen, *balance_fen;           /* a borrower */
    plim_names texts; /* texts kept: a rule's own live only until its next call */
    plim_warning *list;
    size_t count, capacity;
    /* Of all slabs. */
    plim_grade_book grades;
    int64_t exposure_all_fen;
    plim_int128 *bank_exposure_fen, *bank_npl_fen; /* a bank */
};

/* The table of that name, known to exist with its fields (checked when the stage opens). */
plim_table *plim_warn_table(const plim_warn *stage, const char *name);

/* Keeps a text as long as the slab at hand. */
PLIM_NODISCARD plim_status plim_warn_keep(plim_warn *stage, const char *text, const char **out,
                                          plim_error *err);
/* Asks the rules for the setup. */
PLIM_NODISCARD plim_status plim_warn_set_up(plim_warn *stage, plim_error *err);
/* What the rules say of an indicator. Calls a rule the first time. */
PLIM_NODISCARD plim_status plim_warn_indicator(plim_warn *stage, const char *name,
                                               const plim_indicator **out, plim_error *err);

/* What becomes of the warning; calls no rule but for an indicator not seen before. `before`: the
   level that the run before left, may be NULL. */
PLIM_NODISCARD plim_status plim_warn_weigh(plim_warn *stage, const plim_observed *seen,
                                           plim_alert_outcome *out, plim_alert *before,
                                           plim_error *err);
/* Puts it on the list, with its reasons. */
PLIM_NODISCARD plim_status plim_warn_list(plim_warn *stage, const plim_observed *seen,
                                          const plim_alert_outcome *outcome, plim_alert before,
                                          plim_error *err);
/* Both; with `always` also where nothing is and nothing was. */
PLIM_NODISCARD plim_status plim_warn_watch(plim_warn *stage, const plim_observed *seen, bool always,
                                           plim_error *err);
/* value -+ PLIM_Z95 error into an observation. */
void plim_warn_interval(plim_observed *seen, double value, double error);

/* Grade, level and reasons of each row of a table of borrowers; lists their warnings and adds them
   to the sums of their grades. */
PLIM_NODISCARD plim_status plim_warn_borrowers(plim_warn *warn, plim_table *table, plim_error *err);
/* Lists sectors, regions, cells, banks and the district. */
PLIM_NODISCARD plim_status plim_warn_subjects(plim_warn *warn, plim_error *err);
/* Lists banks by their capital. */
PLIM_NODISCARD plim_status plim_warn_capital(plim_warn *warn, plim_error *err);
/* Lists banks by their NPL ratio at the end of the horizon, from the table of paths. */
PLIM_NODISCARD plim_status plim_warn_bank_npl(plim_warn *warn, plim_error *err);
/* Fills the tables `playbook` and `reason_codes`. */
PLIM_NODISCARD plim_status plim_warn_playbook(plim_warn *warn, plim_error *err);
/* Appends the list, sorted, to a table of warnings, and what stays of it to a table of states, and
   empties it; where the rows of each scenario begin into first_row and first_state, if they are not
   NULL. */
PLIM_NODISCARD plim_status plim_warn_write(plim_warn *warn, const plim_warn_rows *rows,
                                           plim_error *err);

#endif
