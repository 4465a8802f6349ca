/* Numbers asked of a rules file (script/script.h), each with what is accepted. */
#ifndef PLIM_RUN_TERMS_H
#define PLIM_RUN_TERMS_H

#include "script/script.h"

/* A number that a function has to return. */
typedef struct plim_term {
    const char *key;
    double *to;
    double low, high;
    bool whole;
} plim_term;

/* The function, what it is told, and the terms it has to return: at most PLIM_TERMS_MOST. */
typedef struct plim_terms {
    const char *function;
    const plim_rule_value *in;
    size_t n_in;
    const plim_term *list;
    size_t n;
} plim_terms;

enum { PLIM_TERMS_MOST = 20 };

/* PLIM_INPUT for a term that is missing or out of range: names file, function, term, what it
   returned, and what is accepted. */
PLIM_NODISCARD plim_status plim_terms_ask(plim_rules *rules, const plim_terms *terms,
                                          plim_error *err);

/* A date YYYY-MM-DD as rules are told it: YYYYMMDD; NaN for another text. */
double plim_terms_day(const char *date);

#endif
