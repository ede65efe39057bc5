import numpy as np
from scipy import signal

x = np.array([0, 2, 1, 3, 0, 1, 1, 0, 5, 2, 4, 4, 4, 1, 6, 0, 2, 1, 3, 3], dtype=float)

# A flat top counts once, in its middle; an end never.
peaks, found = signal.find_peaks(x)
peaks
signal.find_peaks(x, height=3)[0]
signal.find_peaks(x, height=(2, 4))[0]
signal.find_peaks(x, distance=4)[0]
signal.find_peaks(x, prominence=3)[0]
signal.find_peaks(x, height=2, distance=3, prominence=2)[0]
signal.find_peaks(-x)[0]

# How high a peak stands above its surroundings, and how wide it is at half of that.
prominences, left, right = signal.peak_prominences(x, peaks)
prominences
left
right
signal.peak_widths(x, peaks)[0]

# Without the mean; without the line of least squares.
signal.detrend([1.0, 2.0, 4.0, 9.0], type="constant")
signal.detrend([1.0, 2.0, 4.0, 9.0])

# Savitzky-Golay: a polynomial through each window.
signal.savgol_coeffs(5, 2)
signal.savgol_coeffs(4, 2)
signal.savgol_filter(x, 5, 2)
signal.savgol_filter(x, 7, 3, deriv=1, mode="nearest")

# The envelope of a wave whose height swells is the size of its analytic signal.
t = np.arange(64) / 64
wave = (1 + 0.5 * np.cos(2 * np.pi * 2 * t)) * np.sin(2 * np.pi * 16 * t)
analytic = signal.hilbert(wave)
analytic[:4]
np.abs(analytic)[::8]
np.diff(np.unwrap(np.angle(analytic)))[::8] * 64 / (2 * np.pi)
signal.find_peaks(np.abs(analytic))[0]

# NaN is no peak, and hides its neighbours.
signal.find_peaks([0.0, 2.0, np.nan, 3.0, 1.0, 4.0, 0.0])[0]
ragged = [0.0, 2.0, 1.0, 3.0, np.nan, 1.0, 4.0, 0.0]
signal.peak_prominences(ragged, [1, 3, 6])[0]
signal.peak_widths(ragged, [1, 3, 6])[0]
signal.find_peaks([0.0, np.inf, 1.0, np.inf, 0.0])[0]
# Under the filter it spoils its window, and no polynomial can be found where that is the first or the last.
signal.savgol_filter(np.where(np.arange(20) == 9, np.nan, x), 5, 2)
signal.savgol_filter(np.where(np.arange(20) == 2, np.nan, x), 5, 2)
signal.savgol_filter(np.where(np.arange(20) == 2, np.nan, x), 5, 2, mode="nearest")
signal.find_peaks([])[0]

# What cannot be.
signal.find_peaks(x, distance=0)
signal.peak_prominences(x, [99])
signal.savgol_filter(x, 5, 5)
signal.savgol_filter(x, 31, 2)
signal.savgol_filter(x, 4, 2)
signal.hilbert([])
signal.detrend([])
signal.detrend([1.0, np.nan, 2.0])
