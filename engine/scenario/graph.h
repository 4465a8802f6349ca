/* The expression graph: every formula of every scenario and year, hash-consed, in base units.
 * Plain data; made by script/, bound and evaluated by plan/. */
#ifndef PLIM_SCENARIO_GRAPH_H
#define PLIM_SCENARIO_GRAPH_H

#include "base/names.h"
#include "scenario/units.h"

#include <stdbool.h>
#include <stddef.h>

typedef uint32_t plim_node; /* index into the graph; operands come before users */
#define PLIM_NO_NODE UINT32_MAX

typedef enum plim_op {
    PLIM_OP_CONSTANT, /* value */
    PLIM_OP_COLUMN, /* symbol: column name; table: borrower or loan; value: factor to base units */
    PLIM_OP_PD,     /* the book's own annual PD of period `year` (b.pd) */
    PLIM_OP_DRIVER, /* symbol: driver of scenario `scenario`, period `year` */
    PLIM_OP_REFERENCE, /* the same driver's reference (no-shock) value */
    PLIM_OP_INTENSITY, /* hazard `symbol` of scenario `scenario`, period `year`, at the place of the
                          row of `table`; list: one of PLIM_REFERENCE_... */
    PLIM_OP_PREFIX,    /* condition: text column `symbol` starts with one of list `list` */
    PLIM_OP_TEXT_EQ,   /* condition: text column `symbol` equals lists[list].text[0] */
    PLIM_OP_TABLE_BY,  /* lists[list]: text column `symbol`, longest matching prefix gives a number
                        */
    PLIM_OP_DATE,      /* text column `symbol` as a date, in years: 2026.5 is the middle of 2026 */
    PLIM_OP_SUM,    /* arg 0, a value of `table`, over the rows that belong to a loan or borrower */
    PLIM_OP_INTERP, /* arg 0 through the curve lists[list]: linear, constant outside */
#define PRIMITIVE(id, name, arity, unit, doc) PLIM_OP_##id,
#include "scenario/primitives.def"
#undef PRIMITIVE
    PLIM_OP_COUNT
} plim_op;

/* `list` of INTENSITY: what it is at reference, or is by now. */
enum { PLIM_REFERENCE_NONE, PLIM_REFERENCE_TODAY, PLIM_REFERENCE_IS_TODAY };

/* What a value is one of. Loans, sites and policies belong to their borrower, a piece of collateral
   to its loan: a formula of the lower may read the columns of the upper ones. */
typedef enum plim_level {
    PLIM_LEVEL_CONSTANT,
    PLIM_LEVEL_BORROWER,
    PLIM_LEVEL_LOAN,
    PLIM_LEVEL_COLLATERAL,
    PLIM_LEVEL_SITE,
    PLIM_LEVEL_POLICY,
    PLIM_LEVEL_MIXED, /* of tables that do not belong together: no row has both */
    PLIM_LEVEL_COUNT,
} plim_level;

/* The level of what is made of both. */
plim_level plim_level_join(plim_level a, plim_level b);
/* Has each row of `grain` one value of that level? */
bool plim_level_within(plim_level level, plim_level grain);
/* What a part (collateral, site, policy) belongs to: loan or borrower. */
plim_level plim_level_owner(plim_level part);

typedef struct plim_expr {
    plim_op op;
    plim_node arg[3];
    uint32_t symbol;   /* graph->symbols */
    uint32_t list;     /* graph->lists */
    uint16_t scenario; /* DRIVER, REFERENCE */
    int16_t year;      /* 0-based period; PD, DRIVER, REFERENCE */
    uint8_t table;     /* COLUMN, PREFIX, ...: a plim_level other than CONSTANT */
    bool varies;       /* from path to path: DRIVER of a random driver, and what is made of it */
    plim_unit unit;
    double value;
    /* filled in by the graph */
    plim_level level;    /* highest of the operands' */
    uint32_t line;       /* first script line that made it (0 unknown), for messages */
    uint32_t file;       /* graph->symbols */
    uint32_t at, marked; /* the bytes of that file to be marked; 0 bytes: none in particular */
} plim_expr;

/* A column of collateral that every book has: the share of a piece's value that counts for the loan
   of the row (plan/collateral.h). Its name is none that a file can have. */
#define PLIM_SHARE_COLUMN "\tshare"

/* Keys with numbers: prefixes or texts (key[i]) or curve points (x[i]), with y[i]. */
typedef struct plim_list {
    size_t count;
    char **key;
    double *x, *y;
    double fallback; /* TABLE_BY: value where nothing matches; NaN if none was given */
} plim_list;

typedef struct plim_graph {
    plim_expr *nodes;
    size_t count, capacity;
    plim_names symbols;
    plim_list *lists;
    size_t n_lists, lists_capacity;
    uint32_t *slots; /* private: hash-consing */
    size_t n_slots;
    plim_node *reference; /* private: known answers of plim_graph_at_reference */
    size_t reference_capacity;
} plim_graph;

/* Zero-initialise; release with plim_graph_free. */
void plim_graph_free(plim_graph *graph);

/* Adds (or finds) a node. Folds constants, knows that x + 0, x * 1 and the like are x only where
   that keeps NaN and bits. Units are the caller's business. Fails only for memory. */
PLIM_NODISCARD plim_status plim_graph_add(plim_graph *graph, const plim_expr *expr, plim_node *out,
                                          plim_error *err);
PLIM_NODISCARD plim_status plim_graph_constant(plim_graph *graph, double value, plim_node *out,
                                               plim_error *err);
PLIM_NODISCARD plim_status plim_graph_apply(plim_graph *graph, plim_op op, const plim_node *args,
                                            plim_node *out, plim_error *err);
/* Takes over `list`. Equal lists share one number. */
PLIM_NODISCARD plim_status plim_graph_add_list(plim_graph *graph, plim_list *list, uint32_t *out,
                                               plim_error *err);
/* `node` with every driver at its reference value. */
PLIM_NODISCARD plim_status plim_graph_at_reference(plim_graph *graph, plim_node node,
                                                   plim_node *out, plim_error *err);

/* INTERP for one value: linear between points, constant outside, NaN for NaN. Points ascend in x.
 */
double plim_list_interp(const plim_list *curve, double x);

/* One value of a primitive: the definition that every evaluator must agree with, bit for bit. */
double plim_primitive_apply(plim_op op, const double *args);
int plim_primitive_arity(plim_op op); /* 0 for leaves; INTERP has 1 */
const char *plim_primitive_name(plim_op op);

#endif
