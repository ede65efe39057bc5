import numpy as np
from scipy import signal

# Two seconds at 128 Hz of a tone that rises from 8 Hz to 40 Hz.
rate = 128.0
t = np.arange(256) / rate
x = np.sin(2 * np.pi * (8 * t + 8 * t**2))

signal.get_window("hann", 8)
signal.get_window("hann", 8, fftbins=False)

# Energy by frequency, from all samples at once: much scatter.
f, power = signal.periodogram(x, rate)
f[:4]
power[:4]

# Welch: the mean over windows that overlap by half.
f, power = signal.welch(x, rate, nperseg=64)
f
power
signal.welch(x, rate, nperseg=64, scaling="spectrum")[1].max()
signal.welch(x, rate, nperseg=64, average="median")[1].max()

# The same without the mean: how the tone rises.
f, times, power = signal.spectrogram(x, rate, window="hann", nperseg=64, noverlap=32)
power.shape
times
power[::8, ::2]
f[power.argmax(axis=0)]

# Complex, and back again.
f, times, z = signal.stft(x, rate, nperseg=64)
z.shape
z[4:8, 3]
signal.istft(z, rate, nperseg=64)[1][100:104]
signal.istft(z + 1j, rate, nperseg=64)[1][100:104]
np.abs(signal.istft(z, rate, nperseg=64)[1] - x).max() < 1e-14
signal.check_COLA("hann", 64, 32)
signal.check_COLA("hann", 64, 40)

# How much two signals have in common, by frequency.
y = np.roll(x, 5) + np.arange(256) * 37 % 11 / 11
signal.csd(x, y, rate, nperseg=64)[1][4:8]
signal.coherence(x, y, rate, nperseg=64)[1][::8]

# A tone in decibels stands out.
10 * np.log10(signal.welch(x, rate, nperseg=128)[1])[10:40:6]

# NaN spoils what it touches, and no more.
gap = np.where(np.arange(256) == 10, np.nan, x)
np.isnan(signal.spectrogram(gap, rate, window="hann", nperseg=64, noverlap=32)[2]).any(axis=0)
signal.welch(gap, rate, nperseg=64)[1].max()
signal.welch(np.where(np.isnan(gap), np.inf, gap), rate, nperseg=64)[1].max()

# What cannot be.
signal.welch(x, 0.0, nperseg=64)
signal.welch(x, np.nan, nperseg=64)
signal.welch(x, rate, nperseg=64, noverlap=64)
signal.stft(x, rate, nperseg=0)
signal.get_window("henn", 8)
signal.welch([], rate)[1]
signal.coherence([], [], rate)[1]
# Pieces would be cut shorter than their overlap.
signal.welch(x[:20], rate, nperseg=64, noverlap=32)
signal.coherence(x[:20], x[:20], rate, nperseg=64, noverlap=32)
