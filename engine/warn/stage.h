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

typedef struct plim_warn_stage {
    plim_table *tables; /* borrowed, as are plan and rules */
    const plim_plan *plan;
    plim_rules *rules;
    const plim_column *sector, *region, *household; /* of borrowers; NULL where the book has none */
    plim_names ids;                                 /* index = row of the book's borrowers */
    int64_t *exposure_fen;                          /* a borrower */
    plim_names texts; /* texts kept: a rule's own live only until its next call */
    plim_warning *list;
    size_t count, capacity;
} plim_warn_stage;

/* Table and field of that name, known to exist (checked when the stage opens). */
plim_table *plim_warn_table(const plim_warn_stage *stage, const char *name);
size_t plim_warn_field(const plim_table *table, const char *key);

/* Keeps a text as long as the stage. */
PLIM_NODISCARD plim_status plim_warn_keep(plim_warn_stage *stage, const char *text,
                                          const char **out, plim_error *err);
/* PLIM_INPUT unless `value`, returned by function `rule`, is a level. */
PLIM_NODISCARD plim_status plim_warn_level(const plim_warn_stage *stage, const char *rule,
                                           const char *value, plim_error *err);
/* Appends a row; its texts must be kept ones or constants. */
PLIM_NODISCARD plim_status plim_warn_add(plim_warn_stage *stage, const plim_warning *warning,
                                         plim_error *err);

/* Grade, level and reasons of each borrower and scenario; lists those with a level. */
PLIM_NODISCARD plim_status plim_warn_borrowers(plim_warn_stage *stage, plim_error *err);
/* The table of grades, from the graded borrowers. */
PLIM_NODISCARD plim_status plim_warn_grades(plim_warn_stage *stage, plim_error *err);
/* Lists sectors, regions, banks and the district. */
PLIM_NODISCARD plim_status plim_warn_subjects(plim_warn_stage *stage, plim_error *err);
/* The table of warnings, from the list, sorted. */
PLIM_NODISCARD plim_status plim_warn_write(plim_warn_stage *stage, plim_error *err);

#endif
