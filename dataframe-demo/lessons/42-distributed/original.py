import os
import tempfile

import numpy as np
import pandas as pd

# The orders of four months, a file each, and their customers.
folder = tempfile.TemporaryDirectory()
_ = os.mkdir(os.path.join(folder.name, "orders"))
products = np.array(["cup", "pot", "tea"])
countries = np.array(["DE", "FR", "PE", "SE"])
for month in range(1, 5):
    id = np.arange((month - 1) * 75_000, month * 75_000)
    pd.DataFrame(
        {
            "id": id,
            "month": month,
            "customer": id * id % 10_007 % 1000,
            "product": products[id * id % 11 % 3],
            "quantity": id * id % 10_009 % 7 + 1,
            "price": id * id % 9973 % 241 / 4 + 0.25,
        }
    ).to_parquet(os.path.join(folder.name, "orders", f"{month}.parquet"), index=False)
customer = np.arange(1000)
customers = pd.DataFrame({"customer": customer, "country": countries[customer % 7 % 4]})
_ = customers.to_parquet(os.path.join(folder.name, "customers.parquet"), index=False)

# One process reads all of it.
orders = pd.read_parquet(os.path.join(folder.name, "orders"))
customers = pd.read_parquet(os.path.join(folder.name, "customers.parquet"))
len(orders)
orders.nsmallest(3, "id")

# What can be put together from parts.
orders.groupby("product").agg(n=("id", "count"), pieces=("quantity", "sum"), dearest=("price", "max"))
dear = orders[orders["price"] > 60]
dear.groupby("month")["id"].count()
lines = orders.assign(total=orders["quantity"] * orders["price"])
totals = lines.merge(customers, on="customer").groupby("country", as_index=False)["total"].sum()
totals
totals.nlargest(2, "total")

# What needs all rows of a group in one place.
dear.groupby("month")["customer"].nunique()
lines.groupby("product")["total"].median()

# What is wrong is an exception.
orders["amount"].sum()
