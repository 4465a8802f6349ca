/* A folder of its own for a test, removed with all in it at the end. */
#ifndef PLIM_TESTS_BASE_TEMPORARY_H
#define PLIM_TESTS_BASE_TEMPORARY_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char temporary_folder[] = "/tmp/plimsoll-test-XXXXXX";

static inline int temporary_make(void **state)
{
    (void)state;
    return mkdtemp(temporary_folder) != NULL ? 0 : -1;
}

static inline int temporary_empty(const char *folder)
{
    DIR *listing = opendir(folder);
    if (listing == NULL)
        return -1;
    int failures = 0;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        char path[PATH_MAX];
        struct stat found;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (length < 0 || length >= (int)sizeof path)
            failures++;
        else if (lstat(path, &found) == 0 && S_ISDIR(found.st_mode))
            failures += temporary_empty(path) != 0 || rmdir(path) != 0;
        else
            failures += unlink(path) != 0;
    }
    (void)closedir(listing);
    return failures;
}

static inline int temporary_remove(void **state)
{
    (void)state;
    return temporary_empty(temporary_folder) == 0 && rmdir(temporary_folder) == 0 ? 0 : -1;
}

/* Path of `name` in the folder; the text stands until the next call. */
static inline const char *temporary_path(const char *name)
{
    static char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", temporary_folder, name);
    return path;
}

/* Number of entries of the folder. */
static inline int temporary_count(void)
{
    DIR *listing = opendir(temporary_folder);
    if (listing == NULL)
        return -1;
    int count = -2; /* "." and ".." */
    while (readdir(listing) != NULL)
        count++;
    (void)closedir(listing);
    return count;
}

/* Writes a file of the given bytes; -1 on failure. */
static inline int temporary_write(const char *name, const char *bytes, size_t length)
{
    FILE *out = fopen(temporary_path(name), "wb");
    if (out == NULL)
        return -1;
    size_t put = fwrite(bytes, 1, length, out);
    return fclose(out) == 0 && put == length ? 0 : -1;
}

#endif
