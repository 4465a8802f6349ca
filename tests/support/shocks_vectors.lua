-- Values worked out by hand or published, for the libraries of physical shocks, pollution, insurance and compounds.
-- Run by tests/cli/test_library_shocks.py.
local check = require "check"
local collateral = require "collateral"
local compound = require "compound"
local damage = require "damage"
local insurance = require "insurance"
local physical = require "physical"
local pollution = require "pollution"
local units = require "units"

local near, equal = check.near, check.equal

-- Margin R - 0.8 C of 30.4 million a year.
local firm = check.firm { revenue = 100e6, operating_cost = 87e6, depreciation = 5e6, interest = 4e6, equity = 60e6,
  cash = 16e6, household = 0 }
local margin_a_day = (100e6 - 0.8 * 87e6) / 365

-- ---- damage ----

function test_gfdrr_cubic()
  local published = { { 0.5, 0.2289 }, { 1, 0.4132 }, { 2, 0.6698 }, { 3, 0.8132 }, { 5, 0.9338 } }
  for _, pair in ipairs(published) do
    near(damage.built_up(pair[1]), pair[2], 5.01e-5)
    near(damage.curve("gfdrr_asia_built_up")(pair[1]), pair[2], 5.01e-5)
    near(damage.curve("gfdrr_asia_built_up", pair[1]), pair[2], 5.01e-5)
  end
  equal(damage.built_up(0), 0)
  equal(damage.built_up(-1), 0)
  near(damage.built_up(6), 0.00723 * 216 - 3.6 + 3.036)
  equal(damage.built_up(7), damage.built_up(6), "depth kept within 6 m")
  near(damage.built_up(check.missing), check.missing)
end

function test_jrc_curves()
  -- Asia at 1 m: what the table of the JRC has
  local at_one = { residential = 0.494050324, commerce = 0.537681619, industry = 0.481615653, transport = 0.571895425,
    roads = 0.37275441, agriculture = 0.37 }
  for use, share in pairs(at_one) do
    local name = "jrc_asia_" .. use
    equal(damage.curve(name)(1), share)
    equal(damage.curve(name, 1), share)
    equal(interp(1, damage.points(name)), share)
    equal(damage.curve(name, 0), 0)
    equal(damage.curve(name, -2), 0)
    equal(damage.curve(name, 6), 1)
    equal(damage.curve(name, 20), 1)
    near(damage.curve(name, check.missing), check.missing)
  end
  near(damage.curve("jrc_asia_industry", 2.5), (0.717240588 + 0.85667503) / 2)
  near(damage.curve("jrc_asia_agriculture", 3), 0.66)
  near(interp(2, damage.points("gfdrr_asia_built_up")), 0.6698, 5e-5)
end

function test_curves_rise_with_depth()
  for _, item in ipairs(damage.list()) do
    local before = 0
    for step = 1, 130 do
      local share = damage.curve(item.name, step * 0.05)
      assert(share >= before and share <= 1, item.name)
      before = share
    end
  end
end

function test_deviation_of_curves()
  near(damage.deviation("jrc_asia_industry", 1), 0.295987071)
  near(damage.deviation("jrc_asia_transport", 0.25), 0.30215383 / 2)
  equal(damage.deviation("jrc_asia_roads", 9), 0)
  near(damage.shifted("jrc_asia_industry", 1, { deviations = -1 }), 0.481615653 - 0.295987071)
  equal(damage.shifted("jrc_asia_agriculture", 1, { deviations = -2 }), 0)
  equal(damage.shifted("jrc_asia_industry", 4, { deviations = 2 }), 1)
end

function test_list_of_curves()
  local list = damage.list()
  equal(#list, 7)
  equal(list[1].name, "gfdrr_asia_built_up")
  for _, item in ipairs(list) do
    assert(item.of ~= "" and item.source:find("2017", 1, true), item.name)
  end
end

function test_unknown_curve()
  local said
  damage.curve("jrc_asia_industry")
  for _, call in ipairs { damage.curve, damage.points, damage.deviation } do
    local fine, message = pcall(call, "jrc_asia_factory", 1)
    assert(not fine)
    said = message
    assert(said:find("jrc_asia_factory", 1, true) and said:find("jrc_asia_industry", 1, true)
      and said:find("gfdrr_asia_built_up", 1, true), said)
  end
  assert(not pcall(damage.deviation, "gfdrr_asia_built_up", 1))
end

-- ---- physical ----

function test_loss_at_a_site()
  equal(physical.asset_loss(40e6, 0.25), 10e6)
  near(physical.asset_loss(40e6, 0.25, 0.4), 6e6)
  near(physical.asset_loss(40e6, damage.built_up(2), 0.5), 40e6 * 0.66984 * 0.5)
  equal(physical.equity_after(60e6, 10e6, 4e6), 54e6)
  equal(physical.replacement_debt(10e6, 4e6, 1e6), 5e6)
  equal(physical.replacement_debt(10e6, 4e6, 16e6), 0)
end

function test_interruption()
  local days = { { 0, 0 }, { 0.25, 7.5 }, { 0.5, 15 }, { 1, 40 }, { 1.5, 65 }, { 2, 90 }, { 5, 90 } }
  for _, pair in ipairs(days) do
    near(physical.days_by_depth(pair[1]), pair[2])
  end
  near(physical.days_by_depth(1, { { 0, 0 }, { 2, 10 } }), 5)
  near(physical.interruption(firm, 40), margin_a_day * 40)
  near(physical.interruption(firm, 90, { cap = 30 }), margin_a_day * 30)
  near(physical.interruption(firm, 400), margin_a_day * 365)
  near(physical.interruption(firm, 40, { variable_share = 0.5, buffer = 0.5 }), (100e6 - 0.5 * 87e6) / 365 * 20)
  equal(physical.interruption(firm, -3), 0)
  near(physical.standing_still(73), -0.2)
  near(physical.standing_still(73, { cap = 36.5, buffer = 0.5 }), -0.05)
  near(-physical.standing_still(73) * 365 * margin_a_day, physical.interruption(firm, 73))
end

function test_heat()
  near(physical.heat(35), -0.083)           -- 10 degC above the threshold: 8.3 % less
  equal(physical.heat(20), 0)
  near(physical.heat(30, { exposed = 0.5, part_of_year = 0.25 }), -0.0083 * 5 * 0.125)
  near(physical.heat(30, { threshold = 28, per_degree = -0.02 }), -0.04)
  equal(physical.heat(300), -1)
end

function test_drought_and_power()
  near(physical.water_cut(0.6, 0.3), -0.18)
  equal(physical.water_cut(0.6, 2), -0.6)
  near(physical.revenue_after_drought(100e6, 0.6, 0.3), 82e6)
  equal(physical.rationing(10, 0.5), 5)
  equal(physical.rationing(10, 3), 10)
  near(physical.standing_still(physical.rationing(17, 0.9)), -15.3 / 365)
  equal(physical.rationing_2022[1], 10)
  equal(physical.rationing_2022[2], 17)
end

function test_drift()
  near(physical.drift(-0.01, 5), 0.99 ^ 5 - 1)
  equal(physical.drift(-0.01, 0), 0)
  equal(physical.drift(-2, 3), -1)
end

function test_animal_disease()
  near(physical.herd(10e6, 0.3, 0.2), 8.4e6)
  near(physical.herd(10e6, 0.3, -0.2), 5.6e6)
  equal(physical.herd(10e6, 2, 0), 0)
  near(physical.feed_cost(firm, 0.1), 87e6 * 0.06)
  near(physical.feed_cost(firm, 0.1, 0.5), 87e6 * 0.05)
  local volume, price, cost = physical.disease(firm, { mortality = 0.3, price = 0.2, feed = 0.1 })
  near(volume, -0.3)
  near(price, 0.2)
  near(cost, 87e6 * 0.06 * 0.7 + 0.3 * 0.3 * 100e6 * 1.2)
  local nothing, _, none = physical.disease(firm)
  equal(nothing, 0)
  equal(none, 0)
end

-- ---- pollution ----

function test_intensity()
  near(pollution.intensity(0.2, 0, 0, 0), 0.2)
  near(pollution.intensity(0.2, 2, 1, log(3)), 0.2 * 3 * math.exp(1.3))
  near(pollution.intensity(0.2, 2, 1, 1, { grade = 1, past = 0, enforce = 0 }), 0.2 * math.exp(2))
  equal(pollution.expected_number(0.4), 0.4)
  equal(pollution.expected_number(0.4, 3), 0.4 * 3)
  near(pollution.at_least_one(0.4, 2), 1 - math.exp(-0.8))
end

function test_anchors_of_fines()
  near(pollution.mean_fine(), 82000, 0.005)
  near(pollution.mean_fine(2018), 15.28e9 / 186000)
  near(pollution.mean_fine(2013), 36000, 0.01)
  equal(pollution.limited_months[2], 6)
end

local event = { fine = 82000, days_uncorrected = 9, rectification = 1e6, halt = 30, buffer = 0.25 }
local event_costs = 820000 + 1e6 + margin_a_day * 30 * 0.75

function test_loss_of_an_event()
  near(pollution.loss(firm, event), event_costs)
  near(pollution.loss(firm, { fine = 82000, days_uncorrected = 9, daily = 0 }), 82000)
  near(pollution.loss(firm, { fine = 82000, days_uncorrected = 9, daily = 0.5 }), 82000 * 5.5)
  near(pollution.loss(firm, { halt = 500 }), margin_a_day * 365)
  equal(pollution.loss(firm), 0)
end

function test_loss_of_a_year()
  equal(pollution.loss_of_year(firm, 0, event), 0)
  near(pollution.loss_of_year(firm, 1, event), event_costs)
  near(pollution.loss_of_year(firm, 3, event), 3 * event_costs)
  near(pollution.loss_of_year(firm, 20, { halt = 30 }), margin_a_day * 365, nil, "a year is all that stands still")
  near(pollution.halt_of_year(2, event), -60 / 365 * 0.75)
  near(pollution.payments_of_year(2, event), 2 * 1820000)
  near(pollution.payments_of_year(2, event) - pollution.halt_of_year(2, event) * 365 * margin_a_day,
    pollution.loss_of_year(firm, 2, event))
end

-- The closed forms against the sum over the Poisson distribution, with marks of two equally likely values each.
function test_compound_poisson()
  local lambda = 0.7
  near(pollution.expected_loss(firm, lambda, event), lambda * event_costs)
  local chance, mean = math.exp(-lambda), 0
  for count = 1, 12 do -- twelve halts of 30 days fit into the year
    chance = chance * lambda / count
    mean = mean + chance * pollution.loss_of_year(firm, count, event)
  end
  near(pollution.expected_loss(firm, lambda, event), mean, 1e-9)
  -- a fine of 0 or 164,000 has a deviation as large as its mean, so have 0 or 60 days
  local square = 0
  for _, fine in ipairs { 0, 164000 } do
    for _, halt in ipairs { 0, 60 } do
      local o = { fine = fine, days_uncorrected = 9, rectification = 1e6, halt = halt, buffer = 0.25 }
      square = square + pollution.loss(firm, o) ^ 2 / 4
    end
  end
  near(pollution.deviation(firm, lambda, event, { fine = 1, halt = 1 }), math.sqrt(lambda * square))
end

function test_marks()
  near(pollution.lognormal(0, 82000, 0), 82000)
  near(pollution.lognormal(0, 82000, 1), 82000 / math.sqrt(2)) -- the median
  -- mean and deviation over the normal distribution, by the trapezoidal rule
  local mean, square, step = 0, 0, 0.01
  for i = -1000, 1000 do
    local z = i * step
    local weight = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * step
    local mark = pollution.lognormal(z, 82000, 1.5)
    mean, square = mean + weight * mark, square + weight * mark * mark
  end
  near(mean, 82000, 1e-7)
  near(math.sqrt(square - mean * mean) / mean, 1.5, 1e-5)
end

function test_mixed_over_a_poisson_number()
  near(pollution.mixed(0.3, function () return 7 end), 7, 1e-14)
  near(pollution.mixed(0, function (k) return k == 0 and 5 or 1 end), 5)
  -- the generating function exp(lambda (x - 1)), but for years beyond six events
  near(pollution.mixed(0.3, function (k) return 0.5 ^ k end), math.exp(0.3 * (0.5 - 1)), 1e-7)
  near(pollution.mixed(0.3, function (k) return k end), 0.3, 1e-6)
  near(pollution.mixed(50, function (k) return k end), 6, 1e-12)
end

-- ---- insurance ----

function test_payout()
  equal(insurance.payout(10e6), 10e6)
  equal(insurance.payout(10e6, { valid = 0 }), 0)
  near(insurance.payout(10e6, { deductible = 1e6, limit = 5e6, coverage = 0.8 }), 4e6)
  near(insurance.payout(3e6, { deductible = 1e6, limit = 5e6, coverage = 0.8 }), 1.6e6)
  equal(insurance.payout(0.5e6, { deductible = 1e6 }), 0)
  near(insurance.payout(10e6, { valid = 0.3, insurer_ok = 0.5 }), 1.5e6)
  near(insurance.net_loss(10e6, { deductible = 1e6, limit = 5e6, coverage = 0.8 }), 6e6)
  near(insurance.gap({ 10e6, 3e6 }, { 4e6, 1.6e6 }), 7.4 / 13)
  equal(insurance.gap({ 0, 0 }, { 0, 0 }), 0)
  assert(not pcall(insurance.gap, { 1 }, { 1, 2 }))
end

function test_premium()
  near(insurance.premium(1e5, 3000, 10000), 1.3e5)
  near(insurance.premium_rise(1e5, 3000, 10000), 3e4)
  equal(insurance.premium(1e5, 3000, 0), 1e5)
  equal(insurance.premium(1e5, -30000, 10000), 0)
end

function test_waiting()
  check.holds(insurance.too_late(60, 30))
  check.fails(insurance.too_late(30, 30))
  equal(insurance.liquidity_gap(10e6, 8e6, 1e6, 20, 30), 1e6)
  equal(insurance.liquidity_gap(10e6, 8e6, 1e6, 60, 30), 9e6)
  equal(insurance.liquidity_gap(10e6, 8e6, 16e6, 60, 30), 0)
end

-- ---- collateral ----

function test_damaged_collateral()
  local net = 0.7 * 0.95 / 1.045 ^ 2
  local worth = 100 * 0.8 * (1 - 0.45) * 0.9 * 0.95
  local o = { index = 0.8, damage = 0.45, stigma = 0.1, label = 0.05 }
  near(collateral.value(100, o), worth)
  near(collateral.lgd_after_damage(100, 80, o), 1 - worth * net / 80)
  near(collateral.lgd_after_damage(100, 80, { damage = 0.45, guarantee = 0.2, insurance = 0.1, haircut = 0.5 }),
    0.7 - 55 * (net / 0.7 * 0.5) / 80)
  equal(collateral.lgd_after_damage(1000, 80), 0.05)
  near(collateral.lgd_after_damage(100, 80), collateral.lgd(100, 80))
  equal(collateral.moved(0.45, 0.7), 0.45)
  assert(not pcall(collateral.lgd_after_damage, 100, 80, { destroyed = 1 }))
end

-- ---- compound ----

function test_joining()
  near(compound.together(-0.1, -0.2), -0.28)
  equal(compound.together(), 0)
  equal(compound.together(-1, 5), -1)
  equal(compound.together(-2), -1)
  near(compound.pd(0.01, 0.5, 0.3), logistic(logit(0.01) + 0.8))
  equal(compound.pd(0.01, 0.5, -0.5), 0.01)
  near(compound.multiplier(3, 1, 1), 1.5)
  near(compound.multiplier(3, 1, 1, 1), 1)
  equal(compound.multiplier(0, 0, 0), 1)
end

-- Effects joined before the logit: with PDs far below 1 the joint rise is the product of the odds, not the sum.
function test_interaction_appears()
  local pd = 0.01
  local rise = function (...) return compound.pd(pd, ...) - pd end
  assert(compound.multiplier(rise(0.9, 0.7), rise(0.9), rise(0.7)) > 1.3)
end

function test_hot_summer()
  equal(compound.rationing_days(0), 0)
  equal(compound.rationing_days(0.5), 0)
  near(compound.rationing_days(0.75), 8.5)
  equal(compound.rationing_days(1), 17)
  equal(compound.rationing_days(3), 34)
  near(compound.hydro_shortage(1), 0.5)
  near(compound.hydro_shortage(1.5), 0.6)
  equal(compound.power_price(0), 1)
  near(compound.power_price(0.5), 1 + 0.5 * 0.4 * 1.5 * 0.2)
  near(compound.power_price(0.5, { hydro_share = 1, dearness = 2, part_of_year = 1 }), 2)
end

-- ---- units ----

function test_plain_numbers()
  equal(units.plain(2.5), 2.5)
  near(units.plain(check.missing), check.missing)
end
