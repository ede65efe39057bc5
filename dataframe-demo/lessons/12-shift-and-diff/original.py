import numpy as np
import pandas as pd

days = pd.to_datetime(["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-08", "2024-03-11"])
x = pd.DataFrame({"day": days, "price": [64.0, 80.0, 40.0, 50.0, 25.0], "size": [5, 8, 2, 6, 4]})
price = x["price"]

# By rows.
price.shift()
price.shift(-2)
price.shift(1, fill_value=0.0)
x["size"].shift()
price.diff()
price.diff(2)
x["day"].diff()
price.pct_change()
price.pct_change(2)

# Returns.
returns = price / price.shift() - 1
np.log(price).diff()
(1 + returns).cumprod() - 1
price / price.cummax() - 1
(price > price.shift()).sum()

# By time: the value of exactly two days before, and the latest one that is at least two days old.
series = x.set_index("day")["price"]
series.shift(freq="2D")
x.assign(before=x["day"].map(series.shift(freq="2D")))
x.assign(before=series.shift(freq="2D").reindex(x["day"], method="ffill").to_numpy())

# Gaps.
gaps = pd.Series([1.0, None, 2.0, 3.0])
gaps.diff()
gaps.pct_change()
gaps.ffill().pct_change()

# Each group for itself.
trades = pd.DataFrame({"symbol": ["A", "B", "A", "B", "A"], "price": [8.0, 64.0, 10.0, 48.0, 5.0]})
trades.groupby("symbol")["price"].shift()
trades.groupby("symbol")["price"].diff()
trades.groupby("symbol")["price"].pct_change()
trades["price"] - trades.groupby("symbol")["price"].transform("first")

# How alike a series is to itself some rows later.
wave = pd.Series([0.0, 1.0, 0.0, -1.0] * 3)
wave.autocorr()
wave.autocorr(lag=2)
wave.autocorr(lag=4)
