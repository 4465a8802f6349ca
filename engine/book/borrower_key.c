#include "book/borrower_key.h"

#include <stdatomic.h>

#include "base/digest.h"
#include "base/memory.h"
#include "parallel/team.h"

enum { KEYS_A_TASK = 8192, KEYS_AT_ONCE = 256 };

typedef struct key_job {
    const plim_column *id;
    uint64_t *keys;
} key_job;

/* The keys of one block of borrowers. */
static plim_status digest_block(void *user, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    const key_job *job = user;
    size_t at = (size_t)task * KEYS_A_TASK, end = at + KEYS_A_TASK;
    end = end < job->id->n_rows ? end : job->id->n_rows;
    while (at < end) {
        const char *ids[KEYS_AT_ONCE];
        size_t n = 0;
        for (; n < KEYS_AT_ONCE && at + n < end; n++)
            ids[n] = plim_column_text(job->id, at + n);
        PLIM_TRY(plim_digest_keys(ids, n, job->keys + at, err));
        at += n;
    }
    return PLIM_OK;
}

plim_status plim_borrower_keys(const plim_column *id, int threads, uint64_t *keys, plim_error *err)
{
    key_job job = {id, keys};
    size_t n_tasks = (id->n_rows + KEYS_A_TASK - 1) / KEYS_A_TASK;
    plim_team team = {.threads = n_tasks > 1 ? threads : 1};
    return plim_team_run(&team, digest_block, &job, n_tasks, err);
}

/* Blocks are taken in turn by the thread aside and, at last, by whoever waits for it. */
static plim_status digest_blocks(void *user, plim_error *err)
{
    plim_borrower_keys_aside *work = user;
    key_job job = {work->id, work->keys};
    size_t n_blocks = (work->id->n_rows + KEYS_A_TASK - 1) / KEYS_A_TASK;
    for (size_t block; (block = atomic_fetch_add(&work->next, 1)) < n_blocks;)
        PLIM_TRY(digest_block(&job, block, 0, err));
    return PLIM_OK;
}

plim_status plim_borrower_keys_start(plim_borrower_keys_aside *work, const plim_column *id,
                                     plim_error *err)
{
    work->id = id;
    work->keys = plim_alloc(id->n_rows, sizeof *work->keys);
    if (work->keys == NULL)
        return plim_fail_memory(err, "borrowers");
    return id->n_rows > KEYS_A_TASK ? plim_aside_start(&work->aside, digest_blocks, work, err)
                                    : PLIM_OK;
}

plim_status plim_borrower_keys_wait(plim_borrower_keys_aside *work, plim_error *err)
{
    plim_status own = work->keys != NULL ? digest_blocks(work, err) : PLIM_OK;
    plim_status aside = plim_aside_wait(&work->aside, own == PLIM_OK ? err : NULL);
    return own != PLIM_OK ? own : aside;
}
