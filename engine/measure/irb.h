/* Capital of the internal-ratings approach, as a benchmark beside the standard weights: most banks
 * of a district use those. Source: The Basel Framework, CRE31 (risk weight functions of the IRB
 * approach), foundation maturity of 2.5 years, PD floor of 0.05 %. */
#ifndef PLIM_MEASURE_IRB_H
#define PLIM_MEASURE_IRB_H

#include <stdbool.h>

/* Capital per unit of LGD x EAD of a firm, or of a person or household (other retail: no maturity
   term), with an annual PD in [0, 1]. Risk-weighted assets are 12.5 times it; 0 for PD 1, where the
   loss is expected and no capital. */
double plim_irb_capital(double pd, bool household);

#endif
