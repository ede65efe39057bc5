import os
from datetime import date
from decimal import Decimal

import pandas as pd
from sqlalchemy import Numeric, StaticPool, create_engine, text

url = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:", 1)
# A temporary table is its connection's: there is only one.
engine = create_engine(url, poolclass=StaticPool)
with engine.begin() as connection:
    connection.execute(
        text("""
        CREATE TEMPORARY TABLE orders (
            id bigint PRIMARY KEY,
            customer text,
            amount double precision,
            price numeric(10, 2),
            day date,
            at timestamp,
            paid boolean
        )
        """)
    )
orders = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5],
        "customer": ["Ada", "Bob", "Ada", None, ""],
        "amount": [1.5, 2.25, None, 0.1, 1e300],
        "price": [Decimal("9.99"), Decimal("0.50"), Decimal("100.00"), None, Decimal("1.00")],
        "day": [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), None, date(1999, 12, 31)],
        "at": pd.to_datetime(
            ["2024-02-29 12:00:00", "2024-03-01 00:00:00.5", "2024-03-31 02:30:00", None, "1999-12-31 23:59:59"],
            format="ISO8601",
        ),
        "paid": pd.array([True, False, True, None, True], dtype="boolean"),
    }
)
orders

# Written, and read again.
_ = orders.to_sql("orders", engine, if_exists="append", index=False, dtype={"price": Numeric})
pd.read_sql("SELECT id, customer, amount, at FROM orders ORDER BY id", engine)
pd.read_sql("SELECT id, price FROM orders ORDER BY id", engine, coerce_float=False)
pd.read_sql("SELECT id, day FROM orders ORDER BY id", engine)
pd.read_sql("SELECT id, paid FROM orders ORDER BY id", engine, dtype_backend="numpy_nullable")

# What the database can do, it does: only the result travels.
totals = "SELECT customer, count(*) AS n, sum(amount) AS total FROM orders WHERE id < 5 GROUP BY customer ORDER BY n DESC, customer"
pd.read_sql(totals, engine)
of_customer = text("SELECT id, amount FROM orders WHERE customer = :name ORDER BY id")
pd.read_sql(of_customer, engine, params={"name": "Ada"})
len(pd.read_sql(of_customer, engine, params={"name": "' OR true --"}))

# In pieces.
[len(piece) for piece in pd.read_sql("SELECT id FROM orders ORDER BY id", engine, chunksize=2)]

# All of it is written, or nothing.
more = pd.DataFrame({"id": [6, 7], "customer": ["Cleo", "Dan"]})
_ = more.to_sql("orders", engine, if_exists="append", index=False)
pd.read_sql("SELECT count(*) AS n FROM orders", engine)
twice = pd.DataFrame({"id": [8, 1], "customer": ["Eve", "Ada"]})
twice.to_sql("orders", engine, if_exists="append", index=False)
pd.read_sql("SELECT max(id) AS last FROM orders", engine)

# What is wrong is an exception.
pd.read_sql("SELECT * FROM nowhere", engine)
pd.read_sql("SELECT nothing FROM orders", engine)
pd.read_sql("SELEC id FROM orders", engine)
