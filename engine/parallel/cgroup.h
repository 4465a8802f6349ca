/* Limits that a Linux control group (version 1 or 2) sets on this process: what a container or a
 * batch system allows, however large the machine. */
#ifndef PLIM_PARALLEL_CGROUP_H
#define PLIM_PARALLEL_CGROUP_H

#include <stdint.h>

typedef struct plim_cgroup {
    int64_t cpus;   /* quota rounded up to whole processors; INT64_MAX: no limit */
    uint64_t bytes; /* memory; UINT64_MAX: no limit */
} plim_cgroup;

/* The tightest limits along the path of the group up to the root. `membership` is
   /proc/self/cgroup and `mount` /sys/fs/cgroup, but for tests. What cannot be read sets no
   limit. */
plim_cgroup plim_cgroup_read(const char *membership, const char *mount);

#endif
