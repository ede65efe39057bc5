import pandas as pd

january = pd.DataFrame({"shop": ["a", "b"], "units": [3, 4]})
february = pd.DataFrame({"shop": ["b", "c"], "units": [6, 5]})
march = pd.DataFrame({"units": [7], "shop": ["c"], "price": [2.5]})

# Rows below rows.
pd.concat([january, february], ignore_index=True)
pd.concat([january, february])["units"].sum()
pd.concat([january, february]).drop_duplicates("shop", keep="last")
pd.concat([january, pd.DataFrame([{"shop": "z", "units": 9}])])
pd.concat([january, march])
pd.concat([january, march], join="inner")
pd.concat([march, january])
pd.concat([january.assign(price=1), march])

# Where each row came from.
months = {"jan": january, "feb": february}
pd.concat(months, names=["month"]).reset_index("month")
pd.concat([frame.assign(month=month) for month, frame in months.items()])

# Types that are not the same.
whole = pd.DataFrame({"x": [1, 2]})
pd.concat([whole, pd.DataFrame({"x": [0.5]})])
pd.concat([whole.astype("int32"), whole])
pd.concat([whole.astype("uint8"), whole.astype("int8")])
pd.concat([whole, pd.DataFrame({"x": ["three"]})])
pd.concat([whole.astype("str"), pd.DataFrame({"x": ["three"]})])
pd.concat([whole, whole.head(0)])
pd.concat([])

# Columns beside columns.
prices = pd.DataFrame({"price": [2.5, 3.0], "stock": [10, 20]})
pd.concat([january, prices], axis="columns")
pd.concat([january, february.add_suffix("_feb")], axis="columns")
pd.concat([january, prices.head(1)[["price"]]], axis="columns")
by_shop = [frame.set_index("shop") for frame in months.values()]
pd.concat(by_shop, axis="columns", keys=months).sort_index().astype("Int64")

# One after the other: kept in a list, and put together once.
parts = [pd.DataFrame({"batch": batch, "row": range(batch)}) for batch in range(1, 4)]
pd.concat(parts, ignore_index=True)
pd.concat(parts).groupby("batch", as_index=False).size()
