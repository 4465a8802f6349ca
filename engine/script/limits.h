/* What a script may use, private to the room. Tests lower the limits to be fast. */
#ifndef PLIM_SCRIPT_LIMITS_H
#define PLIM_SCRIPT_LIMITS_H

#include <stddef.h>
#include <stdint.h>

typedef struct plim_script_limits {
    double seconds;      /* for one script with its libraries and all its traces */
    uint64_t steps;      /* instructions of the same; far beyond what the seconds allow, but for
                            tests, which must not depend on the machine's speed */
    size_t bytes;        /* of Lua's memory */
    size_t source_bytes; /* of one script */
    size_t data_bytes;   /* of one CSV file of pathways: it is kept in every result that used it */
    size_t hazard_bytes; /* of one of a hazard, likewise */
    size_t nodes;        /* expressions of a run */
    int rule_steps;      /* instructions of one call of a rule */
} plim_script_limits;

#define PLIM_SCRIPT_LIMITS                                                                         \
    {                                                                                              \
        .seconds = 10.0, .steps = UINT64_MAX, .bytes = (size_t)256 << 20,                          \
        .source_bytes = (size_t)1 << 20, .data_bytes = (size_t)4 << 20,                            \
        .hazard_bytes = (size_t)64 << 20, .nodes = 1000000, .rule_steps = 10000000                 \
    }

/* Test hook: the limits that new sandboxes take; NULL restores the built-in ones. */
void plim_script_set_limits(const plim_script_limits *limits);
plim_script_limits plim_script_get_limits(void);

#endif
