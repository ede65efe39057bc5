"""What activity-pipeline has to come to, from the same events: in pandas and NumPy."""

import numpy as np
import pandas as pd

MINUTE = pd.Timedelta("1min")
GRACE = pd.Timedelta("2min")
WINDOW, SEASON, THRESHOLD, BEFORE = 5, 10, 4.0, 30
SHOWN, LISTED, DRAWN = 60, 10, 30

# In the order in which they arrive. One request is sent twice, as by a client that never saw the answer.
lines = pd.read_json("events.ndjson.gz", lines=True, dtype=False)
lines["at"] = pd.to_datetime(lines["at"]).dt.as_unit("ms")
events = pd.concat([lines[:5_100], lines[5_000:]], ignore_index=True)
len(events)

# Too late is what comes when its minute is closed. Which pages share a partition, and with it the time of its stream,
# is Kafka's affair: these events are too late, or not, wherever they are.
events["minute"] = events["at"].dt.floor("min")
closed = events["minute"] + MINUTE + GRACE
late = events.groupby("page")["at"].cummax() >= closed
assert (late == (events["at"].cummax() >= closed)).all()
duplicate = ~late & events[~late].duplicated(["minute", "id"]).reindex(events.index, fill_value=False)
counted = events[~late & ~duplicate]
late.sum()
duplicate.sum()
len(counted)

# As the API has a minute.
def minutes_of(index):
    return index.strftime("%Y-%m-%dT%H:%M:%SZ")


by_page = counted.groupby(["minute", "page", "segment"]).size().rename("events")
totals = by_page.reset_index()
totals["minute"] = minutes_of(totals["minute"].dt)
totals
segments = counted.groupby("segment").size().rename("events").reset_index()
segments

# What Parquet has: every event that could be read, also the late ones, and those that came twice.
archived = events.drop_duplicates("id")
archived = archived.assign(hour=archived["at"].dt.floor("h")).groupby(["hour", "page", "segment", "kind"])
archived = archived.agg(
    events=("id", "size"),
    users=("user", "nunique"),
    queries=("query", "count"),
    targets=("target", "count"),
    first=("at", "min"),
    last=("at", "max"),
).reset_index()
archived["hour"] = archived["hour"].dt.strftime("%Y-%m-%dT%H")
archived

# The series of all pages together, and of each.
span = pd.date_range(counted["minute"].min(), counted["minute"].max(), freq="min")
series = by_page.unstack("page", fill_value=0).groupby("minute").sum().reindex(span, fill_value=0)


def analysis(counts):
    x = counts.to_numpy(float)
    # What left its band counts as the edge of the band for the minutes after it.
    tame = x.copy()
    average, expected, spread, low, high = (np.full(len(x), np.nan) for _ in range(5))
    for t in range(WINDOW, len(x)):
        average[t] = tame[t - WINDOW : t].mean()
        missed = [tame[before] - average[before] for before in range(t - SEASON, WINDOW - 1, -SEASON)]
        # Before a season is known nothing is expected.
        if missed:
            expected[t] = max(average[t] + np.mean(missed), 0)
            known = slice(max(WINDOW + SEASON, t - BEFORE), t)
            residual = np.abs(tame[known] - expected[known])
            spread[t] = max(np.sqrt(max(expected[t], 1)), 1.4826 * np.median(residual) if len(residual) else 0)
            low[t], high[t] = max(expected[t] - THRESHOLD * spread[t], 0), expected[t] + THRESHOLD * spread[t]
            tame[t] = np.clip(x[t], low[t], high[t])
    score = (x - expected) / spread
    # The last minute is still running.
    score[-1] = np.nan
    # Further from the threshold than any rounding.
    assert not (np.abs(np.abs(score) - THRESHOLD) < 1e-6).any()
    return pd.DataFrame({
        "minute": minutes_of(counts.index),
        "events": counts.to_numpy(),
        "average": average,
        "expected": expected,
        "low": low,
        "high": high,
        "score": score,
        "alert": np.abs(score) > THRESHOLD,
    })


minutes = analysis(series.sum(axis="columns"))
minutes
minutes[-SHOWN:]

# Pages by their events, and how the last whole minute of each was. The page lists those of the last hour.
by_name = {page: analysis(series[page]) for page in series}
pages = pd.DataFrame({
    "page": list(by_name),
    "events": [rows["events"].sum() for rows in by_name.values()],
    "score": [rows["score"].iloc[-2] for rows in by_name.values()],
    "alert": [rows["alert"].iloc[-2] for rows in by_name.values()],
})
pages = pages.sort_values(["events", "page"], ascending=[False, True], ignore_index=True)
pages
listed = series[-SHOWN:].sum().rename("events").rename_axis("page").reset_index()
listed = listed.sort_values(["events", "page"], ascending=[False, True], ignore_index=True)[:LISTED]
listed
series[listed["page"]][-DRAWN:].T.to_numpy()

# The newest minutes that left their band: of all pages together, which have no name, and of each.
alerts = pd.concat([minutes.assign(page=None)] + [rows.assign(page=page) for page, rows in by_name.items()])
alerts = alerts[alerts["alert"]].astype({"page": "str"}).sort_values(["minute", "page"], ignore_index=True)
alerts = alerts[["minute", "page", "events", "low", "high", "score"]]
assert len(alerts) <= LISTED or alerts["minute"].iloc[-LISTED - 1] < alerts["minute"].iloc[-LISTED]
alerts = alerts[-LISTED:].reset_index(drop=True)
alerts
