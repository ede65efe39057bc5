import numpy as np

# 1000 rows of 300 numbers, each exactly known.
x = (np.arange(300_000) % 1009 / 8).reshape(1000, 300)

# Element by element: in how many threads it is done changes nothing.
(x * x + 1).sum()
np.sqrt(x)[::250, ::100]
(x + x[1])[::250, ::100]
y = np.where(x > 100, 2 * x, -x)
y[500, :12]

# Each row is summed by one thread, in NumPy's order or another.
x.sum(axis=1)[:6]
np.sqrt(x).sum(axis=1)[::200]

# Down the columns: the sums of blocks of rows, added.
x.sum(axis=0)[:6]
np.sqrt(x).sum(axis=0)[:3]

# All of it: a sum of sums.
x.sum()
np.sqrt(x).sum()
x.max()
np.count_nonzero(x > 100)
float(x.mean())

# Where the parts depend on each other only within a row.
np.cumsum(x, axis=1)[::300, -1]
np.sort(x, axis=1)[::400, :4]

# What one of the threads meets, the caller is told.
np.array([[1.0, 3.0], [np.nan, np.nan]]).max(axis=1)
[float(row[row >= 0].min()) for row in np.array([[1.0, 3.0], [-1.0, -2.0]])]
