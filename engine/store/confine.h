/* A child process that may compute, read one file and answer, and nothing else. Private to the
 * room. */
#ifndef PLIM_STORE_CONFINE_H
#define PLIM_STORE_CONFINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"

/* What holds a child. */
typedef struct plim_confinement {
    uint64_t memory; /* bytes of address space beside those that the parent had */
    bool filtered;   /* out: system calls are filtered, see below */
    void *shared;    /* memory of both processes, for `work`; or NULL */
} plim_confinement;

/* Starts a child that runs `work` with copies of the two descriptors and then ends; nothing else of
   the parent's is open in it. It holds no core, no new descriptor, no file to write; and, where the
   system has filters of system calls (seccomp), only memory, reading and locking of `file`,
   receiving and sending on `socket` and its own end are open to it. It ignores the signals that ask
   a run to stop and dies with its parent. PLIM_MACHINE if there can be no child. The parent closes
   its copies itself. Must not be called while other threads hold HDF5. */
typedef struct plim_confined_work {
    int file, socket;
    void (*work)(void *user, int file, int socket, const plim_confinement *held);
    void *user;
} plim_confined_work;
PLIM_NODISCARD plim_status plim_confine(pid_t *child, const plim_confined_work *work,
                                        const plim_confinement *limits, plim_error *err);
/* Gives a child so many seconds of processor time from now on; then it dies of SIGXCPU. */
void plim_confine_allow_seconds(pid_t child, unsigned seconds);

#endif
