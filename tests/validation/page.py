"""Writes docs/validation.md."""
import math

import numpy as np

HEAD = """# Validation

Written by `scripts/validate {seeds}`; do not edit. It runs the built `plimsoll` on small books whose results are known exactly, {seeds} seeds a case,
and compares what it reports. Exact values are computed by `tests/validation/exact.py` (closed forms, and quadrature in NumPy), never by the engine.
The same command on the same version writes the same page.

How to read the tables:

- *mean*: of the engine's estimates over {seeds} runs; *stated error*: the standard error that a run states, mean over runs. An error marked ° is
  not of the engine but follows from the losses of its paths (binomial; delta method).
- *z* = (estimate − exact) / stated error, run by run. If value and error are right its mean is 0 ± {mean_error:.2f} and its sd 1 ± {sd_error:.2f}.
- *shows*: the relative error of a formula that the comparison would show (four errors of the mean over all runs).
- *verdict*: `agrees`, if the mean of z lies within four of its errors of 0 and its sd within four of its errors of 1, and no |z| is above 5. Where
  losses are whole numbers VaR has no z: its 95 % intervals have to hold the exact value in at least 95 % of runs (less four errors).

Formulas are those of [method](method.md). Sources: [V] Vasicek, *The distribution of loan portfolio value*, 2002. [DM] Demarta, McNeil, *The t Copula
and Related Copulas*, 2005. [F] Frye, *Collateral damage*, 2000. [FJ] Frye, Jacobs, *Credit loss and systematic loss given default*, 2012. [T] Tasche,
*Expected shortfall and beyond*, 2002. Z is the systematic factor.

"""

# What is not compared here over many seeds but held to exact values by tests, at fixed seeds.
ELSEWHERE = """
## Random drivers and hazards

Tested at fixed seeds, not over many: against values that are not the engine's, within four to five standard errors where a sample is
compared, else exactly. Tests stand below `tests/`.

| what | against | test |
|---|---|---|
"""
TESTED = [
    ("`normal`, `lognormal`: means, variances, autocorrelation, correlation with factors", "closed forms",
     "`analytic/simulate_drivers.c`"),
    ("`jump_diffusion`: mean, variance of changes, number of jumps", "closed forms; Poisson distribution of the GSL",
     "`analytic/simulate_drivers.c`"),
    ("`regime`: share that starts, mean, by year", "closed forms", "`analytic/simulate_drivers.c`"),
    ("two drivers with each other and with factors, both with persistence or both without", "the correlations stated", "`analytic/simulate_drivers.c`"),
    ("PD that hangs on a driver, apart from the factor and with it; over two years; with an LGD that moves too",
     "quadrature over driver and factor", "`analytic/simulate_random_pd.c`"),
    ("share of defaults beside the mean PD of the paths", "each other, where no driver goes with a factor",
     "`cli/test_random_drivers.py`"),
    ("inverse of the Poisson distribution", "distribution function of the GSL, means from 1e-9 to 700",
     "`analytic/math_poisson.c`"),
    ("`hazard.events`: numbers of each event, their independence, largest and sum of intensities, lower frequency, today",
     "Poisson distribution of the GSL, Campbell's formulas, the definition", "`analytic/simulate_events.c`"),
    ("`hazard.return_periods`: how often each point is reached, places together, independence of years, today",
     "the curves; quadrature over the common factor; chi-squared", "`analytic/simulate_return_periods.c`"),
    ("default rates of two towns by return period, and how they go together", "quadrature over three factors",
     "`analytic/simulate_hazard_pd.c`"),
    ("expected loss by return period, with sites and collateral", "quadrature in NumPy", "`cli/test_return_periods.py`"),
    ("`damage`, `events`: average annual damage, payout, gap, rates", "arithmetic by hand", "`cli/test_hazards.py`"),
    ("`exceedance` of equal damages", "quantiles of the Poisson distribution", "`cli/test_hazards.py`"),
    ("events from CLIMADA and Oasis files", "numbers by hand", "`cli/test_hazard_import.py`"),
    ("bounds over boxes, primitive by primitive and of whole formulas", "values at points of the box",
     "`property/plan_bounds.c`"),
    ("fates and losses by boxes of paths", "every formula on every path, bit for bit; the definition",
     "`property/simulate_varying.c`"),
]


def elsewhere_section():
    return ELSEWHERE + "".join(f"| {what} | {against} | {test} |\n" for what, against, test in TESTED)


def number(x):
    if x == 0:
        return "0"
    digits = max(0, 6 - 1 - int(math.floor(math.log10(abs(x)))))
    return f"{x:.{min(digits, 10)}f}" if abs(x) < 1e6 else f"{x:.0f}"


def error(x):
    return f"{x:.2g}" if x < 100 else f"{x:.0f}"


def row_line(row):
    quantity = row.quantity
    faults = row.faults()
    verdict = "agrees" if not faults else "**" + ", ".join(faults) + "**"
    if row.inside is not None:
        z = ["", "", "", ""]
        verdict = f"{row.inside} of {row.n} intervals hold it: {verdict}"
    else:
        z = [f"{row.mean_z:+.2f}", f"{row.sd_z:.2f}", f"{row.largest:.1f}", f"{100 * row.resolves:.2g} %"]
    derived = "" if quantity.measure or row.inside is not None else "°"
    return "| " + " | ".join([quantity.name, number(quantity.exact), quantity.source, number(float(row.values.mean())),
                              error(float(row.errors.mean())) + derived, *z, verdict]) + " |\n"


def case_section(case, rows):
    head = ("| quantity | exact | from | mean | stated error | mean z | sd of z | largest | shows | verdict |\n"
            "|---|---|---|---|---|---|---|---|---|---|\n")
    years = f"{case.years} years, " if case.years > 1 else ""
    options = f", `{' '.join(map(str, case.options))}`" if case.options else ""
    text = f"## {case.title}\n\n{case.text} {years}{case.paths} paths a run{options}.\n\n{head}"
    text += "".join(row_line(row) for row in rows)
    notes = [row.quantity.note for row in rows if row.quantity.note]
    return text + ("\n" + "\n".join(notes) + "\n" if notes else "") + "\n"


def by_measure(made):
    """Scatter over seeds by stated error, estimates of a kind together."""
    kinds = {}
    for _, rows in made:
        for row in rows:
            if row.z is not None and row.quantity.measure:
                kinds.setdefault(row.quantity.measure, []).append(row)
    text = ("## Are the errors right?\n\nScatter of estimates over seeds by the error that the runs state, for each kind of "
            "estimate; 1 is right, above 1 the\nstated errors are too small. Several quantities of a kind are pooled (root mean "
            "square); as they may come from the same\nruns, the error given is that of one.\n\n"
            "| estimate | quantities | scatter / stated error | ± |\n|---|---|---|---|\n")
    for kind, rows in sorted(kinds.items()):
        ratio = math.sqrt(float(np.mean([row.ratio ** 2 for row in rows])))
        text += f"| `{kind}` | {len(rows)} | {ratio:.3f} | {1 / math.sqrt(2 * (rows[0].n - 1)):.3f} |\n"
    return text + "\n"


def distribution_section(d):
    faults = d.faults()
    return (f"## All z together\n\nQuantities of one run depend on each other, runs do not. So one z is taken of each run, the "
            f"quantities in turn:\n{d.n} independent values that should be standard normal.\n\n"
            "| | found | expected |\n|---|---|---|\n"
            f"| mean | {d.mean:+.3f} | 0 ± {d.mean_error:.3f} |\n"
            f"| standard deviation | {d.sd:.3f} | 1 ± {d.sd_error:.3f} |\n"
            f"| share beyond 1.96 | {100 * d.beyond:.1f} % | 5 ± {100 * d.beyond_error:.1f} % |\n"
            f"| Kolmogorov–Smirnov distance | {d.d:.4f} | p = {d.p:.3f} |\n"
            f"| all {d.n_every} values, dependent: sd; share beyond 1.96 | {d.sd_every:.3f}; {100 * d.beyond_every:.1f} % | 1; 5 % |\n\n"
            + ("Nothing is off.\n" if not faults else "**" + "; ".join(faults) + "**\n"))


def write_page(path, seeds, made, distribution):
    text = HEAD.format(seeds=seeds, mean_error=1 / math.sqrt(seeds), sd_error=1 / math.sqrt(2 * (seeds - 1)))
    text += "".join(case_section(case, rows) for case, rows in made)
    text += by_measure(made) + distribution_section(distribution) + elsewhere_section()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
