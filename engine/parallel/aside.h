/* One piece of work on a thread of its own, beside whatever the caller does meanwhile: what takes
 * long and hangs together with nothing else, such as the SHA-256 of a file that is being read. */
#ifndef PLIM_PARALLEL_ASIDE_H
#define PLIM_PARALLEL_ASIDE_H

#include "base/status.h"

/* The work; `job` belongs to it until plim_aside_wait has returned. */
typedef plim_status (*plim_aside_work)(void *job, plim_error *err);

/* Zero-initialise. Must not move between start and wait, so it is kept on the heap. */
typedef struct plim_aside {
    struct plim_aside_thread *thread; /* private; NULL: nothing is under way */
} plim_aside;

/* Begins the work. On one processor, or where the system has no thread to give, it is done before
   the function returns; its failure is told by plim_aside_wait all the same. PLIM_MACHINE when out
   of memory, PLIM_BUG if other work is under way. */
PLIM_NODISCARD plim_status plim_aside_start(plim_aside *aside, plim_aside_work work, void *job,
                                            plim_error *err);
/* Waits for the end and tells how the work went; PLIM_OK where none was begun or all was told. */
PLIM_NODISCARD plim_status plim_aside_wait(plim_aside *aside, plim_error *err);

#endif
