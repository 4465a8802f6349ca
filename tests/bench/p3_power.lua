-- Benchmark P3: a price that grows to 2030 and falls again; firms respond by their own intensity. Numbers are made
-- up: the case is about speed.
return scenario {
  name = "p3_power",
  title = { en = "Benchmark: power", zh = "基准测试：power" },
  years = { 2026, 2035 },
  drivers = {
    price = pathway { unit = "CNY/tCO2e", reference = 0, [2026] = 4000, [2030] = 32000, [2035] = 16000 },
  },
  borrower = function (b, d)
    return { pd = logistic(logit(b.pd) + min(d.price * b.scope2 / b.revenue, 2)) }
  end,
}
