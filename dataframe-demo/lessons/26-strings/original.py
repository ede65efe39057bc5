import pandas as pd

df = pd.DataFrame(
    {
        "name": ["  Ada Lovelace", "Grace Hopper ", "Łukasz Żółć", None],
        "code": ["AB-12", "CD-345", "x-6", "EF"],
        "size": [1.5, 2.0, 10.25, 3.0],
    }
)
df["name"] = df["name"].str.strip()
name, code = df["name"], df["code"]

# Case and blanks.
name
name.str.upper()
name.str.lower()
name.str.capitalize()
code.str.strip("xAF")
code.str.removeprefix("AB-")

# Lengths: in characters, which are code points, and in bytes.
name.str.len().astype("Int64")
name.str.encode("utf-8").str.len().astype("Int64")
accents = pd.Series(["\u00e9", "e\u0301", "\U0001f44d\U0001f3fd"])
accents.str.len()
accents.str.encode("utf-8").str.len()

# Parts.
name.str[:3]
name.str[-4:]
name.str[1]
code.str.split("-")
code.str.split("-").str[1].astype("str")
code.str.split("-", n=1, expand=True).set_axis(["letters", "digits"], axis=1)

# What is in it.
name.str.contains("ace")
name.str.contains("ace", na=False)
name.str.contains("^ada", case=False, na=False)
code.str.contains(".", regex=False)
name.str.startswith(("Ada", "Grace"), na=False)
code.str.fullmatch(r"[A-Z]+-\d+")
name.str.count("a").astype("Int64")
name.str.find("a").astype("Int64")

# Regular expressions with groups.
code.str.extract(r"-(\d+)", expand=False)
code.str.extract(r"(?P<letters>[A-Za-z]+)-(?P<digits>\d+)").astype({"digits": "Int64"})
code.str.findall(r"\d")
code.str.extract("(")

# Replaced.
name.str.replace("a", "o")
name.str.replace("a", "o", n=1)
code.str.replace(r"([A-Z]+)-(\d+)", r"\2-\1", regex=True)
code.replace({"EF": "EF-0", "x-6": "XX-6"})

# Padded and joined.
code.str.rjust(6)
code.str.ljust(6, ".")
pd.Series(["7", "-7", "1234"]).str.zfill(4)
name.str.cat(code, sep=": ")
name.str.cat(code, sep=": ", na_rep="?")
code.str.cat(sep=" ")
code + "/" + df["size"].astype(str)

# Order: by code point, or by what a function makes of it.
words = pd.Series(["b", "Z", "a", "ä"])
words.sort_values()
words.sort_values(key=lambda s: s.str.lower())
