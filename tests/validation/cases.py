"""The cases of the validation: a book, a model, and what their results must be."""
import math

import numpy as np

import exact
from plimsoll import write_book
from results import (Case, Quantity, cell, default_correlation, lgd_where, pair, sample_above, sample_mean, sample_sd,
                     share_of_paths, summary, summary_interval)

QUADRATURE = "quadrature over Z [V]"
T_COPULA = "quadrature over Z and S [DM]"
TASCHE = "quadrature over Z [T]"


def model(weight, persistence=0, **more):
    extra = "".join(f"  {key} = {value},\n" for key, value in more.items())
    return (f'return model {{\n  name = "validation", factors = {{ "macro" }},\n'
            f"  loading = function (b) return {{ macro = {weight} }} end,\n"
            f"  persistence = {persistence},\n{extra}}}\n")


def groups_book(*groups):
    """A writer of a book of groups of equal loans: (borrowers, PD, LGD, balance, sector)."""
    def write(path):
        rows = [group[1:] for group in groups for _ in range(group[0])]
        n = len(rows)
        write_book(path, {"id": ["bank"]},
                   {"id": [f"f{i}" for i in range(n)], "pd": [r[0] for r in rows],
                    "sector": [r[3] for r in rows], "region": ["500153"] * n},
                   {"id": [f"l{i}" for i in range(n)], "borrower": [f"f{i}" for i in range(n)],
                    "bank": ["bank"] * n, "balance": [r[2] for r in rows], "lgd": [r[1] for r in rows]})
    return write


def sector(key, value="el", error="el_stderr", scenario="baseline"):
    return cell("sectors", value, error, scenario=scenario, key=key)


def year(label, value):
    return cell("years", value, value + "_stderr", scenario="baseline", year=label)


def contributor(key):
    return cell("contributors", "es_99_share", "stderr", scenario="baseline", kind="sector", key=key)


def counts(pmf, source, tails):
    """Quantities of the number of defaults among loans of 1 with LGD 1."""
    mean = float(np.sum(pmf * np.arange(len(pmf))))
    made = [Quantity("expected loss", mean, "n PD", summary("el"), "el"),
            Quantity("standard deviation", exact.count_sd(pmf), source, summary("sd"), "sd"),
            Quantity("VaR 95 %", exact.count_var(pmf, .95), source, summary_interval("var_95"), interval=True),
            Quantity("VaR 99 %", exact.count_var(pmf, .99), source, summary_interval("var_99"), interval=True),
            Quantity("ES 95 %", exact.count_es(pmf, .95), source, summary("es_95"), "es_95"),
            Quantity("ES 99 %", exact.count_es(pmf, .99), source, summary("es_99"), "es_99")]
    for least in tails:
        p = float(pmf[least:].sum())
        made.append(Quantity(f"P(D ≥ {least})", p, source,
                             share_of_paths(lambda loss, k=least: loss > k - 0.5, p)))
    return made


def equal_loans():
    z, w = exact.nodes()
    pmf = exact.count_distribution(100, exact.conditional_pd(.02, .15, z), w)
    quantities = counts(pmf, QUADRATURE, (1, 10, 20)) + [
        Quantity("expected loss of half the loans", 1.0, "n PD", sector("C3071"), "sector el"),
        Quantity("share of half the loans in ES 99 %", 0.5, "symmetry", contributor("C3071"), "contributor share"),
        Quantity("default rate", .02, "PD", year(2026, "default_rate"), "default_rate")]
    return Case("equal", "100 equal loans", "PD 2 %, R² 0.15, LGD 1, loans of 1. Losses are whole numbers, so the "
                "intervals of VaR are judged instead of z.",
                groups_book((50, .02, 1, 1, "C3071"), (50, .02, 1, 1, "D4411")), model("sqrt(0.15)"), 20000,
                quantities)


def large_book_quantities(book, source, scale):
    made = [Quantity(f"VaR {int(a * 100)} %", scale * book.var(a), source, summary(f"var_{int(a * 100)}"),
                     f"var_{int(a * 100)}") for a in (.95, .99)]
    return made + [Quantity(f"ES {int(a * 100)} %", scale * book.es(a), source, summary(f"es_{int(a * 100)}"),
                            f"es_{int(a * 100)}") for a in (.95, .99)]


def vasicek():
    n, z, w = 20000, *exact.nodes()
    h = exact.conditional_pd(.02, .15, z)
    book = exact.LargeBook(w, h, h * (1 - h) / n)
    limit = exact.vasicek_var(.02, .15, .99)
    source = f"{QUADRATURE}, binomial scatter"
    quantities = [Quantity("expected loss", .02 * n, "n PD", summary("el"), "el"),
                  Quantity("standard deviation", n * book.sd(), source, summary("sd"), "sd"),
                  *large_book_quantities(book, source, n)]
    return Case("vasicek", "The Vasicek limit", f"{n} equal loans of 1, PD 2 %, R² 0.15, LGD 1. With infinitely many "
                f"loans VaR 99 % would be {100 * limit:.4f} % of the book, with {n} it is {100 * book.var(.99):.4f} %; the "
                "latter is compared.", groups_book((n, .02, 1, 1, "C3071")), model("sqrt(0.15)"), 10000, quantities)


def pairs(key, title, text, model_file, joint, source):
    """Two borrowers of PD 2 %: how often do both default?"""
    correlation = (joint - .02 ** 2) / (.02 * .98)

    def both(result):
        return pair(result)[2], math.sqrt(joint * (1 - joint) / result.paths)
    return Case(key, title, text, groups_book((1, .02, 1, 1, "C3071"), (1, .02, 1, 2, "D4411")),
                model_file, 200000,
                [Quantity("P(both default)", joint, source, both),
                 Quantity("default correlation", correlation, source, default_correlation),
                 Quantity("expected loss", .06, "PD × 3", summary("el"), "el")])


def gaussian_pair():
    return pairs("pair", "Two borrowers, Gaussian copula", "PD 2 % each, R² 0.15, loans of 1 and 2.",
                 model("sqrt(0.15)"), exact.joint(.02, .02, .15), QUADRATURE)


TWO_FACTORS = """return model {
  name = "validation", factors = { "one", "other" }, correlation = { { 1, 0.5 }, { 0.5, 1 } }, persistence = 0,
  loading = function (b)
    local first = b.sector_is("C")
    return { one = where(first, sqrt(0.4), 0), other = where(first, 0, sqrt(0.4)) }
  end,
}
"""


def correlated_pair():
    return pairs("two_factors", "Two borrowers, a factor each", "PD 2 % each, R² 0.4, factors correlated 0.5: the asset "
                 "correlation is 0.4 × 0.5, and the joint probability that of one factor with R² 0.2.", TWO_FACTORS,
                 exact.joint(.02, .02, .2), QUADRATURE)


def t_pair():
    h, w = exact.student_5_states(.02, .15)
    return pairs("t_pair", "Two borrowers, t copula", "PD 2 % each, R² 0.15, ν = 5.",
                 model("sqrt(0.15)", copula="t { nu = 5 }"), float(np.sum(w * h * h)), T_COPULA)


def t_loans():
    h, w = exact.student_5_states(.02, .15)
    quantities = counts(exact.count_distribution(100, h, w), T_COPULA, (1, 10, 20))
    return Case("t_loans", "100 equal loans, t copula", "PD 2 %, R² 0.15, ν = 5, LGD 1, loans of 1.",
                groups_book((100, .02, 1, 1, "C3071")), model("sqrt(0.15)", copula="t { nu = 5 }"), 20000, quantities)


# ---- expected losses over several years ----

class MixedBook:
    """400 borrowers with term structures of PD, commitments, several loans and classes; a loan in default."""

    def __init__(self):
        random = np.random.default_rng(20260101)
        n = self.n = 400
        self.pd = np.round(np.exp(random.uniform(np.log(.003), np.log(.12), (n, 3))), 6)
        self.sector = random.choice(["C1310", "C3071", "D4411", "K7010"], n)
        self.region = random.choice(["500153001", "500153002"], n)
        self.owner = np.sort(np.concatenate([np.arange(n), random.integers(0, n, 250)]))
        m = len(self.owner)
        self.bank = random.choice(["b0", "b1", "b2"], m)
        self.balance = np.round(random.lognormal(13, .8, m), 2)
        self.undrawn = np.where(random.random(m) < .3, np.round(random.lognormal(12, .8, m), 2), 0)
        self.ccf = np.full(m, .4)
        self.lgd = np.round(random.uniform(.1, .9, m), 3)
        self.grade = random.choice([1, 2], m)
        self.grade[17] = 3
        # marginal probability of default by year; a loan in class 3 never defaults anew
        annual = self.pd[:, [0, 1, 2, 2, 2]]
        alive = np.cumprod(np.hstack([np.ones((n, 1)), 1 - annual]), axis=1)
        self.alive, self.marginal = alive[:, :5], alive[:, :5] * annual
        self.exposure = self.balance + self.ccf * self.undrawn
        self.loss = np.where(self.grade == 3, 0, self.exposure * self.lgd)

    def write(self, path):
        n, m = self.n, len(self.owner)
        write_book(path, {"id": ["b0", "b1", "b2"], "type": ["branch"] * 3},
                   {"id": [f"f{i}" for i in range(n)], "pd": self.pd[:, 0], "pd_2": self.pd[:, 1],
                    "pd_3": self.pd[:, 2], "sector": list(self.sector), "region": list(self.region)},
                   {"id": [f"l{i}" for i in range(m)], "borrower": [f"f{i}" for i in self.owner],
                    "bank": list(self.bank), "balance": self.balance, "undrawn": self.undrawn, "ccf": self.ccf,
                    "lgd": self.lgd, "class": self.grade})

    def el(self, chosen=slice(None), years=slice(None)):
        return float(np.sum((self.loss[:, None] * self.marginal[self.owner][:, years])[chosen]))

    def default_rate(self, t):
        """Of borrowers that are not in default already with all their loans."""
        living = np.bincount(self.owner, self.grade != 3) > 0
        return float(self.marginal[living, t].sum() / self.alive[living, t].sum())

    def npl_ratio(self):
        opening = self.grade == 3
        new = self.exposure * self.marginal[self.owner].sum(axis=1)
        return float((self.exposure[opening].sum() + new[~opening].sum()) / self.exposure.sum())


def five_years():
    book = MixedBook()
    form = "Σ loss × PD_t Π (1 − PD_s)"
    worst = int(np.argmax(np.bincount(book.owner, book.loss) * book.marginal.sum(axis=1)))
    quantities = [
        Quantity("expected loss", book.el(), form, summary("el"), "el"),
        *[Quantity(f"expected loss of {2026 + t}", book.el(years=slice(t, t + 1)), form, year(2026 + t, "el"), "el")
          for t in (0, 2, 4)],
        *[Quantity(f"default rate of {2026 + t}", book.default_rate(t), "Σ PD_t Π (1 − PD_s) / Σ Π (1 − PD_s)",
                   year(2026 + t, "default_rate"), "default_rate") for t in (0, 2, 4)],
        Quantity("NPL ratio of 2030", book.npl_ratio(), "opening and expected new NPL", year(2030, "npl_ratio"),
                 "npl_ratio"),
        *[Quantity(f"expected loss of sector {s}", book.el(book.sector[book.owner] == s), form, sector(s),
                   "sector el") for s in ("C3071", "K7010")],
        Quantity("expected loss of a region", book.el(book.region[book.owner] == "500153001"), form,
                 cell("regions", "el", "el_stderr", scenario="baseline", key="500153001"), "sector el"),
        Quantity("expected loss of a bank", book.el(book.bank == "b1"), form,
                 cell("banks", "el", "el_stderr", scenario="baseline", bank="b1"), "el"),
        Quantity("expected loss of a borrower", book.el(book.owner == worst), form,
                 cell("borrowers", "el", "el_stderr", scenario="baseline", borrower=f"f{worst}"), "borrower el"),
    ]
    return Case("five_years", "Five years, mixed book", f"{book.n} borrowers with {len(book.owner)} loans at three "
                "banks; PDs by year, LGDs, commitments with CCF 0.4, one borrower in default already; R² 0.2, no persistence.",
                book.write, model("sqrt(0.2)"), 10000, quantities, years=5)


def persistence():
    sizes, pds, years = (60, 40), (.02, .06), 3
    weight, groups = exact.horizon(pds, .2, .5, years)
    source = "quadrature over Z₁, Z₂, Z₃"

    def mean(x):
        return float(np.sum(weight * x))
    cumulative = [sum(n * mean(g[t]) for n, g in zip(sizes, groups)) for t in range(years)]
    last = [g[-1] for g in groups]
    expected = sum(n * q for n, q in zip(sizes, last))
    second = mean(expected ** 2 + sum(n * q * (1 - q) for n, q in zip(sizes, last)))
    made = [Quantity("expected loss", cumulative[-1], source, summary("el"), "el"),
            Quantity("standard deviation", math.sqrt(second - cumulative[-1] ** 2), source, summary("sd"), "sd")]
    for t in range(years):
        before = cumulative[t - 1] if t else 0.0
        made.append(Quantity(f"expected loss of {2026 + t}", cumulative[t] - before, source, year(2026 + t, "el"), "el"))
        made.append(Quantity(f"default rate of {2026 + t}", (cumulative[t] - before) / (sum(sizes) - before), source,
                             year(2026 + t, "default_rate"), "default_rate"))
    fixed = sum(n * (1 - (1 - pd) ** years) for n, pd in zip(sizes, pds))
    return Case("persistence", "Persistence 0.5 over three years", "60 loans of PD 2 % and 40 of PD 6 %, R² 0.2, LGD 1. "
                f"Without persistence the expected loss would be {fixed:.4f}.",
                groups_book((60, .02, 1, 1, "C3071"), (40, .06, 1, 1, "D4411")), model("sqrt(0.2)", 0.5), 20000, made,
                years=years)


# ---- five classes ----

def share(t, to):
    """Of class 1, in class `to` at the end of year t (from 0)."""
    return cell("classes", "share", "share_stderr", scenario="baseline", year=2026 + t, bank="bank", **{"from": 1, "to": to})


def five_classes():
    n, pd, years = 500, .03, 4
    form = "Σ over days of default and of cure"
    made = [Quantity(f"pass to class {to} in {2026 + t}", value, form, share(t, to), "class share")
            for t in (0, 3) for to, value in exact.classes(pd, t, years).items()]
    bad = sum(value for to, value in exact.classes(pd, 3, years).items() if to >= 3)
    made.append(Quantity("NPL ratio of 2029, by classes", bad, form,
                         cell("class_paths", "value", "stderr", scenario="baseline", year=2029, bank="all", measure="npl_ratio"),
                         "class share"))

    def write(path):
        write_book(path, {"id": ["bank"]}, {"id": [f"f{i}" for i in range(n)], "pd": [pd] * n, "sector": ["C3071"] * n,
                                              "region": ["500153"] * n},
                   {"id": [f"l{i}" for i in range(n)], "borrower": [f"f{i}" for i in range(n)], "bank": ["bank"] * n,
                    "balance": [1000.0] * n, "lgd": [.3] * n, "class": [1] * n})
    return Case("five_classes", "Five classes day by day", f"{n} equal loans of class 1, PD 3 %, R² 0.2, LGD 0.3: table `classes`. The day of "
                "default is spread evenly over its year whatever the correlation, so only the errors know of it.",
                write, model("sqrt(0.2)"), 6000, made, years=years)


# ---- random LGD ----

BALANCE = 10000.0


def beta_lgd():
    n, pd, m, s2 = 50, .05, .45, .4 ** 2 * .45 * .55
    joint = exact.joint(pd, pd, .15)
    variance = n * (pd * (s2 + m * m) - (pd * m) ** 2) + n * (n - 1) * (joint - pd * pd) * m * m
    return Case("beta", "Beta LGD", "50 loans, PD 5 %, R² 0.15, LGD of mean 0.45 and sd 0.199 (spread 0.4), independent.",
                groups_book((n, pd, m, BALANCE, "C3071")), model("sqrt(0.15)", lgd="beta { spread = 0.4 }"), 20000,
                [Quantity("expected loss", n * pd * m * BALANCE, "n PD m", summary("el"), "el"),
                 Quantity("standard deviation", math.sqrt(variance) * BALANCE,
                          "n [PD (s² + m²) − PD² m²] + n (n − 1) (p₁₂ − PD²) m²", summary("sd"), "sd")])


def beta_single():
    m, sd = .45, .4 * math.sqrt(.45 * .55)
    return Case("beta_single", "Beta LGD, drawn alone", "One loan of PD 50 %: the losses of the paths on which it defaults "
                "are a sample of the LGD.", groups_book((1, .5, m, BALANCE, "C3071")),
                model("0", lgd="beta { spread = 0.4 }"), 20000,
                [Quantity("mean of LGD", m * BALANCE, "m", sample_mean),
                 Quantity("sd of LGD", sd * BALANCE, "spread √(m (1 − m))", sample_sd),
                 *[Quantity(f"P(LGD > {x})", exact.beta_above(m, .4, x), "beta distribution by quadrature",
                            sample_above(x * BALANCE)) for x in (.1, .45, .8)]])


def correlated_recovery():
    n, pd, r2, m, b = 100, .05, .2, .45, .5
    z, w, first, second = exact.recovery_moments(m, .4, b)
    h = exact.conditional_pd(pd, r2, z)
    el = float(np.sum(w * h * first))
    variance = n * (float(np.sum(w * h * second)) - el * el) + n * (n - 1) * (float(np.sum(w * (h * first) ** 2)) - el * el)
    source = "quadrature over Z and e [F]"
    return Case("recovery", "Correlated recovery", f"100 loans, PD 5 %, R² 0.2, beta LGD of mean 0.45, spread 0.4, systematic "
                f"0.5. With independent LGDs the expected loss would be {n * pd * m * BALANCE:.0f}.",
                groups_book((n, pd, m, BALANCE, "C3071")),
                model("sqrt(0.2)", lgd="beta { spread = 0.4, systematic = 0.5 }"), 20000,
                [Quantity("expected loss", n * el * BALANCE, source, summary("el"), "el"),
                 Quantity("standard deviation", math.sqrt(variance) * BALANCE, source, summary("sd"), "sd")])


def lgd_by_default_rate(n, h, severity, bounds):
    """Mean LGD of the defaults on paths with a default rate between two bounds (half a default beyond them, as
    the number of defaults is whole)."""
    book = exact.LargeBook(exact.nodes()[1], h, h * (1 - h) / n)

    def beyond(bound, lgd):
        return book.tail(bound + 0.5 / n, lgd * h, lgd * book.deviation ** 2)
    made = []
    for low, high in zip(bounds, bounds[1:]):
        lgd = (beyond(low, severity) - beyond(high, severity)) / (beyond(low, 1.0) - beyond(high, 1.0))
        made.append(Quantity(f"LGD where {100 * low:g} to {100 * high:g} % default", lgd, "quadrature over Z [FJ]",
                             lgd_where(low, high, n * BALANCE)))
    return made


def frye_jacobs():
    n, pd, r2, lgd = 5000, .03, .15, .45
    z, w = exact.nodes()
    h = exact.conditional_pd(pd, r2, z)
    severity = exact.frye_jacobs(h, pd, lgd, r2)
    book = exact.LargeBook(w, h * severity, h * (1 - h) / n * severity ** 2)
    defaults = exact.LargeBook(w, h, h * (1 - h) / n)
    source = "quadrature over Z [FJ]"
    return Case("frye_jacobs", "Frye–Jacobs LGD", "5000 equal loans, PD 3 %, R² 0.15, LGD 0.45. VaR and ES show the "
                "conditional LGD: with a fixed one ES 99 % would be "
                f"{n * BALANCE * lgd * defaults.es(.99):.0f}. The exact function gives 0.3197, 0.4151 "
                "and 0.4971 at the points that MathWorks prints for `fryejacobslgd`.",
                groups_book((n, pd, lgd, BALANCE, "C3071")), model("sqrt(0.15)", lgd="frye_jacobs {}"), 10000,
                [Quantity("expected loss", n * pd * lgd * BALANCE, "n PD LGD EAD", summary("el"), "el"),
                 Quantity("standard deviation", n * BALANCE * book.sd(), source, summary("sd"), "sd"),
                 *large_book_quantities(book, source, n * BALANCE),
                 *lgd_by_default_rate(n, h, severity, (.005, .02, .05, .1, 1))])


# ---- differences and contributions ----

DOUBLE = """return scenario {
  name = "double", title = { en = "PDs double", zh = "违约概率翻倍" }, years = { 2026, 2026 },
  drivers = { factor = pathway { reference = 1, [2026] = 2 } },
  borrower = function (b, d) return { pd = b.pd * d.factor } end,
}
"""


def deltas():
    z, w = exact.nodes()
    base, high = (exact.count_distribution(100, exact.conditional_pd(pd, .15, z), w) for pd in (.02, .04))
    tail = exact.count_es(high, .95) - exact.count_es(base, .95)
    return Case("deltas", "A scenario that doubles every PD", "100 equal loans, PD 2 % and 4 %, R² 0.15, LGD 1: differences to "
                "the baseline, with their paired errors.", groups_book((100, .02, 1, 1, "C3071")), model("sqrt(0.15)"),
                20000,
                [Quantity("rise of expected loss", 2.0, "n PD", summary("el", "double", True), "delta el"),
                 Quantity("rise of sd", exact.count_sd(high) - exact.count_sd(base), QUADRATURE,
                          summary("sd", "double", True), "delta sd"),
                 Quantity("rise of ES 95 %", tail, QUADRATURE, summary("es_95", "double", True), "delta es_95"),
                 Quantity("rise of expected loss of the sector", 2.0, "n PD",
                          sector("C3071", "delta_el", "delta_el_stderr", "double"), "delta el")], scenario=DOUBLE)


def contributors():
    n, z, w = 2000, *exact.nodes()
    h = [exact.conditional_pd(pd, r2, z) for pd, r2 in ((.01, .3), (.04, .1))]
    v = [x * (1 - x) / n for x in h]
    book = exact.LargeBook(w, h[0] + h[1], v[0] + v[1])
    q = book.var(.99)
    share = book.tail(q, h[0], v[0]) / (.01 * book.es(.99))
    return Case("contributors", "Who makes the tail", f"{n} loans of PD 1 % and R² 0.3 (sector C3071), {n} of PD 4 % and R² "
                "0.1 (D4411), one factor, LGD 1: the first group has a fifth of the expected loss and half of the "
                "tail, the more the farther out.",
                groups_book((n, .01, 1, 1, "C3071"), (n, .04, 1, 1, "D4411")),
                model('sqrt(where(b.sector_is("C"), 0.3, 0.1))'), 20000,
                [Quantity("share of C3071 in ES 99 %", share, TASCHE, contributor("C3071"), "contributor share"),
                 Quantity("ES 99 %", n * book.es(.99), TASCHE, summary("es_99"), "es_99"),
                 Quantity("expected loss of C3071", n * .01, "n PD", sector("C3071"), "sector el")])


def far_tail():
    n, z, w = 2000, *exact.nodes()
    h = exact.conditional_pd(.02, .15, z)
    book = exact.LargeBook(w, h, h * (1 - h) / n)
    made = [Quantity(f"{kind} {alpha:.2%}", BALANCE * n * (book.var if kind == "VaR" else book.es)(alpha), QUADRATURE,
                     cell("tail", scenario="baseline", measure=f"{kind.lower()}_{name}"), f"tail {kind.lower()}_{name}")
            for name, alpha in (("99", .99), ("999", .999), ("9997", .9997)) for kind in ("VaR", "ES")]
    return Case("far_tail", "The far tail by further paths", f"{n} equal loans, PD 2 %, R² 0.15, LGD 1: table `tail`.",
                groups_book((n, .02, 1, BALANCE, "C3071")), model("sqrt(0.15)"), 10000, made, options=("--tail", 20))


MAKERS = (equal_loans, vasicek, gaussian_pair, correlated_pair, t_pair, t_loans, five_years, persistence, five_classes, beta_lgd, beta_single,
          correlated_recovery, frye_jacobs, deltas, contributors, far_tail)
