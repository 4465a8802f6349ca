/* Sums of borrowers by stress grade: as a whole, by bank, by cell of sector and region, and from
 * the baseline's grade to a scenario's; and bounds of PDs of grades in which few have defaulted.
 * Inside warn/ only. Sums are taken in the order of borrowers, so that slabs change no bit. */
#ifndef PLIM_WARN_GRADES_H
#define PLIM_WARN_GRADES_H

#include "base/names.h"
#include "base/table.h"
#include "plan/plan.h"

/* The grades, best first; the last is default. */
typedef struct plim_grade_scale {
    plim_names names;
    double confidence; /* of bounds of PDs */
} plim_grade_scale;

typedef struct plim_grade_sum {
    int64_t borrowers, balance_fen, exposure_fen;
    double el;
} plim_grade_sum;

/* Borrowers of a bank in a grade, by baseline: those in default count where their own PD puts them.
 */
typedef struct plim_grade_pool {
    int64_t alive, defaults;
    double pd; /* sum over those not in default */
} plim_grade_pool;

/* Of a cell in a scenario. */
typedef struct plim_cell_sum {
    double exposure, el;
    double error; /* sum of the borrowers' errors: not less than the error of their sum, however
                     they hang together */
} plim_cell_sum;

/* Zero-initialise; release with plim_grades_free. */
typedef struct plim_grade_book {
    uint32_t n_grades, n_scenarios, n_banks;
    plim_grade_sum *all;       /* [grade * n_scenarios + s] */
    plim_grade_sum *banks;     /* [(bank * n_grades + grade) * n_scenarios + s] */
    plim_grade_sum *migration; /* [(from * n_grades + to) * n_scenarios + s] */
    plim_grade_pool *pools;    /* [bank * n_grades + grade] */
    plim_names cells;          /* sector, a byte 31, region */
    plim_grade_sum *by_cell;   /* [(cell * n_grades + grade) * n_scenarios + s] */
    plim_cell_sum *cell_sums;  /* [cell * n_scenarios + s] */
    size_t by_cell_room, cell_room;
    /* Of the slab at hand, a borrower. */
    uint32_t *cell_of;
    uint8_t *baseline; /* grade */
} plim_grade_book;

/* A borrower with its grade in a scenario. Scenarios of a borrower come with the baseline first. */
typedef struct plim_graded {
    uint32_t scenario, borrower, grade;
    uint32_t pd_grade; /* that its own PD alone gives; of the baseline */
    bool in_default;
    double pd, el, el_error;
    int64_t exposure_fen, balance_fen;
} plim_graded;

/* How long the codes of a cell are; 0: as long as in the book. */
typedef struct plim_cell_rule {
    const plim_column *sector, *region;
    int sector_digits, region_digits;
} plim_cell_rule;

/* Turns to the borrowers of a plan. */
PLIM_NODISCARD plim_status plim_grades_turn(plim_grade_book *grades, const plim_plan *plan,
                                            const plim_grade_scale *scale,
                                            const plim_cell_rule *cells, plim_error *err);
PLIM_NODISCARD plim_status plim_grades_add(plim_grade_book *grades, const plim_plan *plan,
                                           const plim_graded *graded, plim_error *err);
/* Fills the tables grades, grade_banks, grade_cells, grade_migration and grade_bounds of `tables`
   (as plim_table_specs). */
PLIM_NODISCARD plim_status plim_grades_write(const plim_grade_book *grades, const plim_plan *plan,
                                             const plim_grade_scale *scale, plim_table *tables,
                                             plim_error *err);
/* Indices of the cells in the order of their names. `order` has room for grades->cells.count. */
PLIM_NODISCARD plim_status plim_grades_sort_cells(const plim_grade_book *grades, uint32_t *order,
                                                  plim_error *err);
/* Sector and region of a cell, written one after the other into `out` with `between`. */
void plim_grades_cell_name(const plim_grade_book *grades, uint32_t cell, char between, char *out,
                           size_t size);
void plim_grades_free(plim_grade_book *grades);

#endif
