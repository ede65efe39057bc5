import pandas as pd

orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
list(orders.columns)
orders.shape
orders.head(3)
orders[orders["quantity"] > 2].head(2)

# Each step makes a whole frame: all columns, all rows.
best = (
    orders.merge(customers, on="customer")
    .query("country == 'FR' and quantity > 1")
    .assign(total=lambda frame: frame["quantity"] * frame["price"])
    .groupby("product", as_index=False)["total"]
    .sum()
    .sort_values("total", ascending=False)
    .head(3)
)
best

# What is not needed is left out by hand.
french = pd.read_csv("customers.csv", usecols=["customer", "country"]).query("country == 'FR'")
needed = pd.read_csv("orders.csv", usecols=["customer", "product", "quantity", "price"]).query("quantity > 1")
by_hand = needed.merge(french[["customer"]], on="customer")
by_hand = (by_hand["quantity"] * by_hand["price"]).groupby(by_hand["product"]).sum()
by_hand.nlargest(3).rename("total")

# What is used twice is kept by hand, too.
totals = orders.assign(total=orders["quantity"] * orders["price"])
len(totals.columns)
pd.concat([totals.nlargest(2, "total"), totals.nsmallest(2, "total")])[["id", "total"]]
totals[totals["total"] > totals["total"].mean()][["id", "total"]]
totals.groupby("product", as_index=False)["quantity"].sum().query("product != 'tea'")
pd.Series([totals["total"].max(), totals["total"].min()], name="total")

# Out of memory, into a file.
best.to_csv(index=False)

# Errors come where the line stands.
orders["amount"]
orders["product"] + 1
pd.read_csv("order.csv")
