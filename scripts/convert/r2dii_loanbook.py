#!/usr/bin/env python3
"""Turns the r2dii demonstration loan book (CC0, fictitious names) into the CSV tables that
`plimsoll book import` reads.

    scripts/convert/r2dii_loanbook.py r2dii_loanbook_demo.csv FOLDER

What is assumed, because the file does not say it: PD 2 % and LGD 45 % for every borrower, marked
`proxied`; one bank; region "EU"; a limit below the balance counts as nothing undrawn; CCF 0.5 (a
proposal). NACE codes are carried as they are: sector is opaque text.
"""
import csv
import os
import sys

PD, LGD, CCF = 0.02, 0.45, 0.5


def write(folder, table, header, rows):
    with open(os.path.join(folder, table + ".csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main(source, folder):
    with open(source, encoding="utf-8", newline="") as file:
        loans = list(csv.DictReader(file))
    os.makedirs(folder, exist_ok=True)
    borrowers = {row["id_direct_loantaker"]: row for row in loans}
    total = sum(float(row["loan_size_outstanding"]) for row in loans)
    write(folder, "banks", ["id", "name", "total_loans"], [["demo", "r2dii demo bank", f"{total:.2f}"]])
    write(folder, "borrowers", ["id", "name", "pd", "pd_source", "sector", "region"],
          [[key, row["name_direct_loantaker"], PD, "proxied",
            row["sector_classification_direct_loantaker"], "EU"] for key, row in borrowers.items()])
    write(folder, "loans", ["id", "borrower", "bank", "balance", "lgd", "lgd_source", "undrawn", "ccf"],
          [[row["id_loan"], row["id_direct_loantaker"], "demo", row["loan_size_outstanding"], LGD, "proxied",
            max(0.0, float(row["loan_size_credit_limit"]) - float(row["loan_size_outstanding"])), CCF]
           for row in loans])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: r2dii_loanbook.py SOURCE.csv FOLDER")
    main(sys.argv[1], sys.argv[2])
