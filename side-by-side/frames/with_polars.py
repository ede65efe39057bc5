"""Each operation as it is written with polars for Python. Our side has operations of the same names, and the same engines."""

from datetime import date
from pathlib import Path

import polars as pl
from polars import col

OPERATIONS = {}


def operation(name, *tables):
    def add(work):
        OPERATIONS[name] = (tables, work)
        return work

    return add


def load(folder, table):
    return pl.read_parquet(folder / f"{table}.parquet").rechunk().lazy()


def arrow(frame):
    return frame.to_arrow()


@operation("sum v1 by id1", "groups")
def _(_, groups):
    return groups.group_by("id1").agg(col("v1").sum()).collect(engine="streaming")


@operation("sum v1 by id1:id2", "groups")
def _(_, groups):
    return groups.group_by("id1", "id2").agg(col("v1").sum()).collect(engine="streaming")


@operation("sum v1 mean v3 by id3", "groups")
def _(_, groups):
    return groups.group_by("id3").agg(col("v1").sum(), col("v3").mean()).collect(engine="streaming")


@operation("mean v1:v3 by id4", "groups")
def _(_, groups):
    return groups.group_by("id4").agg(col("v1", "v2", "v3").mean()).collect(engine="streaming")


@operation("sum v1:v3 by id6", "groups")
def _(_, groups):
    return groups.group_by("id6").agg(col("v1", "v2", "v3").sum()).collect(engine="streaming")


@operation("median v3 sd v3 by id4 id5", "groups")
def _(_, groups):
    v3 = col("v3")
    return groups.group_by("id4", "id5").agg(median=v3.median(), sd=v3.std()).collect(engine="streaming")


@operation("max v1 - min v2 by id3", "groups")
def _(_, groups):
    return groups.group_by("id3").agg(range=col("v1").max() - col("v2").min()).collect(engine="streaming")


@operation("largest two v3 by id6", "groups")
def _(_, groups):
    return groups.group_by("id6").agg(col("v3").top_k(2)).explode("v3").collect(engine="in-memory")


@operation("regression v1 v2 by id2 id4", "groups")
def _(_, groups):
    return groups.group_by("id2", "id4").agg(r2=pl.corr("v1", "v2") ** 2).collect(engine="streaming")


@operation("sum v3 count by id1:id6", "groups")
def _(_, groups):
    keys = ["id1", "id2", "id3", "id4", "id5", "id6"]
    return groups.group_by(keys).agg(col("v3").sum(), count=pl.len()).collect(engine="streaming")


@operation("small inner on int", "x", "small")
def _(_, x, small):
    return x.join(small, on="id1").collect(engine="streaming")


@operation("medium inner on int", "x", "medium")
def _(_, x, medium):
    return x.join(medium, on="id2").collect(engine="streaming")


@operation("medium outer on int", "x", "medium")
def _(_, x, medium):
    return x.join(medium, on="id2", how="left").collect(engine="in-memory")


@operation("medium inner on factor", "x", "medium")
def _(_, x, medium):
    return x.join(medium, on="id5").collect(engine="streaming")


@operation("big inner on int", "x", "big")
def _(_, x, big):
    return x.join(big, on="id3").collect(engine="streaming")


@operation("read CSV")
def _(folder):
    return pl.scan_csv(folder / "groups.csv").collect(engine="streaming")


@operation("write CSV", "groups")
def _(_, groups):
    groups.sink_csv("written.csv", engine="streaming")
    return Path("written.csv")


@operation("read Parquet")
def _(folder):
    return pl.scan_parquet(folder / "groups.parquet").collect(engine="streaming")


@operation("write Parquet", "groups")
def _(_, groups):
    groups.sink_parquet("written.parquet", compression="snappy", engine="streaming")
    return Path("written.parquet")


@operation("cumulative sum by group", "ticks")
def _(_, ticks):
    return ticks.select("time", total=col("volume").cum_sum().over("symbol")).collect(engine="in-memory")


@operation("rolling mean of 100", "ticks")
def _(_, ticks):
    return ticks.select("time", mean=col("price").rolling_mean(100)).collect(engine="in-memory")


@operation("resample to seconds", "ticks")
def _(_, ticks):
    price = col("price")
    bars = ticks.group_by_dynamic("time", every="1s").agg(
        open=price.first(), high=price.max(), low=price.min(), close=price.last(), volume=col("volume").sum()
    )
    return bars.collect(engine="in-memory")


@operation("as-of join", "ticks", "quotes")
def _(_, ticks, quotes):
    return ticks.join_asof(quotes, on="time", by="symbol", check_sortedness=False).collect(engine="in-memory")


@operation("sort by price and time", "ticks")
def _(_, ticks):
    return ticks.sort("price", "time").collect(engine="in-memory")


@operation("TPC-H 1")
def _(folder):
    price, disc_price = col("l_extendedprice"), col("l_extendedprice") * (1 - col("l_discount"))
    return (
        pl.scan_parquet(folder / "lineitem.parquet")
        .filter(col("l_shipdate") <= date(1998, 9, 2))
        .group_by("l_returnflag", "l_linestatus")
        .agg(
            sum_qty=col("l_quantity").sum(),
            sum_base_price=price.sum(),
            sum_disc_price=disc_price.sum(),
            sum_charge=(disc_price * (1 + col("l_tax"))).sum(),
            avg_qty=col("l_quantity").mean(),
            avg_price=price.mean(),
            avg_disc=col("l_discount").mean(),
            count_order=pl.len(),
        )
        .sort("l_returnflag", "l_linestatus")
        .collect(engine="streaming")
    )


@operation("TPC-H 3")
def _(folder):
    customers = pl.scan_parquet(folder / "customer.parquet").filter(col("c_mktsegment") == "BUILDING")
    orders = pl.scan_parquet(folder / "orders.parquet").filter(col("o_orderdate") < date(1995, 3, 15))
    lines = pl.scan_parquet(folder / "lineitem.parquet").filter(col("l_shipdate") > date(1995, 3, 15))
    return (
        customers.join(orders, left_on="c_custkey", right_on="o_custkey")
        .join(lines, left_on="o_orderkey", right_on="l_orderkey")
        .group_by(col("o_orderkey").alias("l_orderkey"), "o_orderdate", "o_shippriority")
        .agg(revenue=(col("l_extendedprice") * (1 - col("l_discount"))).sum())
        .sort("revenue", "o_orderdate", descending=[True, False])
        .head(10)
        .collect(engine="streaming")
    )


@operation("TPC-H 6")
def _(folder):
    return (
        pl.scan_parquet(folder / "lineitem.parquet")
        .filter(
            col("l_shipdate").is_between(date(1994, 1, 1), date(1995, 1, 1), closed="left"),
            col("l_discount").is_between(0.05, 0.07),
            col("l_quantity") < 24,
        )
        .select(revenue=(col("l_extendedprice") * col("l_discount")).sum())
        .collect(engine="streaming")
    )
