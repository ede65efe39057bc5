import numpy as np
from scipy.optimize import minimize, minimize_scalar, rosen, rosen_der

# Rosenbrock's valley is curved and nearly flat; its lowest point is (1, 1).
start = [-1.2, 1.0]
rosen(start)
rosen_der(start)

bfgs = minimize(rosen, start, jac=rosen_der, method="BFGS", options={"gtol": 1e-8})
bfgs.x
bfgs.fun
bfgs.success

# Without a derivative.
simplex = minimize(rosen, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
simplex.x
simplex.fun
simplex.success

# In ten dimensions.
many = minimize(rosen, np.full(10, 0.5), jac=rosen_der, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-8})
many.x
many.success

# Bounds that cut the valley off.
boxed = minimize(rosen, start, jac=rosen_der, method="SLSQP", bounds=[(-2, 0.5), (-2, 2)], options={"ftol": 1e-12})
boxed.x
boxed.fun
boxed.success

# Inside a circle. SciPy's constraint is met where it is not negative.
disc = {"type": "ineq", "fun": lambda x: 1 - x[0] ** 2 - x[1] ** 2, "jac": lambda x: [-2 * x[0], -2 * x[1]]}
inside = minimize(rosen, [0.0, 0.0], jac=rosen_der, method="SLSQP", constraints=disc, options={"ftol": 1e-12})
inside.x
inside.fun


# One variable.
def double_well(x):
    return x**4 - 3 * x**2 + x


minimize_scalar(double_well, bounds=(0, 2), method="bounded", options={"xatol": 1e-9}).x
minimize_scalar(double_well, bounds=(-2, 0), method="bounded", options={"xatol": 1e-9}).x
minimize_scalar(double_well, bounds=(-2, 0), method="bounded", options={"xatol": 1e-9}).fun
minimize_scalar(double_well, bounds=(2, 0), method="bounded").x

# No convergence.
minimize(rosen, start, jac=rosen_der, method="BFGS", options={"maxiter": 5}).success
minimize(rosen, start, method="Nelder-Mead", options={"maxiter": 5}).success
minimize(rosen, start, jac=rosen_der, method="SLSQP", options={"maxiter": 5}).success

# From a point that is none.
nowhere = [np.nan, 1.0]
minimize(rosen, nowhere, jac=rosen_der, method="BFGS").success
minimize(rosen, nowhere, method="Nelder-Mead").success
minimize(rosen, nowhere, jac=rosen_der, method="L-BFGS-B").success
minimize(rosen, nowhere, jac=rosen_der, method="SLSQP").success
minimize_scalar(lambda x: np.nan, bounds=(0, 1), method="bounded").success
minimize_scalar(double_well, bounds=(np.nan, 2), method="bounded").x
minimize_scalar(double_well, bounds=(0, np.inf), method="bounded").x
