from io import BytesIO
from pathlib import Path

import numpy as np

table = np.array([[1.5, -0.25, 0.1], [np.nan, np.inf, -0.0]])
ids = np.array([3, 1, 2])

# The files beside this one.
for name, array in {
    "table": table,
    "ids": ids,
    "columns": np.asfortranarray(table),
    "big_endian": table.astype(">f8"),
    "waves": np.array([1 + 2j, -0.5j]),
    "mask": np.array([True, False, True]),
    "objects": np.array(["text", 1], dtype=object),
}.items():
    np.save(f"{name}.npy", array)
for save in np.savez, np.savez_compressed:
    save(f"{save.__name__}.npz", table=table, ids=ids)

np.load("table.npy")
np.load("ids.npy")
np.load("columns.npy").flags.f_contiguous
np.load("columns.npy")[:, 0]
np.load("big_endian.npy").astype("f8")
np.load("waves.npy")
np.load("mask.npy")
np.load("savez.npz").files
np.load("savez.npz")["ids"]
np.load("savez_compressed.npz")["table"]

# The other way: what is written, a header of 128 bytes and the elements as they lie in memory.
def saved(array):
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()

list(saved(table)[:8])
saved(table)[10:128].decode().rstrip(", }\n")
saved(table.T)[10:128].decode().rstrip(", }\n")
saved(table)[128:] == Path("table.npy").read_bytes()[128:]
saved(table.T)[128:] == Path("table.npy").read_bytes()[128:]
np.load(BytesIO(saved(table.T[1:])))

def archive(**arrays):
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()

np.load(BytesIO(archive(table=table, ids=ids))).files
np.load(BytesIO(archive(table=table, ids=ids)))["ids"]
np.load(BytesIO(archive(table=table, ids=ids)))["table"]

# Of another type than the program is for.
def floats(path):
    array = np.load(path)
    if array.dtype != np.float64 or array.ndim != 2:
        raise TypeError(f"{path} has {array.ndim} axes of {array.dtype}")
    return array

floats("ids.npy")
floats("waves.npy")
np.load("objects.npy")
np.load("savez.npz")["volume"]

# Damaged.
npy = Path("table.npy").read_bytes()
np.load("nowhere.npy")
np.load(BytesIO(b""))
np.load(BytesIO(b"1.5,-0.25,0.1"))
np.load(BytesIO(npy[:40]))
np.load(BytesIO(npy[:-1]))
np.load(BytesIO(npy.replace(b"(2, 3)", b"(2, 4)")))
np.load(BytesIO(npy.replace(b"(2, 3)", b"(2,-3)")))
np.load(BytesIO(npy.replace(b"3), }" + 15 * b" ", b"3000000000000000), }")))
np.load(BytesIO(npy.replace(b"<f8", b"<z8")))
np.load(BytesIO(npy + b"and more"))
npz = Path("savez.npz").read_bytes()
np.load(BytesIO(npz))["table"]
np.load(BytesIO(npz[:-1]))["table"]
np.load(BytesIO(npz.replace(b"3), }" + 15 * b" ", b"3000000000000000), }")))["table"]
np.load(BytesIO(npz))["volume"]
