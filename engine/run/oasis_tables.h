/* The tables of an Oasis model that are small beside the footprint. Private to the importer. */
#ifndef PLIM_RUN_OASIS_TABLES_H
#define PLIM_RUN_OASIS_TABLES_H

#include "base/names.h"
#include "run/oasis_import.h"
#include "scenario/sheet.h"

/* A number for each of some ids. Zero-initialise. */
typedef struct plim_oasis_values {
    const char *path; /* the file that they are from */
    plim_names id;
    double *value;  /* by id */
    uint32_t *line; /* where it stands; 0: nowhere in particular */
    size_t value_capacity, line_capacity;
} plim_oasis_values;

/* The value of an id that may be new: then it is 0. */
PLIM_NODISCARD plim_status plim_oasis_value(plim_oasis_values *values, const char *id,
                                            uint32_t *out, plim_error *err);
void plim_oasis_values_free(plim_oasis_values *values);

/* Rates of events: written out, or by their number in the occurrence table. */
PLIM_NODISCARD plim_status plim_oasis_read_rates(const plim_oasis_config *config,
                                                 plim_oasis_values *out, plim_error *err);
/* A dictionary of bins: the `interpolation` of each, for damage a ratio. */
PLIM_NODISCARD plim_status plim_oasis_read_dictionary(plim_oasis_values *out, const char *path,
                                                      bool is_damage, plim_error *err);

/* Which places an areaperil has. */
typedef struct plim_oasis_keys {
    plim_names areaperil, place;
    uint32_t *of_place; /* by place: its areaperil */
    uint32_t *line;
    size_t of_capacity, line_capacity;
    size_t *first; /* by areaperil, and one: its places in `at` */
    uint32_t *at;
} plim_oasis_keys;

PLIM_NODISCARD plim_status plim_oasis_read_keys(const plim_oasis_config *config,
                                                plim_oasis_keys *out, plim_error *err);
void plim_oasis_keys_free(plim_oasis_keys *keys);

#endif
