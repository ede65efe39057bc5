import os
import tempfile

import numpy as np
import pandas as pd

# Ten thousand measurements in a file.
minute = np.arange(10_000)
at = minute * 7919 % 7
stations = np.array(["Bergen", "Cusco", "Dakar", "Hanoi", "Lyon", "Osaka", "Perth"])
measurements = pd.DataFrame(
    {"minute": minute, "station": stations[at], "celsius": minute * 104_729 % 241 / 4 - 20 - at}
)
folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "measurements.csv")
with open(path, "w") as file:
    measurements.to_csv(file, index=False)
measurements.head(3)
os.path.getsize(path)


# A thousand rows at a time are in memory.
def chunks(**options):
    return pd.read_csv(path, chunksize=1000, **options)


sum(len(chunk) for chunk in chunks(usecols=["minute"]))
sum((chunk["celsius"] < 0).sum() for chunk in chunks())
ends = pd.DataFrame(chunk["celsius"].agg(["min", "max", "sum", "count"]) for chunk in chunks())
pd.DataFrame({"min": [ends["min"].min()], "max": [ends["max"].max()], "mean": [ends["sum"].sum() / ends["count"].sum()]})

# What is asked of a chunk has to be such that the answers can be put together.
parts = [chunk.groupby("station")["celsius"].agg(["min", "max", "sum", "count"]) for chunk in chunks()]
whole = pd.concat(parts).groupby("station").agg({"min": "min", "max": "max", "sum": "sum", "count": "sum"})
whole
whole.assign(mean=whole["sum"] / whole["count"])[["min", "max", "mean"]]
len(set().union(*(chunk["celsius"] for chunk in chunks())))
pd.concat(chunk.nlargest(4, ["celsius", "minute"]) for chunk in chunks()).nlargest(4, ["celsius", "minute"])

# A small table beside the large file.
places = pd.DataFrame({"station": ["Cusco", "Lyon", "Perth"], "height": [3399, 173, 31]})
sum(len(chunk.merge(places, on="station")) for chunk in chunks())
pd.concat(
    chunk.merge(places, on="station").groupby("height")["celsius"].max() for chunk in chunks()
).groupby("height").max().reset_index()

# What cannot be put together takes the whole file.
pd.read_csv(path).groupby("station")["celsius"].median()
pd.read_csv(path)["celsius"].diff().abs().max()

# From file to file.
hot = os.path.join(folder.name, "hot.csv")
for number, chunk in enumerate(chunks()):
    chunk[chunk["celsius"] > 38].to_csv(hot, mode="a", header=number == 0, index=False)
os.path.getsize(hot)
pd.read_csv(hot).tail(3)

# The chunks themselves.
[len(chunk) for chunk in pd.read_csv(path, chunksize=4000)]
[chunk["celsius"].mean() for chunk in pd.read_csv(path, chunksize=4000)]

pd.read_csv(path, chunksize=1000, usecols=["kelvin"])
