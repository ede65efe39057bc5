import pandas as pd

df = pd.DataFrame({"who": ["ann", "bob", "cid"], "marks": [[3, 1, 2, 3], [5], []]})
marks = df["marks"]

# A list in each row.
marks
marks.str.len()
marks.str[0].astype("Int64")
marks.str[-1].astype("Int64")
marks.str[:2]
marks.map(sum)
marks.map(lambda m: max(m, default=None)).astype("Int64")
marks.map(sorted)
marks.map(lambda m: sorted(m, reverse=True))
marks.map(lambda m: m[::-1])
marks.map(lambda m: 1 in m)
marks.map(lambda m: len(set(m)))
pd.Series([["a", "b"], ["c"]], name="tags").str.join("-").astype("str")

# What is done to each element.
marks.map(lambda m: [2 * mark for mark in m])
marks.map(lambda m: [mark for mark in m if mark > 1])
marks.map(lambda m: pd.Series(m, dtype="int64").rank(method="dense").astype("int64").tolist())

# To rows and back.
df.explode("marks").astype({"marks": "Int64"})
df.explode("marks").dropna().groupby("who", as_index=False)["marks"].agg(list)
marks + marks
points = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
points.apply(list, axis=1)

# A record in each row.
people = pd.DataFrame({"name": ["ann", "bob"], "place": [{"city": "Oslo", "zip": 150}, {"city": "Bergen", "zip": 5003}]})
place = people["place"]
place
place.str["city"].astype("str")
place.str["land"]
place.map(lambda p: p["zip"] + 1)
people[["name"]].join(pd.DataFrame(place.tolist()))
people[["name"]].join(pd.DataFrame(place.tolist()).add_prefix("place."))
place.map(lambda p: p | {"zip": p["zip"] + 1, "land": "NO"})
place.map(lambda p: {"town": p["city"], "code": p["zip"]})
pd.Series(points.to_dict("records"))

# Records in lists.
orders = pd.DataFrame(
    {"order": [1, 2], "lines": [[{"item": "ink", "n": 2}, {"item": "pen", "n": 1}], [{"item": "pad", "n": 5}]]}
)
orders["lines"].map(lambda lines: sum(line["n"] for line in lines))
orders["lines"].map(lambda lines: [line["item"] for line in lines])
orders.explode("lines", ignore_index=True).pipe(lambda o: o[["order"]].join(pd.json_normalize(o["lines"])))
