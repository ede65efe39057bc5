import matplotlib.image as mpimg
import numpy as np
from scipy import ndimage

picture = np.rint(255 * mpimg.imread("../43-image-filters/picture.png")).astype(np.uint8)

# What is bright in the flag: stars.
flag = picture[:140, :70]
mask = ndimage.gaussian_filter(flag.astype(float), 1) > 170
int(mask.sum())

# Pixels that touch get the same number; with corners, if asked.
labels, count = ndimage.label(mask)
count
labels[18:30:2, 20:50:2]
np.bincount(labels.ravel())
ndimage.label(mask, structure=np.ones((3, 3)))[1]

# Where each piece lies, and how large and how bright it is.
boxes = ndimage.find_objects(labels)
[[rows.start, rows.stop, columns.start, columns.stop] for rows, columns in boxes]
ndimage.center_of_mass(mask, labels, range(1, count + 1))
ndimage.center_of_mass(flag)
ndimage.sum_labels(flag, labels, range(1, count + 1))
ndimage.maximum(flag, labels, range(1, count + 1))

# Shapes, small enough to see: a square with a whisker, a hole and a speck.
shape = np.array([list(line) for line in (".......", ".####..", ".####..", ".##.###", ".####..", "......#", "##.....")]) == "#"
ndimage.binary_erosion(shape)
ndimage.binary_dilation(shape)
ndimage.binary_opening(shape)
ndimage.binary_closing(shape)
ndimage.binary_erosion(shape, np.ones((3, 3)))
ndimage.binary_dilation(shape, iterations=2)
ndimage.binary_fill_holes(shape)
dilated = ndimage.binary_dilation(shape)
dilated & ~shape

# The stars without their rays, and the flag without its gaps.
int(ndimage.binary_erosion(mask).sum())
opened = ndimage.binary_opening(mask, np.ones((3, 3)))
int(opened.sum())
ndimage.label(opened)[1]
int(ndimage.binary_closing(mask).sum())
int(ndimage.binary_fill_holes(~mask).sum())
opened[18:30:2, 20:50:2]

# SciPy's erosion takes what lies beyond the border for empty, unless told.
full = np.ones((4, 4), dtype=bool)
ndimage.binary_erosion(full)
# Where all is full there is no background.
ndimage.distance_transform_edt(full)
ndimage.distance_transform_cdt(full, metric="taxicab")
ndimage.binary_erosion(full, border_value=1)

# How far it is to the background.
ndimage.distance_transform_edt(shape)
ndimage.distance_transform_cdt(shape, metric="taxicab")
ndimage.distance_transform_edt(mask).max()
ndimage.distance_transform_edt(~mask)[::40, ::20]
np.rint(ndimage.distance_transform_edt(~mask) ** 2).sum()

# Nothing there; nothing at all; what cannot be.
ndimage.label(np.zeros((3, 3), dtype=bool))[1]
len(ndimage.find_objects(np.zeros((3, 3), dtype=int)))
ndimage.center_of_mass(np.zeros((2, 2)))
ndimage.label(np.zeros((0, 3), dtype=bool))[1]
ndimage.binary_erosion(np.zeros((0, 3), dtype=bool))
ndimage.binary_dilation(np.zeros((0, 3), dtype=bool))
ndimage.binary_fill_holes(np.zeros((0, 3), dtype=bool))
ndimage.distance_transform_edt(np.zeros((0, 3), dtype=bool))
ndimage.label(shape, structure=np.ones((5, 5)))[1]
ndimage.label(shape, structure=[[1, 0, 0], [0, 1, 0], [0, 0, 0]])[1]
