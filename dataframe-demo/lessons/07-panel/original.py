import numpy as np
import pandas as pd

shops = ["north", "south"]
days = pd.date_range("2026-03-01", periods=3)
fruits = ["apples", "pears", "plums", "quinces"]
index = pd.MultiIndex.from_product([shops, days, fruits], names=["shop", "day", "fruit"])
panel = pd.Series(np.arange(24) * 7 % 24, index, name="sales")

# Item, major axis, minor axis.
panel
panel.index.levshape

# Selection along each axis.
panel.xs("north")
panel.xs("2026-03-02", level="day")
panel.xs("pears", level="fruit")
panel.loc["north", days[1], "pears"]
panel.loc["north", days[1], "figs"]
panel.loc[:, days[1] :, ["pears", "plums"]]
panel[panel > 20]

# Aggregation over each axis.
panel.groupby(["day", "fruit"]).sum()
panel.groupby(["shop", "fruit"]).mean()
panel.groupby(["shop", "day"]).max()
panel.groupby("fruit").agg(["min", "max"])
panel.groupby("shop").sum()
panel.sum()
panel.unstack("fruit").idxmax(axis="columns").rename("best")

# Arithmetic between panels of more and of fewer axes.
panel / panel.groupby(["shop", "day"]).transform("sum")
(panel - panel.xs(days[0], level="day")).sort_index()

# Other axes, and tables.
panel.reorder_levels(["fruit", "day", "shop"]).sort_index()
panel.xs("north").unstack("fruit")
panel.unstack("fruit").stack().rename("sales")
panel.groupby(["shop", "fruit"]).sum().unstack("shop")
panel.unstack(["shop", "fruit"])

# One more item, and cells that are not there.
whole = panel.groupby(["day", "fruit"]).sum()
pd.concat({"all": whole}, names=["shop"])
sparse = panel[panel > 20]
sparse.unstack("fruit")
sparse.unstack("fruit", fill_value=0)
sparse.reindex(panel.index).isna().sum()
