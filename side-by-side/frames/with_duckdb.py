"""Each operation as it is asked of DuckDB: its tables are in memory, an answer is an Arrow table."""

from pathlib import Path

import duckdb
from queries import IN_FILES, QUERIES

def load(folder, table):
    kind = "view" if table in IN_FILES else "table"
    duckdb.execute(f"create {kind} {table} as from '{folder}/{table}.parquet'")


def arrow(table):
    return table


def query(sql):
    return lambda *_: duckdb.sql(sql).to_arrow_table()


def read(file):
    return lambda folder: duckdb.sql(f"from '{folder}/{file}'").to_arrow_table()


def write(file, options):
    def work(_, *__):
        duckdb.execute(f"copy groups to '{file}' ({options})")
        return Path(file)

    return work


OPERATIONS = {name: (tables, query(sql)) for name, (tables, sql) in QUERIES.items()} | {
    "largest two v3 by id6": (["groups"], query("select id6, unnest(max(v3, 2)) as v3 from groups group by id6")),
    "read CSV": ([], read("groups.csv")),
    "write CSV": (["groups"], write("written.csv", "header")),
    "read Parquet": ([], read("groups.parquet")),
    "write Parquet": (["groups"], write("written.parquet", "compression snappy")),
    "resample to seconds": (
        ["ticks"],
        query(
            """select date_trunc('second', time) as time, arg_min(price, time) as open, max(price) as high,
                 min(price) as low, arg_max(price, time) as close, sum(volume) as volume
               from ticks group by date_trunc('second', time)"""
        ),
    ),
    "as-of join": (
        ["ticks", "quotes"],
        query(
            """select ticks.*, bid from ticks
               asof left join quotes on ticks.symbol = quotes.symbol and ticks.time >= quotes.time"""
        ),
    ),
}
