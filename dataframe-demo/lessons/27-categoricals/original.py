import pandas as pd

# Any categories: those that the values have.
team = pd.Series(["red", "blue", "red", None, "green"], dtype="category", name="team")
team
team.cat.categories
team.cat.codes
team.astype(str)
team.sort_values(na_position="first")

# Given categories in a given order.
size = pd.CategoricalDtype(["S", "M", "L", "XL"], ordered=True)
shirts = pd.DataFrame(
    {
        "shirt": ["a", "b", "c", "d", "e"],
        "size": pd.Series(["L", "S", "XL", "S", "L"], dtype=size),
        "price": [12, 8, 15, 9, 11],
    }
)
shirts["size"].cat.categories
shirts["size"].cat.codes
shirts.sort_values(["size", "shirt"])
shirts.sort_values("size", ascending=False, kind="stable")["shirt"]
shirts[shirts["size"] >= "L"]
shirts["size"].min()
shirts["size"].max()

# What is no category.
pd.Series(["S", "XS"]).astype(size)
shirts["size"].where(shirts["shirt"] != "a", "XXL")
shirts["size"] > "XXL"

# Other names, more, fewer, another order.
shirts["size"].cat.rename_categories(["small", "medium", "large", "extra"])
shirts["size"].cat.add_categories("XXL").cat.categories
shirts["size"].cat.remove_unused_categories().cat.categories
shirts["size"].cat.set_categories(["S", "M"])
shirts["size"].cat.reorder_categories(["XL", "L", "M", "S"]).cat.codes

# Groups: of what occurs, and of every category.
shirts.groupby("size", observed=True)["price"].mean()
shirts.groupby("size", observed=False)["price"].agg(["count", "mean"])

# Two columns together.
other = pd.Series(["blue", "black"], dtype="category", name="team")
pd.concat([team, other], ignore_index=True)
pd.concat([shirts["size"], pd.Series(["M"], dtype=size, name="size")], ignore_index=True)
pd.api.types.union_categoricals([team, other], sort_categories=True).categories

# Memory: a byte for each row.
many = pd.Series(["a rather long name", "another long name"] * 1000)
many.astype("category").cat.codes.nbytes
