import numpy as np
import pandas as pd

# Creation: what the values are decides the dtype.
pd.Series([1, 3, 5])
pd.Series([1.5, 2.0])
pd.Series(["ape", "bee"])
pd.Series([True, False])
pd.Series(np.linspace(0, 1, 5), name="x")
pd.Series(7, index=range(3))
pd.Series([], dtype="float64")
pd.Series([1, 2], dtype="int16")

# A value that is missing.
s = pd.Series([1, 3, 5, None, 6, 8])
s
pd.Series([1, None, 3], dtype="Int64")
s.isna()
s.count()
len(s)

# Parts.
s[1]
s.iloc[-1]
s[6]
s.head(2)
s.iloc[1:3].reset_index(drop=True)
s[s > 4].reset_index(drop=True)
s.iloc[[4, 0]].reset_index(drop=True)

# Vectorised operations.
s * 2 + 1
1 / s
s + s
np.sqrt(s)
s > 4
s.clip(2, 6)
s.cumsum()
s.isin([1, 8])

# Reductions skip what is missing.
s.sum()
s.mean()
s.std()
s.min()
s.median()
s.quantile(0.25)
s.sum(skipna=False)
s.idxmax()

# Types.
pd.Series([1.9, -1.9]).astype("int64")
pd.Series(["1", "2"]).astype("int64")
pd.Series(["1", "two"]).astype("int64")
pd.to_numeric(pd.Series(["1", "two"]), errors="coerce")
pd.Series([300]).astype("int8")

# What does not fit wraps round; a wider type has room.
pd.Series([100, 127], dtype="int8") + 1
pd.Series([2**62, 3]) * 2
pd.Series([100, 127], dtype="int8").sum()
pd.Series([100, 127], dtype="int8").astype("int64") + 1

# Another order.
s.sort_values().reset_index(drop=True)
s.sort_values(ascending=False, na_position="first").reset_index(drop=True)
pd.Series([3, 1, 3, 2]).unique()
pd.Series([3, 1, 3, 2], name="value").value_counts().sort_index()
