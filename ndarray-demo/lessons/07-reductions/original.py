import math

import numpy as np

a = np.array([[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]])
a.sum()
a.sum(axis=0)
a.sum(axis=1)
a.sum(axis=1, keepdims=True)
a.mean()
a.mean(axis=1)
a.var(axis=0)
a.std(axis=1, ddof=1)
a.max()
a.min(axis=0)
a.argmax()
a.argmin(axis=1)
np.cumsum(a)
np.cumsum(a, axis=1)
np.cumprod(a, axis=0)
np.diff(a, axis=1)

# Two axes at once.
cube = np.arange(24).reshape(2, 3, 4)
cube.sum(axis=(0, 2))

# Masks.
(a > 3).any(axis=0)
(a > 0).all()
(a > 3).sum(axis=1)

# One NaN makes all of it NaN, but for those who step over it.
gap = np.array([[1.0, np.nan, 3.0], [4.0, 5.0, 6.0]])
gap.sum(axis=1)
gap.max(axis=1)
gap.min(axis=0)
gap.argmax(axis=1)
np.nansum(gap, axis=1)
np.nanmax(gap, axis=1)

# Of nothing.
empty = np.array([])
empty.sum()
empty.mean()
empty.max()
empty.argmin()
np.zeros((0, 3)).sum(axis=0)
np.zeros((0, 3)).max(axis=0)

# A tenth, a million times: the order of the additions decides what is lost.
tenths = np.full(1_000_000, 0.1)
tenths.sum()
np.add.reduce(tenths)
np.cumsum(tenths)[-1]
math.fsum(tenths)

# Many elements, for which the fast ways are.
table = (np.arange(5000.0) * 7919 % 1009).reshape(50, 100)
many = table.ravel()
table.sum(axis=0)[:4]
table.std(axis=0)[:4]
many.max()
many.argmax()
np.cumsum(many)[::1000]
