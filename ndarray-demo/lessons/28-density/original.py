import numpy as np
from scipy import stats

# Minutes between eruptions of a geyser: two kinds of them.
minutes = np.array([54, 74, 62, 85, 55, 88, 85, 51, 85, 54, 84, 78, 47, 83, 52, 62, 84, 52, 79, 51, 47, 78, 69, 74.0])
grid = np.linspace(40, 100, 13)

# A bell over each value; how wide, a rule says.
scott = stats.gaussian_kde(minutes)
scott.factor
scott.covariance
scott(grid)
silverman = stats.gaussian_kde(minutes, bw_method="silverman")
silverman.factor
silverman(grid)
narrow = stats.gaussian_kde(minutes, bw_method=0.1)
narrow(grid)
narrow.logpdf(grid)

# How much lies between two values.
scott.integrate_box_1d(40.0, 68.0)
scott.integrate_box_1d(-np.inf, np.inf)

# Values that count for more than one.
weights = np.arange(1.0, 25.0)
weighted = stats.gaussian_kde(minutes, weights=weights)
weighted.neff
weighted(grid)

# In two dimensions the bells are as wide and as slanted as the data.
duration = np.array([3.6, 1.8, 3.3, 2.3, 4.5, 2.9, 4.7, 3.6, 2.0, 4.4])
wait = np.array([79, 54, 74, 62, 85, 55, 88, 85, 51, 85.0])
plane = stats.gaussian_kde([duration, wait])
plane.factor
plane.covariance
plane([[2.0, 3.0, 4.5], [55.0, 70.0, 85.0]])

# No bell can be made.
stats.gaussian_kde([3.0])
stats.gaussian_kde([])
stats.gaussian_kde([2.0, 2.0, 2.0])
stats.gaussian_kde([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])

# Nor of NaN and infinity, of weights that are negative or all 0, or of a width that is none.
stats.gaussian_kde([1.0, np.nan, 3.0])
stats.gaussian_kde([1.0, np.inf, 3.0])
scott([60.0, np.nan])
scott.logpdf([60.0, -np.inf])
scott.integrate_box_1d(np.nan, 68.0)
stats.gaussian_kde([1.0, 2.0, 4.0], weights=[1.0, np.nan, 1.0])
stats.gaussian_kde([1.0, 2.0, 4.0], weights=[1.0, -1.0, 3.0])
stats.gaussian_kde([1.0, 2.0, 4.0], weights=[0.0, 0.0, 0.0])
stats.gaussian_kde([1.0, 2.0, 4.0], bw_method=np.nan)([1.0])
stats.gaussian_kde([1.0, 2.0, 4.0], bw_method=0.0)([1.0])
