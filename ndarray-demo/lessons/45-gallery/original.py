import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.cbook import boxplot_stats
from matplotlib.colors import to_hex
from matplotlib.ticker import LogLocator, MaxNLocator

viridis = plt.colormaps["viridis"]


def line(fig):
    x = np.linspace(0, 10, 201)
    ax = fig.subplots()
    ax.plot(x, np.sin(x), label="sin x")
    ax.plot(x, damped(x), label="damped")
    ax.plot(x, gap(x), label="with a gap")
    ax.set(title="Line", xlabel="x", ylabel="y", xlim=(0, 10), ylim=(-1.1, 1.1))
    ax.legend(loc="upper right")


def scatter(fig):
    x, y, radius = sunflower(300)
    ax = fig.subplots()
    ax.scatter(x, y, c=radius, s=25, cmap="viridis")
    ax.set(title="Scatter", xlabel="x", ylabel="y", xlim=(-24, 24), ylim=(-18, 18))


def bar(fig):
    ax = fig.subplots()
    for offset, (name, heights) in zip([-0.2, 0.2], sold.items()):
        bars = ax.bar(np.arange(4) + offset, heights, width=0.4, label=name)
        ax.bar_label(bars, padding=2)
    ax.set(title="Bars", xlabel="quarter", ylabel="sold", xlim=(-0.6, 3.6), ylim=(0, 80))
    ax.set_xticks(range(4), ["Q1", "Q2", "Q3", "Q4"])
    ax.legend(loc="upper left")


def histogram(fig):
    ax = fig.subplots()
    ax.hist(sums, bins=20, range=(0, 4), edgecolor="white", linewidth=0.7)
    x = np.linspace(0, 4, 161)
    ax.plot(x, 100 * np.exp(-1.5 * (x - 2) ** 2) / np.sqrt(2 * np.pi / 3), color="C1")
    ax.set(title="Histogram", xlabel="sum of four", ylabel="count", xlim=(0, 4), ylim=(0, 80))


def box_plot(fig):
    ax = fig.subplots()
    ax.boxplot(list(groups), tick_labels=["A", "B", "C", "D", "E"])
    ax.set(title="Box plot", xlabel="group", ylabel="value", ylim=(-2, 8))


def heat_map(fig):
    edges = np.linspace(-3, 3, 33)
    middles = (edges[:-1] + edges[1:]) / 2
    z = hills(middles, middles[:, np.newaxis])
    ax = fig.subplots()
    mesh = ax.pcolormesh(edges, edges, z, vmin=-0.8, vmax=1.2, cmap="viridis")
    ax.set(title="Heat map", xlabel="x", ylabel="y")
    fig.colorbar(mesh)


def contour(fig):
    x = np.linspace(-3, 3, 61)
    ax = fig.subplots()
    ax.contour(x, x, hills(x, x[:, np.newaxis]), levels, vmin=-0.8, vmax=1.2, cmap="viridis")
    ax.set(title="Contour lines", xlabel="x", ylabel="y")


def surface(fig):
    x = np.linspace(-8, 8, 25)
    ax = fig.add_subplot(projection="3d")
    ax.plot_surface(x, x[:, np.newaxis], ripple(x, x[:, np.newaxis]), cmap="viridis")
    ax.set(title="Surface", xlabel="x", ylabel="y", zlabel="z", xlim=(-8, 8), ylim=(-8, 8), zlim=(-0.4, 1))
    ax.set(xticks=[-8, -4, 0, 4, 8], yticks=[-8, -4, 0, 4, 8])


def subplots(fig):
    x = np.linspace(-1, 1, 101)
    for order, ax in enumerate(fig.subplots(2, 2, sharex=True, sharey=True).flat, start=1):
        ax.plot(x, chebyshev(order, x), color=f"C{order - 1}")
        ax.set_title(f"T{order}")
    fig.suptitle("Subplots")


def error_bars(fig):
    ax = fig.subplots()
    ax.errorbar(np.arange(1, 11), means, yerr=errors, fmt="o", capsize=4)
    ax.axhline(2, color="grey", linewidth=0.8)
    ax.set(title="Error bars", xlabel="sample", ylabel="mean", xlim=(0, 11), ylim=(1.7, 2.3))


def log_axes(fig):
    f = np.geomspace(1, 1e5, 101)
    ax = fig.subplots()
    for order in (1, 2):
        ax.loglog(f, gain(f, order), label=f"order {order}")
    ax.set(title="Log axes", xlabel="frequency in Hz", ylabel="gain", xlim=(1, 1e5), ylim=(1e-4, 10))
    ax.grid(color="0.85")
    ax.legend(loc="lower left")


def polar(fig):
    angle = np.linspace(0, 2 * np.pi, 361)
    ax = fig.add_subplot(projection="polar")
    ax.plot(angle, 1 + np.cos(angle))
    ax.plot(angle, 2 * np.abs(np.sin(2 * angle)))
    ax.set(title="Polar", rticks=[0.5, 1, 1.5, 2], rmax=2.2)


def animation(fig):
    x = np.linspace(0, 10, 201)
    ax = fig.subplots()
    (curve,) = ax.plot(x, wave(x, 0))
    ax.set(title="Animation", xlabel="x", ylabel="y", xlim=(0, 10), ylim=(-1.1, 1.1))
    return FuncAnimation(fig, lambda frame: curve.set_data(x, wave(x, frame)), frames=40)


# What is drawn.
def damped(x):
    return np.exp(-x / 4) * np.cos(3 * x)


def gap(x):
    return np.where((x > 4) & (x < 6), np.nan, np.cos(x) / 2)


def sunflower(seeds):
    seed = np.arange(seeds)
    angle, radius = seed * np.pi * (3 - np.sqrt(5)), np.sqrt(seed)
    return radius * np.cos(angle), radius * np.sin(angle), radius


def hills(x, y):
    return (1 - x / 2 + x**5 + y**3) * np.exp(-(x**2) - y**2)


def ripple(x, y):
    return np.sinc(np.hypot(x, y) / np.pi)


def chebyshev(order, x):
    return np.polynomial.Chebyshev.basis(order)(x)


def gain(f, order):
    return 1 / np.sqrt(1 + (f / 1000) ** (2 * order))


def wave(x, frame):
    return np.exp(-(((x - 5) / 2) ** 2)) * np.cos(3 * x - 2 * np.pi * frame / 40)


# Numbers that look random and are the same everywhere: multiples of irrational numbers, without their integer part.
uniform = np.arange(1, 501)[:, np.newaxis] * np.sqrt([2, 3, 5, 7]) % 1
sums = uniform.sum(axis=1)
spread = sums.reshape(5, 100) - 2
groups = np.arange(1, 6)[:, np.newaxis] + spread * np.sqrt(np.abs(spread))
means = sums.reshape(10, 50).mean(axis=1)
errors = sums.reshape(10, 50).std(axis=1, ddof=1) / np.sqrt(50)
sold = {"last year": [34, 48, 61, 42], "this year": [41, 45, 70, 58]}
levels = np.linspace(-0.6, 1, 9)

for draw in [line, scatter, bar, histogram, box_plot, heat_map, contour, surface, subplots, error_bars, log_axes, polar]:
    fig = plt.figure(figsize=(6.4, 4.8), dpi=100)
    draw(fig)
    fig.savefig(f"matplotlib/{draw.__name__}.png")
    plt.close(fig)
fig = plt.figure(figsize=(6.4, 4.8), dpi=75)
played = animation(fig)
saved = played.save("matplotlib/animation.gif", PillowWriter(fps=20))

# Where the ticks are.
ticks = MaxNLocator(9, steps=[1, 2, 2.5, 5, 10])
ticks.tick_values(0, 10)
ticks.tick_values(-1.1, 1.1)
ticks.tick_values(1.7, 2.3)
LogLocator().tick_values(1, 1e5)
LogLocator().tick_values(2, 3e4)

# What colours there are.
[to_hex(color) for color in plt.rcParams["axes.prop_cycle"].by_key()["color"]]
[to_hex(color) for color in viridis(np.linspace(0, 1, 256))]
viridis([-0.1, 0.25, 1.1])[:, :3]

# What the curves are made of; NaN ends a piece.
damped(np.linspace(0, 10, 6))
pieces = np.ma.clump_unmasked(np.ma.masked_invalid(gap(np.linspace(0, 10, 201))))
[piece.stop - piece.start for piece in pieces]
sunflower(300)[0][::60]
chebyshev(4, np.linspace(-1, 1, 9))
gain(np.geomspace(1, 1e5, 6), 2)
wave(np.linspace(0, 10, 6), 10)

# Histogram: the last bin has both its edges; what is outside is not counted.
np.histogram(sums, bins=20, range=(0, 4))[0]
np.histogram(sums, bins=20, range=(0, 4))[1]
np.histogram([0.0, 1.0, 2.0, 3.0, 4.0, 4.5, np.nan], bins=4, range=(0, 4))[0]
np.histogram([0.0, 1.0], bins=4, range=(0, np.inf))[0]

# Box plot: quartiles, whiskers to the farthest value within 1.5 boxes, and what is beyond.
boxes = boxplot_stats(list(groups))
[[box["q1"], box["med"], box["q3"]] for box in boxes]
[[box["whislo"], box["whishi"]] for box in boxes]
[len(box["fliers"]) for box in boxes]
boxes[1]["fliers"]
[boxplot_stats([1.0, 2.0, np.nan])[0][key] for key in ["q1", "whislo", "whishi"]]

# Error bars.
means
errors

# Heat map.
grid = np.linspace(-3, 3, 9)
[to_hex(color) for color in viridis(plt.Normalize(-0.8, 1.2)(hills(grid, 0.5)))]

# Contour lines: how many there are at each level, of how many points and how long; and one of them, by the angle.
x = np.linspace(-3, 3, 61)
lines = plt.figure().subplots().contour(x, x, hills(x, x[:, np.newaxis]), levels).allsegs
[len(level) for level in lines]
[sum(len(line) for line in level) for level in lines]
[sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in level) for level in lines]
(ring,) = lines[-1]
ring = ring[:-1]
ring[np.argsort(np.arctan2(ring[:, 1], ring[:, 0] + 0.2))]

# Surface: a face has the colour of its middle height.
x = np.linspace(-8, 8, 25)
axes = plt.figure().add_subplot(projection="3d")
faces = axes.plot_surface(x, x[:, np.newaxis], ripple(x, x[:, np.newaxis]), cmap="viridis")
faces.get_array().reshape(24, 24)[12, 8:16]
