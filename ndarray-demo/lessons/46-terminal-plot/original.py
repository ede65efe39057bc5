import numpy as np


# Matplotlib draws windows and files. In a terminal, a character of Braille has two by four dots.
def dot(values, low, high, dots):
    share = (values - low) / (high - low)
    return np.floor(share * np.float32(dots) + np.float32(0.5)).astype(int)


def braille(x, y, width, height):
    x, y = x.astype(np.float32), y.astype(np.float32)
    there = np.isfinite(y)
    column = dot(x[there], x.min(), x.max(), width)
    row = height - dot(y[there], y[there].min(), y[there].max(), height)
    dots = np.zeros((height // 4 * 4 + 4, width // 2 * 2 + 2), dtype=bool)
    dots[row, column] = True
    weights = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
    cells = (dots.reshape(height // 4 + 1, 4, width // 2 + 1, 2) * weights[:, np.newaxis]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in line) for line in cells]


x = np.linspace(-10, 10, 121)
y = np.sinc(x / np.pi)

# The samples, and the dots that they become.
y[::12]
dot(np.float32(x), np.float32(-10), np.float32(10), 120)[::12]
dot(np.float32(y), np.float32(y).min(), np.float32(1), 32)[::12]
braille(x, y, 120, 32)

# What is not a number leaves a gap.
braille(x, np.where(np.abs(y) < 0.1, np.nan, y), 120, 32)
braille(x, np.full(121, np.nan), 120, 32)

# Smaller ones.
braille(x, np.sin(x), 80, 16)
braille(x, x**3, 60, 16)
braille(x, x**3, 30, 16)

# Bars: the last bin has both its edges.
np.histogram(y, bins=4, range=(-0.25, 1.25))[0]
np.histogram([0.0, 1.0, 9.0], bins=2, range=(0, 10))[0]
np.histogram([0.0, 9.0, 10.0], bins=2, range=(0, 10))[0]
