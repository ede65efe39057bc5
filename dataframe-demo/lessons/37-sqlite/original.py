import sqlite3
from pathlib import Path

import pandas as pd

shop = sqlite3.connect(":memory:")
script = shop.executescript(Path("shop.sql").read_text())

# A query makes a frame. The dtypes are those of the values.
pd.read_sql("SELECT * FROM article", shop)
articles = pd.read_sql("SELECT * FROM article", shop, dtype_backend="numpy_nullable")
articles
pd.read_sql("SELECT * FROM sale", shop, parse_dates=["day"])
pd.read_sql(
    "SELECT name, SUM(count) AS sold FROM sale JOIN article ON article.id = sale.article GROUP BY name ORDER BY name",
    shop,
)
pd.read_sql("SELECT name FROM article WHERE id > 4", shop)
pd.read_sql("SELECT * FROM customer", shop)

# Parameters are never part of the text.
pd.read_sql("SELECT name FROM article WHERE price < ? AND stock > ?", shop, params=(1, 10))
pd.read_sql("SELECT COUNT(*) AS n FROM article WHERE name = :name", shop, params={"name": "x' OR 1 = 1 --"})

# What is not one type in the database.
pd.read_sql("SELECT 1 AS x UNION ALL SELECT 2.5", shop)
pd.read_sql("SELECT NULL AS x UNION ALL SELECT 7 AS x ORDER BY x", shop, dtype_backend="numpy_nullable")
pd.read_sql("SELECT x'00ff' AS x", shop)
pd.read_sql("SELECT 1 AS x UNION ALL SELECT 'one'", shop)
pd.read_sql("SELECT CAST(x'ff' AS TEXT) AS x", shop)

# A frame becomes a table.
members = pd.DataFrame({
    "name": ["Ann", "Bob", None],
    "points": pd.array([3, None, 5], dtype="Int64"),
    "share": [0.5, 0.25, None],
    "active": [True, False, True],
    "since": pd.to_datetime(["2021-03-01 00:00", "2022-01-31 12:30", None]),
})
members.to_sql("member", shop, index=False)
pd.read_sql("SELECT name, type FROM pragma_table_info('member')", shop)
pd.read_sql("SELECT * FROM member", shop, dtype_backend="numpy_nullable")
members.to_sql("member", shop, index=False, if_exists="fail")
members.head(1).to_sql("member", shop, index=False, if_exists="append")
pd.read_sql("SELECT COUNT(*) AS n, COUNT(points) AS points FROM member", shop)
members.head(1).to_sql("member", shop, index=False, if_exists="replace")
pd.read_sql("SELECT name, points FROM member", shop)
pd.DataFrame({"x": [0.5, float("nan")]}).to_sql("reading", shop, index=False)

# All rows or none: the second one has a name that is there already.
added = pd.DataFrame({"id": [5, 6], "name": ["file", "nut"], "price": [2.5, 0.06], "stock": [1, 1]})
added.to_sql("article", shop, index=False, if_exists="append")
pd.read_sql("SELECT COUNT(*) AS n FROM article", shop)

# In pieces.
[len(piece) for piece in pd.read_sql("SELECT * FROM article", shop, chunksize=3)]
sum(piece["count"].sum() for piece in pd.read_sql("SELECT * FROM sale", shop, chunksize=3))
