-- Benchmark P3: a shock that grows to 2030 and falls again; firms respond by a ratio of their own. Numbers are
-- made up: the case is about speed.
return scenario {
  name = "p3_liquidity",
  title = { en = "Benchmark: liquidity", zh = "基准测试：liquidity" },
  years = { 2026, 2035 },
  drivers = { shock = pathway { reference = 0, [2026] = 0.1, [2030] = 0.8, [2035] = 0.4 } },
  borrower = function (b, d)
    local response = 0.3 - b.cash / b.revenue
    return { pd = logistic(logit(b.pd) + d.shock * response) }
  end,
}
