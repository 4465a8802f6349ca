/* The steps of plim_warn_tables and what they share. Inside warn/ only. */
#ifndef PLIM_WARN_STAGE_H
#define PLIM_WARN_STAGE_H

#include "warn/warn.h"

/* In the order in which the table of warnings shows them. */
typedef enum plim_subject {
    PLIM_SUBJECT_BORROWER,
    PLIM_SUBJECT_SECTOR,
    PLIM_SUBJECT_REGION,
    PLIM_SUBJECT_BANK,
    PLIM_SUBJECT_DISTRICT,
} plim_subject;

/* A row of the table of warnings before it is sorted. Texts are borrowed from the stage. */
typedef struct plim_warning {
    uint32_t scenario;
    plim_subject subject;
    const char *key, *indicator, *unit, *level, *reason;
    int64_t year; /* PLIM_INT_EMPTY: the horizon */
    double value, low, high;
} plim_warning;

/* Borrowers of a grade in a scenario. */
typedef struct plim_grade_sum {
    int64_t borrowers, exposure_fen;
    double el;
} plim_grade_sum;

struct plim_warn {
    plim_table *tables; /* borrowed, as are plan and rules */
    const plim_plan *plan;
    plim_rules *rules;
    /* Of the slab at hand. */
    const plim_column *sector, *region, *household; /* of borrowers; NULL where the book has none */
    plim_names ids;                                 /* index = row of the book's borrowers */
    int64_t *exposure_fen;                          /* a borrower */
    plim_names texts; /* texts kept: a rule's own live only until its next call */
    plim_warning *list;
    size_t count, capacity;
    /* Of all slabs. */
    plim_names grades;
    plim_grade_sum *sums; /* [grade * n_scenarios + s] */
    size_t n_sums;        /* that there is room for */
    int64_t exposure_all_fen;
};

/* Table and field of that name, known to exist (checked when the stage opens). */
plim_table *plim_warn_table(const plim_warn *stage, const char *name);
size_t plim_warn_field(const plim_table *table, const char *key);

/* Keeps a text as long as the stage. */
PLIM_NODISCARD plim_status plim_warn_keep(plim_warn *stage, const char *text, const char **out,
                                          plim_error *err);
/* PLIM_INPUT unless `value`, returned by function `rule`, is a level. */
PLIM_NODISCARD plim_status plim_warn_level(const plim_warn *stage, const char *rule,
                                           const char *value, plim_error *err);
/* Appends a row; its texts must be kept ones or constants. */
PLIM_NODISCARD plim_status plim_warn_add(plim_warn *stage, const plim_warning *warning,
                                         plim_error *err);

/* Grade, level and reasons of each row of a table of borrowers; lists those with a level and adds
   them to the sums of their grades. */
PLIM_NODISCARD plim_status plim_warn_borrowers(plim_warn *warn, plim_table *table, plim_error *err);
/* The table of grades, from the graded borrowers. */
PLIM_NODISCARD plim_status plim_warn_grades(plim_warn *warn, plim_error *err);
/* Lists sectors, regions, banks and the district. */
PLIM_NODISCARD plim_status plim_warn_subjects(plim_warn *warn, plim_error *err);
/* Appends the list, sorted, to a table of warnings and empties it; where the rows of each scenario
   begin into first_row, if it is not NULL. */
PLIM_NODISCARD plim_status plim_warn_write(plim_warn *warn, plim_table *table, size_t *first_row,
                                           plim_error *err);

#endif
