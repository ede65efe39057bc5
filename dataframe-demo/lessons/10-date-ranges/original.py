import pandas as pd

# Ranges.
pd.date_range("2024-02-27", periods=4)
pd.date_range("2024-01-01", "2024-01-02", freq="6h", inclusive="left")
pd.date_range("2024-01-01", periods=3, freq="W-MON")
pd.date_range("2024-01-01", periods=4, freq="MS")
pd.date_range("2024-01-31", periods=4, freq="ME")
pd.date_range("2024-01-01", "2024-01-02", periods=5)

# Parts.
t = pd.Series(pd.to_datetime(["2024-01-01 00:00:00", "2024-02-29 12:30:00", "2024-12-31 23:59:59"]), name="t")
t.dt.year
pd.DataFrame({"quarter": t.dt.quarter, "month": t.dt.month, "day": t.dt.day, "hour": t.dt.hour})
pd.DataFrame({"weekday": t.dt.dayofweek, "day of year": t.dt.day_of_year, "month has": t.dt.days_in_month})
t.dt.isocalendar()
t.dt.is_leap_year
t.dt.is_month_end
t.dt.date
t.dt.time
t.dt.strftime("%d.%m.%Y %H:%M")
t.dt.day_name()

# Other times from them.
t + pd.Timedelta("36h")
t + pd.DateOffset(months=1)
t - pd.DateOffset(years=1, days=1)
t + pd.offsets.MonthEnd(0)
t.dt.normalize()
t.dt.floor("6h")
t.dt.ceil("6h")
t.dt.round("6h")
pd.Series(pd.to_datetime(["2024-01-01 01:30", "2024-01-01 02:30"])).dt.round("h")
t.dt.to_period("M").dt.start_time

# Differences.
t.diff()
t.max() - t.min()
(t - t[0]).dt.total_seconds()
(t - t[0]) // pd.Timedelta("1D")

# Seconds since 1970, to and fro.
(t - pd.Timestamp(0)) // pd.Timedelta("1ms")
pd.to_datetime(pd.Series([0, 1709209800]), unit="s")

# A time series has its times as index, and is sorted by them.
s = pd.Series(range(60), index=pd.date_range("2024-01-01", periods=60, name="t"), name="x")
s["2024-02"].sum()
s["2024-01-30":"2024-02-02"]
s["2024-02-28":]
s[s.index.dayofweek == 6].head(3)
s.index.is_monotonic_increasing
s.groupby(s.index.month).agg(["count", "sum"])
