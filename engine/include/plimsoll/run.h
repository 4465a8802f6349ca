/* One run: loan books in, scenarios over them, a result file out. */
#ifndef PLIMSOLL_RUN_H
#define PLIMSOLL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialise with PLIM_RUN_CONFIG_INIT; 0 or NULL means the default that the comment names.
   All strings are borrowed. */
typedef struct plim_run_config {
    const char *const *scenarios; /* paths of scripts; none: only with baseline_years */
    size_t n_scenarios;
    int baseline_years; /* years of the baseline alone; 0: scenarios give the years */
    const char *const *books;
    size_t n_books;
    const char *model;    /* NULL: the model of the library */
    const char *out;      /* result file; default results/NAME.result.h5, by the scenarios' names */
    const char *previous; /* result of the run before, whose warnings go on; NULL: none */
    const char *lib_dir;  /* scenarios/lib */
    uint64_t seed;        /* default 1 */
    uint32_t paths;       /* 0: as many as `precision` asks for, or as the engine picks */
    double precision;     /* half-width of the 95 % interval of ES 99.9 over its value, in every
                             scenario; 0: none asked for. Not together with paths. */
    int threads;          /* default: what affinity, cgroup and Slurm allow */
    uint64_t memory;      /* bytes; default: the cgroup's limit */
    uint32_t slab, block; /* tile size; no effect on results */
    uint32_t book_slabs;  /* slabs of borrowers that the books are worked through in, 1 to 255; no
                             effect on results; 0: as memory asks */
    uint32_t tail;        /* further paths a path, for table `tail`; 0: none */
    unsigned balance_sheets; /* how banks are taken to run theirs, compared on the same draws: 1
                                static, 2 run-off, 4 rebalanced, or sums of these; 0: static */
    bool conflict_weighted;
    bool dry_run; /* read, check, trace and bind; write nothing */
    bool trusted; /* read books in this process; default: in one that may do nothing else */
} plim_run_config;

#define PLIM_RUN_CONFIG_INIT                                                                       \
    {                                                                                              \
        .seed = 1                                                                                  \
    }

/* Called while the run works; all may be NULL. The library itself never prints. */
typedef struct plim_run_watch {
    void *user;
    void (*message)(void *user, int is_warning, const char *text);
    void (*progress)(void *user, uint64_t done, uint64_t total);
    /* begins = 1 before a file is made (a probe of the place, the result), 0 when it is whole or
       gone: hold off signals in between */
    void (*publishing)(void *user, int begins);
    /* the path of the finished result; not called for a dry run */
    void (*finished)(void *user, const char *path);
} plim_run_watch;

plim_status plim_run(const plim_run_config *config, const plim_run_watch *watch, plim_error *err);

#ifdef __cplusplus
}
#endif
#endif
