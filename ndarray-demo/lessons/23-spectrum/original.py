import numpy as np
from scipy import signal

np.hanning(8)
np.hamming(8)
np.blackman(8)
np.kaiser(8, 14.0)
# A spectrum wants the window that would go on: of one point more, without its last.
signal.get_window("hann", 8)
signal.get_window(("kaiser", 14.0), 8)
np.hanning(1)
np.hanning(0)

# Half a second of two tones, the second ten thousand times weaker.
rate = 1000.0
time = np.arange(500) / rate
tones = np.sin(2 * np.pi * 51.0 * time) + 0.0001 * np.sin(2 * np.pi * 121.0 * time)

# 51 Hz lies between two frequencies, and what leaks from it covers the weak tone.
frequencies, power = signal.periodogram(tones, rate, detrend=False)
frequencies[:4]
power.shape
power[24:29]
frequencies[signal.find_peaks(power, height=1e-10)[0]]
# All power is there: the mean of the squares.
np.allclose(power.sum() * frequencies[1], np.mean(tones**2))

# A window keeps the leak near the tone.
kaiser = ("kaiser", 14.0)
frequencies, windowed = signal.periodogram(tones, rate, kaiser, detrend=False)
windowed[22:30]
frequencies[windowed.argmax()]
frequencies[signal.find_peaks(windowed, height=1e-10)[0]]

# Zeros behind the signal tell nothing new, but the peak is seen between the frequencies.
frequencies, padded = signal.periodogram(tones, rate, kaiser, nfft=4000, detrend=False)
padded.shape
frequencies[padded.argmax()]
frequencies[signal.find_peaks(padded, height=1e-10)[0]]
window = signal.get_window(kaiser, 500)
amplitudes = 2 * np.abs(np.fft.rfft(tones * window, 4000)) / window.sum()
amplitudes[[204, 484]]

signal.periodogram(tones, rate, window=np.ones(300))
signal.periodogram(tones, 0.0)
signal.periodogram(np.array([]))[1]
signal.periodogram(np.array([1.0, np.nan, 3.0]))[1]
