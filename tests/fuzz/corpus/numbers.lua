return scenario { name = "numbers", title = { en = "n" }, years = { 2026, 2027 },
  borrower = function (b, d)
    local x = exp(-b.pd ^ 2) + abs(-1) + floor(b.pd * 10) / 10 + normal_cdf(normal_inv(b.pd)) + logistic(logit(b.pd))
    local n = math.floor(7 // 2) + (5 % 3) + (1 << 3 | 2 & 3 ~ 1) + #"abc" + math.max(1, 2, 3) + select("#", 1, 2)
    return { pd = min(max(x / n, 0), 1, 0.5), default = any(b.cash:le(0), b.debt:ge(b.equity), lt(x, 0)) }
  end }
