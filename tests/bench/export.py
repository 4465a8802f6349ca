"""A flat export of N loans, a fifth as many firms, at eight banks: tests/bench/export.py N > big.csv"""
import sys

n = int(sys.argv[1])
print("loan,firm,bank,sector,region,pd,revenue,balance,lgd,rate,start,until,class,overdue")
for i in range(n):
    firm = i * 2654435761 % (n // 5)  # scattered, so that a firm's rows do not follow one another
    print(f"L{i:09d},91500153{firm:010d},RC{firm % 8:02d},C30{firm % 90 + 10},500153{firm % 20:03d},0.0{firm % 90 + 10},"
          f"{firm % 1000 + 1}0000.00,{i * 7919 % 900000 + 1000}.{i % 100:02d},0.45,0.0435,20{20 + firm % 6}-0{1 + firm % 9}-15,"
          f"20{27 + firm % 6}-0{1 + firm % 9}-15,1,0")
