import numpy as np
from scipy.spatial import KDTree

# The golden ratio spreads points evenly.
n = 500
i = np.arange(n)
points = np.column_stack([i * 0.6180339887498949 % 1, i / n])
points[:3]
tree = KDTree(points)
tree.n
tree.m

# The nearest one.
distance, index = tree.query([0.5, 0.5])
distance
index
points[index]

# The five nearest, and those within a distance.
distances, indices = tree.query([0.25, 0.75], k=5)
distances
indices
tree.query_ball_point([0.25, 0.75], 0.06, return_sorted=True)
tree.query_ball_point([0.25, 0.75], 0.06, return_length=True)
tree.query([0.25, 0.75], k=5, distance_upper_bound=0.04)[1]
# With another metric.
tree.query([0.25, 0.75], k=3, p=1)[0]
tree.query([0.25, 0.75], k=3, p=np.inf)[0]

# Many at once.
questions = np.array([[0.0, 0.0], [0.1, 0.9], [0.99, 0.5], [2.0, 2.0]])
tree.query(questions)[0]
tree.query(questions)[1]
tree.query(questions, k=2)[1]
tree.query_ball_point(questions, 0.1, return_length=True)
# Each point's nearest neighbour but itself.
tree.query(points, k=2)[0][:, 1].max()
len(tree.query_pairs(0.05))

# What cannot be asked.
tree.query([0.5, 0.5, 0.5])
tree.query([np.nan, 0.5])
tree.query([np.nan, 0.5], p=np.inf)
tree.query([[0.5, 0.5], [np.inf, 0.5]])
tree.query_ball_point([np.nan, 0.5], 1.0)
tree.query_ball_point([0.25, 0.75], np.nan, return_length=True)
tree.query_ball_point([0.25, 0.75], np.inf, return_length=True)
KDTree(np.array([[0.0, np.nan]]))
KDTree(np.array([[0.0, np.inf]]))
len(KDTree(np.empty((0, 2))).query_ball_point([0.5, 0.5], 1.0))
