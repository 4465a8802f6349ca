#include "book/pool_merge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "book/fault.h"
#include "math/functions.h"

void plim_statement_in_words(const plim_statement *said, bool is_text, char *out, size_t size)
{
    char number[32];
    plim_format_shortest(said->number, number, sizeof number);
    const char *value = is_text ? said->text : number;
    value = value[0] != '\0' ? value : "not stated";
    (void)snprintf(out, size, "%.*s", plim_shown(value), value);
}

bool plim_statements_agree_number(const plim_statement *said, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (said[i].number != said[0].number && !(isnan(said[i].number) && isnan(said[0].number)))
            return false;
    return true;
}

bool plim_statements_agree_text(const plim_statement *said, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(said[i].text, said[0].text) != 0)
            return false;
    return true;
}

/* By number, then weight; those that state nothing come last. */
static int compare(const void *left, const void *right)
{
    const plim_statement *a = left, *b = right;
    if (isnan(a->number) || isnan(b->number))
        return isnan(a->number) - isnan(b->number);
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->weight > b->weight) - (a->weight < b->weight);
}

/* Of n statements sorted by number; of equal exposures the larger number. */
static double largest(const plim_statement *said, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (said[i].weight >= said[best].weight)
            best = i;
    return said[best].number;
}

/* Weighted mean of f(number), f being the log-odds or nothing; a weight of 0 says nothing unless
   all are 0. NaN if infinities of both signs meet. */
static double mean(const plim_statement *said, size_t n, bool log_odds)
{
    bool weighted = false;
    for (size_t i = 0; i < n; i++)
        weighted = weighted || said[i].weight > 0;
    double sum = 0, weights = 0;
    for (size_t i = 0; i < n; i++) {
        double weight = weighted ? (double)said[i].weight : 1;
        if (weight == 0)
            continue;
        sum += weight * (log_odds ? plim_logit(said[i].number) : said[i].number);
        weights += weight;
    }
    return log_odds ? plim_logistic(sum / weights) : sum / weights;
}

bool plim_statements_merge_number(plim_statement *said, size_t n, plim_merge_kind kind, double *out)
{
    qsort(said, n, sizeof *said, compare);
    while (n > 0 && isnan(said[n - 1].number))
        n--;
    *out = (double)NAN;
    if (n == 0)
        return true;
    if (said[0].number == said[n - 1].number)
        *out = said[0].number;
    else if (kind == PLIM_MERGE_LARGEST)
        *out = largest(said, n);
    else
        *out = mean(said, n, kind == PLIM_MERGE_LOG_ODDS);
    return !isnan(*out);
}

const char *plim_statements_merge_text(const plim_statement *said, size_t n)
{
    const plim_statement *best = NULL;
    for (size_t i = 0; i < n; i++) {
        if (said[i].text[0] == '\0')
            continue;
        if (best == NULL || said[i].weight > best->weight ||
            (said[i].weight == best->weight && strcmp(said[i].text, best->text) < 0))
            best = &said[i];
    }
    return best != NULL ? best->text : "";
}
