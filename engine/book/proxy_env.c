/* Environmental-credit colours from the words and scores that banks write. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numeral.h"
#include "book/proxy_parts.h"

/* Colour of a score; NULL: below all. The best colour comes first. */
static const char *colour_of_score(const plim_proxy_list *scores, double score)
{
    for (size_t i = 0; i < scores->count; i++)
        if (score >= scores->entries[i].value[0])
            return scores->entries[i].key;
    return NULL;
}

static const char *colour_of_word(const plim_proxy_list *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(words->entries[i].key, word) == 0)
            return words->entries[i].unit;
    return NULL;
}

/* A score written in the column of colours; NaN: it is none. */
static double score_in(const char *text)
{
    double score = (double)NAN;
    return plim_parse_double(text, &score) && score >= 0 ? score : (double)NAN;
}

/* The colour for a row and the rule that gives it; NULL: the cell stays as it is. */
static const char *find_colour(const plim_proxy_rules *rules, const char *text, double score,
                               plim_proxy_rule *rule)
{
    const char *colour = text[0] != '\0' ? colour_of_word(&rules->words, text) : NULL;
    *rule = PLIM_RULE_WORD;
    if (colour != NULL)
        return colour;
    *rule = PLIM_RULE_SCORE;
    double points = text[0] != '\0' ? score_in(text) : score;
    colour = isnan(points) ? NULL : colour_of_score(&rules->scores, points);
    if (colour == NULL)
        *rule = text[0] != '\0' ? PLIM_RULE_REPORTED : PLIM_RULE_MISSING;
    return colour;
}

plim_status plim_proxy_fill_env_credit(plim_proxy_work *work, plim_error *err)
{
    const plim_proxy_rules *rules = work->rules;
    plim_frame *borrowers = &work->tables->borrowers;
    plim_column *column = plim_frame_find(borrowers, "env_credit");
    if (column == NULL && plim_proxy_number(borrowers, rules->score_column) == NULL)
        return PLIM_OK;
    PLIM_TRY(plim_proxy_column(&column, borrowers, "env_credit", PLIM_COLUMN_TEXT, err));
    const plim_column *scores = plim_proxy_number(borrowers, rules->score_column);
    uint8_t *rows = work->rule[PLIM_TARGET_ENV_CREDIT] =
        plim_alloc(work->n_borrowers, sizeof *rows);
    if (rows == NULL)
        return plim_fail_memory(err, "rules of proxies");
    for (size_t b = 0; b < work->n_borrowers && column != NULL; b++) {
        double score = 0;
        plim_proxy_rule rule = PLIM_RULE_MISSING;
        PLIM_TRY(plim_proxy_input(&score, borrowers, scores, b, err));
        const char *colour = find_colour(rules, plim_column_text(column, b), score, &rule);
        rows[b] = (uint8_t)rule;
        if (colour != NULL)
            PLIM_TRY(plim_column_set_text(column, b, colour, err));
    }
    return PLIM_OK;
}
