import numpy as np
from scipy import signal

# A fifth of a second, sampled at 200 Hz: a slow wave and a fast one.
rate = 200.0
t = np.arange(40) / rate
x = np.sin(2 * np.pi * 10 * t) + 0.5 * np.sin(2 * np.pi * 70 * t)

# A Butterworth low-pass as polynomials, as poles, and as second-order sections.
b, a = signal.butter(4, 30, fs=rate)
b
a
z, p, k = signal.butter(4, 30, fs=rate, output="zpk")
p
k
sos = signal.butter(4, 30, fs=rate, output="sos")
sos
signal.butter(3, 30, btype="highpass", fs=rate, output="sos")
signal.butter(2, [10, 50], btype="bandpass", fs=rate, output="sos")

# Once over the samples; forward and back, which delays nothing.
signal.lfilter(b, a, x)
signal.sosfilt(sos, x)
signal.lfilter(b, a, x[::-1])
signal.sosfilt(sos, x[::-1])
signal.lfilter_zi(b, a)
signal.filtfilt(b, a, x)

# How much of each frequency is left.
w, h = signal.freqz(b, a, worN=8, fs=rate)
w
np.abs(h)
h[1]

# A filter without feedback, by the window method.
taps = signal.firwin(11, 30, fs=rate)
taps
signal.firwin(11, 30, fs=rate, pass_zero=False)
signal.lfilter(taps, 1.0, x)[:6]

# A filter is stable where its poles lie within the unit circle. SciPy does not ask.
np.abs(p).max() < 1
signal.lfilter([1.0], [1.0, -2.0], np.ones(8))
signal.lfilter([1.0], [1.0, -2.0], np.ones(1100))[-1]

# A narrow band of high order: as polynomials its poles are lost in rounding, as sections they are not.
impulse = np.r_[1.0, np.zeros(1999)]
narrow = {"N": 8, "Wn": [1, 2], "btype": "bandpass", "fs": rate}
np.abs(signal.lfilter(*signal.butter(**narrow), impulse)).max() > 1
np.abs(signal.sosfilt(signal.butter(**narrow, output="sos"), impulse)).max()

# Without feedback NaN goes by; with it, it stays. A section has feedback, even if by 0.
gap = np.array([1.0, np.nan, 1.0, 1.0])
signal.lfilter([1.0, 0.5], [1.0], gap)
signal.lfilter([1.0], [1.0, -0.5], gap)
signal.sosfilt([[1.0, 0.5, 0.0, 1.0, 0.0, 0.0]], gap)

# What cannot be.
signal.butter(4, 120, fs=rate)
signal.butter(4, [50, 10], btype="bandpass", fs=rate)
signal.lfilter(b, [0.0, 1.0], x)
signal.butter(4, np.nan, fs=rate)[0]
signal.lfilter_zi([1.0], [1.0, -1.0])
signal.filtfilt([1.0], [1.0, -1.0], x)
signal.filtfilt(b, a, x[:15])
signal.sosfilt(sos[:, :5], x)
signal.sosfilt(np.empty((0, 6)), x)
signal.firwin(10, 30, fs=rate, pass_zero=False)
