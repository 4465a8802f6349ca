#include "book/proxy.h"

#include "book/proxy_parts.h"

static plim_status fill_all(plim_proxy_work *work, plim_error *err)
{
    PLIM_TRY(plim_proxy_fill_pd(work, err));
    PLIM_TRY(plim_proxy_fill_lgd(work, err));
    PLIM_TRY(plim_proxy_fill_emissions(work, err));
    return plim_proxy_fill_env_credit(work, err);
}

plim_status plim_proxy_apply(plim_book_tables_data *tables, const plim_proxy_rules *rules,
                             plim_proxy_counts *counts, plim_error *err)
{
    plim_proxy_work work = {0};
    plim_status status = plim_proxy_work_make(&work, tables, rules, err);
    if (status == PLIM_OK)
        status = fill_all(&work, err);
    if (status == PLIM_OK)
        status = plim_proxy_count_all(counts, &work, err);
    plim_proxy_work_free(&work);
    return status;
}
