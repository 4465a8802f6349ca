/* Sites and policies of the synthetic book's firms, borrower by borrower. */
#ifndef PLIM_BOOK_SYNTHETIC_SITE_H
#define PLIM_BOOK_SYNTHETIC_SITE_H

#include "book/synthetic_borrower.h"

typedef struct plim_synthetic_site {
    char id[32];
    const char *borrower, *collateral, *region; /* borrowed from the borrower and the preset */
    int64_t value;                              /* fen */
    double lat, lon, elevation, protection;
} plim_synthetic_site;

typedef struct plim_synthetic_policy {
    char id[32];
    const char *borrower, *hazard, *insurer; /* borrowed, as above */
    int64_t limit, deductible;               /* fen */
    double coverage, insurer_pd, delay;
    char start[16], end[16];
} plim_synthetic_policy;

/* Zero-initialise; release with plim_synthetic_sites_free. */
typedef struct plim_synthetic_sites {
    plim_synthetic_site *site;
    size_t n_sites, site_capacity;
    plim_synthetic_policy *policy;
    size_t n_policies, policy_capacity;
} plim_synthetic_sites;

/* Appends the sites of one borrower, which must outlive the list, and its policy if it has one. A
   household has neither. */
PLIM_NODISCARD plim_status plim_synthetic_sites_add(plim_synthetic_sites *list,
                                                    const plim_preset *preset,
                                                    const plim_synthetic_borrower *borrower,
                                                    plim_error *err);
void plim_synthetic_sites_free(plim_synthetic_sites *list);

#endif
