/* What the rules set for the run as a whole. */
#include "warn/stage.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "measure/capital.h"

#define CODE_MOST 60 /* characters of a code of a cell */

/* Words of a list with ";" between them, each added to `out`. */
static plim_status split(plim_names *out, const char *list, plim_error *err)
{
    while (*list != '\0') {
        size_t length = strcspn(list, ";");
        if (length > 0)
            PLIM_TRY(plim_names_add_bytes(out, list, length, NULL, err));
        list += length + (list[length] == ';');
    }
    return PLIM_OK;
}

static plim_status refuse(const plim_warn *stage, const char *what, plim_error *err)
{
    return plim_fail(err, PLIM_INPUT, "%s: function setup: %s",
                     plim_rules_input(stage->rules)->path, what);
}

static plim_status check(const plim_warn *stage, const plim_names *watched, plim_error *err)
{
    const size_t grades_most = 32; /* a borrower's is kept in a byte, and sums are grades squared */
    size_t n = stage->setup.scale.names.count;
    if (n < 2 || n > grades_most)
        return refuse(stage, "grades: accepted: 2 to 32 names, best first, default last", err);
    if (watched->count > PLIM_BORROWER_INDICATORS)
        return refuse(stage, "indicators: accepted: at most 16", err);
    if (!(stage->setup.scale.confidence > 0 && stage->setup.scale.confidence < 1))
        return refuse(stage, "confidence: accepted: a number between 0 and 1", err);
    return PLIM_OK;
}

/* Is it one that table `breaches` has? */
static bool is_requirement(const char *name)
{
    for (int r = 0; r < PLIM_REQUIREMENTS; r++)
        if (strcmp(name, plim_requirement_name((plim_requirement)r)) == 0)
            return true;
    return false;
}

static int digits_of(const plim_rule_value *value)
{
    return value->number >= 1 && value->number <= CODE_MOST ? (int)value->number : 0;
}

static plim_status watch_borrowers(plim_warn *stage, const plim_names *watched, plim_error *err)
{
    for (size_t i = 0; i < watched->count; i++) {
        const plim_indicator *indicator = NULL;
        PLIM_TRY(plim_warn_indicator(stage, watched->text[i], &indicator, err));
        stage->setup.of_borrower[i] = indicator->name;
    }
    stage->setup.n_of_borrower = watched->count;
    return PLIM_OK;
}

static plim_status take(plim_warn *stage, plim_names *watched, plim_error *err)
{
    plim_rule_value answer[] = {{.key = "grades"},        {.key = "confidence"},
                                {.key = "indicators"},    {.key = "sector_digits"},
                                {.key = "region_digits"}, {.key = "requirement"}};
    plim_warn_setup *setup = &stage->setup;
    PLIM_TRY(plim_rules_call(stage->rules, "setup", NULL, 0, answer, sizeof answer / sizeof *answer,
                             err));
    setup->scale.confidence = answer[1].number;
    setup->sector_digits = digits_of(&answer[3]);
    setup->region_digits = digits_of(&answer[4]);
    setup->requirement = plim_strdup(answer[5].text != NULL ? answer[5].text : "");
    if (setup->requirement == NULL)
        return plim_fail_memory(err, "the rules of warnings");
    if (setup->requirement[0] != '\0' && !is_requirement(setup->requirement))
        return refuse(
            stage, "requirement: accepted: one of table breaches, such as total_minimum, or none",
            err);
    PLIM_TRY(split(&setup->scale.names, answer[0].text != NULL ? answer[0].text : "", err));
    PLIM_TRY(split(watched, answer[2].text != NULL ? answer[2].text : "", err));
    PLIM_TRY(check(stage, watched, err));
    return watch_borrowers(stage, watched, err);
}

plim_status plim_warn_set_up(plim_warn *stage, plim_error *err)
{
    plim_names watched = {0};
    plim_status status = take(stage, &watched, err);
    plim_names_free(&watched);
    return status;
}
