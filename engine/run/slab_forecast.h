/* Into how many slabs the books are parted, so that a run stays within its memory. Decided from
 * numbers of rows, scenarios, years and paths, before anything large is read; by bounds rather than
 * best guesses, since it costs little to have a slab more. */
#ifndef PLIM_RUN_SLAB_FORECAST_H
#define PLIM_RUN_SLAB_FORECAST_H

#include "book/slabs.h"
#include "simulate/simulator.h"

typedef struct plim_slab_forecast {
    /* In: */
    plim_book_size size;
    size_t kept_of_borrowers, kept_of_loans; /* columns in memory */
    plim_plan numbers;          /* of scenarios, years, banks, factors; severity; nothing else */
    plim_simulation simulation; /* its plan is not looked at */
    uint64_t memory;
    /* Out: */
    uint32_t n_slabs;
    uint64_t bytes; /* with so many slabs */
} plim_slab_forecast;

/* Bytes if the books were parted into n slabs; 1: whole. */
uint64_t plim_slab_forecast_bytes(const plim_slab_forecast *forecast, uint32_t n_slabs);
/* Bytes with slabs that have been opened, by the largest of them. */
uint64_t plim_slab_forecast_opened(const plim_slab_forecast *forecast,
                                   const plim_book_size *largest);
/* The least number of slabs that fits. When none does: 1 where the whole book might all the same,
   else as plim_slab_forecast_refuse. */
PLIM_NODISCARD plim_status plim_slab_forecast_make(plim_slab_forecast *forecast, plim_error *err);
/* PLIM_USAGE: so many bytes are needed, even slab by slab; the message names what would do. */
PLIM_NODISCARD plim_status plim_slab_forecast_refuse(const plim_slab_forecast *forecast,
                                                     uint64_t bytes, plim_error *err);

#endif
