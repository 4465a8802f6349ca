-- Ten years, thirty operations of rows a year: what a scenario of a firm's margin, cover, equity and PD comes to.
return scenario {
  name = "thirty", title = { en = "thirty operations a year" }, years = { 2026, 2035 },
  drivers = {
    price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2035] = 400 },
    demand = pathway { reference = 1, [2026] = 1, [2035] = 0.8 },
    pass = 0.3,
  },
  borrower = function (b, d, before)
    local sales = b.revenue * d.demand                                    -- 1
    local carbon = d.price * b.scope1 * (1 - d.pass)                      -- 2 and, of drivers alone, 1
    local ebit = sales - b.operating_cost * d.demand - b.depreciation - carbon -- 4
    local profit = ebit - b.interest                                      -- 1
    local tax = where(profit:gt(0), 0.25 * profit, 0)                     -- 3
    local equity = before.equity + profit - tax                           -- 2
    local cover = clip(ebit / max(b.interest, 1), 0.1, 20)                -- 3
    local leverage = clip(equity / max(b.debt, 1), -1, 5)                 -- 3
    local score = 0.8 * log(cover) + 0.5 * leverage + 1.2 * profit / sales -- 7
    return { pd = min(logistic(logit(b.pd) - score + 0.4), 0.99), default = equity:lt(0), -- 6
             state = { equity = equity } }
  end,
}
