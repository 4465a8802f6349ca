#include "store/hdf5_descriptor.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/memory.h"

/* What a file access list carries: copied by HDF5, byte for byte. */
typedef struct descriptor_access {
    int descriptor;
    haddr_t size;
} descriptor_access;

typedef struct descriptor_file {
    H5FD_t pub; /* must be first */
    descriptor_access access;
    haddr_t eoa;
} descriptor_file;

#define HIGHEST_ADDRESS ((haddr_t)INT64_MAX)

static H5FD_t *open_it(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    (void)name;
    (void)most;
    const descriptor_access *given = H5Pget_driver_info(access);
    if (given == NULL || (flags & H5F_ACC_RDWR) != 0)
        return NULL;
    descriptor_file *file = plim_alloc(1, sizeof *file);
    if (file == NULL)
        return NULL;
    file->access = *given;
    return &file->pub;
}

static herr_t close_it(H5FD_t *file)
{
    plim_free(file);
    return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b)
{
    int of_a = ((const descriptor_file *)a)->access.descriptor;
    int of_b = ((const descriptor_file *)b)->access.descriptor;
    return (of_a > of_b) - (of_a < of_b);
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_eoa(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const descriptor_file *)file)->eoa;
}

static herr_t set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((descriptor_file *)file)->eoa = address;
    return 0;
}

static haddr_t get_eof(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const descriptor_file *)file)->access.size;
}

/* As HDF5's own driver: beyond the end of the file there are zeros. */
static herr_t read_it(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                      void *out)
{
    (void)type;
    (void)transfer;
    const descriptor_file *of = (const descriptor_file *)file;
    if (at > HIGHEST_ADDRESS || size > HIGHEST_ADDRESS - at)
        return -1;
    for (size_t done = 0; done < size;) {
        ssize_t n =
            pread(of->access.descriptor, (char *)out + done, size - done, (off_t)(at + done));
        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0) {
            memset((char *)out + done, 0, size - done);
            return 0;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static herr_t write_it(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                       const void *bytes)
{
    (void)file;
    (void)type;
    (void)transfer;
    (void)at;
    (void)size;
    (void)bytes;
    return -1;
}

/* File systems without locks do not keep a file from being read. */
static herr_t lock_it(H5FD_t *file, hbool_t for_writing)
{
    int descriptor = ((descriptor_file *)file)->access.descriptor;
    (void)for_writing;
    return flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK ? 0 : -1;
}

static herr_t unlock_it(H5FD_t *file)
{
    (void)flock(((descriptor_file *)file)->access.descriptor, LOCK_UN);
    return 0;
}

static const H5FD_class_t driver = {
    .name = "plimsoll_descriptor",
    .maxaddr = HIGHEST_ADDRESS,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(descriptor_access),
    .open = open_it,
    .close = close_it,
    .cmp = compare,
    .query = query,
    .get_eoa = get_eoa,
    .set_eoa = set_eoa,
    .get_eof = get_eof,
    .read = read_it,
    .write = write_it,
    .lock = lock_it,
    .unlock = unlock_it,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t plim_hdf5_use_descriptor(hid_t access, int descriptor)
{
    off_t size = lseek(descriptor, 0, SEEK_END); /* fstat would be one call more to allow */
    if (size < 0)
        return -1;
    hid_t id = H5FDregister(&driver);
    if (id < 0)
        return -1;
    descriptor_access given = {descriptor, (haddr_t)size};
    herr_t status = H5Pset_driver(access, id, &given); /* holds the driver from here on */
    (void)H5FDunregister(id);
    return status;
}
