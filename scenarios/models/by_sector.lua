-- Asset correlation by sector instead of by PD. All numbers are proposals, made to show the form: cyclical and capital-
-- heavy branches high, public services and farming low. They have to be replaced by estimates from default series.
-- A column `rho` of the book goes first; the longest prefix of the sector counts; households have the correlation of
-- home loans (The Basel Framework, CRE31).
local correlation = require "correlation"

local r2 = {
  A = 0.12,    -- farming
  B = 0.20,    -- mining
  C = 0.18,    -- manufacturing
  C307 = 0.22, -- ceramics: follows building
  C38 = 0.20,  -- electrical machinery, batteries, solar cells
  D = 0.12,    -- power, heat, gas, water
  E = 0.22,    -- building
  F = 0.16,    -- trade
  G = 0.18,    -- transport
  H = 0.18,    -- hotels and catering
  K = 0.24,    -- real estate
  L = 0.16,    -- leasing and business services
  N = 0.12,    -- water, environment, public facilities
}
local r2_other = 0.16

return model {
  name = "by_sector",
  factors = correlation.factors(),
  loading = function (b)
    local of_sector = correlation.by_sector(b, r2, r2_other)
    local household = correlation.is_household(b)
    return correlation.loadings(b, correlation.known(b, where(household, correlation.mortgage, of_sector)))
  end,
  persistence = 0.5, -- proposal
}
