import numpy as np
import pandas as pd

# Ranks, and what becomes of equals.
scores = pd.DataFrame({"name": list("abcdef"), "score": [70.0, 85.0, 70.0, None, 90.0, 70.0]})
score = scores["score"]
score.rank()
score.rank(method="min").astype("Int64")
score.rank(method="max").astype("Int64")
score.rank(method="dense", ascending=False).astype("Int64")
score.rank(method="first").astype("Int64")
score.rank(pct=True)
(score.rank(method="min") - 1) / (score.count() - 1)
score.rank(na_option="bottom")
scores.nlargest(2, "score")

# Rows before and after.
days = pd.DataFrame(
    {
        "city": ["Rome", "Rome", "Rome", "Rome", "Nice", "Nice", "Nice", "Nice"],
        "day": [1, 2, 3, 4, 1, 2, 3, 4],
        "sold": [5, 8, 8, 2, 7, 7, 1, 9],
    }
).convert_dtypes()
cities = days.groupby("city")
days.assign(before=cities["sold"].shift(), after=cities["sold"].shift(-1))
days.assign(before=cities["sold"].shift(fill_value=0))
cities["sold"].diff()
cities["sold"].pct_change()

# So far.
cities["sold"].cumsum()
cities["sold"].cummin()
cities["sold"].cumprod()
cities["sold"].transform(lambda sold: sold.expanding().mean())
cities["sold"].cumsum() / cities["sold"].transform("sum")
days["sold"][::-1].cumsum()[::-1]

# A window that moves within each city.
cities["sold"].transform(lambda sold: sold.rolling(2).sum()).astype("Int64")
cities["sold"].transform(lambda sold: sold.rolling(3, min_periods=1).mean())
cities["sold"].transform(lambda sold: sold.rolling(3, center=True).max()).astype("Int64")

# In halves and quarters.
cities["sold"].transform(lambda sold: pd.qcut(sold.rank(method="first"), 2, labels=False))
pd.qcut(days["sold"].rank(method="first"), 4, labels=False) + 1
cities["sold"].rank(method="first", ascending=False).astype("int64")

# Runs of equals, islands between gaps.
signal = pd.Series(["on", "on", "off", "on", "on", "on"], name="signal")
run = (signal != signal.shift()).cumsum().rename("run")
run
signal.groupby(run).agg(value="first", length="size").reset_index(drop=True)
signal.groupby(run).cumcount() + 1
seen = pd.DataFrame({"day": [1, 2, 3, 7, 8, 12]})
seen.groupby(seen["day"] - np.arange(len(seen)))["day"].agg(first="min", last="max", days="size").reset_index(drop=True)
