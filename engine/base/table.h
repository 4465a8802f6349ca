/* Result tables: typed columns with a fixed schema, made by measure/ and warn/, kept by store/,
 * shown by report/. */
#ifndef PLIM_BASE_TABLE_H
#define PLIM_BASE_TABLE_H

#include "base/money.h"
#include "base/names.h"

#include <stdbool.h>

typedef enum plim_cell_kind {
    PLIM_CELL_TEXT,
    PLIM_CELL_INT,    /* int64; PLIM_INT_EMPTY is an empty cell */
    PLIM_CELL_FEN,    /* exact money, int64 fen; PLIM_FEN_EMPTY is an empty cell */
    PLIM_CELL_AMOUNT, /* estimated money in currency units, double; NaN is an empty cell; two
                         decimals */
    PLIM_CELL_NUMBER, /* rates, shares and other decimals, double; NaN is an empty cell; shortest
                         form */
} plim_cell_kind;

#define PLIM_INT_EMPTY INT64_MIN

typedef struct plim_field {
    const char *key; /* column header in CSV and JSON */
    plim_cell_kind kind;
    const char *doc; /* one line, for `show` and the formats page */
} plim_field;

typedef struct plim_table_spec {
    const char *name;
    const char *doc; /* one line */
    const plim_field *fields;
    size_t n_fields;
} plim_table_spec;

/* The specs of every result table, in the order in which `show` lists them (docs/formats.md). */
extern const plim_table_spec plim_table_specs[];
extern const size_t plim_table_spec_count;

/* Of tables whose rows name their measure: is that one an amount in currency units? Else it is a
   ratio. */
bool plim_measure_is_amount(const char *table, const char *measure);
const plim_table_spec *plim_table_spec_find(const char *name); /* NULL if unknown */
/* Index of the field called `key`, or n_fields. */
size_t plim_table_spec_field(const plim_table_spec *spec, const char *key);

typedef struct plim_table_column {
    int64_t *integer; /* INT, FEN */
    double *number;   /* AMOUNT, NUMBER */
    uint32_t *code;   /* TEXT: index into labels */
    plim_names labels;
} plim_table_column;

/* A table under construction or read back. `reason` says why it is empty, or NULL. */
typedef struct plim_table {
    const plim_table_spec *spec;
    size_t n_rows, capacity;
    plim_table_column *columns; /* spec->n_fields */
    char *reason;
} plim_table;

PLIM_NODISCARD plim_status plim_table_init(plim_table *table, const plim_table_spec *spec,
                                           plim_error *err);
/* Appends an empty row (all cells empty); fill it with the setters, by field index. */
PLIM_NODISCARD plim_status plim_table_add_row(plim_table *table, plim_error *err);
PLIM_NODISCARD plim_status plim_table_set_text(plim_table *table, size_t field, const char *text,
                                               plim_error *err);
void plim_table_set_int(plim_table *table, size_t field, int64_t value);
void plim_table_set_fen(plim_table *table, size_t field, int64_t fen);
void plim_table_set_number(plim_table *table, size_t field, double value); /* AMOUNT or NUMBER */
/* Index of the field called `key`, or n_fields. */
size_t plim_table_field(const plim_table *table, const char *key);
const char *plim_table_text(const plim_table *table, size_t row, size_t field);
/* A cell as a number in natural units (money in currency units); NaN when empty or text. */
double plim_table_number(const plim_table *table, size_t row, size_t field);
/* The cell as CSV shows it ("" when empty) into `out` (at least 32 bytes); for TEXT use
   plim_table_text. */
void plim_table_format(const plim_table *table, size_t row, size_t field, char *out, size_t size);
void plim_table_free(plim_table *table);

#endif
