import numpy as np
from scipy.optimize import curve_fit, least_squares

# Misra1a: a data set with certified results of the Statistical Reference Datasets, on an adsorption.
volume = np.array([77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0])
y = np.array([10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78])

# SciPy stops at a change of 1e-8 unless it is told otherwise.
precise = {"ftol": 1e-12, "xtol": 1e-12}


def adsorbed(x, b1, b2):
    return b1 * (1 - np.exp(-b2 * x))


parameters, covariance = curve_fit(adsorbed, volume, y, p0=[500, 1e-4], **precise)
parameters
covariance
np.sqrt(np.diag(covariance))
# Certified: 2.3894212918e+02 and 5.5015643181e-04.
np.sum((y - adsorbed(volume, *parameters)) ** 2)

# The same as a sum of squares.
found = least_squares(lambda b: adsorbed(volume, *b) - y, [500, 1e-4], method="lm", **precise)
found.x
found.cost
found.success

# A peak on a slope, with measurements that are known to differ in precision.
time = np.linspace(0, 10, 21)
error = np.where(time < 5, 0.05, 0.2)
ripple = np.sin(37 * time)
signal = 3 * np.exp(-(((time - 4) / 1.5) ** 2)) + 0.1 * time + error * ripple


def peak(t, height, center, width, slope):
    return height * np.exp(-(((t - center) / width) ** 2)) + slope * t


weighted, weighted_covariance = curve_fit(
    peak, time, signal, p0=[1, 5, 1, 0], sigma=error, absolute_sigma=True, **precise
)
weighted
weighted_covariance
plain, _ = curve_fit(peak, time, signal, p0=[1, 5, 1, 0], **precise)
plain
peak(np.array([0.0, 4.0, 8.0]), *weighted)

# As many points as parameters tell nothing of their variance.
curve_fit(adsorbed, volume[:2], y[:2], p0=[500, 1e-4])[1]

# What cannot be fitted: too few points, too few steps, a hole in the data.
curve_fit(peak, time[:3], signal[:3], p0=[1, 5, 1, 0])
curve_fit(adsorbed, volume, y, p0=[500, 1e-4], maxfev=4)
curve_fit(adsorbed, volume, np.where(y > 80, np.nan, y), p0=[500, 1e-4])
curve_fit(adsorbed, volume, y[:-1], p0=[500, 1e-4])

# NaN and infinity: in the data, at the start, in the deviations. SciPy refuses the first; from the others it does not move.
curve_fit(adsorbed, np.where(volume > 700, np.nan, volume), y, p0=[500, 1e-4])
curve_fit(adsorbed, volume, np.where(y > 80, np.inf, y), p0=[500, 1e-4])
least_squares(lambda b: adsorbed(volume, *b) - np.where(y > 80, np.inf, y), [500, 1e-4], method="lm")
curve_fit(adsorbed, volume, y, p0=[np.nan, 1e-4])[0]
curve_fit(adsorbed, volume, y, p0=[500, 1e-4], sigma=np.where(y > 80, np.nan, 1.0))[0]
curve_fit(adsorbed, volume, y, p0=[500, 1e-4], sigma=np.where(y > 80, np.inf, 1.0), **precise)[0]
