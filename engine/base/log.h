/* Where the library sends what it has to say while it works: to whoever asked for it.
 * The library itself never prints. */
#ifndef PLIM_BASE_LOG_H
#define PLIM_BASE_LOG_H

#include <stdint.h>

typedef enum plim_log_level { PLIM_LOG_INFO, PLIM_LOG_WARNING } plim_log_level;

/* A sink; both functions may be NULL. Called from one thread at a time. */
typedef struct plim_log {
    void *user;
    void (*message)(void *user, plim_log_level level, const char *text);
    /* done of total tiles; called at least a tenth of a second apart, and once at the end */
    void (*progress)(void *user, uint64_t done, uint64_t total);
} plim_log;

void plim_log_message(const plim_log *log, plim_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
