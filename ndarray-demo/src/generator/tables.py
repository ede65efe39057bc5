"""Takes the tables of the two ziggurats out of NumPy's own library and prints tables.rs."""

import struct
import subprocess
from pathlib import Path

import numpy

HEADER = '''\
//! The tables of the two ziggurats, 256 layers each, with the very digits that NumPy has: one unit in the last place
//! more or less would be another stream. Layer i ends at x = `W[i]` times 2^52 (normal) or 2^53 (exponential), where the
//! density is `F[i]`; a draw below `K[i]` lies under the density whatever its height. Layer 0 is the base with the tail.
//!
//! The numbers are NumPy's (copyright NumPy Developers, BSD-3-Clause). `tables.py` took them out of its package, and a
//! test compares them with it.
'''
LIBRARY = Path(numpy.__file__).parent / "random/lib/libnpyrandom.a"
MEMBER = "src_distributions_distributions.c.o"
TABLES = [
    (f"{density}_{name.upper()}", f"{name}{letter}_double")
    for density, letter in [("NORMAL", "i"), ("EXPONENTIAL", "e")]
    for name in "kwf"
]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def main(folder):
    object_file, data_file = folder / MEMBER, folder / "rodata"
    object_file.write_bytes(run("ar", "p", LIBRARY, MEMBER))
    run("objcopy", "-O", "binary", "--only-section=.rodata", object_file, data_file)
    data = data_file.read_bytes()
    places = {}
    for line in run("nm", object_file).decode().splitlines():
        place, _, symbol = line[:16], line[17], line[19:]
        places[symbol] = place
    print(HEADER, end="")
    for name, symbol in TABLES:
        kind = "u64" if name.endswith("_K") else "f64"
        words = struct.unpack_from("<256" + ("Q" if kind == "u64" else "d"), data, int(places[symbol], 16))
        texts = [f"{word:#015x}" if kind == "u64" else repr(word) for word in words]
        print(f"\n#[rustfmt::skip]\npub(super) const {name}: [{kind}; 256] = [")
        row = "   "
        for text in texts:
            if len(row) + len(text) + 2 > 110:
                print(row)
                row = "   "
            row += f" {text},"
        print(f"{row}\n];")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
