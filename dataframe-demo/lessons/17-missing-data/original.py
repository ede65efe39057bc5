import numpy as np
import pandas as pd

readings = pd.DataFrame(
    {
        "station": ["Oslo", "Bergen", None, "Bodø", None],
        "degrees": [3.5, np.nan, -1.0, 2.0, np.nan],
        "rain": pd.array([0, 7, None, 2, None], dtype="Int64"),
    }
)

# Where something is missing.
readings
readings.isna()
readings.isna().sum().to_frame().T
readings.assign(gaps=readings.isna().sum(axis="columns"))

# Without it.
readings.dropna()
readings.dropna(how="all")
readings.dropna(subset=["degrees"])
readings.dropna(thresh=2)

# Something in its place.
readings.fillna({"station": "unknown", "rain": 0})
readings.fillna({"degrees": readings["degrees"].mean()})
readings.ffill()
readings.bfill(limit=1)
readings[["degrees"]].interpolate()
readings[["degrees"]].interpolate(limit_area="inside")
readings["degrees"].combine_first(readings["rain"].astype("float64"))

# Not a number is no missing number.
ratio = pd.DataFrame({"a": [0.0, 1.0, None], "b": [0.0, 2.0, 2.0]})
ratio["a"] / ratio["b"]
(ratio["a"] / ratio["b"]).isna()
(ratio["a"] / ratio["b"]).mean()
ratio["a"] == ratio["a"]

# Neither true nor false.
flags = pd.DataFrame(
    {
        "a": pd.array([True, True, True, False, False, None], dtype="boolean"),
        "b": pd.array([True, False, None, False, None, None], dtype="boolean"),
    }
)
flags.assign(both=flags["a"] & flags["b"], either=flags["a"] | flags["b"], one=flags["a"] ^ flags["b"])
flags[flags["a"] | flags["b"]]
flags["a"].any()
flags["a"].tail(3).any()
flags["a"].tail(3).any(skipna=False)

# What is the sum of nothing?
nothing = pd.Series([None, None], dtype="Int64")
nothing.sum()
nothing.sum(min_count=1)
nothing.max()
nothing.mean()
nothing.dropna().eq(1).all()

# Values that stand for a missing one.
raw = pd.DataFrame({"wind": [12, -999, 15, -999], "sky": ["clear", "n/a", "", "rain"]})
raw["wind"].mask(raw["wind"] < 0)
raw["wind"].mask(raw["wind"] < 0).mean()
raw["wind"].astype("Int64").replace(-999, pd.NA)
raw["sky"].mask(raw["sky"].isin(["n/a", ""]))
raw["sky"].replace({"n/a": "unknown", "": "unknown"})
