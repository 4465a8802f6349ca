-- Property falls: what is not covered by collateral any more is lost. LGD only; nobody defaults more often.
return scenario {
  name = "collateral", title = { en = "Collateral loses value", zh = "抵押物贬值" },
  years = { 2026, 2028 },
  drivers = { fall = pathway { reference = 0, [2026] = 0.10, [2028] = 0.25 } },
  applies = function (b) return b.region_is("500153") end,
  loan = function (l, b, d)
    return { lgd = min(1 - (1 - l.lgd) * (1 - d.fall), max(l.lgd, 1)) }
  end,
}
