import numpy as np

a = np.arange(6)
m = a.reshape(2, 3)

m
a.reshape(3, 2, order="F")
a.reshape(2, -1)
a.reshape(4, 2)

# A transposed array lies in columns: to be read row by row it is copied.
m.T
m.T.ravel()
m.T.ravel(order="K")
m.astype(float).T.copy()
m.T.reshape(-1).base is a
np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).shape
np.swapaxes(m, 0, 1).flags.f_contiguous

# Along an axis that is there, and along a new one.
np.concatenate([m, m + 6])
np.hstack([m, [[10], [20]]])
np.stack([a[:3], a[3:]], axis=1)
np.concatenate([m, np.zeros((2, 2), dtype=int)])
np.stack([a[:3], a[:2]])

# Views of the parts.
np.split(a, 3)[1]
np.split(m, [1], axis=1)[1]
np.split(a, 4)
[len(part) for part in np.array_split(a, 4)]

np.pad(m, 1)
np.pad(a, (2, 3), mode="edge")
np.pad(a, (2, 3), mode="reflect")
np.pad(m, ((0, 1), (2, 0)), mode="wrap")
np.pad(np.array([], dtype=int), 1, mode="edge")
np.tile(m, (2, 2))
np.repeat(a[:3], 2)
np.repeat(m, [1, 2], axis=0)
np.roll(a, 2)
np.roll(m, -1, axis=1)
np.flip(m, axis=0)
m[:, ::-1]
