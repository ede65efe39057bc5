import numpy as np
from scipy import sparse
from scipy.sparse.linalg import bicgstab, splu, spsolve

# Row, column and value of each element. Two of the same place are summed.
rows = np.array([0, 0, 1, 2, 2, 3, 0])
columns = np.array([0, 3, 1, 0, 2, 3, 3])
values = np.array([4.0, 1.0, 5.0, 2.0, 6.0, 7.0, 2.0])
coo = sparse.coo_array((values, (rows, columns)), shape=(4, 4))
coo.nnz
a = coo.tocsr()
a.nnz
a.toarray()
# How the rows are compressed.
a.indptr.astype(np.int64)
a.indices.astype(np.int64)
a.data
a.tocsc().indptr.astype(np.int64)
a.tocsc().data

a[2, 2]
a[1, 2]
a[[2]].toarray()
a[:, [3]].toarray()
a[1:3].toarray()
a.diagonal()
a.T.toarray()

# Products.
v = np.array([1.0, 2.0, 3.0, 4.0])
a @ v
a.T @ v
(a @ a).toarray()
(a @ a).nnz
a @ np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.0]])
(a + sparse.eye_array(4)).toarray()
(2 * a).sum()
a.sum(axis=0)
sparse.kron(sparse.eye_array(2), sparse.csr_array([[1.0, 2.0]])).toarray()
sparse.vstack([a, a[[1]]]).shape

# Poisson's equation on a line: a thousand unknowns, three of them in each equation.
n = 1000
laplace = sparse.diags_array([np.full(n - 1, -1.0), np.full(n, 2.0), np.full(n - 1, -1.0)], offsets=[-1, 0, 1])
laplace.nnz
solution = spsolve(laplace.tocsc(), np.ones(n))
solution[[0, 1, 499, 999]]
spsolve(a.tocsc(), v)
# The second value is 0 where it converged.
bicgstab(a, v, rtol=1e-12)[0]
bool(bicgstab(a, v, rtol=1e-12, maxiter=1)[1] == 0)
bicgstab(a, np.zeros(4))[0]

# Shapes that do not match, places outside, and a singular matrix.
a @ np.ones(3)
(a @ sparse.eye_array(3)).nnz
a[4, 0]
bicgstab(a, np.ones(3))
# NaN keeps it from converging.
bool(bicgstab(a, np.array([1.0, np.nan, 1.0, 1.0]))[1] == 0)
a @ np.array([1.0, np.nan, 1.0, 1.0])
sparse.coo_array((values, (rows, columns)), shape=(3, 3))
splu(sparse.csc_array([[1.0, 2.0], [2.0, 4.0]])).solve(np.ones(2))
# NaN is answered with NaN.
splu(sparse.csc_array([[2.0, 1.0], [1.0, 4.0]])).solve(np.array([1.0, np.nan]))
