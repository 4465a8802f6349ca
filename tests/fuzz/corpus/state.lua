return scenario { name = "state", title = { en = "state" }, years = { 2026, 2030 },
  initial = function (b) return { debt = b.debt, step = 0 } end,
  columns = { ["资产负债率"] = "", turnover = "CNY", label = "text" },
  borrower = function (b, d, before)
    local debt = before.debt * 1.02
    local heavy = b["资产负债率"]:gt(0.7)
    return { pd = where(heavy, min(b.pd * 2, 1), b.pd), default = all(debt:gt(b.turnover), no(eq(b.label, "x"))),
             state = { debt = debt, step = before.step + 1 } }
  end }
