/* What becomes of a warning from one run to the next: a pure function of its state, what is seen
 * now and the rule of its indicator. Up at once, as far as the lower end of the 95 % interval
 * reaches; down one level at a time, and only after the upper end has stayed clear of the level's
 * bound in several runs and the level has stood for some months. Thread-safe. */
#ifndef PLIM_WARN_STATE_H
#define PLIM_WARN_STATE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum plim_alert {
    PLIM_ALERT_NONE,
    PLIM_ALERT_BLUE,
    PLIM_ALERT_YELLOW,
    PLIM_ALERT_ORANGE,
    PLIM_ALERT_RED,
} plim_alert;
#define PLIM_ALERT_STEPS 4 /* levels above none */

/* What the rules say of an indicator. */
typedef struct plim_alert_rule {
    double bound[PLIM_ALERT_STEPS]; /* of blue, yellow, orange, red */
    bool low_is_bad;                /* bounds fall, and a level is reached from above */
    double margin;      /* share of a level's bound that a calm reading stays away from it */
    uint32_t calm_runs; /* in a row, before a level is lowered */
    uint32_t stay[PLIM_ALERT_STEPS]; /* months that a level stands at least */
} plim_alert_rule;

typedef struct plim_alert_state {
    plim_alert level;
    int64_t since; /* date of the book in which it came to this level, days since 1970-01-01 */
    uint32_t calm_runs;
} plim_alert_state;

typedef struct plim_alert_reading {
    double value, low, high; /* ends of the 95 % interval; NaN: not known */
    int64_t day;             /* date of the book */
    bool later; /* than the book of the run before: only then is a calm run counted, for
                   another look at the same book is no new evidence */
} plim_alert_reading;

typedef enum plim_alert_change {
    PLIM_ALERT_SAME, /* none before and none now */
    PLIM_ALERT_NEW,
    PLIM_ALERT_RAISED,
    PLIM_ALERT_KEPT,
    PLIM_ALERT_UNCERTAIN, /* kept, and the interval straddles a bound of the level */
    PLIM_ALERT_LOWERED,
} plim_alert_change;

typedef struct plim_alert_outcome {
    plim_alert_state state;
    plim_alert_change change;
    bool uncertain; /* the interval straddles the bound of the level or of the next one */
    bool held;      /* the level is above what is sure now */
} plim_alert_outcome;

/* `before`: level none where no run before this one is known. A value that is not known keeps the
   level and the count of calm runs; one without interval keeps the level and is not calm. */
plim_alert_outcome plim_alert_next(const plim_alert_rule *rule, const plim_alert_state *before,
                                   const plim_alert_reading *now);

/* "none", "blue", ...; "", "new", "raised", ... */
const char *plim_alert_name(plim_alert level);
const char *plim_alert_change_name(plim_alert_change change);
/* False where `name` is no level. */
bool plim_alert_of_name(const char *name, plim_alert *out);

#endif
