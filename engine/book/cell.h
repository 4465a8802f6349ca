/* Cells of exports as they are: blanks of all widths, ="...", thousands separators, amounts in
 * brackets, many ways to say nothing and to write a date. Private to the room. */
#ifndef PLIM_BOOK_CELL_H
#define PLIM_BOOK_CELL_H

#include <stdbool.h>
#include <stdint.h>

/* Takes what is not the value off both ends: blanks (also full-width, no-break and zero-width
   ones),
   ="..." and a leading apostrophe of spreadsheets. Writes to the text; the result lies in it. */
char *plim_cell_clean(char *text);
/* Does a clean cell say that there is no value: "", -, --, N/A, NA, NULL, #N/A, 空 and the like? */
bool plim_cell_is_empty(const char *text);

/* Bytes of the longest number, date or code that is looked at, the ending zero included. */
#define PLIM_CELL_LONGEST 64
/* The text with full-width letters, digits and signs as the ASCII ones that they are; false if it
   is too long. */
bool plim_cell_narrow(const char *text, char out[PLIM_CELL_LONGEST]);

/* How numbers and dates of a column are written. */
typedef struct plim_cell_form {
    char decimal;  /* '.' or ',': the other one separates thousands */
    int shift;     /* numbers are multiplied by 10 to the power of this, in decimals */
    char date[24]; /* "": year, month, day in any of the common ways; "excel", "excel1904": day
                      numbers of spreadsheets; "days since YYYY-MM-DD"; "d/m/y", "m/d/y" */
} plim_cell_form;

/* A number: full-width digits, thousands separators in groups of three, brackets or a minus at
   either end for what is negative, a currency sign before it. % or ‰ after it scales, in the place
   of form->shift. False if it is none. */
bool plim_cell_number(const char *text, const plim_cell_form *form, double *out);
/* Does a number end in % or ‰? */
bool plim_cell_says_percent(const char *text);
/* A date as ISO text; false if it is none, or outside 1900 to 2200. A time of day after it is let
   go of. */
bool plim_cell_date(const char *text, const plim_cell_form *form, char out[16]);
/* Is it a form that plim_cell_date knows? */
bool plim_cell_date_form(const char *form);

/* A unified social credit code with a right check character (GB 32100-2015); an 18-digit number of
   a resident's identity card (GB 11643-1999). */
bool plim_cell_is_credit_code(const char *text);
bool plim_cell_is_resident_number(const char *text);
/* What a spreadsheet makes of a long number: 9.15002E+17. */
bool plim_cell_is_damaged_id(const char *text);

#endif
