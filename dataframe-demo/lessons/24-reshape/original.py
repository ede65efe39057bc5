import pandas as pd

# Long: a row for each city and year, two for one of them.
sales = pd.DataFrame(
    {
        "city": ["Oslo", "Oslo", "Bergen", "Bergen", "Bergen"],
        "year": [2023, 2024, 2023, 2024, 2024],
        "units": [10, 12, 7, 5, 4],
        "price": [2.0, 2.5, 3.0, 3.5, 4.0],
    }
)
once = sales.drop_duplicates(["city", "year"])

# From long to wide.
once.pivot(index="city", columns="year", values="units")
once.pivot(index="city", columns="year", values=["units", "price"])
sales.pivot(index="city", columns="year", values="units")
sales.pivot_table(index="city", columns="year", values="units", aggfunc="sum")
sales.pivot_table(index="city", columns="year", values="price")
sales.pivot_table(index="city", columns="year", values="units", aggfunc=["min", "max"])
sales.pivot_table(index="city", values=["units", "price"], aggfunc={"units": "sum", "price": "max"})
partly = once[once["price"] != 2.5]
partly.pivot(index="city", columns="year", values="units").astype("Int64")
partly.pivot_table(index="city", columns="year", values="units", aggfunc="sum", fill_value=0)

# From wide to long.
wide = pd.DataFrame({"city": ["Oslo", "Bergen"], "2023": [10, 7], "2024": [12, 9]})
wide.melt(id_vars="city", var_name="year", value_name="units")
wide.melt(id_vars="city", value_vars=["2024"])
wide.melt(id_vars="city", var_name="year", value_name="units").astype({"year": "int64"}).sort_values(["city", "year"])

# An index of two levels, and one level moved to the columns.
table = sales.groupby(["city", "year"])["units"].sum()
table
table.unstack()
table.unstack("city")
table.unstack().stack().rename("units")

# Names that say two things.
measured = pd.DataFrame(
    {
        "id": [1, 2],
        "height_2023": [1.5, 1.25],
        "height_2024": [1.75, 1.5],
        "mass_2023": [40, 30],
        "mass_2024": [44, 33],
    }
)
pd.wide_to_long(measured, ["height", "mass"], i="id", j="year", sep="_")

# Rows for columns.
wide.set_index("city").T

# A row for each element.
orders = pd.DataFrame({"order": [1, 2, 3], "items": [["ink", "pen"], [], ["pad"]], "counts": [[1, 2], [], [5]]})
orders[["order", "items"]].explode("items")
orders[["order", "items"]].explode("items").dropna()
orders.explode(["items", "counts"]).astype({"counts": "Int64"})
orders[["order", "items"]].explode("items").dropna().groupby("order")["items"].agg(list)
