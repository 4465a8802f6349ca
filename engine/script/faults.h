/* The faults of scripts, collected so that one message shows all of them. Private to the room. */
#ifndef PLIM_SCRIPT_FAULTS_H
#define PLIM_SCRIPT_FAULTS_H

#include "base/excerpt.h"

typedef struct plim_script_fault {
    char *file, *message;
    char *from;    /* "called from ..." or NULL; not part of what tells faults apart */
    char *excerpt; /* the line of the file, with a caret; NULL if it is not known */
    int line;      /* 0: concerns the whole file */
} plim_script_fault;

/* Zero-initialise; release with plim_script_faults_free. */
typedef struct plim_script_faults {
    plim_script_fault *items;
    size_t count, capacity;
    size_t left_out;    /* beyond what is kept */
    bool out_of_memory; /* some could not be kept */
} plim_script_faults;

/* Where a fault is. */
typedef struct plim_script_spot {
    const char *file;
    const char *text; /* of the file; NULL: not known */
    size_t length;
    plim_place place;
} plim_script_spot;

/* Copies its texts; the same fault twice is kept once. `from` may be NULL. */
void plim_script_faults_add(plim_script_faults *faults, const plim_script_spot *spot,
                            const char *text, const char *from);
/* Is this very fault kept already? */
bool plim_script_faults_known(const plim_script_faults *faults, const plim_script_spot *spot,
                              const char *message);
/* Has a fault been found at this place? */
bool plim_script_faults_at(const plim_script_faults *faults, const char *file, int line);
/* PLIM_OK if there is none, else PLIM_INPUT and a message of one line a fault, in order of file and
   line, each followed by the line of the file that it speaks of. */
PLIM_NODISCARD plim_status plim_script_faults_report(plim_script_faults *faults, plim_error *err);
void plim_script_faults_free(plim_script_faults *faults);

#endif
