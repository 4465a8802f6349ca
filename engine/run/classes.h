/* The five classes within a run: terms from classes.lua, and classes of the loans of the plan at
 * hand. In the order of the functions below; "a slab": once for each slab, or for the whole book.
 */
#ifndef PLIM_RUN_CLASSES_H
#define PLIM_RUN_CLASSES_H

#include "plan/asset_classes.h"
#include "run/session.h"

/* Zero-initialise. */
typedef struct plim_run_classes {
    plim_rules *rules;
    bool are_stated; /* have the books a column for them? */
    bool are_known;  /* have the terms been read? */
    plim_class_policy policy;
    plim_asset_classes of_plan;
} plim_run_classes;

/* Opens the rules, and looks whether the books of the session state classes. */
PLIM_NODISCARD plim_status plim_run_classes_open(plim_run_classes *classes,
                                                 const plim_session *session,
                                                 const plim_script_loader *loader, plim_error *err);
/* A slab: makes the classes of the session's plan and hangs them on it, by the terms in force at
   the date of the books. Nothing where they state none. */
PLIM_NODISCARD plim_status plim_run_classes_bind(plim_run_classes *classes, plim_session *session,
                                                 const plim_stages *stages, plim_error *err);
void plim_run_classes_free(plim_run_classes *classes);

#endif
