-- One factor, one asset correlation: the model of Vasicek. For comparisons and teaching.
return model {
  name = "one_factor",
  copula = "gaussian",
  factors = { "macro" },
  loading = function (b) return { macro = sqrt(0.15) } end,
  persistence = 0,
}
