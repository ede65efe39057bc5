import math
import warnings

import numpy as np
from scipy import integrate


# SciPy warns where it is not sure of a result; here that is an error.
def quad(f, a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("error", integrate.IntegrationWarning)
        return integrate.quad(f, a, b)[0]


quad(lambda x: math.exp(-x * x), 0, 1)
quad(lambda x: math.exp(-x * x), 1, 0)
# To infinity, and from one end to the other.
quad(lambda x: math.exp(-x), 0, math.inf)
quad(lambda x: math.exp(-x * x / 2), -math.inf, math.inf)
quad(lambda x: 1 / (1 + x * x), -math.inf, 0)
# An end at which the function is infinite.
quad(lambda x: 1 / math.sqrt(x), 0, 1)
quad(math.log, 0, 1)
# A kink, and a wave.
quad(lambda x: abs(x - 0.3), 0, 1)
quad(lambda x: math.sin(50 * x), 0, math.pi / 4)
# These have no finite value.
quad(lambda x: 1 / x, 0, 1)
quad(lambda x: x, 0, math.inf)

# Over a triangle, and over a disc: the inner bounds are functions.
integrate.dblquad(lambda y, x: x * y, 0, 1, 0, lambda x: 1 - x)[0]
integrate.dblquad(lambda y, x: 1, -1, 1, lambda x: -math.sqrt(1 - x * x), lambda x: math.sqrt(1 - x * x))[0]
quad(lambda x: quad(lambda y: 1 / y, 0, 1), 0, 1)

# A fixed rule: five points are exact up to the ninth power.
nodes, weights = np.polynomial.legendre.leggauss(5)
nodes
weights
integrate.fixed_quad(lambda x: x**9, 0, 2, n=5)[0]
integrate.fixed_quad(np.cos, 0, np.pi / 2, n=5)[0]

# Samples.
x = np.array([0.0, 0.5, 1.0, 2.0, 3.0, 3.5, 4.0])
y = x * x
integrate.trapezoid(y, x)
integrate.trapezoid(y, dx=0.5)
integrate.cumulative_trapezoid(y, x)
integrate.cumulative_trapezoid(y, x, initial=0)
integrate.simpson(y, x=x)
integrate.simpson(y[:6], x=x[:6])
integrate.simpson(np.sqrt(x), dx=0.5)
table = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]])
integrate.trapezoid(table, dx=2.0, axis=0)
integrate.trapezoid(table, dx=2.0, axis=1)
integrate.trapezoid(y, x[:-1])
integrate.simpson(np.array([]), dx=1.0)
integrate.simpson([1.0, 2.0], dx=1.0)
integrate.trapezoid([], dx=1.0)
integrate.trapezoid(np.zeros((0, 3)), dx=2.0, axis=0)

# NaN and infinity: of the function, at an end of the range, among samples.
quad(lambda x: math.nan, 0, 1)
quad(np.sqrt, -1, 1)
# No node lies in the hole.
quad(lambda x: math.nan if 0.3 < x < 0.31 else 1.0, 0, 1)
quad(lambda x: math.inf, 0, 1)
quad(math.exp, 0, math.inf)
quad(lambda x: 1.0, -math.inf, math.inf)
quad(lambda x: x, math.nan, 1)
quad(lambda x: x, 0, math.nan)
integrate.fixed_quad(np.sqrt, -1, 1, n=5)[0]
integrate.fixed_quad(np.cos, 0, np.inf, n=5)[0]
np.polynomial.legendre.leggauss(0)
integrate.trapezoid([1.0, np.nan, 3.0], dx=0.5)
integrate.trapezoid([1.0, np.inf, 3.0], dx=0.5)
integrate.simpson([1.0, np.nan, 3.0], dx=0.5)
# Two samples at one place.
integrate.simpson([1.0, 2.0, 3.0], x=[0.0, 1.0, 1.0])
