import pandas as pd

minute = pd.Timestamp("2024-03-01 09:30")
trades = pd.DataFrame(
    {
        "time": minute + pd.to_timedelta([23, 38, 48, 65], unit="s"),
        "symbol": ["ABC", "ABC", "XYZ", "ABC"],
        "size": [75, 155, 100, 40],
    }
)
quotes = pd.DataFrame(
    {
        "time": minute + pd.to_timedelta([23, 30, 41, 49, 60], unit="s"),
        "symbol": ["XYZ", "ABC", "ABC", "XYZ", "XYZ"],
        "bid": [720.5, 51.95, 51.97, 720.92, 720.88],
    }
)
unkeyed = quotes.rename(columns={"symbol": "of"})

# The quote that was valid at each trade.
pd.merge_asof(trades, quotes, on="time", by="symbol")
pd.merge_asof(trades, quotes, on="time", by="symbol", direction="forward")
pd.merge_asof(trades, quotes, on="time", by="symbol", direction="nearest")
pd.merge_asof(trades, quotes, on="time", by="symbol", tolerance=pd.Timedelta("15s"))
pd.merge_asof(trades, unkeyed, on="time")
pd.merge_asof(trades, unkeyed, on="time", allow_exact_matches=False)
pd.merge_asof(trades, unkeyed, on="time", allow_exact_matches=False, direction="forward")
trades.merge(quotes, on=["time", "symbol"], how="left")

# How old the quote was.
aged = pd.merge_asof(trades, quotes.assign(quoted=quotes["time"]), on="time", by="symbol")
aged.assign(age=aged["time"] - aged["quoted"])[["symbol", "bid", "age"]]

# Numbers, too.
levels = pd.DataFrame({"from": [0, 1000, 5000], "discount": [0.0, 0.05, 0.1]})
orders = pd.DataFrame({"amount": [250, 1000, 4999, 7500]})
pd.merge_asof(orders, levels, left_on="amount", right_on="from")
pd.merge_asof(orders, levels, left_on="amount", right_on="from", tolerance=1000).drop(columns="from")

# Both sides have to be sorted by time.
pd.merge_asof(trades, unkeyed.iloc[::-1], on="time")
