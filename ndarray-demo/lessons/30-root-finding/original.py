import math

import numpy as np
from scipy import optimize


# Wallis's equation, on which Newton showed his method.
def cubic(x):
    return x * x * x - 2 * x - 5


def slope(x):
    return 3 * x * x - 2


optimize.bisect(cubic, 2, 3)
optimize.brentq(cubic, 2, 3)
optimize.newton(cubic, 2, fprime=slope)
# Without a derivative it is the secant method.
optimize.newton(cubic, 2, x1=3)
optimize.brentq(lambda x: math.cos(x) - x, 0, 1)
optimize.newton(lambda x: math.cos(x) - x, 1, fprime=lambda x: -math.sin(x) - 1)

# Many equations at once: the square roots of an array.
numbers = np.array([2.0, 3.0, 5.0, 7.0])
optimize.newton(lambda x: x * x - numbers, np.ones(4), fprime=lambda x: 2 * x)

# A change of sign is not always a root.
optimize.bisect(lambda x: 1 / (x - 0.3), 0, 1)

# No change of sign, and what is not a number.
optimize.bisect(cubic, 3, 4)
optimize.brentq(cubic, 3, 4)
optimize.bisect(cubic, math.nan, 3)
optimize.bisect(lambda x: math.nan if x == 0.5 else x - 0.3, 0, 1)
optimize.brentq(lambda x: math.nan if 0 < x < 1 else x - 0.3, 0, 1)
optimize.bisect(cubic, -math.inf, 3)
optimize.newton(lambda x: math.nan, 1.0, fprime=lambda x: 1.0)
optimize.newton(lambda x: math.nan, 1.0, x1=2.0)
optimize.root(lambda v: v * math.nan, [1.0, 1.0]).success

# No convergence.
optimize.newton(cubic, 0, fprime=slope, maxiter=5)
optimize.newton(lambda x: x * x + 1, 1, fprime=lambda x: 2 * x)
optimize.bisect(cubic, 2, 3, maxiter=10)
optimize.brentq(cubic, 2, 3, maxiter=3)


# Two equations in two unknowns.
def curves(v):
    x, y = v
    return [x * math.cos(y) - 4, x * y - y - 5]


def jacobian(v):
    x, y = v
    return [[math.cos(y), -x * math.sin(y)], [y, x - 1]]


optimize.fsolve(curves, [1, 1])
optimize.root(curves, [1, 1], jac=jacobian).x
optimize.root(curves, [1, 1], jac=jacobian).success


# A circle and a line that do not meet.
def apart(v):
    x, y = v
    return [x * x + y * y - 1, x + y - 3]


def jacobian_apart(v):
    x, y = v
    return [[2 * x, 2 * y], [1, 1]]


optimize.root(apart, [1, 0.5], jac=jacobian_apart).success
