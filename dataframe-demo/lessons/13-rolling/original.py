import numpy as np
import pandas as pd

x = pd.Series([2.0, 4.0, 1.0, 8.0, 5.0, 7.0], name="x")

# Windows of so many rows.
x.rolling(3).mean()
x.rolling(3).sum()
x.rolling(3).min()
x.rolling(3).max()
x.rolling(3).median()
x.rolling(4).quantile(0.25)
x.rolling(3).std()
x.rolling(3).var(ddof=0)
x.rolling(3, min_periods=1).mean()
x.rolling(3, center=True).mean()
x.rolling(3).apply(lambda window: window.max() - window.min(), raw=True)
x.rolling(3).apply(lambda window: np.average(window, weights=[1, 2, 1]), raw=True)

# A value that is missing.
gaps = pd.Series([2.0, None, 1.0, 8.0, 5.0], name="x")
gaps.rolling(2).sum()
gaps.rolling(2, min_periods=1).sum()

# Windows of so much time, which end with each row.
times = pd.to_datetime(["2024-03-01", "2024-03-02", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-12"])
t = x.set_axis(pd.Index(times, name="time"))
t.rolling("3D").sum()
t.rolling("3D").max()
t.rolling("3D", min_periods=2).mean()
t.rolling("3D").count().astype("int64")
t.rolling("3D", closed="both").sum()
t.rolling("3D", closed="left").sum()

# Everything so far.
x.expanding().sum()
x.expanding().max()
x.expanding().mean()
x.expanding(min_periods=3).std()

# Weights that decay.
x.ewm(alpha=0.5).mean()
x.ewm(alpha=0.5, adjust=False).mean()
x.ewm(span=3).mean()
x.ewm(halflife=1).std()
gaps.ewm(alpha=0.5).mean()
gaps.ewm(alpha=0.5, ignore_na=True).mean()

# Each group for itself, and two series.
frame = pd.DataFrame({"key": ["a", "b", "a", "b", "a", "b"], "x": x, "y": [1.0, 3.0, 2.0, 9.0, 4.0, 5.0]})
frame.groupby("key")["x"].transform(lambda group: group.rolling(2).sum())
frame.groupby("key")["x"].transform(lambda group: group.expanding().mean())
frame["x"].rolling(4).corr(frame["y"])
frame["x"].rolling(4).cov(frame["y"])
