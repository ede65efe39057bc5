import shutil
import tempfile
from pathlib import Path

import numpy as np

# A grid of heights in metres. Of a file that is mapped only the pages are read that the program looks at.
y, x = np.mgrid[:64, :96]
for path in Path("heights.npy"), Path("heights.raw"):
    grid = ((x * y) % 1013).astype("<i2")
    np.save(path, grid) if path.suffix == ".npy" else grid.tofile(path)

heights = np.load("heights.npy", mmap_mode="r")
heights.shape
heights[63, 90:]
heights[::16, ::32]
heights.max()
heights.sum(axis=1)[:5]
np.asarray(heights[40:42, 40:43])

# Without a header the program knows type, shape, and where the data begin.
raw = np.memmap("heights.raw", dtype="<i2", mode="r", offset=96 * 2, shape=(63, 96))
raw[0, :5]
bool((raw == heights[1:]).all())
np.memmap("heights.raw", dtype="<i2", mode="r", shape=(64, 97))

# Written through the map: it is in the file.
folder = tempfile.TemporaryDirectory()
copy = Path(shutil.copy("heights.npy", folder.name))
shared = np.load(copy, mmap_mode="r+")
shared[0] += 7
del shared
np.load(copy)[0, :4]

# Copy on write: seen here alone.
private = np.load(copy, mmap_mode="c")
private[0] = -1
private[0, 4:8]
np.load(copy)[0, 4:8]

# A file made at its full length, then filled by its map.
made = np.lib.format.open_memmap(Path(folder.name, "made.npy"), mode="w+", dtype="f8", shape=(3, 4))
made[1] = [1.0, 2.0, 3.0, 4.0]
del made
np.load(Path(folder.name, "made.npy"))

# Where the file is not what was expected.
cut = Path(folder.name, "cut.npy")
size = cut.write_bytes(Path("heights.npy").read_bytes()[:-2])
np.load(cut, mmap_mode="r")
empty = Path(folder.name, "empty.npy")
size = empty.write_bytes(b"")
np.load(empty, mmap_mode="r")
np.load("nowhere.npy", mmap_mode="r")
