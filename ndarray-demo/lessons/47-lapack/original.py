import numpy as np
import scipy.linalg

# A driver is a subroutine of LAPACK, in Fortran: dsyevd, which divides and conquers.
symmetric = np.array([[2.0, -1.0, 0.0], [-1.0, 3.0, -1.0], [0.0, -1.0, 5.0]])
values, vectors = scipy.linalg.eigh(symmetric, driver="evd")
values
np.abs(vectors)
(vectors * values) @ vectors.T
# Only the lower half is read.
scipy.linalg.eigh(np.array([[2.0, 99.0], [1.0, 2.0]]), driver="evd")[0]
scipy.linalg.eigh(np.zeros((0, 0)), driver="evd")[0]
scipy.linalg.eigh(np.ones((2, 3)), driver="evd")
scipy.linalg.eigh(np.array([[1.0, np.nan], [np.nan, 1.0]]), driver="evd")

tall = np.array([[1.0, -1.0], [2.0, 0.5], [2.0, 3.0], [4.0, 1.0]])
u, s, vt = scipy.linalg.svd(tall, full_matrices=False, lapack_driver="gesdd")
s
np.abs(u)
np.abs(vt)
(u * s) @ vt
# A wide matrix has as many singular values as rows.
wide = tall[:3].T
left, values_of_wide, right = scipy.linalg.svd(wide, full_matrices=False, lapack_driver="gesdd")
values_of_wide
(left * values_of_wide) @ right
scipy.linalg.svd(np.zeros((0, 3)), full_matrices=False, lapack_driver="gesdd")[2]
scipy.linalg.svd(np.array([[1.0, np.nan], [0.0, 1.0]]), full_matrices=False, lapack_driver="gesdd")
