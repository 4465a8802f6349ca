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


def carbon(name="carbon", last=2028, first_price=200, last_price=900):
    return CARBON.format(name=name, last=last, first_price=first_price, last_price=last_price)


def shift(name="shift", last=2028, shift=0.5):
    return SHIFT.format(name=name, last=last, shift=shift)
