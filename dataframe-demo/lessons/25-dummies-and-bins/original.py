import numpy as np
import pandas as pd

people = pd.DataFrame(
    {
        "name": ["Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"],
        "team": ["red", "blue", "red", "green", "blue", "red"],
        "shift": ["day", "night", "night", "day", "day", "day"],
        "age": [23, 35, 41, 58, 35, 64],
    }
)

# A column for each value.
pd.get_dummies(people["team"], prefix="team", dtype="uint8")
pd.get_dummies(people[["team", "shift"]])
pd.get_dummies(people[["name", "team"]], columns=["team"], drop_first=True, dtype="uint8")
letters = pd.Series(["a", None, "b"], name="x")
pd.get_dummies(letters, prefix="x", dtype="uint8")
pd.get_dummies(letters, prefix="x", dtype="uint8", dummy_na=True)
pd.Series(["ink|pen", "pad", "pen"], name="items").str.get_dummies()
dummies = pd.get_dummies(people["team"], prefix="team", dtype="uint8")
pd.from_dummies(dummies, sep="_")

# Bins with given edges.
pd.cut(people["age"], [0, 30, 50, 100]).astype(str)
pd.cut(people["age"], [0, 30, 50, 100], labels=["young", "middle", "old"])
pd.cut(people["age"], [0, 35, 100], right=False, labels=["under 35", "35 and over"])
pd.cut(people["age"], [30, 50, 60], labels=["up to 50", "over 50"])
pd.cut(people["age"], 3, labels=False)
pd.cut(people["age"], [0, 30, 50, 100], labels=["young", "middle", "old"]).value_counts(sort=False)

# Bins that hold equally many.
pd.qcut(people["age"], 2, labels=["lower", "upper"])
pd.qcut(people["age"], [0, 0.25, 0.5, 0.75, 1], labels=["q1", "q2", "q3", "q4"])
pd.qcut(pd.Series([1, 1, 1, 1, 2]), 4, labels=False)

# How often each pair occurs.
pd.crosstab(people["team"], people["shift"])
pd.crosstab(people["team"], people["shift"], margins=True)
pd.crosstab(people["team"], people["shift"], normalize=True)
pd.crosstab(people["team"], people["shift"], normalize="index")
pd.crosstab(people["team"], people["shift"], normalize="columns")
pd.crosstab(people["team"], people["shift"], values=people["age"], aggfunc="mean")

# How many are in each bin of equal width.
counts, edges = np.histogram(people["age"], bins=4)
edges
counts
np.histogram(people["age"], bins=[20, 40, 60, 80])[0]
