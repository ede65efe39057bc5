import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.cbook import boxplot_stats


def rolling_mean(ax):
    weather.plot(x="date", y="temperature", label="day", color="0.8", ax=ax)
    weather.plot(x="date", y="mean", label="mean of 28 days", ax=ax)
    ax.set(title="Temperature", xlabel="", ylabel="°C", ylim=(-10, 30))


def totals(ax):
    rain.plot.bar(rot=0, ax=ax)
    ax.set(title="Rain", ylabel="mm", ylim=(0, 120))


def distribution(ax):
    weather["temperature"].plot.hist(bins=20, edgecolor="white", ax=ax)
    ax.set(title="Temperature", xlabel="°C", ylabel="days", xlim=(-5, 26), ylim=(0, 80))


def boxes(ax):
    ax.boxplot(wind.values(), tick_labels=wind.keys())
    ax.set(title="Wind", ylabel="m/s", ylim=(0, 10))


def correlations(ax):
    mesh = ax.pcolormesh(corr, vmin=-1, vmax=1, cmap="viridis")
    for (row, column), value in np.ndenumerate(corr):
        color = "black" if value > 0.2 else "white"
        ax.text(column + 0.5, row + 0.5, f"{value:.2f}", ha="center", va="center", color=color)
    ax.set_xticks(np.arange(5) + 0.5, corr.columns)
    ax.set_yticks(np.arange(5) + 0.5, corr.index)
    ax.invert_yaxis()
    ax.set_title("Correlations")
    ax.figure.colorbar(mesh)


# The weather of a town on each day of two years.
weather = pd.read_csv("../44-analysis/weather.csv", parse_dates=["date"])
seasons = {0: "winter", 1: "spring", 2: "summer", 3: "autumn"}
weather["season"] = (weather["date"].dt.month % 12 // 3).map(seasons)
weather.shape
weather.head(3)

# A rolling mean.
weather["mean"] = weather["temperature"].rolling(28).mean()
weather["mean"]
weather["mean"].isna().sum()
weather["temperature"].rolling(28, min_periods=1).mean().head(5)
weather["temperature"].rolling(29, center=True).mean().iloc[14:19].reset_index(drop=True)
weather.nlargest(1, "mean")[["date", "mean"]].reset_index(drop=True)

# The totals of groups, for bars.
rain = weather.pivot_table(
    index=weather["date"].dt.month.rename("month"),
    columns=weather["date"].dt.year.rename("year"),
    values="rain",
    aggfunc="sum",
)
rain
rain.sum(axis="columns").rename("both").nlargest(3)

# A histogram.
counts, edges = np.histogram(weather["temperature"], bins=20)
counts
edges
np.histogram(weather["temperature"], bins=20, density=True)[0]

# What boxes show of groups.
wind = {season: days["wind"] for season, days in weather.groupby("season", sort=False)}
stats = pd.DataFrame(boxplot_stats(wind.values(), labels=wind.keys()))
stats[["label", "q1", "med", "q3"]]
stats[["label", "whislo", "whishi"]]
stats.explode("fliers")[["label", "fliers"]].astype({"fliers": "float64"}).reset_index(drop=True)
weather.groupby("season", sort=False)["wind"].describe()

# Correlations.
measured = weather[["temperature", "rain", "wind", "humidity", "sunshine"]]
corr = measured.corr()
corr
measured.corr(method="spearman")
wet = measured.assign(rain=measured["rain"].where(measured["rain"] > 0))
wet.corr(method="spearman")
corr["sunshine"].drop("sunshine").abs().nlargest(1)

for draw in [rolling_mean, totals, distribution, boxes, correlations]:
    fig, ax = plt.subplots(figsize=(6.4, 4.8), dpi=100, layout="constrained")
    draw(ax)
    fig.savefig(f"matplotlib/{draw.__name__}.png")
    plt.close(fig)
