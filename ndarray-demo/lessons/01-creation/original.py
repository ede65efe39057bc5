import numpy as np

np.array([1, 2, 3])
np.array([[1.5, 2.0], [3.0, 4.0]])
np.zeros((2, 3))
np.ones((2, 2), dtype=np.int32)
np.full((2, 2), 7)
np.eye(3)
np.diag([1.0, 2.0, 3.0])
np.arange(5)
np.arange(1.0, 2.0, 0.25)
np.linspace(0.0, 1.0, 5)
np.logspace(0.0, 3.0, 4)
np.fromfunction(lambda i, j: 10 * i + j, (2, 3), dtype=int)
np.array([[1, 2], [3]])

# A dtype is a type, and what it can hold is known.
np.iinfo(np.int8).max
np.finfo(np.float64).eps
np.array([0.1], dtype=np.float32).astype(np.float64)
np.array(["1.5", "-2e3"]).astype(np.float64)
np.array(["1.5", "two"]).astype(np.float64)
np.array([3, 0, -2]).astype(bool)
np.array([1.9, -1.9]).astype(np.int64)
np.array([300, -1]).astype(np.uint8)
np.array([1e20, np.nan]).astype(np.int64)
np.uint8(300)

# NumPy finds a dtype that holds both.
whole = np.array([1, 2], dtype=np.int32)
half = np.array([0.5, 0.25], dtype=np.float32)
whole + half
np.array([1, 2]) / 2
np.array([1, 2]) * 1j
np.array([7, -7]) // 2
np.array([7, -7]) % 3
np.array([True, True, False]) + np.array([1, 2, 3])

# Too large for the dtype: it wraps around.
np.array([200, 1], dtype=np.uint8) + np.array([100, 1], dtype=np.uint8)
np.abs(np.array([-128], dtype=np.int8))
