import numpy as np
from scipy import special

x = np.array([-2.5, -0.5, 0.0, 0.3, 1.0, 2.0, 5.5, 30.0])
p = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
positive = np.array([0.1, 0.5, 1.0, 2.5, 10.0, 50.0])

# Error functions and their inverses.
special.erf(x)
special.erfc(x)
special.erfinv(2 * p - 1)
special.ndtri(p)

# Gamma, beta and what belongs to them.
special.gamma(x - 0.25)
special.gammaln(x)
special.digamma(positive)
special.rgamma(x)
special.beta(positive, 2.5)
special.betaln(positive, 2.5)
special.poch(positive, 3.0)
special.gammainc(2.5, positive)
special.gammaincc(2.5, positive)
special.gammaincinv(2.5, p)
special.betainc(2.0, 3.5, p)
special.betaincinv(2.0, 3.5, p)

# Bessel functions of the first and the second kind, plain and modified, and those of Airy.
special.j0(x)
special.j1(x)
special.jv(2.5, positive)
special.y0(positive)
special.yn(3, positive)
special.i0(x)
special.k1(positive)
special.kn(3, positive)
special.airy(1.5)

# Elliptic integrals take m, the square of the modulus.
m = np.array([0.0, 0.1, 0.5, 0.9])
special.ellipk(m)
special.ellipe(m)
special.ellipkinc(1.2, m)
special.ellipeinc(1.2, m)
special.ellipj(0.7, 0.5)

# Zeta, exponential, sine and cosine integrals, the dilogarithm, Dawson's and Fresnel's.
special.zeta(np.array([1.5, 2.0, 3.0, 10.0]))
special.zeta(2.0, positive)
special.expn(2, positive)
special.sici(positive)
special.spence(positive)
special.dawsn(x)
special.fresnel(positive)

# As many as a processor takes at once.
special.erf(np.linspace(-6.5, 6.5, 14))
special.gamma(np.linspace(0.25, 32.75, 14))
special.erf(np.array([0.0, -np.inf, np.inf, np.nan]))
special.gamma(np.array([1.0, -1.0, np.inf, np.nan]))

# At poles, where there is no value, and beyond what a double holds.
special.gamma([0.0, -0.0, -1.0, 171.0, 172.0, np.inf, -np.inf, np.nan])
special.gammaln([0.0, -1.0, 1e306, np.inf, np.nan])
special.digamma([0.0, -1.0, np.inf, np.nan])
special.erf([-np.inf, np.inf, np.nan])
special.erfinv([-1.5, 1.5, np.nan])
special.y0([0.0, -1.0, np.inf])
special.k0([0.0, -1.0, 800.0])
special.ellipk([1.0, 1.5, -np.inf])
special.zeta([1.0, 0.5, np.inf])
special.betainc([0.0, -1.0, 1.0], 2.0, [0.5, 0.5, 1.5])
