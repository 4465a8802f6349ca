-- All rules of the library, for tests.
return require("proxies").rules {}
