import numpy as np
import scipy.linalg

a = np.array([[4.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 4.0]])
b = np.array([11.0, -16.0, 17.0])

np.linalg.solve(a, b)
# Each column of the right side is solved for.
np.linalg.solve(a, np.array([[11.0, 4.0], [-16.0, -2.0], [17.0, 1.0]]))
np.linalg.inv(a)
np.linalg.det(a)
# The determinant outgrows a float64 long before the matrix is near singular.
np.linalg.det(10 * np.eye(400))
np.linalg.slogdet(10 * np.eye(400))
np.linalg.slogdet(a[[1, 0, 2]])

np.linalg.norm(b)
np.linalg.norm(b, 1)
np.linalg.norm(b, np.inf)
# The square of 1e200 is none of the float64.
scipy.linalg.norm(np.array([3e200, 4e200]))
np.linalg.norm(a)
np.linalg.norm(a, 1)
np.linalg.norm(a, 2)
# One NaN makes a norm NaN.
gap = np.array([[1.0, np.nan], [2.0, 3.0]])
np.linalg.norm(gap[0], np.inf)
np.linalg.norm(gap, 1)
np.linalg.norm(a, axis=1)

np.linalg.cond(a)
# The condition number says how many digits of a solution are lost: here ten of sixteen.
hilbert = scipy.linalg.hilbert(8)
np.linalg.cond(hilbert)
np.allclose(hilbert @ np.linalg.solve(hilbert, np.ones(8)), np.ones(8), rtol=0, atol=1e-7)
np.linalg.matrix_rank(hilbert)

# A line through five points.
x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
y = np.array([1.1, 2.9, 5.2, 7.1, 8.8])
line = np.column_stack([np.ones(5), x])
solution, residual, rank, singular_values = np.linalg.lstsq(line, y)
solution
residual
singular_values
int(rank)
# By QR, which is quicker.
scipy.linalg.lstsq(line, y, lapack_driver="gelsy")[0]
np.linalg.pinv(line)

# The second row is twice the first.
singular = np.array([[1.0, 2.0], [2.0, 4.0]])
np.linalg.det(singular)
np.linalg.matrix_rank(singular)
np.linalg.solve(singular, np.array([5.0, 10.0]))
np.linalg.inv(singular)
# Of all that solve it, the shortest.
np.linalg.lstsq(singular, np.array([5.0, 10.0]))[0]
np.linalg.pinv(singular)
np.linalg.cond(np.diag([1.0, 0.0]))
np.linalg.cond(np.zeros((2, 2)))
np.linalg.cond(np.zeros((0, 0)))

np.linalg.solve(line, y)
np.linalg.solve(a, y)
np.linalg.lstsq(line, b)
scipy.linalg.solve(np.array([[1.0, np.nan], [0.0, 1.0]]), np.ones(2))
np.linalg.pinv(np.array([[1.0, np.nan], [0.0, 1.0]]))
# NumPy goes on with NaN where SciPy refuses it.
np.linalg.det(np.array([[1.0, np.nan], [0.0, 1.0]]))
np.linalg.inv(np.array([[1.0, np.nan], [0.0, 1.0]]))
np.linalg.matrix_rank(np.array([[1.0, np.nan], [0.0, 1.0]]))
np.linalg.solve(a, np.array([1.0, np.nan, 2.0]))
np.linalg.lstsq(line[:3], np.array([1.0, np.nan, 2.0]))[0]
scipy.linalg.lstsq(line[:3], np.array([1.0, np.nan, 2.0]))
np.linalg.det(np.zeros((0, 0)))
np.linalg.solve(np.zeros((0, 0)), np.zeros(0))
