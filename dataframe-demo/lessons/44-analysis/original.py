import matplotlib.pyplot as plt
import pandas as pd

# As it came: text in every cell, and several texts for nothing.
raw = pd.read_csv("rides.csv.gz", dtype="str", na_values=["-", "?"])
raw.shape
raw.head(3)
raw.isna().sum()
raw["station"].nunique()
raw["bike"].value_counts().sort_index()

# One spelling for each thing.
rides = raw.apply(lambda column: column.str.strip())
rides["station"] = rides["station"].str.lower().str.replace(r"\s+", " ", regex=True).str.replace("stn", "station")
rides["bike"] = rides["bike"].str.lower().replace("ebike", "e-bike")
rides["rider"] = rides["rider"].str.lower().replace("guest", "casual")
rides["station"].nunique()
rides.groupby(["bike", "rider"]).size().rename("rides")

# What was sent twice.
raw.duplicated().sum()
rides.duplicated().sum()
rides = rides.drop_duplicates()
rides["ride"].is_unique
len(rides)

# Numbers.
rides["minutes"] = rides["minutes"].astype("Int64")
rides["metres"] = rides["metres"].str.replace(",", "").astype("float64")
rides["paid"] = rides["paid"].str.removeprefix("EUR ").str.replace(",", ".").astype("float64")
rides[["minutes", "metres", "paid"]].count()
rides["minutes"].min()
rides["minutes"].max()

# Moments, in three formats of which each fits its own rows alone.
formats = {"iso": "%Y-%m-%d %H:%M", "german": "%d.%m.%Y %H:%M", "american": "%m/%d/%Y %I:%M %p"}
parsed = pd.DataFrame({
    name: pd.to_datetime(rides["started"], format=format, errors="coerce") for name, format in formats.items()
})
parsed.count()
rides["started"] = parsed["iso"].fillna(parsed["german"]).fillna(parsed["american"])

# What cannot be is not known, and a ride whose time is not known is left out.
possible = rides["minutes"].between(1, 24 * 60)
(~possible).sum()
rides = rides[possible]
rides["metres"].isna().sum()

# A distance that is not known is what such a bicycle makes in that time.
speed = (rides["metres"] / rides["minutes"]).astype("float64")
speed.groupby(rides["bike"]).median().rename("metres a minute")
rides["metres"] = rides["metres"].fillna(rides["minutes"] * speed.groupby(rides["bike"]).transform("median"))
rides["metres"].sum()

# Stations and weather come from other tables.
stations = pd.read_csv("stations.csv", dtype={"docks": "Int64"})
weather = pd.read_csv("weather.csv", parse_dates=["date"])
stations["key"] = stations["station"].str.lower()
rides = rides.rename(columns={"station": "key"}).merge(stations, on="key", how="left")
rides.loc[rides["district"].isna(), "key"].value_counts()
rides = rides[rides["district"].notna()].drop(columns=["key", "note"])
rides["date"] = rides["started"].dt.normalize()
rides["hour"] = rides["started"].dt.hour
rides["day"] = (rides["started"].dt.dayofweek >= 5).map({True: "weekend", False: "working"})
rides["kilometres"] = rides["metres"] / 1000
rides.shape
rides.head(3)

# Who rides what?
rides.groupby(["bike", "rider"], as_index=False).agg(
    rides=("ride", "size"), minutes=("minutes", "mean"), kilometres=("kilometres", "sum"), paid=("paid", "sum")
)

# When? Rides an hour.
hours = rides.pivot_table(index="hour", columns="day", values="ride", aggfunc="count", fill_value=0)
hours = hours / rides.groupby("day")["date"].nunique()
hours

# Where? The two busiest stations of each district.
places = rides.groupby(["district", "station", "docks"], as_index=False).agg(rides=("ride", "size"))
districts = places.groupby("district")["rides"]
places["share"] = places["rides"] / districts.transform("sum")
places["rank"] = districts.rank(method="first", ascending=False).astype("int64")
places[places["rank"] <= 2].sort_values(["district", "rank"])

# In which weather? Days, by what it was like.
days = rides.groupby("date", as_index=False).agg(rides=("ride", "size")).merge(weather, on="date")
days["sky"] = pd.cut(days["rain"], [-1, 0, 5, 100], labels=["dry", "showers", "rain"]).astype("str")
days["air"] = pd.cut(days["temperature"], [-50, 5, 15, 50], labels=["cold", "mild", "warm"]).astype("str")
days.pivot_table(index="air", columns="sky", values="rides", aggfunc="mean")[["dry", "showers", "rain"]]
days[["temperature", "rain", "wind", "humidity", "sunshine"]].corrwith(days["rides"])

# Are there more and more?
days["mean"] = days["rides"].rolling(28).mean()
days["mean"]
days.nlargest(3, "rides")[["date", "rides", "temperature", "rain"]].reset_index(drop=True)
months = rides.resample("MS", on="started").agg({"ride": "size", "kilometres": "sum", "paid": "sum"})
months["change"] = months["ride"].pct_change(12)
months.tail(12)

# A chart.
def chart():
    figure, (above, below) = plt.subplots(2, figsize=(6.4, 4.8), dpi=100, layout="constrained")
    days.plot(x="date", y="rides", color="0.8", label="day", ax=above)
    days.plot(x="date", y="mean", label="mean of 28 days", ax=above)
    above.set(title="Rides", xlabel="", ylabel="rides a day", ylim=(0, 200))
    hours[["working", "weekend"]].plot(ax=below)
    below.set(ylabel="rides an hour", xlim=(0, 23), ylim=(0, 15))
    figure.savefig("matplotlib/rides.png")


drawn = chart()
