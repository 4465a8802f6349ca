"""The cases of the benchmark: sizes, numbers, scenarios. One source for the engine's inputs
(make_case.py writes books, model and scripts from it) and for the NumPy program."""
import collections

Case = collections.namedtuple("Case", "borrowers paths years pd_least pd_most scenarios")

CASES = {
    "P1": Case(10_000, 100_000, 1, 0.0003, 0.20, False),
    "P2": Case(1_000_000, 10_000, 1, 0.0003, 0.02, False),
    "P3": Case(1_000_000, 10_000, 10, 0.0003, 0.02, True),
}

FIRST_YEAR = 2026
LAST_YEAR = 2035
LGD = 0.45
R2 = 0.2             # loading sqrt(R2) on the borrower's own sector factor
CORRELATION = 0.3    # between any two sector factors
SECTORS = ["A01", "B06", "C15", "C26", "C30", "D44", "E47", "F51", "G54", "K70"]

# A scenario moves the log-odds of a borrower's PD in year t by  strength * driver_t * response,
# the response its own. driver: {year: value}, linear in between, constant outside (a pathway).
# lua and response are the same formula, once for the script and once over arrays.
Scenario = collections.namedtuple("Scenario", "name title unit driver strength lua response")

SCENARIOS = [
    Scenario("carbon_price", "Carbon price on scope 1 over revenue", "CNY/tCO2e",
             {2026: 20, 2030: 150, 2035: 300}, 60, "b.scope1 / b.revenue",
             lambda b: b["scope1"] / b["revenue"]),
    Scenario("demand_shock", "Fall of demand, felt with leverage", "ratio",
             {2026: 0.02, 2027: 0.10, 2029: 0.06, 2035: 0.01}, 16, "b.debt / (b.debt + b.equity)",
             lambda b: b["debt"] / (b["debt"] + b["equity"])),
    Scenario("energy_price", "Energy price by energy intensity", "ratio",
             {2026: 0.1, 2028: 0.8, 2031: 0.5, 2035: 0.4}, 6, "b.energy_intensity",
             lambda b: b["energy_intensity"]),
    Scenario("flood", "Flood frequency by exposed share of assets", "ratio",
             {2026: 0.2, 2035: 1.0}, 2.5, "b.flood_exposure",
             lambda b: b["flood_exposure"]),
    Scenario("interest_rate", "Rise of interest rates on debt over revenue", "ratio",
             {2026: 0.005, 2028: 0.03, 2032: 0.02, 2035: 0.015}, 30, "b.debt / b.revenue",
             lambda b: b["debt"] / b["revenue"]),
    Scenario("late_transition", "A late and steep carbon price, less where disclosed", "CNY/tCO2e",
             {2026: 5, 2030: 10, 2031: 200, 2035: 400}, 60,
             "b.scope1 / b.revenue * (1 - 0.3 * b.disclosed)",
             lambda b: b["scope1"] / b["revenue"] * (1 - 0.3 * b["disclosed"])),
]

RESPONSE_COLUMNS = ["revenue", "debt", "equity", "scope1", "disclosed", "energy_intensity",
                    "flood_exposure"]


def driver(scenario):
    """The driver of FIRST_YEAR .. LAST_YEAR, a list."""
    points = sorted(scenario.driver.items())
    values = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        before = max((p for p in points if p[0] <= year), default=points[0])
        after = min((p for p in points if p[0] >= year), default=points[-1])
        share = (year - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
        values.append(before[1] + share * (after[1] - before[1]))
    return values
