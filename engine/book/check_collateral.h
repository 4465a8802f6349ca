/* Checks what ties pieces of collateral, the loans that they secure and the sites that are their
 * places together. Private to the room. */
#ifndef PLIM_BOOK_CHECK_COLLATERAL_H
#define PLIM_BOOK_CHECK_COLLATERAL_H

#include "book/check_reference.h"

/* After references and exposures. Faults: a site with both of borrower and collateral or neither,
   of a piece that there is not, or of one that has another site already. Fills collateral_site and
   collateral_share of the part; a source that is a part of a book is asked for what pieces hold
   outside it. Fails only for memory. */
PLIM_NODISCARD plim_status plim_check_collateral(plim_check *check, plim_error *err);

#endif
