import pandas as pd

shop = pd.Series({"apples": 3.0, "pears": 5.5, "plums": 8.0}, name="kg").rename_axis("fruit")
store = pd.Series({"plums": 30.0, "pears": 20.0, "quinces": 40.0}, name="kg").rename_axis("fruit")

# The labels decide which value meets which.
shop + store
shop.add(store, fill_value=0)
shop.astype("int64") + store.astype("int64")
shop.reset_index(drop=True) + store.reset_index(drop=True)
pd.concat([shop, shop]) + store

# Two made alike.
here, there = shop.align(store)
here
there
shop.align(store, join="inner")[1]

# Labels that are asked for.
shop.reindex(["quinces", "plums", "apples"])
shop.reindex(["quinces", "plums", "apples"], fill_value=0)
pd.concat([shop, shop]).reindex(["plums"])
level = pd.Series({1: 2.5, 4: 3.0}, name="metres").rename_axis("day")
level.reindex(pd.RangeIndex(6, name="day"), method="ffill")

# One fills the gaps of another, or takes its place.
shop.combine_first(store)
shop.combine(store, max, fill_value=0)


def updated(values, newer):
    values = values.copy()
    values.update(newer)
    return values


updated(shop, store)

# Frames: rows and columns.
january = pd.DataFrame({"red": [1.0, 2.0], "green": [3.0, 6.0]}, index=pd.Index(["apples", "pears"], name="fruit"))
february = pd.DataFrame({"green": [10.0, 20.0], "blue": [30.0, 40.0]}, index=pd.Index(["pears", "plums"], name="fruit"))
january + 1
january + february
january.add(february, fill_value=0)
january.combine_first(february)

# A frame and a Series: the Series lies along the columns.
january - january.mean()
january * pd.Series({"red": 100.0, "green": 10.0})
january.sub(january["red"], axis="index")
january.div(january.sum(axis="columns"), axis="index")
