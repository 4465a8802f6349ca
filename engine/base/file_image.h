/* A file that is composed in memory which is the file itself: a mapping of the temporary file
 * beside its place, so that what is composed need not fit into memory, and a full disk is an error
 * where it happens. Published whole or not at all, as plim_file_write does. */
#ifndef PLIM_BASE_FILE_IMAGE_H
#define PLIM_BASE_FILE_IMAGE_H

#include "base/status.h"

#include <stddef.h>

typedef struct plim_file_image plim_file_image;

/* PLIM_MACHINE, as for all that follow. */
PLIM_NODISCARD plim_status plim_file_image_open(plim_file_image **out, const char *path,
                                                plim_error *err);
/* Makes the image `size` bytes long; what is new is zero. Where the bytes are from now on, or NULL
   when the disk or the address space is full: what was there before stands. */
void *plim_file_image_resize(plim_file_image *image, size_t size);
/* PLIM_OK, or PLIM_MACHINE with the reason of the first resize that failed. */
PLIM_NODISCARD plim_status plim_file_image_check(const plim_file_image *image, plim_error *err);
/* The bytes of now, NULL before the first resize. */
void *plim_file_image_bytes(const plim_file_image *image);
/* Lets the pages go that are in memory; they come back from the file when they are needed. */
void plim_file_image_drop(const plim_file_image *image);
/* Cuts the file to `length`, brings it to the disk and to its place. To be closed all the same. */
PLIM_NODISCARD plim_status plim_file_image_publish(plim_file_image *image, size_t length,
                                                   plim_error *err);
/* Removes what was not published. NULL is fine. */
void plim_file_image_close(plim_file_image *image);

#endif
