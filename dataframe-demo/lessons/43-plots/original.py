import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.cbook import boxplot_stats


def save(ax):
    ax.figure.savefig(f"matplotlib/{ax.figure.get_label()}.png")
    plt.close(ax.figure)


def axes(name):
    return plt.figure(name, figsize=(6.4, 4.8), dpi=100).subplots()


# The weather of a town on each day of two years.
weather = pd.read_csv("../44-analysis/weather.csv", parse_dates=["date"])
seasons = {0: "winter", 1: "spring", 2: "summer", 3: "autumn"}
weather["season"] = (weather["date"].dt.month % 12 // 3).map(seasons)
weather.shape
weather.head(3)

# A line, and its rolling mean.
weather["mean"] = weather["temperature"].rolling(28).mean()
ax = weather.plot(x="date", y="temperature", label="day", color="0.8", ax=axes("rolling_mean"))
ax = weather.plot(x="date", y="mean", label="mean of 28 days", ax=ax, xlabel="", ylabel="°C", ylim=(-10, 30))
saved = save(ax.set(title="Temperature")[0].axes)
weather["mean"]
weather["mean"].isna().sum()
weather["temperature"].rolling(28, min_periods=1).mean().head(5)
weather["temperature"].rolling(29, center=True).mean().iloc[14:19].reset_index(drop=True)
weather.nlargest(1, "mean")[["date", "mean"]].reset_index(drop=True)

# Bars by group.
rain = weather.pivot_table(
    index=weather["date"].dt.month.rename("month"),
    columns=weather["date"].dt.year.rename("year"),
    values="rain",
    aggfunc="sum",
)
saved = save(rain.plot.bar(title="Rain", ylabel="mm", ylim=(0, 120), rot=0, ax=axes("totals")))
rain
rain.sum(axis="columns").rename("both").nlargest(3)

# A histogram.
ax = weather["temperature"].plot.hist(bins=20, edgecolor="white", xlabel="°C", ylabel="days", ax=axes("distribution"))
saved = save(ax.set(title="Temperature")[0].axes)
counts, edges = np.histogram(weather["temperature"], bins=20)
counts
edges
np.histogram(weather["temperature"], bins=20, density=True)[0]

# A box for each group.
wind = {season: days["wind"] for season, days in weather.groupby("season", sort=False)}
ax = axes("boxes")
drawn = ax.boxplot(wind.values(), tick_labels=wind.keys())
saved = save(ax.set(title="Wind", ylabel="m/s", ylim=(0, 10))[0].axes)
boxes = pd.DataFrame(boxplot_stats(wind.values(), labels=wind.keys()))
boxes[["label", "q1", "med", "q3"]]
boxes[["label", "whislo", "whishi"]]
boxes.explode("fliers")[["label", "fliers"]].astype({"fliers": "float64"}).reset_index(drop=True)
weather.groupby("season", sort=False)["wind"].describe()

# A heat map of correlations.
measured = weather[["temperature", "rain", "wind", "humidity", "sunshine"]]
correlations = measured.corr()
ax = axes("correlations")
mesh = ax.pcolormesh(correlations, vmin=-1, vmax=1, cmap="viridis")
for (row, column), value in np.ndenumerate(correlations):
    text = ax.text(column + 0.5, row + 0.5, f"{value:.2f}", ha="center", va="center", color="black" if value > 0.2 else "white")
places = np.arange(5) + 0.5
ticks = ax.set(title="Correlations", xticks=places, yticks=places, xticklabels=measured, yticklabels=measured)
inverted = ax.invert_yaxis()
bar = ax.figure.colorbar(mesh)
saved = save(ax)
correlations
measured.corr(method="spearman")
correlations["sunshine"].drop("sunshine").abs().nlargest(1)
