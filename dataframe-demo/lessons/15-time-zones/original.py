import pandas as pd

# A time that knows where it is.
t = pd.Series(pd.to_datetime(["2024-01-15 12:00", "2024-07-15 12:00"]), name="t")
paris = t.dt.tz_localize("Europe/Paris")
paris
paris.dt.tz_convert("America/New_York")
paris.dt.tz_convert("UTC")
paris.dt.tz_localize(None)
paris.dt.tz_convert("UTC").dt.tz_localize(None)
paris.dt.time
paris.dt.strftime("%H:%M %z")
paris == paris.dt.tz_convert("Asia/Tokyo")
t - paris.dt.tz_convert("UTC").dt.tz_localize(None)
t.dt.tz_localize("Europe/Atlantis")
t == paris

# The hour that comes twice, on the last Sunday of October.
autumn = pd.Series(pd.to_datetime(["2024-10-27 01:30", "2024-10-27 02:30", "2024-10-27 03:30"]), name="t")
autumn.dt.tz_localize("Europe/Paris")
autumn.dt.tz_localize("Europe/Paris", ambiguous=[True] * 3)
autumn.dt.tz_localize("Europe/Paris", ambiguous=[False] * 3)
autumn.dt.tz_localize("Europe/Paris", ambiguous="NaT")
twice = pd.Series(pd.to_datetime(["2024-10-27 02:30", "2024-10-27 02:30"]), name="t")
twice.dt.tz_localize("Europe/Paris", ambiguous=[True, False])

# The hour that is left out, on the last Sunday of March.
spring = pd.Series(pd.to_datetime(["2024-03-31 01:30", "2024-03-31 02:30", "2024-03-31 03:30"]), name="t")
spring.dt.tz_localize("Europe/Paris")
spring.dt.tz_localize("Europe/Paris", nonexistent="NaT")

# Across the change: hours are hours, and a day is until the same time of the next one.
eve = pd.Series(pd.to_datetime(["2024-03-30 12:00", "2024-10-26 12:00"]), name="t").dt.tz_localize("Europe/Paris")
eve + pd.Timedelta("24h")
eve + pd.DateOffset(days=1)
(eve + pd.DateOffset(days=1)) - eve

# Days of 23, 24 and 25 hours.
hours = pd.date_range("2024-03-30", "2024-04-02", freq="h", inclusive="left", tz="Europe/Paris")
pd.Series(1, index=hours.rename("t"), name="hours").resample("D").sum()
midnights = pd.Series(pd.date_range("2024-10-26", periods=4, tz="Europe/Paris"), name="t")
midnights
midnights.diff()

# Texts with an offset.
texts = pd.Series(["2024-03-31T01:30:00+01:00", "2024-03-31T03:30:00+02:00", "2024-03-31T01:30:00Z"], name="t")
pd.to_datetime(texts)
pd.to_datetime(texts, utc=True)
pd.to_datetime(texts, utc=True).dt.tz_convert("Europe/Paris")
