import pandas as pd

df = pd.DataFrame(
    {
        "id": [1, 2, 2, 3, 3, 3, 4],
        "name": ["ant", "bee", "bee", "cat", "cow", "cat", None],
        "seen": [5, 6, 6, 9, 7, 9, 8],
    }
)

# Which rows have been there before, or come again.
df.duplicated()
df.duplicated(keep="last")
df.duplicated(keep=False)
df.duplicated("id")
df["name"].duplicated()
df.duplicated().sum()
df["id"].is_unique

# Without them.
df.drop_duplicates()
df.drop_duplicates("id")
df.drop_duplicates("id", keep="last")
df.drop_duplicates("id", keep=False)
df.drop_duplicates(["id", "name"])
df.sort_values("seen", kind="stable").drop_duplicates("id", keep="last").sort_values("id")
df[df.duplicated(keep=False)]

# How many there are.
df["name"].nunique()
df["name"].nunique(dropna=False)
df["name"].unique()
df.nunique()
df["name"].value_counts(dropna=False, sort=False)
df.value_counts(["id", "name"], sort=False)

# Two frames compared.
old = pd.DataFrame({"id": [1, 2, 3], "price": [10.5, 20.5, None], "stock": [5, 6, 7]}).convert_dtypes()
new = pd.DataFrame({"id": [1, 2, 3], "price": [10.5, 25.5, None], "stock": [5, 6, 8]}).convert_dtypes()
old.equals(old.copy())
old.equals(new)
old[["price", "stock"]] == new[["price", "stock"]]
old.compare(new, result_names=("old", "new"))
old.merge(new, how="left", indicator=True).query("_merge == 'left_only'").drop(columns="_merge")
old[~old["id"].isin([2, 3])]
