-- Climate-risk sensitivity stress test in the manner of the PBOC test of 2021, moderate: the price rises to three
-- times that of the end of 2024, firms come to pay for half of what they emit. Which assumptions are published and
-- which are proposals stands in lib/pboc2021.lua.
--
-- What it cannot tell: how likely such a price is, what firms would do about it (abate, switch, raise prices), and what
-- happens to their customers, suppliers and workers. It is a sensitivity, not a forecast.

local pboc2021 = require "pboc2021"

local years = { 2026, 2030 }
local price_multiple = 3                      -- proposal
local first_share, last_share = 0.05, 0.50    -- of emissions paid for, proposal

-- The published assumptions. Change one to see what it is worth.
local assume = {
  sectors = { "D441", "C31", "C301" }, -- thermal power, steel, cement
  threshold = 26000,                   -- tCO2e a year; 0: every emitter
  technical_progress = false,          -- true: firms abate where it pays
  pass_through = 0,                    -- share of the cost that goes into prices
  insolvent_defaults = true,           -- equity below zero is a default
}

return scenario {
  name = "pboc2021_moderate",
  title = { en = "Carbon price, moderate (after the PBOC test of 2021)", zh = "碳价中度情景（参照人民银行2021年压力测试）" },
  years = years,
  source = pboc2021.source,
  note = pboc2021.note,

  drivers = pboc2021.drivers(years, price_multiple, first_share, last_share),
  initial = pboc2021.initial,
  applies = pboc2021.applies(assume),
  borrower = pboc2021.borrower(assume),
}
