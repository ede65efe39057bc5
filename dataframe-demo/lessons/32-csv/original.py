import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

# The types are inferred. NumPy's whole numbers cannot be missing, so that they become floats.
pd.read_csv("people.csv")
people = pd.read_csv("people.csv", dtype_backend="numpy_nullable")
people

# Some of it.
pd.read_csv("people.csv", usecols=["name", "born"])
pd.read_csv("people.csv", usecols=["name"], nrows=2)
pd.read_csv("people.csv", usecols=["name"], skiprows=range(1, 3))
people[people["height"] > 1.7][["name", "height"]].reset_index(drop=True)

# Types that are given, dates, and a file without a header.
pd.read_csv("people.csv", dtype={"name": "category", "age": "Int8", "height": "float32"})
pd.read_csv("people.csv", usecols=["born"], parse_dates=["born"])
pd.read_csv(StringIO("day\n01/02/2024\n"), parse_dates=["day"])
pd.read_csv("people.csv", header=None, skiprows=1, names=["who", "years", "metres", "day"], dtype={"years": "Int64"})

# A dialect.
pd.read_csv("till.csv", sep=";", quotechar="'", decimal=",", comment="#", na_values="-", dtype={"count": "Int64"})

# What is empty, and what is an empty text.
pd.read_csv(StringIO('a,b\n1,\n2,""\n'))
pd.read_csv(StringIO('a,b\n1,\n2,""\n'), keep_default_na=False)

# Lines and values that do not fit.
pd.read_csv("ragged.csv")
pd.read_csv("ragged.csv", engine="python", on_bad_lines=lambda fields: fields[:3])
pd.read_csv("ragged.csv", on_bad_lines="skip")
pd.read_csv(StringIO("a,b\n1,x\n\n2,y\n"))
pd.read_csv("dirty.csv")
pd.read_csv("dirty.csv", dtype={"count": "int64"})
pd.read_csv("dirty.csv").assign(count=lambda t: pd.to_numeric(t["count"], errors="coerce").astype("Int64"))
pd.read_csv(StringIO(""))
pd.read_csv(StringIO("id,x\n"), dtype={"id": "int64", "x": "float64"})

# Encodings.
pd.read_csv("latin1.csv")
pd.read_csv("latin1.csv", encoding_errors="replace")
pd.read_csv("latin1.csv", encoding="cp1252")
pd.read_csv("utf16.csv", encoding="utf-16")

# Writing.
people.to_csv(index=False)
people[["name", "height"]].to_csv(index=False, sep=";", decimal=",", na_rep="-", quoting=csv.QUOTE_ALL)
people[["name", "height"]].astype({"height": "float64"}).to_csv(index=False, header=False, float_format="%.1f", lineterminator="\r\n")
people[["born"]].astype("datetime64[us]").to_csv(index=False, date_format="%d.%m.%Y")
with TemporaryDirectory() as folder:
    people.to_csv(Path(folder, "people.csv.gz"), index=False)
    again = pd.read_csv(Path(folder, "people.csv.gz"), dtype_backend="numpy_nullable")
again
