import numpy as np
import scipy.linalg

a = np.array([[2.0, 1.0, 1.0], [4.0, -6.0, 0.0], [-2.0, 7.0, 2.0]])

rows, l, u = scipy.linalg.lu(a, p_indices=True)
rows.tolist()
l
u
(l @ u)[rows]
# The factors are kept, and used as often as there are right sides.
factors = scipy.linalg.lu_factor(a)
scipy.linalg.lu_solve(factors, np.array([5.0, -2.0, 9.0]))
scipy.linalg.solve_triangular(u, np.array([-2.0, 4.0, 1.0]))

tall = np.array([[1.0, -1.0], [2.0, 0.5], [2.0, 3.0], [4.0, 1.0]])
q, r = np.linalg.qr(tall)
# The signs are anyone's choice: let the diagonal of R be positive.
signs = np.sign(np.diag(r))
q * signs
signs[:, np.newaxis] * r
np.allclose(q.T @ q, np.eye(2), rtol=0, atol=1e-14)
np.linalg.qr(tall, mode="complete")[0].shape
# The longest column first.
scipy.linalg.qr(np.array([[1.0, 9.0, 2.0], [0.0, 9.0, 5.0]]), pivoting=True)[2].tolist()

positive = np.array([[4.0, 2.0, -2.0], [2.0, 10.0, 2.0], [-2.0, 2.0, 6.0]])
np.linalg.cholesky(positive)
np.linalg.cholesky(positive, upper=True)
scipy.linalg.cho_solve(scipy.linalg.cho_factor(positive), np.array([4.0, 14.0, 6.0]))
np.linalg.cholesky(np.array([[2.0, 1.0j], [-1.0j, 2.0]]))
# Only the lower half is read.
np.linalg.cholesky(np.array([[4.0, 99.0], [2.0, 5.0]]))
np.linalg.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))
np.linalg.cholesky(tall)

v, s, wt = np.linalg.svd(tall, full_matrices=False)
s
# Again the signs: let the largest element of each left vector be positive.
signs = np.sign(v[np.abs(v).argmax(axis=0), np.arange(2)])
v * signs
signs[:, np.newaxis] * wt
np.linalg.svd(tall)[0].shape
# The nearest matrix of rank 1, in which the signs cancel.
s[0] * np.outer(v[:, 0], wt[0])
np.linalg.norm(tall - s[0] * np.outer(v[:, 0], wt[0]), 2)

scipy.linalg.lu_solve(factors, np.array([1.0, np.nan, 2.0]))
scipy.linalg.solve_triangular(u, np.array([1.0, np.nan, 2.0]))
scipy.linalg.solve_triangular(np.array([[1.0, 2.0], [0.0, 0.0]]), np.ones(2))
np.linalg.svd(np.array([[1.0, np.nan], [0.0, 1.0]]))
scipy.linalg.qr(np.array([[1.0, np.inf], [0.0, 1.0]]))
scipy.linalg.cholesky(np.array([[1.0, np.nan], [np.nan, 1.0]]))
