-- Environmental credit: from a firm's colour or score to its PD, and what an enforcement campaign costs it.
--
-- The colours are those of the national scheme (green, blue, yellow, red; some provinces add black). A bank's PD may
-- know the colour already, so scenarios use *changes* of colour; use the level only for a PD that was made without
-- it.
--
-- Sources are named where a rule comes from one; every shift of log-odds is a proposal.

local options = require "options"
local regulation = require "regulation"

local M = {}

-- ---- colour -> PD -----------------------------------------------------------------------------------

-- gamma: rise of logit(PD) against green and blue. Proposals; red multiplies the odds by 2.5.
M.gamma = { green = 0, blue = 0, yellow = 0.35, red = 0.9, black = 1.4 }

-- The next worse colour of each.
M.worse = { green = "blue", blue = "yellow", yellow = "red", red = "black", black = "black" }

-- gamma of the firm's colour; 0 where the colour is not known.                            [log-odds]
function M.shift(b)
  return table_by(b.env_credit, M.gamma, 0)
end

-- What one colour down adds: gamma of the next worse colour less that of its own; 0 where unknown.      [log-odds]
function M.downgrade(b)
  local steps = {}
  for colour, worse in pairs(M.worse) do
    steps[colour] = M.gamma[worse] - M.gamma[colour]
  end
  return table_by(b.env_credit, steps, 0)
end

-- Value by colour, `otherwise` where unknown: env_credit.by_colour(b, { yellow = 20, red = 60 }, 0).
function M.by_colour(b, values, otherwise)
  return table_by(b.env_credit, values, otherwise)
end

-- ---- score -> PD ------------------------------------------------------------------------------------

-- Chongqing, 0 to 108 points: honest from 100, good from 80, warned from 60, bad below. The bands: 重庆市企业环境信用评价, as
-- described in the press; the shifts take warned for yellow, bad for red (proposal).              [log-odds]
function M.shift_of_score(score)
  local good = regulation.value("cq_env_score_good")
  local warned = regulation.value("cq_env_score_warned")
  return where(ge(score, good), 0, where(ge(score, warned), M.gamma.yellow, M.gamma.red))
end

-- Jiangsu, 12 points: green from 11, blue from 6, yellow from 3, red from 1, black at 0. The bands: Jiangsu 12-point
-- scheme, 2019; the shifts are proposals.                                                        [log-odds]
function M.shift_of_points(points)
  local bands = { blue = regulation.value("js_points_blue"), yellow = regulation.value("js_points_yellow"),
    red = regulation.value("js_points_red") }
  return where(ge(points, bands.blue), M.gamma.blue,
    where(ge(points, bands.yellow), M.gamma.yellow,
      where(ge(points, bands.red), M.gamma.red, M.gamma.black)))
end

M.gamma_negative = 0.1 -- rise of logit(PD) for a point of negative information, 12 points being the worst (proposal)

-- Negative information: gamma_negative times the score, floored at 0.                             [log-odds]
function M.shift_of_negative(score)
  return M.gamma_negative * max(score, 0)
end

-- ---- what enforcement costs ---------------------------------------------------------------------------

M.defaults = {
  variable_share = 0.8, -- share of operating cost that stops with production (proposal)
  buffer = 0,           -- share of the lost output that stock or overtime makes good
}

local days_of_year = 365

-- Relative change of volume by days without production, for firm.income's revenue_change:           [ratio]
--   -min(days, 365) / 365 (1 - buffer)
function M.halt(days, given)
  local o = options.complete("env_credit", M.defaults, given)
  return -(min(days, days_of_year) / days_of_year) * (1 - o.buffer)
end

-- The margin lost by it, (R - C_var) / 365 days (1 - buffer), C_var = variable_share C.              [CNY]
function M.halt_loss(b, days, given)
  local o = options.complete("env_credit", M.defaults, given)
  return -M.halt(days, given) * (b.revenue - o.variable_share * b.operating_cost)
end

-- A fine that runs on for every day without correction: F (1 + days).                          [unit of F]
-- Source: Environmental Protection Law, article 59.
function M.fine(amount, days_uncorrected)
  return amount * (1 + max(days_uncorrected, 0))
end

-- Mean fine of an administrative decision in 2018, total over number.                             [CNY]
function M.mean_fine()
  return regulation.value("env_penalty_total", 20181231) / regulation.value("env_penalty_decisions", 20181231)
end

-- Surcharge on the power price of red and black firms; `red`, `black` in CNY/kWh, kWh a year.         [CNY]
-- Source: Jiangsu differential power price, 0.05 and 0.10 CNY/kWh (regulation: power_surcharge_red,
-- power_surcharge_black). As prices with their unit the scenario declares drivers.
function M.power_surcharge(b, kwh, red, black)
  local zero = 0 * red
  return kwh * where(eq(b.env_credit, "red"), red, where(eq(b.env_credit, "black"), black, zero))
end

return M
