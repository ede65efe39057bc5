import numpy as np

# A slice is a view: who writes to it writes to the array.
a = np.arange(6).reshape(2, 3)
row = a[0]
row[1] = 100
a

# A copy is an array of its own.
copy = a.copy()
copy[1] = 0
copy
a[1]

# A second name is no copy.
b = np.arange(3)
alias = b
alias[0] = -1
b


# A function makes something new, or changes what it is given.
def doubled(x):
    return 2 * x


def double(x):
    x *= 2


doubled(b)
double(b[1:])
b + 0

# Two halves, each written to while the other is read.
c = np.ones((2, 4))
left, right = c[:, :1], c[:, 1:]
left += right.sum(axis=1, keepdims=True)
right *= left
c

# Each element takes the place of the next: NumPy sees the overlap and copies.
d = np.arange(5)
d[1:] = d[:-1]
d

# Who has memory of his own.
np.shares_memory(a, a[0])
np.shares_memory(a, a.copy())
np.shares_memory(a, a.reshape(3, 2))
np.shares_memory(a, a.T.reshape(6))
np.shares_memory(a, np.ascontiguousarray(a))
np.shares_memory(a, np.ascontiguousarray(a.T))

# A buffer becomes an array where it is.
buffer = np.frombuffer(bytearray(b"\x01\x02\x03\x04"), dtype=np.uint8)
square = buffer.reshape(2, 2)
square += 1
np.shares_memory(buffer, square)
buffer
