#!/usr/bin/env python3
"""Turns 1,051 real loans of the US Small Business Administration (7(a), California, real estate and
leasing, public domain) into the CSV tables that `plimsoll book import` reads.

    scripts/convert/sba_7a.py sba_7a_california_1051.csv FOLDER

Every loan is taken at its approval, as if all stood in one book. PD: the annual rate at which the
observed share of defaults (by loan with and without real-estate collateral) is reached over the mean
term; LGD: charged-off principal over approved amount of the defaulted loans, by the same split. Both
are marked `estimated`. Balance: the approved amount in USD. Each loan has its own borrower, since the
file does not say which loans share one. One loan names no bank and goes to "UNKNOWN".
"""
import csv
import os
import sys

MONTHS = 12
UNKNOWN_BANK = "UNKNOWN"


def write(folder, table, header, rows):
    with open(os.path.join(folder, table + ".csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def annual_pd_and_lgd(loans):
    """Of one group of loans: (annual PD, LGD)."""
    defaulted = [row for row in loans if row["Default"] == "1"]
    share = len(defaulted) / len(loans)
    years = sum(int(row["Term"]) for row in loans) / len(loans) / MONTHS
    charged_off = sum(float(row["ChgOffPrinGr"] or 0) for row in defaulted)
    approved = sum(float(row["GrAppv"]) for row in defaulted)
    return round(1 - (1 - share) ** (1 / years), 6), round(charged_off / approved, 4)


def main(source, folder):
    with open(source, encoding="utf-8", newline="") as file:
        loans = list(csv.DictReader(file))
    os.makedirs(folder, exist_ok=True)
    for row in loans:
        row["Bank"] = row["Bank"] or UNKNOWN_BANK
    groups = {flag: annual_pd_and_lgd([row for row in loans if row["RealEstate"] == flag])
              for flag in ("0", "1")}
    banks = {}
    for row in loans:
        banks[row["Bank"]] = banks.get(row["Bank"], 0.0) + float(row["GrAppv"])
    write(folder, "banks", ["id", "total_loans"], [[name, f"{sum_:.2f}"] for name, sum_ in banks.items()])
    write(folder, "borrowers", ["id", "pd", "pd_source", "sector", "region"],
          [["F" + row["LoanNr_ChkDgt"], groups[row["RealEstate"]][0], "estimated", "NAICS" + row["NAICS"],
            "US-CA-" + row["Zip"][:3]] for row in loans])
    write(folder, "loans", ["id", "borrower", "bank", "balance", "lgd", "lgd_source", "product"],
          [[row["LoanNr_ChkDgt"], "F" + row["LoanNr_ChkDgt"], row["Bank"], row["GrAppv"],
            groups[row["RealEstate"]][1], "estimated",
            "secured" if row["RealEstate"] == "1" else "unsecured"] for row in loans])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: sba_7a.py SOURCE.csv FOLDER")
    main(sys.argv[1], sys.argv[2])
