from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.feather

t = pd.DataFrame({
    "id": pd.array(range(6), dtype="int16"),
    "city": pd.Categorical(["Ulm", "Jena", "Ulm"] * 2),
    "heat": [20.5, None, 19.25] * 2,
    "rain": pd.array([None, 3, 0] * 2, dtype="Int64"),
    "at": pd.date_range("2024-05-01 06:00", periods=6, freq="90min", tz="Europe/Berlin", unit="us"),
    "list": [[1.5], [], [2.0, 2.5]] * 2,
})
folder = TemporaryDirectory()
file = Path(folder.name, "t.arrow")

# A Feather file is an Arrow IPC file.
_ = t.to_feather(file, compression="uncompressed")
pd.read_feather(file)
pd.read_feather(file, columns=["city", "heat"])
pd.read_feather(file, columns=["tmp"])
for compression in ("lz4", "zstd"):
    t.to_feather(Path(folder.name, compression), compression=compression)
pd.read_feather(Path(folder.name, "lz4")).equals(pd.read_feather(file))
pd.read_feather(Path(folder.name, "zstd")).equals(pd.read_feather(file))

# What stands in memory as it stands in the file is not copied: the file is mapped.
mapped = pa.ipc.open_file(pa.memory_map(str(file)))
mapped.schema.names
mapped.num_record_batches
mapped.read_all().slice(4).to_pandas()
mapped.read_all().column("heat").to_pandas().sum()

# Record batches: the unit in which a file is written and read.
with pa.OSFile(str(Path(folder.name, "batches")), "wb") as sink, pa.ipc.new_file(sink, mapped.schema) as writer:
    for batch in mapped.read_all().to_batches(max_chunksize=4):
        writer.write_batch(batch)
batches = pa.ipc.open_file(str(Path(folder.name, "batches")))
[batches.get_batch(number).num_rows for number in range(batches.num_record_batches)]
batches.get_batch(1).select(["id", "city"]).to_pandas()

# A file that was cut off.
pd.read_feather(BytesIO(file.read_bytes()[:-100]))
