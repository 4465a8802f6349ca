/* Helpers around plimsoll/status.h for use inside the engine. */
#ifndef PLIM_BASE_STATUS_H
#define PLIM_BASE_STATUS_H

#include <plimsoll/status.h>

#define PLIM_NODISCARD       __attribute__((warn_unused_result))
#define PLIM_PRINTF(fmt, at) __attribute__((format(printf, fmt, at)))

/* Records a failure in `err` (may be NULL; a failure already there is kept) and returns
   `status`, so that a caller writes `return plim_fail(err, PLIM_INPUT, "...", ...)`.
   A message too long is cut at a UTF-8 boundary and ends in " ...". Thread-safe as long as
   threads use different `err`. */
PLIM_NODISCARD plim_status plim_fail(plim_error *err, plim_status status, const char *format, ...)
    PLIM_PRINTF(3, 4);

/* The one message for a failed allocation of `what`. */
PLIM_NODISCARD plim_status plim_fail_memory(plim_error *err, const char *what);

/* Passes a failure on to the caller. */
#define PLIM_TRY(expr)                                                                             \
    do {                                                                                           \
        plim_status plim_try_status_ = (expr);                                                     \
        if (plim_try_status_ != PLIM_OK)                                                           \
            return plim_try_status_;                                                               \
    } while (0)

/* As PLIM_TRY, jumping to the single clean-up label of a function that owns something.
   `status` is the function's status variable. */
#define PLIM_GOTO(label, status, expr)                                                             \
    do {                                                                                           \
        (status) = (expr);                                                                         \
        if ((status) != PLIM_OK)                                                                   \
            goto label;                                                                            \
    } while (0)

#endif
