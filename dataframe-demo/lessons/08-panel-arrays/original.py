import numpy as np
import pandas as pd

shops = ["north", "south"]
days = pd.date_range("2026-03-01", periods=3)
fruits = ["apples", "pears", "plums", "quinces"]
values = (np.arange(24) * 7 % 24).reshape(2, 3, 4)

# A row for each shop and day; in its cell an array along the fruits.
panel = pd.MultiIndex.from_product([shops, days], names=["shop", "day"]).to_frame(index=False)
panel["sales"] = list(values.reshape(6, 4))
panel

# Selection along each axis.
panel[panel["shop"] == "north"]
panel[panel["day"] == days[1]]
panel["sales"].map(lambda row: row[fruits.index("pears")])
panel["sales"].map(lambda row: row[1:3])
panel["sales"].map(lambda row: row[9])

# Aggregation over each axis.
panel["sales"].map(np.sum)
panel["sales"].map(np.mean)
panel["sales"].map(np.max)
panel["sales"].map(lambda row: fruits[np.argmax(row)])
panel.groupby("shop")["sales"].agg(lambda rows: np.stack(rows).sum(axis=0))
panel.groupby("day")["sales"].agg(lambda rows: np.stack(rows).sum(axis=0))

# Arithmetic.
panel["sales"] * 2
panel["sales"].map(lambda row: row - row.min())
panel["sales"].map(lambda row: row @ np.array([2, 3, 5, 4]))
panel["sales"].map(np.sort)

# A row for each shop; in its cell a matrix of days and fruits.
cube = pd.DataFrame({"shop": shops, "sales": list(values)})
cube
cube["sales"].iloc[0].shape
cube["sales"].map(lambda table: table[1])
cube["sales"].map(lambda table: table[:, 1])
cube["sales"].map(lambda table: table.sum(axis=1))
np.stack(cube["sales"])
doubled = 2 * np.stack(cube["sales"])
pd.DataFrame({"shop": shops, "sales": list(doubled)})

# To a long frame and back.
long = panel.assign(fruit=[fruits] * 6).explode(["sales", "fruit"]).astype({"sales": "int64"})
long
long.groupby(["shop", "day"], as_index=False).agg(sales=("sales", list))

# Rows of several lengths.
ragged = pd.Series([np.array([1, 2]), np.array([3])])
ragged
np.stack(ragged)
