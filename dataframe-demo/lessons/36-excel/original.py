from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

folder = TemporaryDirectory()
file = Path(folder.name, "shop.xlsx")
articles = pd.DataFrame({
    "article": ["nut", "bolt", "saw"],
    "price": [0.05, 0.1, 24.9],
    "stock": [1200, 800, None],
    "since": pd.to_datetime(["2021-03-01 00:00", None, "2023-11-15 08:30"]),
    "sold": [True, True, False],
})
towns = pd.DataFrame({"town": ["Ulm", None, "Jena"], "note": [None, None, None], "people": [126000, 40000, 111000]})

# Several sheets in one file.
with pd.ExcelWriter(file) as book:
    articles.to_excel(book, sheet_name="articles", index=False)
    towns.to_excel(book, sheet_name="towns", index=False, startrow=2, startcol=1)
pd.ExcelFile(file).sheet_names
pd.read_excel(file)
pd.read_excel(file, sheet_name="towns", skiprows=2, usecols="B:D")
pd.read_excel(file, sheet_name="prices")

# Some of it, and types that are given.
pd.read_excel(file, usecols=["article", "stock"], dtype={"stock": "Int64"})
pd.read_excel(file, nrows=1, usecols="A:B")
pd.read_excel(file, usecols=["since"])["since"].dt.year.astype("Int32")

# A cell holds a number, a text, a boolean or a datetime; a column may hold all of them.
mixed = pd.DataFrame({"x": [1, "two", 2.5, True, datetime(2024, 5, 1)]}, dtype="object")
with pd.ExcelWriter(file, mode="a") as book:
    mixed.to_excel(book, sheet_name="mixed", index=False)
    pd.DataFrame().to_excel(book, sheet_name="empty", index=False)
pd.ExcelFile(file).sheet_names[2:]
pd.read_excel(file, sheet_name="mixed")
pd.read_excel(file, sheet_name="empty").shape

# A number is eight bytes of a float, which holds whole numbers up to 2 ** 53.
with pd.ExcelWriter(file, mode="a") as book:
    pd.DataFrame({"big": [2**53, 2**53 + 1]}).to_excel(book, sheet_name="big", index=False)
pd.read_excel(file, sheet_name="big")
