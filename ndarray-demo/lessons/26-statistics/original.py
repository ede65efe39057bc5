import numpy as np
from scipy import stats

before = np.array([5.1, 4.9, 6.2, 5.8, 6.0, 5.5, 5.3, 6.7, 5.9, 6.1])
after = np.array([5.6, 5.0, 6.8, 6.1, 6.9, 5.4, 5.9, 7.2, 6.6, 6.3])
other = np.array([4.2, 5.0, 4.8, 5.6, 3.9, 4.4, 5.2])

# A sample in numbers.
before.mean()
before.var(ddof=1)
stats.skew(before)
stats.kurtosis(before)
stats.sem(before)
stats.gmean(before)
stats.hmean(before)
stats.trim_mean(before, 0.1)
stats.mode([3, 1, 2, 3, 2, 3])
stats.zscore(before)
nobs, minmax, *moments = stats.describe(before)
nobs
minmax
moments

# Quantiles: NumPy has thirteen ways between two values.
np.median(before)
np.quantile(before, [0.1, 0.25, 0.5, 0.9])
np.quantile(before, 0.33, method="lower")
np.quantile(before, 0.33, method="nearest")
np.quantile(before, 0.33, method="midpoint")
np.quantile(before, [0.1, 0.33], method="hazen")
np.quantile(before, [0.1, 0.33], method="weibull")
np.quantile(before, [0.1, 1.5], method="hazen")
np.quantile(before, 1.5)

# Histograms.
counts, edges = np.histogram(before, bins=4)
counts
edges
np.histogram(before, bins=[4.0, 5.0, 5.5, 6.0, 7.0], density=True)[0]

# Is a mean what it should be, and are two the same?
list(stats.ttest_1samp(before, 5.5))
list(stats.ttest_ind(before, other))
list(stats.ttest_ind(before, other, equal_var=False))
list(stats.ttest_rel(before, after))
list(stats.ttest_1samp(before, 5.5, alternative="greater"))
list(stats.mannwhitneyu(before, other, method="asymptotic"))
list(stats.f_oneway(before, after, other))

# Do two things go together?
list(stats.pearsonr(before, after))
list(stats.spearmanr(before, after))
list(stats.kendalltau(before, after, method="asymptotic"))
list(stats.linregress(before, after))
np.cov(before, after)
np.corrcoef(before, after)

# Counts: as expected, and independent of each other?
list(stats.chisquare([16, 18, 16, 14, 12, 12]))
table = np.array([[10, 10, 20], [20, 20, 20]])
statistic, pvalue, freedom, expected = stats.chi2_contingency(table)
statistic, pvalue, freedom
expected
# One degree of freedom: corrected, since counts are whole.
few = np.array([[8, 2], [1, 5]])
list(stats.chi2_contingency(few)[:3])
stats.chi2_contingency([[1, 2], [0, 0]])

# Too little to say something.
stats.ttest_1samp([1.0], 0.0).pvalue
stats.pearsonr([1.0], [2.0])
stats.pearsonr(before, other)
stats.describe([])
list(stats.ttest_ind([5.0], before))
list(stats.ttest_ind([5.0], before, equal_var=False))
stats.linregress([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
stats.chisquare([5, 5], f_exp=[5, 10])
np.quantile([], 0.5)
stats.trim_mean([1.0, 2.0, 3.0], 1.5)
# Two points lie on a line always.
list(stats.linregress([1.0, 2.0], [3.0, 4.0]))

# No difference, no variation, no distance from the line, and a value that is missing.
list(stats.ttest_rel(before, before))
list(stats.pearsonr([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))
list(stats.pearsonr([1.0, 2.0], [5.0, 3.0]))
list(stats.pearsonr(before, 2 * before))
list(stats.linregress([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]))
list(stats.linregress([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]))
list(stats.spearmanr([1.0], [2.0]))
list(stats.kendalltau([1.0], [2.0]))
stats.describe([1.0]).variance
stats.skew([1.0, 1.0, 1.0])
gap = np.where(before > 6.5, np.nan, before)
np.quantile(gap, [0.1, 0.33], method="hazen")
stats.trim_mean(gap, 0.1)
list(stats.ttest_1samp(gap, 5.5))
list(stats.f_oneway(gap, after, other))
stats.skew(gap)
list(stats.mannwhitneyu(gap, other, method="asymptotic"))
list(stats.ttest_ind(gap, other))
list(stats.pearsonr(gap, after))
list(stats.spearmanr(gap, after))
list(stats.kendalltau(gap, after))
list(stats.linregress(gap, after))
endless = np.where(before > 6.5, np.inf, before)
list(stats.pearsonr(endless, after))
list(stats.spearmanr(endless, after))
list(stats.linregress(after, endless))
