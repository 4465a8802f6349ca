return scenario { name = "data", title = { en = "data" }, years = { 2026, 2028 },
  drivers = {
    carbon = pathway { csv = "prices.csv", where = { variable = "Price|Carbon", region = "China" }, reference = 70 },
    gas = pathway { unit = "CNY", csv = "prices.csv", where = { variable = "Price|Gas" }, factor = 1.5 } },
  borrower = function (b, d)
    return { pd = logistic(logit(b.pd) + 0.001 * (d.carbon * b.scope1 - at_reference(d.carbon) * b.scope1) / b.revenue) }
  end }
