import numpy as np
from scipy.integrate import solve_ivp

exact = {"rtol": 1e-10, "atol": 1e-12}


# Hares and lynxes.
def lotka_volterra(t, y):
    hares, lynxes = y
    return [1.5 * hares - hares * lynxes, hares * lynxes - 3 * lynxes]


years = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
solve_ivp(lotka_volterra, (0, 4), [10, 5], method="RK45", t_eval=years, **exact).y.T
solve_ivp(lotka_volterra, (0, 4), [10, 5], method="DOP853", t_eval=years, **exact).y.T
solve_ivp(lotka_volterra, (0, 4), [10, 5], method="RK45", t_eval=years, **exact).t
# Backward in time.
solve_ivp(lotka_volterra, (4, 0), [2.0, 1.0], method="DOP853", **exact).y[:, -1]


# A planet once round the sun: it should be back, with the energy that it had.
def planet(t, y):
    r3 = (y[0] ** 2 + y[1] ** 2) ** 1.5
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def energy(y):
    return (y[2] ** 2 + y[3] ** 2) / 2 - 1 / np.sqrt(y[0] ** 2 + y[1] ** 2)


orbit = solve_ivp(planet, (0, 2 * np.pi), [0.5, 0, 0, np.sqrt(3)], method="DOP853", **exact).y[:, -1]
orbit
energy(orbit)


# Lorenz's weather: chaotic, so that after a while nothing but the shape can be compared.
def lorenz(t, y):
    return [10 * (y[1] - y[0]), y[0] * (28 - y[2]) - y[1], y[0] * y[1] - 8 / 3 * y[2]]


solve_ivp(lorenz, (0, 2), [1, 1, 1], method="DOP853", **exact).y[:, -1]


# Stiff: Robertson's reaction has speeds that are nine powers of ten apart.
def robertson(t, y):
    slow, fast, fastest = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] ** 2
    return [fast - slow, slow - fast - fastest, fastest]


moments = np.array([0.4, 4.0, 40.0, 400.0])
solve_ivp(robertson, (0, 400), [1, 0, 0], method="Radau", t_eval=moments, rtol=1e-9, atol=1e-13).y.T
solve_ivp(robertson, (0, 400), [1, 0, 0], method="BDF", t_eval=moments, rtol=1e-9, atol=1e-13).y.T


# And van der Pol's oscillator, which creeps, then jumps.
def van_der_pol(t, y):
    return [y[1], 1000 * (1 - y[0] ** 2) * y[1] - y[0]]


solve_ivp(van_der_pol, (0, 1000), [2, 0], method="Radau", rtol=1e-9, atol=1e-12).y[0, -1]


# A ball that falls, and hits the floor: an event ends the flight.
def flight(t, y):
    return [y[1], -9.81]


def floor(t, y):
    return y[0]


floor.terminal, floor.direction = True, -1


def bounces(height, times):
    start, state, hits = 0.0, [height, 0.0], []
    for _ in range(times):
        fall = solve_ivp(flight, (start, start + 10), state, events=floor, **exact)
        start, speed = fall.t_events[0][0], fall.y_events[0][0][1]
        state = [0.0, -0.8 * speed]
        hits.append(start)
    return hits


bounces(10.0, 4)
# So high that it does not come down in time.
bounces(1000.0, 1)
solve_ivp(flight, (0, 10), [10.0, 0.0], events=floor, **exact).status
solve_ivp(flight, (0, 1), [10.0, 0.0], events=floor, **exact).status

# A state that is no number, from the start or on the way.
solve_ivp(flight, (0, 1), [np.nan, 0.0], method="DOP853", **exact)
solve_ivp(lambda t, y: y if t < 0.5 else y * np.nan, (0, 1), [1.0], method="DOP853", **exact).success

# A solution that ends: y' = y**2 is infinite at 1.
solve_ivp(lambda t, y: y**2, (0, 2), [1.0], method="DOP853", **exact).success
