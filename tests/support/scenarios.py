"""Scenario scripts of the end-to-end tests."""

HEAD = """return scenario {{
  name = "{name}", title = {{ en = "{name}", zh = "{name}" }}, years = {{ 2026, {last} }},
"""

# Firms pay for carbon; PD by the change of profit margin.
CARBON = HEAD + """
  drivers = {{
    price = pathway {{ unit = "CNY/tCO2e", reference = 70, [2026] = {first_price}, [{last}] = {last_price} }},
  }},
  applies = function (b) return b.sector_is("C30", "D44") end,
  borrower = function (b, d, before)
    local margin = (b.revenue - b.operating_cost - d.price * b.scope1) / b.revenue
    local equity = before.equity + b.revenue - b.operating_cost - b.depreciation - b.interest
                   - d.price * b.scope1
    return {{
      pd = logistic(logit(b.pd) - 12 * (margin - at_reference(margin))),
      default = equity:lt(0), state = {{ equity = equity }},
    }}
  end,
}}
"""

SHIFT = HEAD + """
  drivers = {{ shift = pathway {{ reference = 0, [2026] = {shift} }} }},
  borrower = function (b, d)
    return {{ pd = logistic(logit(b.pd) + d.shift) }}
  end,
  loan = function (l, b, d) return {{ lgd = l.lgd * (1 + 0.2 * d.shift) }} end,
}}
"""

# Drivers of every kind that differ from path to path: PDs, insolvencies, LGDs (of loans in default
# too) and EADs move with them. `{links}` goes to `with` of the price.
RANDOM = HEAD + """
  drivers = {{
    price = random.lognormal {{
      unit = "CNY/tCO2e", sigma = 0.5, persistence = 0.8, reference = 70, with = {{ {links} }},
      mean = pathway {{ unit = "CNY/tCO2e", reference = 70, [2026] = 100, [{last}] = 500 }},
    }},
    demand = random.normal {{ mean = 0, sd = 0.3, with = {{ price = -0.3 }} }},
    shock = random.jump_diffusion {{ mean = 1, volatility = 0.1, jumps = {{ rate = 0.3, mean = -0.2, sd = 0.1 }} }},
    ban = random.regime {{ before = 0, after = 1, start = 0.2 }},
  }},
  applies = function (b) return b.sector_is("C30", "D44", "F52") end,
  borrower = function (b, d, before)
    local margin = (b.revenue * (1 + 0.2 * d.demand) - b.operating_cost - d.price * b.scope1) / b.revenue
    local equity = before.equity + b.revenue * d.shock - b.operating_cost - b.depreciation - b.interest
                   - d.price * b.scope1
    return {{
      pd = logistic(logit(b.pd) - 8 * (margin - at_reference(margin)) + 0.5 * d.ban),
      default = equity:lt(-0.1 * b.revenue), state = {{ equity = equity }},
    }}
  end,
  loan = function (l, b, d)
    return {{ lgd = clip(l.lgd * (1 + 0.3 * d.ban - 0.2 * d.demand), 0, 1), ead = l.balance * (1 + 0.1 * d.ban) }}
  end,
}}
"""


def carbon(name="carbon", last=2028, first_price=200, last_price=900):
    return CARBON.format(name=name, last=last, first_price=first_price, last_price=last_price)


def shift(name="shift", last=2028, shift=0.5):
    return SHIFT.format(name=name, last=last, shift=shift)


def random_drivers(name="random", last=2028, links=""):
    return RANDOM.format(name=name, last=last, links=links)
