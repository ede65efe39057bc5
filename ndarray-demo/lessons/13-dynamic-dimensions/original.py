import numpy as np

# In NumPy each array's number of axes is known when the program runs. In Rust it is part of the type, unless it is
# IxDyn.
shape = (2, 3, 2)
a = np.arange(12).reshape(shape)

a
a.ndim
a.size
a.sum(axis=a.ndim - 1)
a[1, 2, 0]
a[1, ..., 0]
a[5, 0, 0]
a[0, 0, 0, 0]

# A function for any number of axes.
def centre(array):
    return array[tuple(length // 2 for length in array.shape)]

centre(a)
centre(np.array([1, 2, 3]))
centre(np.array(7))

# The axes that are not known to be there.
np.squeeze(np.ones((1, 3, 1))).shape
np.expand_dims(a, 0).shape
a.transpose().shape
a.sum(axis=(0, 2))
a.sum(axis=3)
[array.ndim for array in (a, a[0], a[0, 0])]

# Where the code needs a matrix it says so.
def number_of_rows(matrix):
    rows, columns = matrix.shape
    return rows

number_of_rows(a[0])
number_of_rows(a)
number_of_rows(a[0, 0])
