import numpy as np


def standardise(table):
    """The columns with mean 0 and standard deviation 1."""
    if not isinstance(table, np.ndarray) or table.dtype != np.float64 or table.ndim != 2:
        raise TypeError("a matrix of float64 is needed")
    if len(table) == 0:
        raise ValueError("no rows")
    centred = table - table.mean(axis=0)
    return centred / np.sqrt((centred * centred).mean(axis=0))


def scale(table, factor):
    """Multiplies the table where it lies."""
    table *= factor


def bisect(function, low, high):
    """Where the function is 0, from an interval at whose ends its signs differ."""
    negative = function(low) < 0
    if negative == (function(high) < 0):
        raise ValueError("the signs at both ends are the same")
    for _ in range(60):
        middle = (low + high) / 2
        if (function(middle) < 0) == negative:
            low = middle
        else:
            high = middle
    return low


def each_row(table, function):
    """What the function makes of each row."""
    return np.array([function(row) for row in table])


# Called with NumPy's arrays, of any strides.
table = np.array([[1.0, 10.0, 5.0], [2.0, 30.0, 5.5], [3.0, 20.0, 7.5], [6.0, 40.0, 6.0]])
standardise(table)
standardise(table.T)
standardise(table[::-2, 1:])
standardise(np.asfortranarray(table))

# Of the wrong type, or shape, or empty.
standardise(table.astype(np.float32))
standardise(table[0])
standardise([[1.0, 2.0], [3.0, 4.0]])
standardise(table[:0])
standardise()

# In place.
scale(table, 2.0)
table
scale(table[:, 1], -1.0)
table[:, 1]
frozen = table.copy()
frozen.flags.writeable = False
scale(frozen, 2.0)
scale(table, "two")

# A function of Python's, called back.
bisect(lambda x: x * x - 2, 0.0, 2.0)
bisect(np.cos, 1.0, 2.0)
bisect(lambda x: x * x + 1, 0.0, 2.0)
bisect(lambda x: 1 / x, 0.0, 1.0)
bisect(lambda x: "zero", 0.0, 1.0)
bisect(2.0, 0.0, 1.0)
each_row(table, np.max)
each_row(table, lambda row: float(row @ row))
each_row(table, lambda row: row[7])
