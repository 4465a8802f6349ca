/* Status and error of every call that can fail.
 *
 * Calls return a status and fill an error, which holds one finished message for people: what
 * failed, where (file, row or line, column, value) and what would be accepted. The library
 * never prints, never exits and keeps no error of its own between calls. */
#ifndef PLIMSOLL_STATUS_H
#define PLIMSOLL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The values are the exit codes of the command line. */
typedef enum plim_status {
    PLIM_OK = 0,
    PLIM_MACHINE = 1,  /* disk full, output not writable, out of memory: a retry may help */
    PLIM_USAGE = 2,    /* the command line is wrong */
    PLIM_INPUT = 3,    /* an input was refused: book, script, model, data */
    PLIM_BREACH = 4,   /* done, and a limit that was given is breached */
    PLIM_BUG = 70,     /* a bug of ours */
    PLIM_STOPPED = 75, /* stopped early, can be continued */
} plim_status;

#define PLIM_MESSAGE_MAX 16384

/* The first failure wins: later ones do not overwrite it. Zero-initialise before use.
   A message may have several lines (a check reports all faults at once). */
typedef struct plim_error {
    plim_status status;
    char message[PLIM_MESSAGE_MAX];
} plim_error;

#ifdef __cplusplus
}
#endif
#endif
