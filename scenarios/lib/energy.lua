-- Energy prices: what a rise of power or fuel prices costs a firm.
--
-- Two ways: by the share of energy in operating cost (needs nothing but accounts), or by kilowatt-hours, which scope 2
-- emissions and the grid's emission factor tell. Money in CNY a year.

local M = {}

-- Share of power and of fuel in operating cost, by sector of GB/T 4754, the longest prefix counts. Proposals, made to
-- show the form; replace them by the cost accounts of the district's firms.
M.power_shares = {
  A = 0.02, C = 0.04, C17 = 0.05, C26 = 0.08, C30 = 0.08, C301 = 0.15, C307 = 0.07, C31 = 0.06, C32 = 0.15,
  C33 = 0.06, C382 = 0.06, C384 = 0.05, D46 = 0.30, G = 0.02, H = 0.05, I = 0.06, F = 0.02, N = 0.06,
}
M.fuel_shares = {
  A = 0.03, C = 0.02, C26 = 0.08, C30 = 0.12, C301 = 0.25, C307 = 0.22, C31 = 0.20, C32 = 0.08, D44 = 0.60,
  D45 = 0.80, G = 0.30, H = 0.03, E = 0.03,
}

-- Rise of cost by rises of the two prices against reference (indices, 1 = today's price):            [CNY]
--   C (s_power (p_power / p0_power - 1) + s_fuel (p_fuel / p0_fuel - 1))
-- for firm.respond's extra_cost. Nothing is saved or switched: the short-run case.
function M.cost_rise(b, power_price, fuel_price)
  local power = table_by(b.sector, M.power_shares, 0) * (power_price / at_reference(power_price) - 1)
  local fuel = table_by(b.sector, M.fuel_shares, 0) * (fuel_price / at_reference(fuel_price) - 1)
  return b.operating_cost * (power + fuel)
end

-- Power bought in a year, E2 / grid factor; E2 in tCO2e, factor a driver in tCO2e/kWh
-- (regulation: grid_factor).                                                                      [kWh]
function M.power_bought(scope2, grid_factor)
  return scope2 / grid_factor
end

-- What a rise of the power price against reference costs, E2 / factor (p - p0); p a driver in CNY/kWh.    [CNY]
function M.power_cost_rise(scope2, grid_factor, price)
  return M.power_bought(scope2, grid_factor) * (price - at_reference(price))
end

-- Rise of the power price by a carbon price that generators pass on, theta p factor; p in CNY/tCO2e.  [CNY/kWh]
-- theta the passed-on share (carbon.lua: power_share), so that theta p E2 is the same cost.
function M.carbon_in_power(carbon_price, grid_factor, share)
  return share * carbon_price * grid_factor
end

return M
