-- Every function of the libraries of physical shocks, pollution, insurance and compounds, on traced columns and drivers
-- with their units. Nothing to learn from as a scenario; run by tests/cli/test_library_shocks.py.
local collateral = require "collateral"
local compound = require "compound"
local damage = require "damage"
local firm = require "firm"
local insurance = require "insurance"
local physical = require "physical"
local pollution = require "pollution"
local units = require "units"

local industry = damage.curve "jrc_asia_industry"

-- Loss of a flood, before and after insurance, in CNY.
local function flood(b, d)
  local site = 0.3 * (b.debt + b.equity)
  local share = damage.of_borrower(b, d.depth) + industry(d.depth) + damage.built_up(d.depth)
    + damage.curve("jrc_asia_roads", d.depth) + interp(d.depth, damage.points("jrc_asia_transport"))
    + damage.shifted("jrc_asia_commerce", d.depth, { deviations = d.weight - 1 })
    + damage.deviation("jrc_asia_agriculture", d.depth)
  for _, item in ipairs(damage.list()) do
    share = share + damage.curve(item.name, d.depth)
  end
  local loss = physical.asset_loss(site, min(share / 10, 1), 0.3)
    + physical.interruption(b, physical.days_by_depth(d.depth), { cap = 60 }) * d.weight
  local paid = insurance.payout(loss, { valid = 0.5, limit = 0.1 * site, deductible = 0.01 * site, coverage = 0.8 })
  local gap = insurance.gap({ loss, site }, { paid, 0 * site })
  local rise = insurance.premium_rise(0.001 * site, gap * paid, 0.01 * site)
    + insurance.premium(0.001 * site, paid, 0.01 * site) - at_reference(insurance.premium(0.001 * site, paid, site))
  return loss, paid, max(rise, 0) + physical.replacement_debt(loss, paid, 0 * paid) * 0.05
    + 0.001 * insurance.liquidity_gap(loss, paid, 0 * paid, d.delay, 30)
    + 0.001 * insurance.net_loss(loss) * insurance.too_late(d.delay, 30)
    + 0 * loss * over_policies(b, function (p) return insurance.covers(p, "flood") * insurance.in_force(p, d.year) end)
end

-- Cost of enforcement in CNY and change of volume by halts.
local function enforcement(b, d)
  local event = { fine = pollution.mean_fine() + 0 * b.revenue, days_uncorrected = d.days,
    rectification = 0.01 * b.revenue, halt = d.days }
  local lambda = pollution.intensity(pollution.base_rate(b), pollution.grade(b), 1, log(d.weight))
  local count = pollution.expected_number(lambda, 2) * pollution.at_least_one(lambda)
  local drawn = pollution.lognormal(normal_inv(0.5 * d.weight / 2), event.fine, 1.5)
  local cost = pollution.expected_loss(b, lambda, event) + pollution.loss_of_year(b, count, event)
    + pollution.payments_of_year(count, event) + pollution.loss(b, event) + drawn
    + pollution.deviation(b, lambda, event)
    + event.fine * pollution.mixed(lambda, function (k) return k end)
  return cost - at_reference(cost), pollution.halt_of_year(count, event)
end

return scenario {
  name = "shocks", title = { en = "Every function of the shocks", zh = "各类冲击函数" },
  years = { 2026, 2027 },
  drivers = {
    depth = pathway { unit = "m", reference = 0, [2026] = 0.8, [2027] = 2 },
    wet_bulb = pathway { unit = "degC", reference = 24, [2026] = 28 },
    days = pathway { unit = "day", reference = 0, [2026] = 12 },
    delay = pathway { unit = "day", reference = 0, [2026] = 45 },
    cut = pathway { reference = 0, [2026] = 0.2 },
    severity = pathway { reference = 0, [2026] = 1 },
    disease = pathway { reference = 0, [2026] = 0.2 },
    drift = pathway { reference = 0, [2026] = -0.01 },
    weight = pathway { reference = 1, [2026] = 1.5 },
  },
  applies = function (b) return firm.known(b, firm.accounts) end,
  borrower = function (b, d, before)
    local loss, paid, cost = flood(b, d)
    local fines, halts = enforcement(b, d)
    local pigs = physical.keeps_pigs(b)
    local herd_volume, herd_price, herd_cost = physical.disease(b, { mortality = d.disease, price = d.disease,
      feed = d.disease })
    local herd = physical.herd(b.revenue, d.disease, d.disease) + physical.feed_cost(b, d.disease)
    local summer, power = compound.hot_summer(b, d.severity, { heat = physical.heat(d.wet_bulb),
      water = physical.water_cut(physical.water_share(b), d.cut) })
    local halt_alone, power_alone = compound.hot_summer(b, d.severity, { price = false, need = 0.5 })
    local price_alone = compound.power_price(compound.hydro_shortage(d.severity))
    local dry = physical.revenue_after_drought(b.revenue, physical.water_share(b), d.cut) / b.revenue - 1
    local still = physical.standing_still(physical.rationing(compound.rationing_days(d.severity),
      physical.power_need(b)))
    local worse = compound.multiplier(loss, 0.5 * loss, 0.4 * loss) * units.plain(d.depth)
    local small = 0.001 * (power_alone + herd) / b.revenue * d.cut + 0.001 * (price_alone - 1) * worse
    local answer = firm.respond(b, d, before, {
      carbon = false,
      revenue_change = compound.together(summer, dry, still, halt_alone, halts, physical.drift(d.drift, d.year - 2025),
        where(pigs, herd_volume, 0)),
      price_change = where(pigs, herd_price, 0),
      extra_cost = 0.01 * (cost + fines) + where(pigs, herd_cost, 0 * herd_cost),
      input_cost = power,
    })
    answer.pd = compound.pd(answer.pd, small, d.cut)
    answer.state.equity = physical.equity_after(answer.state.equity, 0.1 * loss, 0.1 * paid)
    answer.default = lt(answer.state.equity, 0)
    return answer
  end,
  loan = function (l, b, d)
    return { lgd = collateral.moved(l.lgd, collateral.lgd_after_damage(l.balance, l.balance, {
      damage = damage.of_borrower(b, d.depth) })) }
  end,
}
