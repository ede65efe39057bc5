import numpy as np
from scipy import stats

x = np.array([-3.0, -0.5, 0.0, 1.0, 2.5, 9.0])
p = np.array([0.001, 0.025, 0.5, 0.9, 0.999])

# A density, the probability of no more, of more, and the value below which so much lies.
normal = stats.norm(loc=1.0, scale=2.0)
normal.pdf(x)
normal.cdf(x)
normal.sf(x)
normal.ppf(p)

t = stats.t(df=5)
t.pdf(x)
t.cdf(x)
t.sf(x)
t.ppf(p)

positive = np.array([0.1, 0.5, 1.0, 2.5, 9.0, 40.0])
chi2 = stats.chi2(df=4)
chi2.pdf(positive)
chi2.cdf(positive)
chi2.sf(positive)
chi2.ppf(p)

f = stats.f(dfn=3, dfd=10)
f.pdf(positive)
f.cdf(positive)
f.sf(positive)
f.ppf(p)

# SciPy has the scale, statrs the rate, which is 1 / scale.
gamma = stats.gamma(a=2.5, scale=2.0)
gamma.pdf(positive)
gamma.cdf(positive)
gamma.sf(positive)
gamma.ppf(p)

exponential = stats.expon(scale=0.5)
exponential.pdf(positive)
exponential.sf(positive)

beta = stats.beta(a=2.0, b=3.5)
beta.pdf(p)
beta.cdf(p)
beta.sf(p)
beta.ppf(p)

# Discrete ones.
k = np.array([0, 1, 3, 7, 10])
binomial = stats.binom(n=10, p=0.3)
binomial.pmf(k)
binomial.cdf(k)
binomial.sf(k)
binomial.ppf(p)

poisson = stats.poisson(mu=3.5)
poisson.pmf(k)
poisson.cdf(k)
poisson.sf(k)
poisson.ppf(p)

# Far out, where 1 - cdf is 0.
stats.norm.sf([5.0, 10.0, 30.0])
stats.norm.cdf([-10.0, -30.0, np.inf, np.nan])
stats.t.sf([10.0, 100.0], df=5)
stats.chi2.sf([100.0, 1000.0], df=4)

# Moments, entropy, and parameters that make no distribution.
normal.stats(moments="mvs")
gamma.entropy()
stats.norm.cdf(0.0, scale=-1.0)
normal.ppf([-0.1, 0.0, 1.0, 1.1])
