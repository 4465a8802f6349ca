/* `scenario import ngfs`: pathways taken out of a table of a scenario database (Model, Scenario,
 * Region, Variable, Unit and years, wide or long), converted, and written as a small CSV file that
 * `pathway { csv = ... }` reads.
 *
 * What is known of NGFS stands in scenarios/lib/ngfs.lua and money.lua: names, the warning about
 * some variables, units, deflators, exchange rates. Here is only the mechanism. */
#ifndef PLIM_RUN_NGFS_H
#define PLIM_RUN_NGFS_H

#include "base/digest.h"
#include "scenario/series.h"
#include "script/script.h"

/* The columns by which pathways are chosen. */
typedef enum plim_ngfs_axis {
    PLIM_NGFS_MODEL,
    PLIM_NGFS_SCENARIO,
    PLIM_NGFS_REGION,
    PLIM_NGFS_VARIABLE,
    PLIM_NGFS_AXES
} plim_ngfs_axis;

extern const char *const plim_ngfs_axis_names[PLIM_NGFS_AXES]; /* "model", ... */

typedef struct plim_ngfs_config {
    const char *path;
    /* Names that are wanted on each axis; none: all. A name means the rows that have it as written,
       else those whose name, or whose name as the library writes it, has the same key. */
    const char *const *wanted[PLIM_NGFS_AXES];
    size_t n_wanted[PLIM_NGFS_AXES];
    int first_year, last_year; /* 0: all years */
    int price_year;            /* money becomes money of this year; 0: it stays as it is */
    const char *currency;
    plim_series_form form;
    const char *lib_dir;
} plim_ngfs_config;

/* One axis of the file. */
typedef struct plim_ngfs_names {
    size_t column;     /* PLIM_NO_COLUMN: the file has none */
    plim_names source; /* as the file writes them, in order of occurrence */
    char **own;        /* as the library writes them */
    bool *wanted;
} plim_ngfs_names;

/* What becomes of a unit. */
typedef struct plim_ngfs_conversion {
    char *unit; /* after; NULL: as it is */
    double factor;
    char *en, *zh; /* one line; NULL: nothing is converted */
    bool money;    /* money that waits for a price year */
} plim_ngfs_conversion;

/* One pathway: rows with the same model, scenario, region (as the library writes them), variable
   and unit. Texts are borrowed from plim_ngfs. */
typedef struct plim_ngfs_series {
    const char *name[PLIM_NGFS_AXES];
    const char *unit;
    char *warning, *warning_zh; /* NULL: none */
    plim_series_rows rows;
    plim_series points; /* after plim_ngfs_read */
    plim_ngfs_conversion conversion;
} plim_ngfs_series;

typedef struct plim_ngfs {
    plim_series_file file;
    char *text; /* of the file */
    char sha256[PLIM_DIGEST_HEX];
    plim_ngfs_names axis[PLIM_NGFS_AXES];
    size_t unit_column;
    plim_ngfs_series *series; /* wanted ones, in order of occurrence */
    size_t n_series;
    plim_names left_out; /* variables with a warning that were not asked for by name */
    size_t n_left_out;   /* pathways of them */
    size_t n_duplicates; /* equal cells dropped, after plim_ngfs_read */
    int first_year, last_year;
} plim_ngfs;

/* Reads the file and chooses. Refused: what plim_series_open refuses, a file without scenario or
   variable, a name that no row has (nearest and all are offered). Zero-initialise `out`; free it in
   any case. */
PLIM_NODISCARD plim_status plim_ngfs_open(plim_ngfs *out, const plim_ngfs_config *config,
                                          plim_error *err);
/* Reads the values of what is chosen, within the years (and the next point on either side of them,
   so that nothing between changes), and finds their conversions. Refused: faults of cells, two
   values for one year, nothing chosen, a conversion that isn't possible. */
PLIM_NODISCARD plim_status plim_ngfs_read(plim_ngfs *ngfs, const plim_ngfs_config *config,
                                          plim_error *err);
/* The CSV file, by docs/formats.md. */
PLIM_NODISCARD plim_status plim_ngfs_compose(const plim_ngfs *ngfs, const plim_ngfs_config *config,
                                             plim_text *out, plim_error *err);
/* Its first line: by it a file is known as one of ours, which may be replaced. */
extern const char plim_ngfs_header[];
void plim_ngfs_free(plim_ngfs *ngfs);

#endif
