import numpy as np

a = np.arange(12).reshape(3, 4)
a[1, 2]
a[-1, -1]
a[1]
a[:, 1]
a[1:, :2]
a[::2]
a[-2:, :-1]
a.diagonal()
a.flat[5]

# Backwards.
a[::-1]
a[:, ::-2]
a[2:0:-1]
np.arange(10)[8:2:-2]

# More axes, and fewer.
cube = np.arange(24).reshape(2, 3, 4)
cube[1]
cube[..., 0]
cube[1, ..., ::3]
a[:, np.newaxis].shape
cube[:, 1, np.newaxis, ::3]

# Out of bounds: an index raises, a slice ends where the array does.
a[3, 0]
a[-4]
a[1:100]
a[3:]

# Written to.
b = a.copy()
b[0, 0] = 100
b[1] = [7, 8, 9, 10]
b[2, 1:] *= -1
b[:, ::2] += 1
b
c = a.copy()
c[[0, 2]] = c[[2, 0]]
c

# Differences of neighbours, and elements with their indices.
squares = np.arange(6) ** 2
squares[1:] - squares[:-1]
[10 * i + j for (i, j), x in np.ndenumerate(a) if x % 5 == 0]
