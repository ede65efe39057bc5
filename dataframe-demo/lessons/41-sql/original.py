import sqlite3

import pandas as pd

orders = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5, 6, 7, 8],
        "customer": ["Ana", "Bo", "Ana", "Cy", "Bo", "Ana", "Dee", "Cy"],
        "product": ["tea", "tea", "cup", "pot", "cup", "tea", "tea", None],
        "quantity": [3, 1, 2, 1, 6, 5, 2, 4],
        "price": [4.5, 4.5, 8.0, 25.0, 8.0, 4.0, 4.5, 2.5],
    }
)
customers = pd.DataFrame({"name": ["Ana", "Bo", "Cy", "Eve"], "country": ["FR", "SE", "FR", "DE"]})
db = sqlite3.connect(":memory:")
for name, table in {"orders": orders, "customers": customers}.items():
    table.to_sql(name, db, index=False)


def sql(query):
    return pd.read_sql(query, db)


sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")["name"]
sql("SELECT id, product FROM orders WHERE price > 4 AND quantity BETWEEN 2 AND 5 ORDER BY id")
sql("SELECT id, quantity * price AS total FROM orders ORDER BY total DESC LIMIT 3")
sql("SELECT DISTINCT customer FROM orders ORDER BY customer")
sql("SELECT COUNT(*) AS rows, COUNT(product) AS products, SUM(quantity) AS pieces FROM orders")
sql("SELECT id FROM orders WHERE product IS NULL OR product IN ('pot', 'cup') ORDER BY id")
sql("SELECT id, COALESCE(product, 'unknown') AS product FROM orders WHERE customer = 'Cy' ORDER BY id")
sql("SELECT name FROM customers WHERE name LIKE 'A%'")
sql("SELECT name FROM customers WHERE name LIKE 'a%'")
sql("SELECT id, quantity / 2 AS pairs FROM orders WHERE quantity > 4 ORDER BY id")

# Groups.
sql("""
    SELECT customer, COUNT(*) AS orders, SUM(quantity * price) AS total
    FROM orders GROUP BY customer ORDER BY customer
""")
sql("SELECT product, AVG(price) AS price FROM orders GROUP BY product HAVING COUNT(*) > 1 ORDER BY product")
sql("""
    SELECT CASE WHEN price >= 8 THEN 'dear' ELSE 'cheap' END AS class, SUM(quantity) AS pieces
    FROM orders GROUP BY class ORDER BY class
""")

# Several tables.
sql("""
    SELECT o.id, c.country FROM orders AS o
    JOIN customers AS c ON o.customer = c.name WHERE o.price > 4 ORDER BY o.id
""")
sql("""
    SELECT o.id, c.country FROM orders AS o
    LEFT JOIN customers AS c ON o.customer = c.name WHERE o.quantity < 3 ORDER BY o.id
""")
sql("SELECT name FROM customers WHERE name NOT IN (SELECT customer FROM orders)")
sql("SELECT customer AS name FROM orders UNION SELECT name FROM customers ORDER BY name")

# A query within a query, and windows.
sql("""
    WITH totals AS (SELECT customer, SUM(quantity * price) AS total FROM orders GROUP BY customer)
    SELECT customer, total FROM totals WHERE total > 40 ORDER BY customer
""")
sql("""
    SELECT id, SUM(quantity) OVER (PARTITION BY customer ORDER BY id) AS so_far,
           ROW_NUMBER() OVER (PARTITION BY customer ORDER BY price, id) AS place
    FROM orders ORDER BY id
""")

# SQL begins, the library goes on; and the other way round.
sql("SELECT customer, quantity * price AS total FROM orders").groupby("customer")["total"].max()
orders.eval("quantity * price")
orders.query("quantity > 2 and price < 5")[["id", "product"]]

# Errors.
sql("SELEC id FROM orders")
sql("SELECT id FROM order_lines")
sql("SELECT amount FROM orders")
sql("SELECT id FROM orders WHERE")
