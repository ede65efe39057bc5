import numpy as np

a = np.array([3, -1, 4, -1, 5, -9])
table = np.arange(12).reshape(3, 4)

# Masks.
a[a > 0]
np.flatnonzero(a < 0)
np.argwhere(table % 5 == 0)
np.count_nonzero(a > 0)
np.where(a > 0, a, 0)
np.select([a < 0, a > 3], [-a, 10 * a], default=0)
table[table.sum(axis=1) > 10]
table[:, table[0] % 2 == 1]
a[np.array([True, False])]
np.isin(a, [5, -1])

# Index arrays.
a[[0, 2, 2, -1]]
table[[2, 0]]
np.take(table, [3, 0], axis=1)
table[[0, 1, 2], [3, 2, 1]]
table[np.ix_([0, 2], [1, 3])]
np.take_along_axis(table, np.array([[0], [2], [3]]), axis=1)
np.choose([0, 1, 2, 1], table)
a[[0, 6]]
np.take(a, [5, 6, -7], mode="wrap")
np.unravel_index(7, table.shape)
np.bincount([0, 1, 1, 3])

# Written to.
positive = a.copy()
positive[positive < 0] = 0
positive
replaced = a.copy()
replaced[replaced > 3] = [40, 50]
replaced
placed = a.copy()
placed[[1, 3]] = [10, 30]
placed
# An index that is there twice counts once; in add.at it counts twice.
once = np.zeros(3, dtype=int)
once[[0, 0, 2]] += 1
once
twice = np.zeros(3, dtype=int)
np.add.at(twice, [0, 0, 2], 1)
twice

# Many elements, for which the fast ways are.
many = np.arange(3000) * 7919 % 1009
many[many < 5]
np.where(many > 500, many, -many)[::700]
many[np.arange(3000) * 37 % 3000][::700]
