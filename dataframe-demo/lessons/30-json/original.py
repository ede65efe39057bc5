import json
from io import StringIO

import pandas as pd

# Records in records.
text = """[
  {"id": 1, "user": {"name": "Ada", "home": {"city": "London"}}, "tags": ["maths", "engines"]},
  {"id": 2, "user": {"name": "Grace", "home": {"city": "New York"}}, "tags": []}
]"""
records = json.loads(text)
pd.DataFrame(records)
pd.json_normalize(records)[["id", "user.name", "user.home.city", "tags"]]
pd.json_normalize(records, max_level=1)[["id", "user.name", "user.home", "tags"]]
pd.json_normalize(records, sep="_")["user_home_city"]
pd.json_normalize(records, record_path="tags", meta="id").set_axis(["tag", "id"], axis=1).astype({"id": "int64"})
invoices = json.loads("""[
  {"no": 7, "to": {"name": "Ada"}, "lines": [{"item": "ink", "n": 2}, {"item": "pen", "n": 1}]},
  {"no": 8, "to": {"name": "Grace"}, "lines": [{"item": "pad", "n": 5}]}
]""")
pd.json_normalize(invoices, "lines", ["no", ["to", "name"]]).astype({"no": "int64"})

# JSON in a column of text.
log = pd.DataFrame(
    {
        "at": [1, 2, 3],
        "body": ['{"kind": "sale", "n": 3, "to": {"name": "Ada"}}', '{"kind": "visit", "to": null}', None],
    }
)
decoded = log["body"].map(json.loads, na_action="ignore")
log[["at"]].join(pd.json_normalize(decoded)[["kind", "n"]].astype({"n": "Int64"}))
decoded.str["kind"].astype("str")
pd.json_normalize(decoded.dropna())["to.name"].astype("str")
pd.Series(['{"n": 1}', '{"n": "one"}']).map(lambda body: json.loads(body)["n"]).astype("Int64")
pd.Series(['{"n": 1}', '{"n": ']).map(json.loads)
pd.Series(["[1, 2]", "[]"]).map(json.loads)

# From frames to JSON and back.
df = pd.DataFrame({"id": [1, 2], "name": ["Ada", None], "score": [1.5, 2.0], "ok": [True, False]})
df.to_json(orient="records")
df.to_json(orient="records", lines=True)
pd.read_json(StringIO(df.to_json(orient="records")))
pd.read_json(StringIO('{"id": 1, "x": 0.5}\n{"id": 2}\n{"id": 3, "x": 2}\n'), lines=True)
pd.read_json(StringIO('{"id": 1}\n{"id": \n'), lines=True)
pd.read_json(StringIO('{"id": "007"}\n{"id": "12"}\n'), lines=True, dtype=False)
pd.Series(records).map(lambda record: json.dumps(record["user"], separators=(",", ":")))
