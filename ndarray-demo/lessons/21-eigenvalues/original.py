import numpy as np
import scipy.linalg

symmetric = np.array([[2.0, -1.0, 0.0], [-1.0, 3.0, -1.0], [0.0, -1.0, 5.0]])
values, vectors = np.linalg.eigh(symmetric)
values
# A vector's sign is anyone's choice: let its largest element be 1.
vectors / vectors[np.abs(vectors).argmax(axis=0), np.arange(3)]
(vectors * values) @ vectors.T
np.linalg.eigvalsh(np.array([[2.0, 1.0j], [-1.0j, 2.0]]))
# Only the lower half is read.
np.linalg.eigvalsh(np.array([[2.0, 99.0], [1.0, 2.0]]))

# The values come in no order.
general = np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 4.0], [5.0, 0.0, 6.0]])
w, v = np.linalg.eig(general)
order = np.lexsort([w.imag, w.real])
w, v = w[order], v[:, order]
w
v / v[np.abs(v).argmax(axis=0), np.arange(3)]
np.abs(general @ v - v * w).max() < 1e-13
np.sort_complex(np.linalg.eigvals(np.array([[0.0, -1.0], [1.0, 0.0]])))
# The roots of x³ - 6x² + 11x - 6.
np.sort(np.roots([1.0, -6.0, 11.0, -6.0]))
# A power that counts nothing is none.
np.roots([0.0, 1.0, 2.0]).real
np.roots([np.nan, 1.0])
# Two springs and two masses: stiffness against mass.
np.sort(scipy.linalg.eigvals(np.array([[3.0, -1.0], [-1.0, 1.0]]), np.diag([2.0, 1.0])).real)
# A mass of 0 never comes to rest; where the stiffness is 0, too, anything is an eigenvalue.
np.sort(scipy.linalg.eigvals(np.diag([3.0, 2.0]), np.diag([2.0, 0.0])).real)
np.sort(scipy.linalg.eigvals(np.diag([3.0, 0.0]), np.diag([2.0, 0.0])).real)
# Where a walk between three places ends.
walk = np.array([[0.5, 0.25, 0.25], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]])
values, vectors = np.linalg.eig(walk.T)
stays = vectors[:, values.real.argmax()].real
stays / stays.sum()
np.linalg.matrix_power(walk, 64)[0]

fibonacci = np.array([[1, 1], [1, 0]])
np.linalg.matrix_power(fibonacci, 60)
np.linalg.matrix_power(fibonacci, 0)
np.linalg.matrix_power(general, -2)

# A turn by ten radians.
scipy.linalg.expm(np.array([[0.0, -10.0], [10.0, 0.0]]))
scipy.linalg.expm(symmetric)
# No basis of eigenvectors, but an exponential.
scipy.linalg.expm(np.array([[1.0, 1.0], [0.0, 1.0]]))
scipy.linalg.expm(np.full((2, 2), 1e308))
scipy.linalg.expm(np.array([[1.0, np.nan], [0.0, 1.0]]))
scipy.linalg.sqrtm(symmetric)
scipy.linalg.logm(symmetric)
# An eigenvalue is -1.
scipy.linalg.sqrtm(np.array([[1.0, 2.0], [2.0, 1.0]]))

np.linalg.eig(np.ones((2, 3)))
np.linalg.eigvals(np.array([[1.0, np.nan], [0.0, 1.0]]))
scipy.linalg.eigh(np.array([[1.0, np.inf], [np.inf, 1.0]]))
np.linalg.matrix_power(np.ones((2, 3)), 2)
np.linalg.matrix_power(np.ones((2, 2)), -1)
np.linalg.eigvals(np.zeros((0, 0)))
