import pandas as pd

mixed = pd.Series([1, "two", 3.5, None, True])

# Python objects: each has a type of its own.
mixed
mixed.dropna().map(lambda value: type(value).__name__)
mixed.isna()
mixed.iloc[2]
mixed[mixed.map(lambda value: isinstance(value, str))]
mixed.map(lambda value: value * 2 if type(value) in (int, float) else value)
mixed.nunique()
mixed + 1
mixed.sum()
mixed.sort_values()
mixed.astype("str")
pd.to_numeric(mixed, errors="coerce")

# Numbers of several types come together.
pd.Series([1, 2.5])
pd.Series([1, "two"])
pd.Series([1, True]).astype("int64")

# A column for each type.
readings = pd.Series([12, "trace", 14.5, None, "n/a", 7], name="reading")
numbers = pd.to_numeric(readings, errors="coerce").rename("number")
notes = readings.where(readings.map(lambda value: isinstance(value, str))).astype("str").rename("note")
table = pd.concat([numbers, notes], axis="columns")
table
table["number"].mean()
table["note"].value_counts().sort_index()
table["number"].fillna(table["note"].map({"trace": 0.0}))

# Fields that belong together.
places = pd.Series([{"name": "Ulm", "height": 478}, {"name": "Bonn", "height": 60}], name="place")
places
places.map(lambda place: place["height"]).max()
pd.json_normalize(places)
pd.Series([{"name": "Ulm"}, {"name": "Bonn", "height": "low"}], name="place")

# One of a few words.
sizes = pd.CategoricalDtype(["small", "medium", "large"], ordered=True)
shirts = pd.Series(["large", "small", "medium", "small"], name="size").astype(sizes)
shirts
shirts.sort_values()
shirts > "small"
shirts.cat.codes
pd.Series(["huge"], name="size").astype(sizes)
