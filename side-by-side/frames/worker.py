"""Answers one question with one library: `worker.py LIBRARY FOLDER OPERATION`.

It does what it is told on standard input: `load` reads the tables that the question needs; `answer FILE` runs the operation
once and saves what it came to as Parquet; `run COUNT` runs it so many times and answers with the seconds that one took.
What an operation writes goes to the working directory.
"""

import importlib
import sys
import time
from pathlib import Path

from pyarrow import csv, parquet


def table(library, answer):
    """What an operation came to or, where it wrote a file, what that has in it."""
    if isinstance(answer, Path):
        return csv.read_csv(answer) if answer.suffix == ".csv" else parquet.read_table(answer)
    return library.arrow(answer)


def main():
    library = importlib.import_module(f"with_{sys.argv[1]}")
    folder, name = Path(sys.argv[2]), sys.argv[3]
    tables, work = library.OPERATIONS[name]
    loaded = []
    for line in sys.stdin:
        order, _, rest = line.rstrip("\n").partition(" ")
        if order == "run":
            start = time.perf_counter()
            for _ in range(int(rest)):
                work(folder, *loaded)
            print((time.perf_counter() - start) / int(rest), flush=True)
            continue
        if order == "load":
            loaded = [library.load(folder, table) for table in tables]
        else:
            parquet.write_table(table(library, work(folder, *loaded)), rest)
        print("ready", flush=True)


main()
