import numpy as np

a = np.array([3.0, 1.0, np.nan, 2.0, -1.0])
np.sort(a)
-np.sort(-a)
np.argsort(a)
np.argsort(np.argsort(a))
table = np.array([[3, 1, 2], [9, 7, 8], [5, 6, 4]])
np.sort(table)
np.sort(table, axis=0)
np.sort(table, axis=None)
np.argsort(table, axis=1)
table[table[:, 1].argsort()]
np.sort(np.array(["pear", "Fig", "apple"]))
np.sort(np.array([]))

# Equal keys stay in order where the sort is stable.
grades = np.array([2, 1, 2, 1, 1])
np.argsort(grades, kind="stable")
surnames = np.array(["Hertz", "Galilei", "Hertz"])
names = np.array(["Heinrich", "Galileo", "Gustav"])
np.lexsort((names, surnames))

# A part of the order for less.
x = np.array([7, 1, 5, 2, 6, 0, 3, 4])
np.partition(x, 3)[3]
np.sort(np.partition(x, 3)[:3])
np.sort(np.argpartition(x, 5)[6:])
np.median(x)
np.quantile(x, [0.25, 0.9])
# What there is not.
np.quantile(x, 1.5)
np.partition(x, 8)

# Each value once.
repeated = np.array([3, 1, 2, 3, 1, 3])
np.unique(repeated)
np.unique(repeated, return_counts=True)[1]
np.unique(repeated, return_index=True)[1]
np.unique(repeated, return_inverse=True)[1]
np.unique(np.array([[1, 2], [0, 5], [1, 2]]), axis=0)
np.union1d([1, 3, 5], [2, 3])
np.intersect1d([1, 3, 5], [5, 3, 4])
np.setdiff1d([1, 3, 5], [2, 3])

# Where it belongs in what is sorted.
edges = np.array([0.0, 1.0, 2.0, 4.0])
np.searchsorted(edges, [1.0, 3.0, 9.0])
np.searchsorted(edges, np.nan)
np.searchsorted(edges, [1.0, 3.0, 9.0], side="right")
np.digitize([-1.0, 0.0, 2.5], edges)
np.histogram([0.5, 1.5, 1.0, 3.0, 4.0, 7.0], edges)[0]
np.histogram([0.5, np.nan, np.inf], edges)[0]
np.histogram([0.5], [1.0, 0.0])

# Many elements, for which the fast ways are.
many = np.arange(5000) * 7919 % 1009 / 8 - 60
np.sort(many)[::1000]
np.argsort(many, kind="stable")[:6]
