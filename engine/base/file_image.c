#define _GNU_SOURCE /* mremap */
#include "base/file_image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file_place.h"
#include "base/memory.h"

struct plim_file_image {
    plim_place_on_disk at;
    char *path;
    int file;
    char *bytes;
    size_t size;
    int reason; /* errno of the first failure */
};

plim_status plim_file_image_open(plim_file_image **out, const char *path, plim_error *err)
{
    *out = NULL;
    plim_file_image *image = plim_alloc(1, sizeof *image);
    if (image == NULL)
        return plim_fail_memory(err, path);
    image->file = -1;
    image->path = plim_strdup(path);
    plim_status status = image->path == NULL ? plim_fail_memory(err, path) : PLIM_OK;
    if (status == PLIM_OK)
        status = plim_place_init(&image->at, path, err);
    if (status == PLIM_OK)
        status = plim_place_open(path, &image->at, &image->file, err);
    if (status == PLIM_OK)
        *out = image;
    else
        plim_file_image_close(image);
    return status;
}

/* Room on the disk comes first: a page without any would end the process when it is touched. */
static void *resize(plim_file_image *image, size_t size)
{
    if (size > image->size) {
        int failed = posix_fallocate(image->file, (off_t)image->size, (off_t)(size - image->size));
        if (failed != 0) {
            errno = failed;
            return MAP_FAILED;
        }
    }
    if (image->bytes == NULL)
        return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, image->file, 0);
    return mremap(image->bytes, image->size, size, MREMAP_MAYMOVE);
}

void *plim_file_image_resize(plim_file_image *image, size_t size)
{
    void *bytes = size > 0 ? resize(image, size) : MAP_FAILED;
    if (bytes == MAP_FAILED) {
        image->reason = image->reason != 0 ? image->reason : errno;
        return NULL;
    }
    image->bytes = bytes;
    image->size = size;
    return bytes;
}

void *plim_file_image_bytes(const plim_file_image *image)
{
    return image->bytes;
}

void plim_file_image_drop(const plim_file_image *image)
{
    /* Of a shared mapping this loses nothing: the pages are the file's. */
    if (image->bytes != NULL)
        (void)madvise(image->bytes, image->size, MADV_DONTNEED);
}

plim_status plim_file_image_check(const plim_file_image *image, plim_error *err)
{
    errno = image->reason;
    return image->reason == 0 ? PLIM_OK : plim_place_fail(err, image->path, "cannot be written");
}

plim_status plim_file_image_publish(plim_file_image *image, size_t length, plim_error *err)
{
    PLIM_TRY(plim_file_image_check(image, err));
    if ((image->bytes != NULL && msync(image->bytes, image->size, MS_SYNC) != 0) ||
        ftruncate(image->file, (off_t)length) != 0 || fsync(image->file) != 0)
        return plim_place_fail(err, image->path, "cannot be written");
    int file = image->file;
    image->file = -1;
    if (close(file) != 0) {
        plim_status status = plim_place_fail(err, image->path, "cannot be written");
        (void)unlink(image->at.temporary);
        return status;
    }
    return plim_place_publish(image->path, &image->at, err);
}

void plim_file_image_close(plim_file_image *image)
{
    if (image == NULL)
        return;
    if (image->bytes != NULL)
        (void)munmap(image->bytes, image->size);
    if (image->file >= 0) {
        (void)close(image->file);
        (void)unlink(image->at.temporary);
    }
    plim_place_free(&image->at);
    plim_free(image->path);
    plim_free(image);
}
