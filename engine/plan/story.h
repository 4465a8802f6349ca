/* What a scenario does to one borrower, value by value: every formula's parts in the order in which
 * the script makes them, in every year, beside what they are without the shock. For those who want
 * to see why a PD moves. */
#ifndef PLIM_PLAN_STORY_H
#define PLIM_PLAN_STORY_H

#include "book/book.h"
#include "scenario/program.h"

/* One value of the script. What is made on one line of it is one value: the last. */
typedef struct plim_story_line {
    const char *file; /* of the script or the library that makes it; NULL: the book or a driver */
    uint32_t line;
    char name[64];  /* "cost" where the line reads `local cost = ...`, or "" */
    char text[128]; /* the expression, cut where it is long */
    char unit[48];  /* "" for conditions and bare numbers */
    bool is_state;  /* from the year before: `name` says of what, `text` is the first year's */
    bool is_output; /* `name` is what the scenario returns: applies pd default lgd ead */
    double *reference, *value; /* a year: without the shock, and with it; NaN: missing */
} plim_story_line;

typedef struct plim_story_section {
    uint32_t loan; /* row of the book, or PLIM_NO_NAME: the borrower itself */
    plim_story_line *lines;
    size_t count;
} plim_story_section;

typedef struct plim_story {
    uint32_t n_years;
    int first_year;
    plim_story_section *sections; /* the borrower, then its loans where the scenario has a say */
    size_t count;
} plim_story;

/* Of a borrower (row of the book) in scenario s of the program (0-based). Adds nodes to the graph.
   Refuses (PLIM_INPUT) columns of a kind that the script cannot use; missing values are no fault.
 */
PLIM_NODISCARD plim_status plim_story_make(plim_story *out, plim_program *program,
                                           const plim_book *book, uint32_t borrower, size_t s,
                                           plim_error *err);
void plim_story_free(plim_story *story);

#endif
