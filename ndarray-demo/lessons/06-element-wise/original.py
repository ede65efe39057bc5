import numpy as np

x = np.array([-2.0, -0.5, 0.0, 0.5, 3.0])
np.exp(x)
np.tanh(x)
np.log1p(np.abs(x))
np.hypot(x, 1.0)

# A function that NumPy has not.
np.vectorize(lambda v: v if v > 0 else 0.1 * v)(x)

# Rounding, and what becomes of halves.
halves = np.array([-1.5, -0.5, 0.5, 1.5, 2.5])
np.round(halves)
np.floor(halves)
np.round(np.array([1.234, -5.678]), 1)
np.sign(x)
np.mod(x, 0.75)

np.clip(x, -1.0, 1.0)
np.maximum(x, 0.0)
x > 0
(x > -1) & (x < 1)
np.isclose(np.array([0.1 + 0.2, 0.31]), 0.3)

# NaN and infinity.
odd = np.array([np.nan, np.inf, -np.inf, -1.0, 0.0])
np.sqrt(odd)
np.log(odd)
1.0 / odd
odd == odd
np.isfinite(odd)
np.nan_to_num(odd, posinf=9e9, neginf=-9e9)
np.nan_to_num(1e10 * odd, posinf=9e9, neginf=-9e9)
np.maximum(odd, 0.0)
np.fmax(odd, 0.0)
np.array([7, 8]) // np.array([0, 2])

# Three arrays in one expression.
a = np.linspace(0.0, 1.0, 5)
b = np.linspace(2.0, 3.0, 5)
a * b + x
np.add(a * b, x, out=np.empty(5))
np.multiply(a, b, out=a)

# As many as a processor takes at once.
np.exp(np.linspace(-8.0, 8.0, 9))
np.log(np.logspace(-9.0, 9.0, 7))
np.tanh(np.linspace(-1.0, 1.0, 9))
np.sin(np.linspace(-4.0, 4.0, 9))
# NaN and infinity go the same way as one at a time.
np.exp(odd)
np.log(odd[:3])
np.tanh(odd[:3])
np.sin(odd[:3])
np.exp(np.array([-1000.0, 1000.0]))
