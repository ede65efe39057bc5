import numpy as np
import pandas as pd
import xarray as xr

shops = ["north", "south"]
days = pd.date_range("2026-03-01", periods=3)
fruits = ["apples", "pears", "plums", "quinces"]
frame = pd.DataFrame(
    {"sales": np.arange(24.0) * 7 % 24},
    pd.MultiIndex.from_product([shops, days, fruits], names=["shop", "day", "fruit"]),
)

# From the long frame and back to it.
frame["sales"].to_xarray()
panel = frame["sales"].to_xarray()
panel.sizes["day"]
panel.to_series()
frame["sales"].iloc[::-1].to_xarray()
holes = frame["sales"].iloc[:-1].to_xarray()
holes

# Selection by label and by position along each axis.
panel.sel(shop="north")
panel.sel(day="2026-03-02")
panel.sel(fruit="pears")
panel.sel(shop="north", day="2026-03-02", fruit="pears")
panel.sel(fruit="figs")
panel.sel(colour="red")
panel.isel(day=-1)
panel.sel(fruit=["plums", "apples"])
panel.sel(day=slice("2026-03-02", None))

# Aggregation over each axis, or over two.
panel.sum("shop")
panel.mean("day")
panel.max("fruit")
panel.sum(["shop", "day"])
panel.idxmax("fruit").astype(str)
holes.sum("fruit")
holes.mean("fruit")

# What has fewer axes is stretched by name.
panel / panel.sum("fruit")
panel.transpose("fruit", "day", "shop") + panel.sum("day")
panel - panel.isel(day=0)
panel - panel.sel(fruit=["plums", "apples"])

# Other axes, and more of them.
panel.transpose("fruit", "day", "shop")
xr.concat([panel, panel.sum("shop").expand_dims(shop=["all"])], "shop")
panel.reindex(fruit=["figs", "pears"])
