#define _GNU_SOURCE /* prlimit, close_range */
#include "store/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Descriptors in the child, after standard input, output and error. */
enum { FILE_AT = 3, SOCKET_AT = 4, FIRST_FREE = 5 };

/* ---- the filter ------------------------------------------------------------------------- */

#define WORD 0xffffffffU /* of arguments that are ints, the upper half is not defined */

/* Calls that take a descriptor, and the one they may take. */
static bool allow_on(scmp_filter_ctx filter, int call, unsigned descriptor)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, WORD, descriptor)) == 0;
}

/* Memory that is no file and is never run. */
static bool allow_memory(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_code,
                            SCMP_A4(SCMP_CMP_MASKED_EQ, WORD, WORD)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0;
}

/* Anything else fails with EPERM, so that a library that only asks goes on without. */
static bool filter_calls(void)
{
    static const int harmless[] = {
        SCMP_SYS(munmap),       SCMP_SYS(mremap),         SCMP_SYS(brk),
        SCMP_SYS(madvise),      SCMP_SYS(futex),          SCMP_SYS(exit),
        SCMP_SYS(exit_group),   SCMP_SYS(rt_sigreturn),   SCMP_SYS(rt_sigprocmask),
        SCMP_SYS(getpid),       SCMP_SYS(gettid),         SCMP_SYS(clock_gettime),
        SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL)
        return false;
    bool ok = allow_memory(filter) && allow_on(filter, SCMP_SYS(pread64), FILE_AT) &&
              allow_on(filter, SCMP_SYS(lseek), FILE_AT) &&
              allow_on(filter, SCMP_SYS(flock), FILE_AT) &&
              allow_on(filter, SCMP_SYS(recvfrom), SOCKET_AT) &&
              allow_on(filter, SCMP_SYS(sendto), SOCKET_AT) &&
              /* a process that ends itself by a signal */
              allow_on(filter, SCMP_SYS(tgkill), (unsigned)getpid());
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, harmless[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

/* ---- the limits ------------------------------------------------------------------------- */

static void limit(__rlimit_resource_t resource, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) == 0 && now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
        most = now.rlim_max;
    (void)setrlimit(resource, &(struct rlimit){most, most});
}

/* Bytes of address space in use, 0 where the system does not tell. */
static uint64_t address_space(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    bool known = fscanf(file, "%llu", &pages) == 1;
    (void)fclose(file);
    return known ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static void limit_resources(uint64_t memory)
{
    uint64_t used = address_space();
    if (used > 0)
        limit(RLIMIT_AS, used + memory);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_NOFILE, 0); /* last: the others need none, what is open stays open */
}

/* ---- the child -------------------------------------------------------------------------- */

static bool place_descriptors(const plim_confined_work *work)
{
    int file = fcntl(work->file, F_DUPFD, FIRST_FREE);
    int socket = fcntl(work->socket, F_DUPFD, FIRST_FREE);
    int nothing = open("/dev/null", O_RDWR);
    bool ok = file >= 0 && socket >= 0 && dup2(file, FILE_AT) >= 0 && dup2(socket, SOCKET_AT) >= 0;
    for (int standard = 0; standard < FILE_AT; standard++)
        if (nothing < 0)
            (void)close(standard);
        else
            (void)dup2(nothing, standard);
    if (close_range(FIRST_FREE, ~0U, 0) != 0)
        for (int other = FIRST_FREE; other < (int)sysconf(_SC_OPEN_MAX); other++)
            (void)close(other);
    return ok;
}

/* The parent's handlers are about the parent's files. What asks it to stop asks the whole process
   group; it may want to read on until it does. */
static void forget_signals(const sigset_t *mask)
{
    static const int asking[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGTSTP};
    for (int signal = 1; signal < NSIG; signal++)
        (void)sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        (void)sigaction(asking[i], &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
}

static void be_confined(const plim_confined_work *work, plim_confinement *held, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || !place_descriptors(work))
        _exit(1);
    limit_resources(held->memory);
    held->filtered = filter_calls();
    work->work(work->user, FILE_AT, SOCKET_AT, held);
    _exit(0);
}

plim_status plim_confine(pid_t *child, const plim_confined_work *work,
                         const plim_confinement *limits, plim_error *err)
{
    plim_confinement held = *limits;
    sigset_t all, before;
    pid_t parent = getpid();
    (void)sigfillset(&all);
    if (sigprocmask(SIG_BLOCK, &all, &before) != 0)
        return plim_fail(err, PLIM_MACHINE, "signals can't be held off: %s", strerror(errno));
    *child = fork();
    int why = errno;
    if (*child == 0) {
        forget_signals(&before);
        be_confined(work, &held, parent);
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    if (*child < 0)
        return plim_fail(err, PLIM_MACHINE,
                         "no process to read a file in can be started: %s; where there can be "
                         "none, --trusted reads without",
                         strerror(why));
    return PLIM_OK;
}

void plim_confine_allow_seconds(pid_t child, unsigned seconds)
{
    clockid_t clock;
    struct timespec used;
    struct rlimit now;
    if (clock_getcpuclockid(child, &clock) != 0 || clock_gettime(clock, &used) != 0 ||
        prlimit(child, RLIMIT_CPU, NULL, &now) != 0)
        return;
    rlim_t until = (rlim_t)used.tv_sec + 1 + seconds;
    now.rlim_cur = now.rlim_max != RLIM_INFINITY && now.rlim_max < until ? now.rlim_max : until;
    (void)prlimit(child, RLIMIT_CPU, &now, NULL);
}
