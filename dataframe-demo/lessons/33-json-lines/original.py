from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

# A list of records.
stations = pd.read_json("stations.json")
stations
pd.read_json("stations.json", dtype={"height": "int16", "temperature": "float32"})
pd.read_json(StringIO('[{"a": 1}, {"a": 2, "b": "x"}, {}]'), dtype_backend="numpy_nullable")

# A record a line.
pd.read_json("log.ndjson", lines=True, dtype_backend="numpy_nullable").astype({"at": "datetime64[us]"})
pd.read_json("log.ndjson", lines=True, nrows=1)
pd.read_json("broken.ndjson", lines=True)

# Records in records.
orders = pd.read_json("orders.ndjson", lines=True)
orders
pd.json_normalize(orders.to_dict("records"), sep="_")[["id", "customer_name", "customer_city"]]
orders["customer"].str["city"].astype("str")
orders["tags"].str.len()
pd.json_normalize(orders.to_dict("records"), record_path="items", meta="id").astype({"id": "int64"})
items = orders.explode("items", ignore_index=True)
items.assign(n=items["items"].str["n"]).groupby("id")["n"].sum()

# JSON in a column of text.
texts = pd.Series(['{"n": 1}', '{"n": 2}', None], name="text")
texts.map(lambda text: pd.read_json(StringIO(text), typ="series")["n"], na_action="ignore").astype("Int64")

# Writing.
stations.to_json(orient="records")
stations.to_json(orient="records", lines=True)
orders[["id", "customer", "tags"]].to_json(orient="records", lines=True)
pd.Series(pd.to_datetime(["2024-05-01 10:00:00.5"]), name="at").to_frame().to_json(orient="records", date_format="iso")
pd.Series([float("inf"), 1e300], name="x").to_frame().to_json(orient="records")
with TemporaryDirectory() as folder:
    stations.to_json(Path(folder, "stations.ndjson.gz"), orient="records", lines=True)
    again = pd.read_json(Path(folder, "stations.ndjson.gz"), lines=True)
again
