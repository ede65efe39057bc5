import pandas as pd

# Many rows for each step: a value an hour, for three days.
times = pd.date_range("2024-03-01", periods=72, freq="h", name="time")
hourly = pd.DataFrame({"x": range(72)}, index=times)
hourly.resample("D").sum()
hourly.resample("D").agg(low=("x", "min"), high=("x", "max"), mean=("x", "mean"))
hourly["x"].resample("D").ohlc()
hourly.resample("D").size()
hourly.resample("36h").first()
hourly.resample("36h", origin="epoch").first()

# Which end belongs to a step, and which one names it.
hourly.resample("D", closed="right").sum()
hourly.resample("D", label="right").sum()
hourly.resample("D", closed="right", label="right").sum()

# Where steps begin.
hourly.resample("D", offset="6h").sum()
hourly.iloc[5:].resample("D", origin="start").sum()

# Weeks and months.
times = pd.date_range("2024-01-01", periods=91, name="time")
daily = pd.DataFrame({"x": range(91)}, index=times)
daily.resample("W-MON", closed="left", label="left").sum().head(3)
daily.resample("W").sum().head(3)
daily.resample("MS").sum()
daily.resample("ME").sum()
daily.resample("QS").mean()

# Steps without a row, and several series at once.
trades = pd.DataFrame(
    {
        "time": pd.to_datetime(["2024-03-01 09:30", "2024-03-01 15:00", "2024-03-04 10:00", "2024-03-04 11:00"]),
        "symbol": ["ABC", "XYZ", "ABC", "ABC"],
        "price": [10.0, 50.0, 12.0, 11.0],
        "size": [100, 20, 300, 200],
    }
)
trades.set_index("time")["size"].resample("D").sum()
trades.set_index("time")["price"].resample("D").last()
trades.groupby(["symbol", pd.Grouper(key="time", freq="D")])["size"].sum()
trades.groupby("symbol").resample("D", on="time")["price"].ohlc().dropna()

# More steps than rows.
coarse = pd.DataFrame({"x": [1.0, 4.0, -2.0]}, index=pd.date_range("2024-03-01", periods=3, name="time"))
coarse.resample("8h").asfreq()
coarse.resample("8h").ffill()
coarse.resample("8h").ffill(limit=1)
coarse.resample("8h").bfill()
coarse.resample("8h").interpolate()
