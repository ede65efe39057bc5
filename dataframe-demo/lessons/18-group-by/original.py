import pandas as pd

sales = pd.DataFrame(
    {
        "shop": ["north", "south", "north", "east", None, "south", "north"],
        "kind": ["tea", "tea", "coffee", "tea", "coffee", "coffee", "tea"],
        "units": [3, 1, 4, 1, 5, 9, 2],
        "price": [2.5, 3.0, 7.0, 2.75, 6.5, None, 2.25],
    }
)
shops = sales.groupby("shop")

# Split, apply, combine: one row a group.
shops["units"].sum()
sales.groupby("shop", sort=False)["units"].sum()
sales.groupby("shop", dropna=False)["units"].sum()
sales.groupby("shop", sort=False, dropna=False)["units"].sum()

# Several at once.
shops["units"].agg(["sum", "mean", "max"])
shops.agg(total=("units", "sum"), dearest=("price", "max"), kinds=("kind", "nunique"))
shops.agg({"units": "sum", "price": ["min", "max"]})
shops[["units", "price"]].mean()

# How many.
sales.groupby("shop", as_index=False).size()
shops.count()
shops.nunique()
shops["kind"].value_counts()

# The first value is not the value of the first row.
sales.groupby("kind").first()
sales.groupby("kind").last()
sales.groupby("kind").nth(-1)

# Several keys, and keys that are computed.
sales.groupby(["kind", "shop"])["units"].sum()
sales.groupby(["kind", "shop"], dropna=False, as_index=False)["units"].sum()
sales.groupby(sales["units"] > 2)["price"].count()
sales.groupby(sales["shop"].str[0])["units"].sum()

# Spread.
shops["units"].std()
shops["price"].quantile(0.75)
shops["units"].agg(lambda units: units.max() - units.min())

# Whatever an expression can say of a group.
shops["kind"].agg(list)
shops.apply(lambda shop: (shop["units"] * shop["price"]).sum())
shops.apply(lambda shop: shop.loc[shop["kind"] == "tea", "units"].sum())
shops.get_group("south")
sales.groupby("town")["units"].sum()
