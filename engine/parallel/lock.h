/* A lock of one byte, for sums that are seldom met by two workers at once: there are as many as
 * there are chunks of borrowers. It waits by trying; after some tries it lets others run, since
 * where there are more threads than processors the holder may be waiting for this one. */
#ifndef PLIM_PARALLEL_LOCK_H
#define PLIM_PARALLEL_LOCK_H

/* Zero-initialise. */
typedef unsigned char plim_lock;

void plim_lock_take(plim_lock *lock);
void plim_lock_give(plim_lock *lock);

#endif
