-- @NAME@: what the scenario is about, in a sentence or two.
--
-- Say here where the numbers come from, which of them are proposals, and what the scenario cannot tell.
--
-- See what it does before you run it:
--   plimsoll scenario plan  @NAME@.lua                                   drivers and formulas
--   plimsoll scenario check @NAME@.lua --book BOOK                       faults, coverage, missing inputs
--   plimsoll scenario try   @NAME@.lua --book BOOK --borrower ID         every value for one borrower
--   plimsoll run            @NAME@.lua --book BOOK

local firm = require "firm"     -- carbon cost -> income -> cover and equity -> PD; see docs/scenario-library.md

return scenario {
  name = "@NAME@",              -- letters, digits and _
  title = { en = "@NAME@", zh = "@NAME@" },
  years = { 2026, 2030 },       -- first and last; the first one labels the twelve months after the book's date
  source = { en = "template; every number is made up", zh = "模板；所有数字均为虚构" },
  note = { en = "Say what a reader has to mind.", zh = "说明读者须注意之处。" },

  -- What the scenario prescribes. Linear between the years given, constant outside them. `reference` is the value
  -- without the shock: a scenario whose drivers all stand there changes nothing.
  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2030] = 280 },
    paid_share = pathway { reference = 0, [2026] = 0.05, [2030] = 0.50 },
  },

  -- Whom it concerns. All others equal the baseline exactly.
  applies = function (b)
    return all(b.sector_is("C30", "C31", "D44"), firm.known(b))   -- GB/T 4754 prefixes; firms with accounts
  end,

  -- What becomes of a firm's PD, each year. `before` holds the state of the year before. No `if` on b or d: use
  -- where(condition, yes, no). `firm.respond` does it all; its options are in scenarios/lib/firm.lua.
  borrower = function (b, d, before)
    return firm.respond(b, d, before, { pass_through = 0.1, elasticity = 0.5 })
  end,

  -- What becomes of a loan's LGD. Take the function away if nothing does.
  loan = function (l, b, d)
    return { lgd = min(l.lgd + 0.02 * (d.paid_share - at_reference(d.paid_share)), max(l.lgd, 1)) }
  end,
}
