import numpy as np

column = np.arange(3).reshape(3, 1)
row = np.arange(4)

# Axes of length 1 stretch, and missing ones are put in front.
column + row
np.ones((2, 3, 4)) * row
row + 10
np.broadcast_to(row, (2, 4))
np.broadcast_shapes((3, 1), (4,))

# Shapes that do not match.
row + np.arange(3)
np.broadcast_to(row, (4, 2))

# In place, the left side keeps its shape.
total = np.zeros((3, 4))
total += row
total += column
total
row.__iadd__(column)

# A table without the mean of its columns, and without that of its rows.
table = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]])
table - table.mean(axis=0)
table - table.mean(axis=1, keepdims=True)

# The distances between all points.
points = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
np.sqrt(((points[:, np.newaxis] - points) ** 2).sum(axis=-1))

# A function of three arrays, each broadcast.
np.where(column > row, column, row)
