-- Map of what tests/bench/export.py writes.
return map {
  confirmed = true, as_of = "2025-12-31",
  files = { core = { file = "big.csv" } },
  banks = { from = "core", columns = { id = "bank" } },
  borrowers = { from = "core", columns = { id = "firm", sector = "sector", region = "region", pd = "pd", revenue = "revenue" } },
  loans = { from = "core", columns = {
    id = "loan", borrower = "firm", bank = "bank", balance = "balance", lgd = "lgd", rate = "rate", start = "start", maturity = "until",
    class = "class", days_overdue = "overdue" } },
}
