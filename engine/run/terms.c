#include "run/terms.h"

#include <math.h>
#include <stdio.h>

static plim_status take(const plim_rules *rules, const char *function,
                        const plim_rule_value *answer, const plim_term *want, plim_error *err)
{
    double value = *want->to = answer->number;
    if (answer->text == NULL && value >= want->low && value <= want->high &&
        (!want->whole || value == floor(value)))
        return PLIM_OK;
    char given[40] = "nothing";
    if (answer->text != NULL)
        snprintf(given, sizeof given, "the text '%.20s'", answer->text);
    else if (!isnan(value))
        snprintf(given, sizeof given, "%g", value);
    return plim_fail(err, PLIM_INPUT, "%s: function %s returned %s as %s; accepted: %s%g to %g",
                     plim_rules_input(rules)->path, function, given, want->key,
                     want->whole ? "a whole number, " : "", want->low, want->high);
}

plim_status plim_terms_ask(plim_rules *rules, const plim_terms *terms, plim_error *err)
{
    plim_rule_value answer[PLIM_TERMS_MOST];
    for (size_t i = 0; i < terms->n; i++)
        answer[i] = (plim_rule_value){.key = terms->list[i].key};
    PLIM_TRY(
        plim_rules_call(rules, terms->function, terms->in, terms->n_in, answer, terms->n, err));
    for (size_t i = 0; i < terms->n; i++)
        PLIM_TRY(take(rules, terms->function, &answer[i], &terms->list[i], err));
    return PLIM_OK;
}

double plim_terms_day(const char *date)
{
    int year = 0, month = 0, day = 0;
    return sscanf(date, "%4d-%2d-%2d", &year, &month, &day) == 3
               ? year * 10000.0 + month * 100.0 + day
               : (double)NAN;
}
