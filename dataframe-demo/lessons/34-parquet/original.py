from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow.parquet as pq

t = pd.DataFrame({
    "id": pd.array(range(12), dtype="int32"),
    "city": ["Ulm", "Jena", "Ulm", "Bonn"] * 3,
    "heat": [20.5, None, 19.25, 18.0] * 3,
    "rain": pd.array([None, 3, 0, 1] * 3, dtype="Int64"),
    "wet": pd.array([None, True, False, True] * 3, dtype="boolean"),
    "at": pd.date_range("2024-05-01 06:00", periods=12, freq="90min", unit="us"),
})
folder = TemporaryDirectory()
file = Path(folder.name, "t.parquet")
_ = t.to_parquet(file, compression="zstd", row_group_size=4)

# The types come back.
pd.read_parquet(file)
kinds = pd.DataFrame({
    "day": [date(2024, 5, 1), None],
    "price": [Decimal("1.50"), Decimal("20.00")],
    "kind": pd.Categorical(["a", "b"]),
    "list": [[1, 2], []],
    "record": [{"x": 1, "y": "a"}, {"x": 2, "y": None}],
    "utc": pd.to_datetime(["2024-05-01 06:00", None], utc=True).as_unit("us"),
    "wait": pd.to_timedelta(["1s", "2h"]).as_unit("us"),
    "code": pd.array([200, 255], dtype="uint8"),
    "raw": [b"\x00\xff", b""],
})
_ = kinds.to_parquet(Path(folder.name, "kinds.parquet"))
pd.read_parquet(Path(folder.name, "kinds.parquet"))

# What the footer says.
footer = pq.read_metadata(file)
footer.num_rows
footer.num_row_groups
[footer.row_group(group).num_rows for group in range(footer.num_row_groups)]
footer.row_group(0).column(0).compression
[footer.row_group(group).column(0).statistics.min for group in range(3)]
[footer.row_group(group).column(0).statistics.max for group in range(3)]
footer.row_group(0).column(2).statistics.null_count
pq.read_schema(file).names

# Some columns, some rows.
pd.read_parquet(file, columns=["city", "heat"])
pd.read_parquet(file, columns=["id", "city"], filters=[("id", ">", 9)])
pd.read_parquet(file, columns=["id", "tmp"])

# A folder of files, by key.
_ = t.to_parquet(Path(folder.name, "cities"), partition_cols=["city"], index=False)
sorted(part.name for part in Path(folder.name, "cities").iterdir())
pd.read_parquet(Path(folder.name, "cities")).astype({"city": "str"}).sort_values("id", ignore_index=True)
pd.read_parquet(Path(folder.name, "cities"), columns=["id", "heat"], filters=[("city", "==", "Ulm")])

# Several files, of which the second has a column less.
for name, part in {"first": t.head(2), "second": t[["id", "city"]].tail(1)}.items():
    part.to_parquet(Path(folder.name, f"{name}.parquet"))
pd.concat([pd.read_parquet(Path(folder.name, f"{name}.parquet")) for name in ("first", "second")], ignore_index=True)

# A file that was cut off.
pd.read_parquet(BytesIO(file.read_bytes()[:-100]))
