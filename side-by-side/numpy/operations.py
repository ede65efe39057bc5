"""What is measured, as it is written with NumPy and SciPy. Our side has operations of the same names.

As a program it does what it is told on standard input: `setup NAME FILE` makes the inputs, runs the operation once and
saves what it came to; `run COUNT` runs it so many times and answers with the seconds that one took.
"""

import math
import sys
import time

import numpy as np
from scipy import integrate, interpolate, ndimage, optimize, signal, sparse, spatial, special, stats

OPERATIONS = {}


def operation(name):
    def add(setup):
        OPERATIONS[name] = setup
        return setup

    return add


def uniform(seed, *shape):
    return np.random.default_rng(seed).random(shape)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


@operation("a * b + c, 10 million")
def _():
    a, b, c = (uniform(seed, 10_000_000) for seed in (1, 2, 3))
    return lambda: a * b + c


@operation("np.exp, 1 million")
def _():
    x = normal(1, 1_000_000)
    return lambda: np.exp(x)


@operation("np.log, 1 million")
def _():
    x = uniform(1, 1_000_000) + 0.5
    return lambda: np.log(x)


@operation("np.tanh, 1 million")
def _():
    x = normal(1, 1_000_000)
    return lambda: np.tanh(x)


@operation("np.sin, 1 million")
def _():
    x = normal(1, 1_000_000)
    return lambda: np.sin(x)


@operation("np.sqrt, 1 million")
def _():
    x = uniform(1, 1_000_000)
    return lambda: np.sqrt(x)


@operation("table + row, 2000 x 2000")
def _():
    table, row = uniform(1, 2000, 2000), uniform(2, 2000)
    return lambda: table + row


@operation("table - column, 2000 x 2000")
def _():
    table, column = uniform(1, 2000, 2000), uniform(2, 2000, 1)
    return lambda: table - column


@operation("a.sum(), 10 million")
def _():
    a = uniform(1, 10_000_000)
    return lambda: a.sum()


@operation("a.sum(axis=0), 3000 x 3000")
def _():
    a = uniform(1, 3000, 3000)
    return lambda: a.sum(axis=0)


@operation("a.sum(axis=1), 3000 x 3000")
def _():
    a = uniform(1, 3000, 3000)
    return lambda: a.sum(axis=1)


@operation("a.std(axis=0), 2000 x 2000")
def _():
    a = uniform(1, 2000, 2000)
    return lambda: a.std(axis=0)


@operation("a.max(), 10 million")
def _():
    a = uniform(1, 10_000_000)
    return lambda: a.max()


@operation("a.argmax(), 10 million")
def _():
    a = uniform(1, 10_000_000)
    return lambda: a.argmax()


@operation("np.cumsum, 10 million")
def _():
    a = uniform(1, 10_000_000)
    return lambda: np.cumsum(a)


@operation("a[a > 0.5], 10 million")
def _():
    a = uniform(1, 10_000_000)
    return lambda: a[a > 0.5]


@operation("np.where, 10 million")
def _():
    condition = uniform(1, 10_000_000) > 0.5
    a, b = uniform(2, 10_000_000), uniform(3, 10_000_000)
    return lambda: np.where(condition, a, b)


@operation("a[indices], 5 million")
def _():
    a = uniform(1, 5_000_000)
    indices = (uniform(2, 5_000_000) * 5_000_000).astype(np.int64)
    return lambda: a[indices]


@operation("np.sort, 1 million")
def _():
    a = uniform(1, 1_000_000)
    return lambda: np.sort(a)


@operation("np.argsort, 1 million")
def _():
    a = uniform(1, 1_000_000)
    return lambda: np.argsort(a)


@operation("np.unique, 1 million")
def _():
    a = (uniform(1, 1_000_000) * 1000).astype(np.int64)
    return lambda: np.unique(a)


@operation("np.searchsorted, 1 million")
def _():
    a, values = np.sort(uniform(1, 1_000_000)), uniform(2, 1_000_000)
    return lambda: np.searchsorted(a, values)


@operation("a.T.copy(), 3000 x 3000")
def _():
    a = uniform(1, 3000, 3000)
    return lambda: a.T.copy()


@operation("a @ b, 1024 x 1024")
def _():
    a, b = uniform(1, 1024, 1024), uniform(2, 1024, 1024)
    return lambda: a @ b


@operation("np.linalg.solve, 1000 x 1000")
def _():
    a, b = normal(1, 1000, 1000), normal(2, 1000)
    return lambda: np.linalg.solve(a, b)


@operation("np.linalg.inv, 500 x 500")
def _():
    a = normal(1, 500, 500)
    return lambda: np.linalg.inv(a)


@operation("np.linalg.svd, 300 x 300")
def _():
    a = normal(1, 300, 300)
    return lambda: np.linalg.svd(a)[1]


@operation("np.linalg.eigh, 500 x 500")
def _():
    a = normal(1, 500, 500)
    a = a + a.T
    return lambda: np.linalg.eigh(a)[0]


@operation("np.linalg.cholesky, 1000 x 1000")
def _():
    a = uniform(1, 1000, 1000)
    a = a + a.T + 1000 * np.eye(1000)
    return lambda: np.linalg.cholesky(a)


@operation("np.fft.fft, 2**20")
def _():
    x = normal(1, 2**20) + 1j * normal(2, 2**20)
    return lambda: np.fft.fft(x)


@operation("np.fft.rfft, 2**20")
def _():
    x = normal(1, 2**20)
    return lambda: np.fft.rfft(x)


@operation("np.fft.fft2, 1024 x 1024")
def _():
    x = normal(1, 1024, 1024) + 1j * normal(2, 1024, 1024)
    return lambda: np.fft.fft2(x)


@operation("rng.random, 10 million")
def _():
    return lambda: np.random.default_rng(1).random(10_000_000)


@operation("rng.standard_normal, 10 million")
def _():
    return lambda: np.random.default_rng(1).standard_normal(10_000_000)


@operation("rng.integers, 10 million")
def _():
    return lambda: np.random.default_rng(1).integers(0, 1000, 10_000_000)


@operation("rng.permutation, 1 million")
def _():
    return lambda: np.random.default_rng(1).permutation(1_000_000)


@operation("ndimage.gaussian_filter, 1024 x 1024")
def _():
    image = uniform(1, 1024, 1024)
    return lambda: ndimage.gaussian_filter(image, 2.0)


@operation("ndimage.median_filter, 512 x 512")
def _():
    image = uniform(1, 512, 512)
    return lambda: ndimage.median_filter(image, 3)


@operation("signal.convolve2d, 512 x 512 by 9 x 9")
def _():
    image, kernel = uniform(1, 512, 512), uniform(2, 9, 9)
    return lambda: signal.convolve2d(image, kernel, mode="same")


@operation("np.convolve, 100,000 by 500")
def _():
    x, kernel = uniform(1, 100_000), uniform(2, 500)
    return lambda: np.convolve(x, kernel)


@operation("signal.fftconvolve, 1 million by 10,000")
def _():
    x, kernel = uniform(1, 1_000_000), uniform(2, 10_000)
    return lambda: signal.fftconvolve(x, kernel)


@operation("signal.sosfilt, 1 million")
def _():
    sos = signal.butter(4, 0.2, output="sos")
    x = normal(1, 1_000_000)
    return lambda: signal.sosfilt(sos, x)


@operation("special.erf, 1 million")
def _():
    x = normal(1, 1_000_000)
    return lambda: special.erf(x)


@operation("special.gamma, 1 million")
def _():
    x = uniform(1, 1_000_000) * 20.0 + 0.5
    return lambda: special.gamma(x)


@operation("ndimage.label, 1024 x 1024")
def _():
    mask = (uniform(1, 128, 128) < 0.5).repeat(8, axis=0).repeat(8, axis=1)
    return lambda: ndimage.label(mask)[0]


@operation("ndimage.binary_erosion, 1024 x 1024")
def _():
    mask = uniform(1, 1024, 1024) < 0.9
    return lambda: ndimage.binary_erosion(mask)


@operation("ndimage.distance_transform_edt, 1024 x 1024")
def _():
    mask = uniform(1, 1024, 1024) < 0.99
    return lambda: ndimage.distance_transform_edt(mask)


@operation("CubicSpline, 1000 knots, 1 million places")
def _():
    spline = interpolate.CubicSpline(np.arange(1000.0), normal(1, 1000))
    places = uniform(2, 1_000_000) * 999.0
    return lambda: spline(places)


@operation("gaussian_kde, 1000 points, 10,000 places")
def _():
    density = stats.gaussian_kde(normal(1, 1000))
    places = normal(2, 10_000)
    return lambda: density(places)


@operation("stats.spearmanr, 100,000")
def _():
    x = normal(1, 100_000)
    y = x + normal(2, 100_000)
    return lambda: stats.spearmanr(x, y).statistic


@operation("sparse @ vector, 1 million")
def _():
    n = 1_000_000
    a = sparse.diags_array([-1.0, 2.0, -1.0], offsets=[-1, 0, 1], shape=(n, n), format="csr")
    x = normal(1, n)
    return lambda: a @ x


@operation("KDTree.query, 100,000 of 100,000")
def _():
    tree = spatial.KDTree(uniform(1, 100_000, 2))
    questions = uniform(2, 100_000, 2)
    return lambda: tree.query(questions, 3)[0]


@operation("integrate.quad")
def _():
    return lambda: integrate.quad(lambda x: math.exp(-x * x), 0.0, 3.0)[0]


@operation("optimize.minimize, BFGS")
def _():
    start = [-1.2, 1.0, -1.2, 1.0]
    rosen, slope = optimize.rosen, optimize.rosen_der
    return lambda: optimize.minimize(rosen, start, jac=slope, method="BFGS", options={"gtol": 1e-8}).x


@operation("solve_ivp, DOP853")
def _():
    def lotka_volterra(_, y):
        hares, lynxes = y
        return [1.5 * hares - hares * lynxes, hares * lynxes - 3.0 * lynxes]

    close = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-12}
    return lambda: integrate.solve_ivp(lotka_volterra, (0.0, 10.0), [10.0, 5.0], **close).y[:, -1]


def floats(value):
    """What an operation came to, as numbers of one type."""
    array = np.asarray(value, order="C")
    return array.view(np.float64) if array.dtype == np.complex128 else array.astype(np.float64)


def main():
    work = None
    for line in sys.stdin:
        command, _, rest = line.rstrip("\n").partition(" ")
        if command == "setup":
            name, _, file = rest.partition("\t")
            work = None
            work = OPERATIONS[name]()
            np.save(file, floats(work()))
            print("ready", flush=True)
        else:
            count = int(rest)
            start = time.perf_counter()
            for _ in range(count):
                work()
            print((time.perf_counter() - start) / count, flush=True)


main()
