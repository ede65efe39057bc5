"""Each operation as it is asked of DataFusion: its tables are batches in memory, and so are the answers.

It has no as-of join.
"""

from pathlib import Path

import pyarrow as pa
from datafusion import SessionContext
from queries import IN_FILES, QUERIES

CONTEXT = SessionContext()


def load(folder, table):
    file = folder / f"{table}.parquet"
    if table in IN_FILES:
        CONTEXT.register_parquet(table, file)
    else:
        CONTEXT.register_view(table, CONTEXT.read_parquet(file).cache())


def arrow(batches):
    return pa.Table.from_batches(batches)


def query(sql):
    return lambda *_: CONTEXT.sql(sql).collect()


def write_csv(_, __):
    CONTEXT.table("groups").write_csv("written.csv", with_header=True)
    return Path("written.csv")


def write_parquet(_, __):
    CONTEXT.table("groups").write_parquet("written.parquet", compression="snappy")
    return Path("written.parquet")


OPERATIONS = {name: (tables, query(sql)) for name, (tables, sql) in QUERIES.items()} | {
    "read CSV": ([], lambda folder: CONTEXT.read_csv(folder / "groups.csv").collect()),
    "write CSV": (["groups"], write_csv),
    "read Parquet": ([], lambda folder: CONTEXT.read_parquet(folder / "groups.parquet").collect()),
    "write Parquet": (["groups"], write_parquet),
    "resample to seconds": (
        ["ticks"],
        query(
            """select date_trunc('second', time) as time, first_value(price order by time) as open,
                 max(price) as high, min(price) as low, last_value(price order by time) as close,
                 sum(volume) as volume
               from ticks group by date_trunc('second', time)"""
        ),
    ),
}
