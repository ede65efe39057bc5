from dataclasses import dataclass

import numpy as np
import pandas as pd

# Creation: from columns, rows, records, objects, an array.
pd.DataFrame({"name": ["ape", "bee", "cat"], "legs": [2, 6, 4]})
pd.DataFrame([("ape", 2), ("bee", 6)], columns=["name", "legs"])
pd.DataFrame([{"name": "ape", "legs": 2}, {"name": "bee", "wings": 4}])


@dataclass
class Animal:
    name: str
    legs: int


pd.DataFrame([Animal("ape", 2), Animal("bee", 6)])
pd.DataFrame(np.arange(6).reshape(3, 2), columns=["x", "y"])
pd.DataFrame({"name": pd.Series(dtype="str"), "legs": pd.Series(dtype="int64")})
pd.DataFrame({"name": ["ape", "bee"], "legs": [2]})

animals = pd.DataFrame(
    {
        "name": ["ape", "bee", "cat", "dog", "emu"],
        "legs": [2, 6, 4, 4, 2],
        "weight": [65.5, 0.5, 4.25, 30.0, None],
        "tame": [False, True, True, True, False],
    }
)

# What it is.
animals
animals.shape
len(animals)
animals.empty
animals.columns
animals.dtypes["weight"] == "float64"
animals.isna().sum()
animals.equals(animals.copy())

# Parts.
animals.head(2)
animals.tail(2)
animals["legs"]
animals.iloc[2, 0]
animals.iloc[2].to_dict()

# To and fro.
animals.astype({"legs": "int32", "tame": "int8"})
animals[["legs", "weight"]].dropna().to_numpy()
animals[["legs", "weight"]].T.add_prefix("column_").rename_axis("field")

# A loop over rows, and what takes its place.
[f"{row.name} has {row.legs}" for row in animals.itertuples()]
animals["name"] + " has " + animals["legs"].astype("str")
sum(row.legs for row in animals.itertuples() if row.tame)
animals.loc[animals["tame"], "legs"].sum()
