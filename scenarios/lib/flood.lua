-- A flood at a firm and at what it has pledged: assets, business interruption, collateral.
--
-- Ties damage.lua, physical.lua, insurance.lua and firm.lua together for scenarios with a hazard of water depth. A town's
-- firms do not all stand in the water: a share `exposed` does, and which ones nobody knows without addresses, so that PD
-- and LGD are averages over standing dry and standing wet. Money in CNY, depth in m. Numbers without a source are
-- proposals.

local damage = require "damage"
local firm = require "firm"
local insurance = require "insurance"
local options = require "options"
local physical = require "physical"
local units = require "units"

local M = {}

M.defaults = {
  exposed = 0.03,       -- share of a town's firms that stand in the flood plain (proposal, see M.anchor)
  fixed_assets = 0.5,   -- share of debt + equity that stands at the place, where the book knows no sites (proposal)
  protection = 0,       -- share of the damage that walls and pumps keep off
  insured = 0,          -- share of the damage of a firm without a known policy that insurance pays
  days_cap = 120,       -- days without production at most (proposal)
  renewed = 1,          -- share of policies that are renewed when they end (proposal)
  patience = 1,         -- years from the flood in which a payout still saves a firm (proposal)
  carbon_bill = 0,      -- CNY of a year that a firm pays for carbon, wet or dry (firm.carbon_bill); 0: nothing
}

-- What the proposals are held against: the flood of 17 to 20 August 2020 cost 15 districts of Chongqing 2.45 billion
-- yuan, 0.16 billion a district (Chongqing Emergency Management Bureau).
M.anchor = { loss = 2.45e9, districts = 15 }

-- Floods of the Laixi river in Rongchang: depth in m by township code (GB/T 2260 with three digits more). A rate is what
-- lies between a return period and the next: 1/20 - 1/100, 1/100 - 1/200, 1/200. Depths and towns are proposals: no flood
-- map of the district has been published.
M.laixi = {
  { name = "1_in_20", rate = 0.04, at = {
    ["500153001"] = 0.5, ["500153002"] = 0.4, ["500153003"] = 0.2, ["500153105"] = 0.8, ["500153107"] = 0.6 } },
  { name = "1_in_100", rate = 0.005, at = {
    ["500153001"] = 1.2, ["500153002"] = 1.0, ["500153003"] = 0.6, ["500153006"] = 0.3, ["500153105"] = 1.8,
    ["500153107"] = 1.4 } },
  { name = "1_in_200", rate = 0.005, at = {
    ["500153001"] = 2.0, ["500153002"] = 1.7, ["500153003"] = 1.0, ["500153006"] = 0.6, ["500153103"] = 0.4,
    ["500153105"] = 2.8, ["500153107"] = 2.2 } },
}

-- Loss of the assets of a firm that stands in the water, what insurance pays of it, and what of that comes in time.
--                                                                                            [CNY, CNY, CNY]
--   sum over its sites of value d(depth - elevation) (1 - protection); of a firm whose sites are not known
--   (debt + equity) fixed_assets d(depth) (1 - protection)
-- Its policies pay by their terms, if they cover floods and are in force, as far as the insurer lives; a firm without one
-- counts as insured by the share `insured`, at once. What comes later than `patience` does not save the firm.
function M.assets(b, d, depth, given)
  local o = options.complete("flood", M.defaults, given)
  local nothing = 0 * b.equity
  local sites = over_sites(b, function (s) return 1 end)
  local at_sites = over_sites(b, function (s)
    local above_floor = max(at(s, depth) - proxy(s.elevation, 0 * at(s, depth)), 0 * at(s, depth))
    return physical.asset_loss(proxy(s.value, 0), damage.of_borrower(b, above_floor), proxy(s.protection, 0))
  end)
  local worth = max(b.debt + b.equity, nothing) * o.fixed_assets
  local at_home = physical.asset_loss(worth, damage.of_borrower(b, depth), o.protection)
  local loss = where(gt(sites, 0), at_sites, at_home)
  local function paid_by(p)
    return insurance.payout(loss, {
      deductible = proxy(p.deductible, nothing), limit = proxy(p.limit, nothing + 1e15),
      coverage = proxy(p.coverage, 1), insurer_ok = 1 - proxy(p.insurer_pd, 0),
      valid = insurance.covers(p, "flood") * insurance.in_force(p, d.year, o.renewed),
    })
  end
  local policies = over_policies(b, function (p) return 1 end)
  local share = insurance.payout(loss, { coverage = o.insured })
  local paid = over_policies(b, paid_by)
  local soon = over_policies(b, function (p)
    return where(insurance.too_late(proxy(units.plain(p.delay), 0), o.patience), nothing, paid_by(p))
  end)
  local insured = gt(policies, 0)
  return loss, where(insured, min(paid, loss), share), where(insured, min(soon, loss), share)
end

-- PD and state in a year with that depth (a hazard, such as d.flood), for the scenario's `borrower`:      [ratio]
--   PD = (1 - exposed) PD_dry + exposed PD_wet
-- A wet firm loses sales for the days without production and bears its damage as far as insurance does not pay in time;
-- if that leaves it without equity it defaults. Equity goes on from year to year as the average firm's.
function M.respond(b, d, before, depth, given)
  local o = options.complete("flood", M.defaults, given)
  local loss, _, soon = M.assets(b, d, depth, given)
  local bill = firm.nothing(b) + o.carbon_bill
  local dry = firm.respond(b, d, before, { carbon = false, extra_cost = bill })
  local wet = firm.respond(b, d, before, {
    carbon = false,
    revenue_change = physical.standing_still(physical.days_by_depth(depth), { cap = o.days_cap }),
    extra_cost = bill + loss - soon,
  })
  return {
    pd = firm.on_average(where(dry.default, 1, dry.pd), where(wet.default, 1, wet.pd), o.exposed),
    default = dry.default,
    cover = firm.on_average(dry.cover, wet.cover, o.exposed),
    state = { equity = firm.on_average(dry.state.equity, wet.state.equity, o.exposed) },
  }
end

-- LGD of a loan whose collateral stands in the water, on average over who stands wet:                  [ratio]
--   LGD' = LGD + exposed x sum over pieces of value share d (1 - haircut) / balance, at most 1
-- A piece that secures several loans counts once, shared by exposure.
function M.lgd(l, depth, given)
  local o = options.complete("flood", M.defaults, given)
  local lost = over_collateral(l, function (c)
    local value = proxy(c.value, 0) * c.share * (1 - proxy(c.haircut, 0.3))
    return value * damage.curve("jrc_asia_commerce", at(c, depth))
  end)
  return min(l.lgd + o.exposed * lost / max(l.balance, 1), max(l.lgd, 1))
end

-- For the scenario's `damage`: what a flood destroys at a firm on average over who stands wet, and what insurance
-- pays of it; nothing where accounts are missing. Returns { loss, payout }.                          [CNY, CNY]
function M.damage(b, d, depth, given)
  local o = options.complete("flood", M.defaults, given)
  local loss, payout = M.assets(b, d, depth, given)
  return { loss = o.exposed * proxy(loss, 0), payout = o.exposed * proxy(payout, 0) }
end

return M
