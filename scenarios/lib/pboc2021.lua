-- The climate-risk sensitivity stress test of the PBOC (2021), put together from switches. pboc2021_mild, _moderate and
-- _severe set them; a scenario of your own may set others.
--
-- Published assumptions (PBOC climate-risk sensitivity stress test, 2021): thermal power, steel and cement; firms
-- that emit at least 26,000 tCO2e a year; firms pay for a share of their emissions that rises from year to year; no
-- technical progress; no bargaining power up or down the chain (pass-through 0); an insolvent firm cannot repay, so
-- its loans default. Proposals, because the published sources do not give them: the price path, the paid share, how
-- cost moves PD short of insolvency (firm.lua). Of our own choice: scope is scope 1 + scope 2 against the threshold;
-- paid for is scope 1 alone, since with pass-through 0 the power plant bears the cost of its power itself. The
-- original runs ten years, the shipped scenarios five.

local firm = require "firm"
local options = require "options"
local regulation = require "regulation"

local M = {}

-- The published assumptions, each a switch.
M.assumptions = {
  sectors = { "D441", "C31", "C301" }, -- power, steel, cement
  threshold = regulation.value("pboc_emission_threshold", 20251231), -- tCO2e a year; 0: every emitter
  technical_progress = false,          -- true: firms abate along carbon.curve
  pass_through = 0,                    -- share of the cost that goes into prices
  insolvent_defaults = true,           -- equity below zero is a default
}

-- What the three shipped scenarios say of themselves.
M.source = {
  en = "PBOC climate-risk sensitivity stress test, 2021 (assumptions and scope); price path, paid share and PD "
    .. "response are proposals",
  zh = "人民银行2021年气候风险敏感性压力测试（假设与范围）；价格路径、付费比例和违约概率反应为建议值",
}
M.note = {
  en = "A sensitivity, not a forecast: no abatement, no pass-through, no effect on the rest of the economy.",
  zh = "这是敏感性分析而非预测：不考虑减排、成本转嫁及对经济其他部分的影响。",
}

-- The price from which the paths start: the allowance price at the end of 2024.             [CNY/tCO2e]
M.price = regulation.value("cea_close", 20241231)

local function complete(given)
  return options.complete("pboc2021", M.assumptions, given)
end

-- Drivers: the price rises to price_multiple times that of the start, the paid share from first_share to last_share; at
-- reference nobody pays.
function M.drivers(years, price_multiple, first_share, last_share)
  local first, last = years[1], years[2]
  return {
    carbon_price = pathway {
      unit = "CNY/tCO2e", reference = M.price, [first] = M.price, [last] = price_multiple * M.price,
    },
    paid_share = pathway { reference = 0, [first] = first_share, [last] = last_share },
  }
end

-- For `applies`: sector and emissions in scope, accounts known.
function M.applies(given)
  local o = complete(given)
  return function (b)
    local emissions = proxy(b.scope1, 0) + proxy(b.scope2, 0)
    return all(b.sector_is(table.unpack(o.sectors)), emissions:ge(o.threshold), firm.known(b))
  end
end

-- For `initial`: what a firm has abated by the start.
M.initial = { abatement = 0 }

-- For `borrower`.
function M.borrower(given)
  local o = complete(given)
  return function (b, d, before)
    return firm.respond(b, d, before, {
      abatement_curve = o.technical_progress, pass_through = o.pass_through, insolvency = o.insolvent_defaults,
    })
  end
end

return M
