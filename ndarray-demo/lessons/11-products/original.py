import numpy as np

a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
b = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0]])
v = np.array([1.0, 2.0, 4.0])
w = np.array([3.0, 5.0, 7.0])

v @ w
np.inner(v, w)
a @ v
v @ b
a @ b
a @ a
np.matmul(a, b)
np.matmul(a, a)
np.outer(v, w)
np.kron(np.eye(2), a)
np.trace(a @ b)
np.vdot(np.array([1 + 2j, 3j]), np.array([2 - 1j, 1 + 1j]))
np.linalg.multi_dot([a, b, a])
np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 10)
np.linalg.matrix_power(np.array([[1, 1], [1, 0]]), 90)

# A stack of matrices: the first axis is not summed over.
stack = np.arange(12.0).reshape(2, 2, 3)
stack @ b
stack @ np.stack([b, 2 * b])
stack @ np.ones((3, 3, 2))

# The last axis of one, the middle axis of the other.
cube = np.arange(24.0).reshape(2, 3, 4)
np.tensordot(a, cube, axes=([1], [1]))
np.tensordot(a, cube, axes=([0, 1], [0, 1]))

# In Einstein's notation an index that the result lacks is summed over.
square = a @ b
np.einsum("ii", square)
np.einsum("ii->i", square)
np.einsum("ij->ji", a)
np.einsum("ij,j->i", a, v)
np.einsum("ij,jk->ik", a, b)
np.einsum("i,j->ij", v, w)
np.einsum("bij,jk->bik", stack, b)
np.einsum("ij,ij->i", a, a)
np.einsum("i,ij,j->", np.array([1.0, 2.0]), a, v)
np.einsum("ij,ij->i", a, b)

# Nothing to sum is 0.
np.ones((2, 0)) @ np.ones((0, 3))
