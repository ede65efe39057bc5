import numpy as np
from scipy import signal

x = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
kernel = np.array([0.5, 0.25, -1.0])

np.convolve(x, kernel)
np.convolve(x, kernel, "same")
np.convolve(x, kernel, "valid")
np.convolve(np.array([1, 2, 3]), np.array([0, 1, -1]))

# The correlation does not turn the kernel round.
np.correlate(x, kernel, "full")
np.correlate(x, kernel, "valid")
signal.correlation_lags(5, 3)

# The place of a pattern in noise is where the correlation is largest.
noise = np.arange(150) ** 3 % 97 / 97
int(np.argmax(np.correlate(noise - 0.5, noise[70:90] - 0.5, "valid")))

# Multiplied as spectra.
signal.fftconvolve(x, kernel)
signal.fftconvolve(x, kernel, "same")

# Long ones: plainly, in blocks, and by way of a spectrum. These numbers have few digits, so that no sum is rounded.
samples = np.arange(10_000) % 97 / 8
taps = np.arange(255) % 7 / 4
np.convolve(samples, taps)[::1000]
np.convolve(samples, taps, "valid").sum()
signal.fftconvolve(samples, taps)[::1000]
signal.oaconvolve(samples, taps)[::1000]

# A picture and a kernel.
picture = np.arange(20.0).reshape(4, 5) ** 2 % 11
edges = np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
signal.convolve2d(picture, edges)
signal.convolve2d(picture, edges, "same")
signal.convolve2d(picture, edges, "valid")
signal.convolve2d(picture, edges, "same", boundary="symm")
signal.convolve2d(picture, edges, "same", boundary="wrap")
signal.correlate2d(picture, edges, "valid")
signal.fftconvolve(picture, edges, "same")
large = np.arange(40_000.0).reshape(200, 200) % 31
box = np.arange(49.0).reshape(7, 7) % 5
signal.convolve2d(large, box, "same")[::50, ::50]

# NaN stays with its neighbours, but spoils a whole spectrum.
gap = np.array([1.0, np.nan, 4.0, 8.0])
np.convolve(gap, [1.0, 1.0])
signal.fftconvolve(gap, [1.0, 1.0])
signal.oaconvolve(gap, [1.0, 1.0])
np.convolve(gap, [1.0, 0.0])
np.convolve(gap, [1.0, 0.0], "full")
np.convolve(x, [1.0, np.inf])
np.convolve(x, [1.0, np.inf], "full")
signal.convolve2d([gap], [[1.0, 0.0, 1.0]], "same")
signal.convolve2d([gap], [[1.0, 0.0, 1.0]], "same", "fill")
signal.convolve2d([x], [[1.0, 0.0, np.inf]], "same")
signal.convolve2d([x], [[1.0, 0.0, np.inf]], "same", "fill")

# What cannot be.
np.convolve([], kernel)
signal.convolve2d(picture, np.ones((2, 6)), "valid")
