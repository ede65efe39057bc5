import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator, RegularGridInterpolator, interp1d

x = np.array([0.0, 1.0, 2.5, 4.0, 5.0, 7.0])
y = np.array([1.0, 3.0, 2.0, 2.0, 6.0, 5.0])
at = np.array([0.0, 0.4, 1.0, 2.0, 3.7, 4.2, 6.5, 7.0])

# Linear. np.interp keeps the end values outside; interp1d raises there, or extrapolates.
np.interp(at, x, y)
np.interp([-1.0, 8.0], x, y)
interp1d(x, y)(at)
interp1d(x, y)(8.0)
interp1d(x, y, fill_value="extrapolate")([-1.0, 8.0])
interp1d(x, y, kind="nearest")(at)

# Cubic splines: the ends make the difference.
CubicSpline(x, y)(at)
CubicSpline(x, y, bc_type="natural")(at)
CubicSpline(x, y, bc_type="clamped")(at)
CubicSpline(x, y, bc_type=((1, 2.0), (2, 0.0)))(at)
CubicSpline(x, y)(8.0)
CubicSpline(x, y, extrapolate=False)(8.0)

# Shape-preserving: between two samples it stays between them.
PchipInterpolator(x, y)(at)
bool(CubicSpline(x, y)(np.linspace(2.5, 4, 50)).min() < 2)
bool(PchipInterpolator(x, y)(np.linspace(2.5, 4, 50)).min() < 2)

# Several functions over the same axis.
table = np.array([[0.0, 1.0], [1.0, 0.0], [4.0, -1.0]])
CubicSpline([0.0, 1.0, 2.0], table)([0.5, 1.5])
interp1d([0.0, 1.0, 2.0], table, axis=0)([0.5, 1.5])

# On a grid.
rows = np.array([0.0, 1.0, 3.0])
columns = np.array([0.0, 2.0, 3.0, 5.0])
height = np.array([[1.0, 2.0, 4.0, 3.0], [2.0, 5.0, 6.0, 1.0], [0.0, 3.0, 8.0, 2.0]])
surface = RegularGridInterpolator((rows, columns), height)
surface([[0.0, 0.0], [0.5, 1.0], [2.0, 2.5], [2.9, 4.9]])
surface([[4.0, 1.0]])

# What cannot be interpolated.
CubicSpline([0.0, 2.0, 1.0], [1.0, 2.0, 3.0])
CubicSpline(x, y[:-1])
CubicSpline([0.0, 1.0, np.nan], [1.0, 2.0, 3.0])
CubicSpline(x, np.where(y == 6, np.nan, y))
PchipInterpolator(x, np.where(y == 6, np.nan, y))

# NaN and infinity as the place, or beside it.
np.interp([0.4, np.nan], x, y)
CubicSpline(x, y)([0.4, np.nan])
CubicSpline(x, y, bc_type="natural")([0.4, np.nan])
PchipInterpolator(x, y)([0.4, np.nan])
interp1d(x, y)(np.inf)
surface([[np.nan, 1.0]])
interp1d(x, y, kind="nearest")(np.nan)
interp1d(x, np.where(y == 6, np.nan, y))([0.4, 4.5])
# Places that do not rise, which interp1d sorts.
interp1d([0.0, 2.0, 1.0], [1.0, 2.0, 3.0])(0.5)
