import pandas as pd

# One format, and which rows do not have it.
text = pd.Series(["2024-03-01", "2024-02-30", "soon", None, "2024-12-31"])
pd.to_datetime(text)
pd.to_datetime(text, errors="coerce")
text[pd.to_datetime(text, errors="coerce").isna() & text.notna()].tolist()
pd.to_datetime(text, errors="coerce").isna().sum() - text.isna().sum()

# Several formats in one column: each is tried, and the first that fits counts.
mixed = pd.Series(["2024-03-01", "01.03.2024", "March 1, 2024", "1 Mar 2024", "20240301", "03/01/24", "?"])
iso = pd.to_datetime(mixed, format="%Y-%m-%d", errors="coerce")
iso
iso.fillna(pd.to_datetime(mixed, format="%d.%m.%Y", errors="coerce"))
formats = ["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%Y%m%d", "%m/%d/%y"]
parsed = pd.concat([pd.to_datetime(mixed, format=f, errors="coerce") for f in formats], axis=1)
parsed.bfill(axis=1)[0].rename(None)
parsed.count(axis=1)
mixed[parsed.isna().all(axis=1)].tolist()
pd.to_datetime(pd.Series(["2024-03-01", "2024-03-01 12:30"]), format="mixed")
pd.to_datetime(mixed[mixed != "?"], format="mixed", dayfirst=True)

# Day first or month first: the text does not say.
slashes = pd.Series(["03/04/2024", "25/12/2024"])
pd.to_datetime(slashes, dayfirst=True)
pd.to_datetime(slashes, format="%m/%d/%Y", errors="coerce")
pd.to_datetime(slashes, format="%m/%d/%Y")

# Blanks, cases, names of days, ordinals.
wordy = pd.Series([" Fri, 1 MARCH 2024 ", "sat, 2 march 2024", "Sun, 3rd March 2024"])
pd.to_datetime(wordy.str.strip().str.replace(r"(\d)(st|nd|rd|th)", r"\1", regex=True), format="%a, %d %B %Y")

# Dates without a day, and times.
pd.to_datetime(pd.Series(["2024-03", "2023-12"]), format="%Y-%m")
pd.to_datetime(pd.Series(["2024-061", "2023-365"]), format="%Y-%j")
pd.to_datetime(pd.Series(["2024-W09-5"]), format="%G-W%V-%u")
pd.to_datetime(pd.Series(["1/3/2024 2:05 PM", "1/3/2024 12:00 AM"]), format="%d/%m/%Y %I:%M %p")
pd.to_datetime(pd.Series(["2024-03-01 10:00:00.250", "2024-03-01 10:00:00.000125"]), format="%Y-%m-%d %H:%M:%S.%f")
pd.to_datetime("1 March 2024 14:05", format="%d %B %Y %H:%M")

# Numbers since 1970.
pd.to_datetime(pd.Series([1709251200, 0, -86400]), unit="s")
pd.to_datetime(pd.Series([1709251200500]), unit="ms")
pd.to_datetime(pd.Series([19783]), unit="D")
pd.to_datetime(pd.Series(["1709251200", "2024-03-01"]).str.extract(r"^(\d{10})$", expand=False).astype("Float64"), unit="s")
(pd.to_datetime(pd.Series(["2024-03-01"])) - pd.Timestamp(0)) // pd.Timedelta(seconds=1)
pd.to_datetime(pd.Series([45352, 45352.5]), unit="D", origin="1899-12-30").dt.as_unit("us")

# Time zones in the text.
zoned = pd.Series(["2024-03-01T12:00:00+01:00", "2024-03-01T12:00:00-05:00", "2024-03-01T12:00:00Z"])
pd.to_datetime(zoned, utc=True)
pd.to_datetime(zoned, utc=True).dt.tz_convert("Europe/Oslo")
pd.to_datetime(pd.Series(["2024-03-01 12:00"])).dt.tz_localize("Europe/Oslo")
pd.to_datetime(pd.Series(["2024-03-31 02:30"])).dt.tz_localize("Europe/Oslo")

# Parts in columns of their own.
parts = pd.DataFrame({"year": [2024, 2023], "month": [3, 2], "day": [1, 29]})
pd.to_datetime(parts, errors="coerce")
pd.to_datetime(parts)
