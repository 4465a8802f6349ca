/* What the importers of hazards share: reading the tables they take, and the file they write, which
 * scenarios read back (scenario/event_set.h). */
#ifndef PLIM_RUN_HAZARD_CSV_H
#define PLIM_RUN_HAZARD_CSV_H

#include "base/digest.h"
#include "base/text.h"
#include "scenario/event_set.h"
#include "scenario/sheet.h"

/* Reads the file `sheet->path`, at most 8 GiB. `sha256` becomes that of the file. */
PLIM_NODISCARD plim_status plim_hazard_sheet(const plim_sheet *sheet, char sha256[PLIM_DIGEST_HEX],
                                             plim_error *err);

/* The first line of what is written: by it a file is known as one of ours, which may be replaced.
 */
extern const char plim_hazard_header[];
/* What a file says of all its values. */
typedef struct plim_hazard_origin {
    const char *unit;   /* of the intensity */
    const char *source; /* path of the file it is from; only its name is written */
    const char *sha256; /* of that file; its first 12 digits are written */
} plim_hazard_origin;
/* The CSV file: reading it gives the same set. A place that no event touches gets a row with
   intensity 0 in the first event, so that it stays known. */
PLIM_NODISCARD plim_status plim_hazard_compose(const plim_event_set *set,
                                               const plim_hazard_origin *origin, plim_text *out,
                                               plim_error *err);

/* What came of an import, in numbers. */
typedef struct plim_hazard_sum {
    size_t n_values;
    double least, most; /* intensity */
    double rate;        /* of all events together, a year */
} plim_hazard_sum;
plim_hazard_sum plim_hazard_add_up(const plim_event_set *set);

#endif
