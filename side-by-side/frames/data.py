"""Writes the tables that are measured, as Parquet, and one of them as CSV: `data.py FOLDER ROWS`.

The tables of group-by and join are those of the h2o.ai db-benchmark (`G1_1e7_1e2_0_0` and `J1_1e7_NA_0_0` at ten
million rows): the same columns, ranges and numbers of keys. Ticks and quotes are prices in order of time. Orders, their
lines and customers follow the rules of TPC-H for the columns that the queries need, at scale 1 with ten million rows.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

FOLDER, ROWS = Path(sys.argv[1]), int(sys.argv[2])
START = np.datetime64("2024-01-01T00:00:00", "us")


def texts(form, numbers):
    """The numbers in words, each form made once."""
    numbers = np.asarray(numbers)
    words = pa.array([form % number for number in range(numbers.max() + 1)])
    return words.take(pa.array(numbers))


def save(name, **columns):
    table = pa.table(columns)
    # As many row groups as let several threads read.
    parquet.write_table(table, FOLDER / f"{name}.parquet", row_group_size=1 << 18)
    return table


def groups(rng, rows, keys=100):
    many = max(rows // keys, 1)
    return save(
        "groups",
        id1=texts("id%03d", rng.integers(1, keys + 1, rows)),
        id2=texts("id%03d", rng.integers(1, keys + 1, rows)),
        id3=texts("id%010d", rng.integers(1, many + 1, rows)),
        id4=rng.integers(1, keys + 1, rows),
        id5=rng.integers(1, keys + 1, rows),
        id6=rng.integers(1, many + 1, rows),
        v1=rng.integers(1, 6, rows),
        v2=rng.integers(1, 16, rows),
        v3=np.round(rng.uniform(0, 100, rows), 6),
    )


def joins(rng, rows):
    """Of the keys of each table nine in ten are in the other one."""

    def keys(count):
        every = rng.permutation(count * 11 // 10) + 1
        shared, others = every[: count * 9 // 10], every[count * 9 // 10 :]
        half = len(others) // 2
        return np.concatenate([shared, others[:half]]), np.concatenate([shared, others[half:]])

    def some(keys, count):
        """Each at least once, in any order."""
        return rng.permutation(np.concatenate([keys, rng.choice(keys, count - len(keys))]))

    def values(count):
        return np.round(rng.uniform(0, 100, count), 6)

    (left1, right1), (left2, right2), (left3, right3) = (keys(max(rows // part, 10)) for part in (10**6, 10**3, 1))
    small, medium, big = len(right1), len(right2), len(right3)

    def ids(*numbers):
        whole = {f"id{at}": number for at, number in enumerate(numbers, 1)}
        words = {f"id{at + 3}": texts("id%d", number) for at, number in enumerate(numbers, 1)}
        return whole | words

    save("x", **ids(some(left1, rows), some(left2, rows), some(left3, rows)), v1=values(rows))
    save("small", **ids(rng.permutation(right1)), v2=values(small))
    save("medium", **ids(some(right1, medium), rng.permutation(right2)), v2=values(medium))
    save("big", **ids(some(right1, big), some(right2, big), rng.permutation(right3)), v2=values(big))


def ticks(rng, rows, symbols=100):
    """A price every ten milliseconds, and half as many quotes in the same time."""

    def moments(rows, gap):
        gaps = rng.integers(1, 2 * gap, rows)
        return {
            "time": START + np.cumsum(gaps).astype("m8[us]"),
            "symbol": texts("S%03d", rng.integers(0, symbols, rows)),
        }

    def walk(rows):
        return np.round(100 + np.cumsum(rng.normal(0, 0.01, rows)), 4)

    save("ticks", **moments(rows, 10_000), price=walk(rows), volume=rng.integers(1, 1000, rows))
    save("quotes", **moments(rows // 2, 20_000), bid=walk(rows // 2))


def tpch(rng, rows):
    day = np.timedelta64(1, "D")
    many_orders, customers, parts = rows * 3 // 20, max(rows * 3 // 200, 10), max(rows // 50, 10)
    # Eight keys of each 32, and no order for every third customer.
    number = np.arange(many_orders)
    key = number // 8 * 32 + number % 8 + 1
    customer = rng.integers(0, customers // 3 * 2, many_orders)
    date = np.datetime64("1992-01-01") + rng.integers(0, 2406, many_orders) * day
    save(
        "orders",
        o_orderkey=key,
        o_custkey=customer // 2 * 3 + customer % 2 + 1,
        o_orderdate=date,
        o_orderpriority=texts("%d-PRIORITY", rng.integers(1, 6, many_orders)),
        o_shippriority=np.zeros(many_orders, np.int64),
    )
    save(
        "customer",
        c_custkey=np.arange(customers) + 1,
        c_name=texts("Customer#%09d", np.arange(customers) + 1),
        c_nationkey=rng.integers(0, 25, customers),
        c_acctbal=np.round(rng.uniform(-999.99, 9999.99, customers), 2),
        c_mktsegment=pa.array(["AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"]).take(
            pa.array(rng.integers(0, 5, customers))
        ),
    )
    order = np.repeat(number, rng.integers(1, 8, many_orders))
    lines = len(order)
    part, quantity = rng.integers(1, parts + 1, lines), rng.integers(1, 51, lines)
    shipped = date[order] + rng.integers(1, 122, lines) * day
    received = shipped + rng.integers(1, 31, lines) * day
    today = np.datetime64("1995-06-17")
    returned = np.where(received <= today, rng.integers(0, 2, lines), 2)
    save(
        "lineitem",
        l_orderkey=key[order],
        l_partkey=part,
        l_quantity=quantity.astype(float),
        l_extendedprice=quantity * (90_000 + part // 10 % 20_001 + 100 * (part % 1000)) / 100,
        l_discount=rng.integers(0, 11, lines) / 100,
        l_tax=rng.integers(0, 9, lines) / 100,
        l_returnflag=pa.array(["A", "R", "N"]).take(pa.array(returned)),
        l_linestatus=pa.array(["F", "O"]).take(pa.array((shipped > today).astype(int))),
        l_shipdate=shipped,
        l_commitdate=date[order] + rng.integers(30, 91, lines) * day,
        l_receiptdate=received,
    )


csv.write_csv(groups(np.random.default_rng(1), ROWS), FOLDER / "groups.csv", csv.WriteOptions(quoting_style="none"))
joins(np.random.default_rng(2), ROWS)
ticks(np.random.default_rng(3), ROWS)
tpch(np.random.default_rng(4), ROWS)
