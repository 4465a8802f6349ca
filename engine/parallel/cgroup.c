#include "parallel/cgroup.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { PATH_MAX_LENGTH = 4096, LINE_LENGTH = 1024 };

/* First line of a file of the group's folder, without its end. */
static bool read_line(const char *folder, const char *file, char line[LINE_LENGTH])
{
    char path[PATH_MAX_LENGTH + 64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return false;
    bool got = fgets(line, LINE_LENGTH, in) != NULL;
    (void)fclose(in);
    line[got ? strcspn(line, "\n") : 0] = '\0';
    return got;
}

static bool read_count(const char *folder, const char *file, int64_t *out)
{
    char line[LINE_LENGTH];
    return read_line(folder, file, line) && plim_parse_int64(line, out);
}

static void limit_cpus(plim_cgroup *out, int64_t quota, int64_t period)
{
    if (quota <= 0 || period <= 0)
        return;
    int64_t cpus = quota / period + (quota % period != 0);
    out->cpus = cpus < out->cpus ? cpus : out->cpus;
}

static void limit_bytes(plim_cgroup *out, int64_t bytes)
{
    if (bytes > 0 && (uint64_t)bytes < out->bytes)
        out->bytes = (uint64_t)bytes;
}

/* Version 2: "cpu.max" holds "QUOTA PERIOD" or "max PERIOD", "memory.max" a number or "max". */
static void read_version_2(const char *folder, plim_cgroup *out)
{
    char line[LINE_LENGTH];
    int64_t quota, period, bytes;
    if (read_line(folder, "cpu.max", line)) {
        char *blank = strchr(line, ' ');
        if (blank != NULL) {
            *blank = '\0';
            if (plim_parse_int64(line, &quota) && plim_parse_int64(blank + 1, &period))
                limit_cpus(out, quota, period);
        }
    }
    if (read_count(folder, "memory.max", &bytes))
        limit_bytes(out, bytes);
}

/* Version 1: a quota of -1 means none; so does a limit beyond the machine's memory. */
static void read_version_1(const char *folder, plim_cgroup *out)
{
    int64_t quota, period, bytes;
    if (read_count(folder, "cpu.cfs_quota_us", &quota) &&
        read_count(folder, "cpu.cfs_period_us", &period))
        limit_cpus(out, quota, period);
    if (read_count(folder, "memory.limit_in_bytes", &bytes))
        limit_bytes(out, bytes);
}

/* Asks the group and all above it: a limit on any of them binds. In a container the upper part of
   the path is not there; the mount's root then is the group itself. */
static void read_upwards(const char *root, const char *group,
                         void (*read)(const char *, plim_cgroup *), plim_cgroup *out)
{
    char folder[PATH_MAX_LENGTH];
    if (snprintf(folder, sizeof folder, "%s%s", root, group) >= (int)sizeof folder)
        return;
    for (;;) {
        read(folder, out);
        char *slash = strrchr(folder + strlen(root), '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

/* Is `name` one of the comma-separated `controllers`? */
static bool has_controller(const char *controllers, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = controllers; *at != '\0';) {
        size_t step = strcspn(at, ",");
        if (step == length && strncmp(at, name, length) == 0)
            return true;
        at += step + (at[step] == ',');
    }
    return false;
}

/* One line of the membership: "HIERARCHY:CONTROLLERS:PATH"; version 2 has no controllers. */
static void read_member(char *line, const char *mount, plim_cgroup *out)
{
    static const char *const controllers[] = {"cpu", "memory"};
    char *first = strchr(line, ':');
    char *second = first != NULL ? strchr(first + 1, ':') : NULL;
    if (second == NULL)
        return;
    *second = '\0';
    const char *names = first + 1, *group = second + 1;
    if (*names == '\0') {
        read_upwards(mount, group, read_version_2, out);
        return;
    }
    for (size_t i = 0; i < sizeof controllers / sizeof controllers[0]; i++) {
        char root[PATH_MAX_LENGTH];
        (void)snprintf(root, sizeof root, "%s/%s", mount, controllers[i]);
        if (has_controller(names, controllers[i]))
            read_upwards(root, group, read_version_1, out);
    }
}

plim_cgroup plim_cgroup_read(const char *membership, const char *mount)
{
    plim_cgroup out = {.cpus = INT64_MAX, .bytes = UINT64_MAX};
    char line[LINE_LENGTH];
    FILE *in = fopen(membership, "r");
    if (in == NULL)
        return out;
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        read_member(line, mount, &out);
    }
    (void)fclose(in);
    return out;
}
