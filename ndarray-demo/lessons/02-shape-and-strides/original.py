import numpy as np

a = np.arange(24).reshape(2, 3, 4)
a.shape
a.ndim
a.size
a.nbytes
a.strides
a.T.shape
a.T.strides
a.flags.c_contiguous
a.T.flags.c_contiguous
a.T.flags.f_contiguous

# The same elements in Fortran's order: the first index runs fastest.
f = np.asfortranarray(a[0])
f
f.strides
f.ravel()
f.ravel(order="K")
np.zeros((3, 4), order="F").strides
np.array_equal(f, a[0])
np.ascontiguousarray(f).strides

# What strides can do without a copy.
a[:, ::2, ::-1].strides
np.broadcast_to(np.arange(3), (4, 3)).strides
a.transpose(1, 2, 0).strides
a.swapaxes(0, 2).shape
np.lib.stride_tricks.sliding_window_view(np.arange(5), 3)
np.lib.stride_tricks.as_strided(np.arange(6), shape=(3, 2), strides=(8, 24))

# No element at all, and no axis at all.
np.zeros((0, 3)).size
np.array(5).ndim
a.reshape(5, 5)
a.reshape(4, -1).shape
a.reshape(4, 6, order="F")
