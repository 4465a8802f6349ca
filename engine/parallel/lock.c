#include "parallel/lock.h"

#include <sched.h>

enum { TRIES = 100 }; /* about as long as adding up a chunk takes */

void plim_lock_take(plim_lock *lock)
{
    for (int tries = 0; __atomic_test_and_set(lock, __ATOMIC_ACQUIRE); tries++)
        if (tries >= TRIES)
            (void)sched_yield();
}

void plim_lock_give(plim_lock *lock)
{
    __atomic_clear(lock, __ATOMIC_RELEASE);
}
