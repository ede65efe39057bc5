"""Each operation as it is written with pandas. Our side has operations of the same names."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

OPERATIONS = {}


def operation(name, *tables):
    def add(work):
        OPERATIONS[name] = (tables, work)
        return work

    return add


def load(folder, table):
    return pd.read_parquet(folder / f"{table}.parquet")


def arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


def by(frame, *keys):
    return frame.groupby(list(keys), as_index=False, sort=False)


@operation("sum v1 by id1", "groups")
def _(_, groups):
    return by(groups, "id1").agg(v1=("v1", "sum"))


@operation("sum v1 by id1:id2", "groups")
def _(_, groups):
    return by(groups, "id1", "id2").agg(v1=("v1", "sum"))


@operation("sum v1 mean v3 by id3", "groups")
def _(_, groups):
    return by(groups, "id3").agg(v1=("v1", "sum"), v3=("v3", "mean"))


@operation("mean v1:v3 by id4", "groups")
def _(_, groups):
    return by(groups, "id4").agg(v1=("v1", "mean"), v2=("v2", "mean"), v3=("v3", "mean"))


@operation("sum v1:v3 by id6", "groups")
def _(_, groups):
    return by(groups, "id6").agg(v1=("v1", "sum"), v2=("v2", "sum"), v3=("v3", "sum"))


@operation("median v3 sd v3 by id4 id5", "groups")
def _(_, groups):
    return by(groups, "id4", "id5").agg(median=("v3", "median"), sd=("v3", "std"))


@operation("max v1 - min v2 by id3", "groups")
def _(_, groups):
    answer = by(groups, "id3").agg(v1=("v1", "max"), v2=("v2", "min"))
    return answer.assign(range=answer["v1"] - answer["v2"])[["id3", "range"]]


@operation("largest two v3 by id6", "groups")
def _(_, groups):
    return groups[["id6", "v3"]].sort_values("v3", ascending=False).groupby("id6", sort=False).head(2)


@operation("regression v1 v2 by id2 id4", "groups")
def _(_, groups):
    v1, v2 = groups["v1"], groups["v2"]
    products = groups[["id2", "id4", "v1", "v2"]].assign(n=1, v11=v1 * v1, v22=v2 * v2, v12=v1 * v2)
    sums = by(products, "id2", "id4").sum()
    # Whole numbers, so that what does not vary has exactly no variance.
    covariance = sums["n"] * sums["v12"] - sums["v1"] * sums["v2"]
    variances = (sums["n"] * sums["v11"] - sums["v1"] ** 2) * (sums["n"] * sums["v22"] - sums["v2"] ** 2)
    return sums.assign(r2=covariance**2 / variances)[["id2", "id4", "r2"]]


@operation("sum v3 count by id1:id6", "groups")
def _(_, groups):
    return by(groups, "id1", "id2", "id3", "id4", "id5", "id6").agg(v3=("v3", "sum"), count=("v1", "size"))


@operation("small inner on int", "x", "small")
def _(_, x, small):
    return x.merge(small, on="id1", suffixes=("", "_right"))


@operation("medium inner on int", "x", "medium")
def _(_, x, medium):
    return x.merge(medium, on="id2", suffixes=("", "_right"))


@operation("medium outer on int", "x", "medium")
def _(_, x, medium):
    return x.merge(medium, how="left", on="id2", suffixes=("", "_right"))


@operation("medium inner on factor", "x", "medium")
def _(_, x, medium):
    return x.merge(medium, on="id5", suffixes=("", "_right"))


@operation("big inner on int", "x", "big")
def _(_, x, big):
    return x.merge(big, on="id3", suffixes=("", "_right"))


@operation("read CSV")
def _(folder):
    return pd.read_csv(folder / "groups.csv", engine="pyarrow")


@operation("write CSV", "groups")
def _(_, groups):
    groups.to_csv("written.csv", index=False)
    return Path("written.csv")


@operation("read Parquet")
def _(folder):
    return pd.read_parquet(folder / "groups.parquet")


@operation("write Parquet", "groups")
def _(_, groups):
    groups.to_parquet("written.parquet", index=False)
    return Path("written.parquet")


@operation("cumulative sum by group", "ticks")
def _(_, ticks):
    return ticks[["time"]].assign(total=ticks.groupby("symbol")["volume"].cumsum())


@operation("rolling mean of 100", "ticks")
def _(_, ticks):
    return ticks[["time"]].assign(mean=ticks["price"].rolling(100).mean())


@operation("resample to seconds", "ticks")
def _(_, ticks):
    bars = ticks.resample("1s", on="time").agg(
        open=("price", "first"),
        high=("price", "max"),
        low=("price", "min"),
        close=("price", "last"),
        volume=("volume", "sum"),
    )
    return bars.reset_index()


@operation("as-of join", "ticks", "quotes")
def _(_, ticks, quotes):
    return pd.merge_asof(ticks, quotes, on="time", by="symbol")


@operation("sort by price and time", "ticks")
def _(_, ticks):
    return ticks.sort_values(["price", "time"], ignore_index=True)


@operation("TPC-H 1")
def _(folder):
    lines = pd.read_parquet(
        folder / "lineitem.parquet",
        columns=["l_quantity", "l_extendedprice", "l_discount", "l_tax", "l_returnflag", "l_linestatus"],
        filters=[("l_shipdate", "<=", date(1998, 9, 2))],
    )
    lines["disc_price"] = lines["l_extendedprice"] * (1 - lines["l_discount"])
    lines["charge"] = lines["disc_price"] * (1 + lines["l_tax"])
    return lines.groupby(["l_returnflag", "l_linestatus"], as_index=False).agg(
        sum_qty=("l_quantity", "sum"),
        sum_base_price=("l_extendedprice", "sum"),
        sum_disc_price=("disc_price", "sum"),
        sum_charge=("charge", "sum"),
        avg_qty=("l_quantity", "mean"),
        avg_price=("l_extendedprice", "mean"),
        avg_disc=("l_discount", "mean"),
        count_order=("l_quantity", "size"),
    )


@operation("TPC-H 3")
def _(folder):
    customers = pd.read_parquet(
        folder / "customer.parquet", columns=["c_custkey"], filters=[("c_mktsegment", "==", "BUILDING")]
    )
    orders = pd.read_parquet(
        folder / "orders.parquet",
        columns=["o_orderkey", "o_custkey", "o_orderdate", "o_shippriority"],
        filters=[("o_orderdate", "<", date(1995, 3, 15))],
    )
    lines = pd.read_parquet(
        folder / "lineitem.parquet",
        columns=["l_orderkey", "l_extendedprice", "l_discount"],
        filters=[("l_shipdate", ">", date(1995, 3, 15))],
    )
    found = customers.merge(orders, left_on="c_custkey", right_on="o_custkey")
    found = found.merge(lines, left_on="o_orderkey", right_on="l_orderkey")
    found["revenue"] = found["l_extendedprice"] * (1 - found["l_discount"])
    revenue = found.groupby(["l_orderkey", "o_orderdate", "o_shippriority"], as_index=False)["revenue"].sum()
    return revenue.sort_values(["revenue", "o_orderdate"], ascending=[False, True]).head(10)


@operation("TPC-H 6")
def _(folder):
    lines = pd.read_parquet(
        folder / "lineitem.parquet",
        columns=["l_extendedprice", "l_discount"],
        filters=[
            ("l_shipdate", ">=", date(1994, 1, 1)),
            ("l_shipdate", "<", date(1995, 1, 1)),
            ("l_discount", ">=", 0.05),
            ("l_discount", "<=", 0.07),
            ("l_quantity", "<", 24.0),
        ],
    )
    return pd.DataFrame({"revenue": [(lines["l_extendedprice"] * lines["l_discount"]).sum()]})
