import numpy as np
from scipy.optimize import linprog, milp

# A workshop makes tables and chairs from wood and hours. linprog minimises, so that profit is a negative cost.
profit = np.array([30.0, 20.0])
needs = np.array([[4.0, 2.0], [2.0, 4.0]])
stock = np.array([60.0, 48.0])
plan = linprog(-profit, A_ub=needs, b_ub=stock)
plan.x
-plan.fun
plan.slack
plan.success

# Bounds: not more than five chairs.
linprog(-profit, A_ub=needs, b_ub=stock, bounds=[(0, None), (0, 5)]).x

# Whole tables and chairs.
linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0])).x
linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0]), integrality=1).x
linprog(-profit, A_ub=needs, b_ub=np.array([61.0, 50.0]), integrality=1).fun

# From two plants to three towns: what leaves a plant is bounded, what arrives in a town is given.
cost = np.array([[8.0, 6.0, 10.0], [9.0, 12.0, 13.0]])
supply = np.array([35.0, 50.0])
demand = np.array([20.0, 30.0, 25.0])
leaves = np.kron(np.eye(2), np.ones(3))
arrives = np.kron(np.ones(2), np.eye(3))
routes = linprog(cost.ravel(), A_ub=leaves, b_ub=supply, A_eq=arrives, b_eq=demand)
routes.x.reshape(2, 3)
routes.fun
routes.x.reshape(2, 3).sum(axis=0)

# Which things to pack into a bag that carries 10.
value = np.array([60.0, 100.0, 120.0, 70.0])
weight = np.array([2.0, 4.0, 6.0, 3.0])
bag = milp(-value, constraints=(weight, -np.inf, 10), integrality=np.ones(4), bounds=(0, 1))
np.round(bag.x).astype(np.int64)
value @ bag.x

# What has no solution. SciPy says so in a status: 2 is infeasible, 3 unbounded.
linprog([1, 1], A_ub=[[1, 1]], b_ub=[-1]).status
linprog([-1, 0], A_ub=[[0, 1]], b_ub=[1]).status
linprog([1, 1], A_ub=[[1, 1]], b_ub=[-1]).x
linprog([1, 1], A_ub=[[1, 1, 1]], b_ub=[1])
linprog([1, np.nan], A_ub=[[1, 1]], b_ub=[1])
linprog([1, 1], A_ub=[[1, np.inf]], b_ub=[1])
linprog([1, 1], A_ub=[[1, 1]], b_ub=[np.nan])
linprog([1, 1], A_ub=[[1, 1]], b_ub=[-np.inf])
linprog([1, 1], A_ub=[[1, 1]], b_ub=[np.inf])
# Bounds that nothing meets, and one that is NaN.
linprog([1, 1], bounds=[(2, 1), (0, 1)]).status
linprog([1, 1], bounds=[(0, np.nan), (0, 1)]).x
