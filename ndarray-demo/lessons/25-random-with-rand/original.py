import numpy as np

rng = np.random.default_rng()

# What stays the same from run to run: shape, type and bounds.
square = rng.random((3, 4))
square.shape
((0.0 <= square) & (square < 1.0)).all()
rng.random(5, dtype=np.float32).dtype.name
dice = rng.integers(1, 6, 1000, endpoint=True)
np.unique(dice)
dice.dtype.name

# Means and a standard deviation, within five standard errors of what they should be.
count = 100_000
normal = rng.normal(170.0, 10.0, count)
abs(normal.mean() - 170.0) < 5 * 10.0 / np.sqrt(count)
abs(normal.std() - 10.0) < 5 * 10.0 / np.sqrt(2 * count)
exponential = rng.exponential(2.0, count)
abs(exponential.mean() - 2.0) < 5 * 2.0 / np.sqrt(count)
gamma = rng.gamma(2.5, 2.0, count)
abs(gamma.mean() - 5.0) < 5 * np.sqrt(10.0 / count)
binomial = rng.binomial(10, 0.3, count)
abs(binomial.mean() - 3.0) < 5 * np.sqrt(2.1 / count)
poisson = rng.poisson(3.5, count)
abs(poisson.mean() - 3.5) < 5 * np.sqrt(3.5 / count)
beta = rng.beta(2.0, 3.0, count)
abs(beta.mean() - 0.4) < 5 * np.sqrt(0.04 / count)

# Two numbers of one normal distribution in the plane, with the correlation that was asked for.
pairs = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.8], [0.8, 1.0]], count)
pairs.shape
abs(np.corrcoef(pairs.T)[0, 1] - 0.8) < 5 * 0.36 / np.sqrt(count)

# An estimate of pi.
points = rng.uniform(-1.0, 1.0, (count, 2))
abs(4 * ((points**2).sum(axis=1) <= 1.0).mean() - np.pi) < 5 * np.sqrt(np.pi * (4 - np.pi) / count)

# Choices and orders: what is drawn has been there, and all of it.
names = np.array(["Ada", "Bob", "Cleo", "Dan"])
np.isin(rng.choice(names, 10), names).all()
np.sort(rng.choice(names, 4, replace=False))
drawn = rng.choice(4, count, p=[0.1, 0.2, 0.3, 0.4])
np.abs(np.bincount(drawn) / count - [0.1, 0.2, 0.3, 0.4]).max() < 5 * 0.5 / np.sqrt(count)
shuffled = np.arange(10)
_ = rng.shuffle(shuffled)
np.sort(shuffled)

# The same seed, the same numbers.
np.array_equal(np.random.default_rng(7).random(100), np.random.default_rng(7).random(100))

# Parameters that make no distribution.
rng.normal(0.0, -1.0)
rng.binomial(10, 1.5)
rng.exponential(-2.0)
rng.gamma(-1.0)
