import pandas as pd

animals = pd.DataFrame(
    {
        "name": ["ape", "bee", "cat", "dog", "emu", "fox"],
        "legs": [2, 6, 4, 4, 2, 4],
        "weight": [65.5, 0.5, 4.25, 30.0, None, 6.5],
    }
)

# Order.
animals.sort_values("weight")
animals.sort_values("weight", ascending=False, na_position="first")
animals.sort_values(["legs", "weight"], ascending=[True, False])
animals.sort_values("name", key=lambda names: names.str[-1], kind="stable")
animals.nlargest(2, "weight")
animals.nsmallest(3, ["legs", "weight"])
animals["weight"].argsort()
animals["weight"].rank()
animals[::-1]

# A sample: the generators differ, what it is does not.
sample = animals.sample(3, random_state=1)
len(sample)
sample["name"].is_unique
sample["name"].isin(animals["name"]).all()
sample.equals(animals.sample(3, random_state=1))
animals.sample(7, random_state=1)
len(animals.sample(7, replace=True, random_state=1))
len(animals.sample(frac=0.5, random_state=1))
animals.groupby("legs").sample(1, random_state=1)["legs"].tolist()

# Summaries.
animals.describe()
animals["weight"].quantile([0.1, 0.5, 0.9])
animals["legs"].value_counts().sort_index()
animals["legs"].value_counts(normalize=True).sort_index()
animals["legs"].mode()
animals[["legs", "weight"]].corr()
animals["legs"].cov(animals["weight"])
animals.agg({"legs": "sum", "weight": "mean"})
animals[["legs", "weight"]].agg(["min", "max", "mean"])
animals["weight"].agg(["count", "sum", "std", "sem"])
animals.nunique()
