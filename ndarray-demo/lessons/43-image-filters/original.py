import io

import matplotlib.image as mpimg
import numpy as np
from scipy import ndimage

picture = np.rint(255 * mpimg.imread("picture.png")).astype(np.uint8)
picture.shape
picture[100:104, 120:126]
grey = picture.astype(float)
grey.mean()

# What lies beyond the border.
row = np.array([1.0, 2.0, 4.0, 8.0])
ndimage.correlate1d(row, [1.0, 1.0, 1.0])
ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode="nearest")
ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode="constant")
ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode="mirror")
ndimage.correlate1d(row, [1.0, 1.0, 1.0], mode="wrap")

# Smooth, and smooth again by another way of computing.
smooth = ndimage.gaussian_filter(grey, 2)
smooth[::51, ::51]
ndimage.gaussian_filter(grey, 2, mode="nearest")[0, ::51]
ndimage.gaussian_filter(grey, 2, mode="constant")[0, ::51]
ndimage.uniform_filter(grey, 5)[::51, ::51]
sharpen = np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
ndimage.correlate(grey, sharpen)[::51, ::51]

# Edges.
down, right = ndimage.sobel(grey, axis=0), ndimage.sobel(grey, axis=1)
down[::51, ::51]
np.hypot(down, right)[::51, ::51]

# The median takes single white dots away; the mean smears them.
dotted = grey.copy()
dotted[2::7, 3::5] = 255
np.abs(dotted - grey).mean()
np.abs(ndimage.median_filter(dotted, 3) - grey).mean()
ndimage.median_filter(dotted, 3)[::51, ::51]
np.abs(ndimage.uniform_filter(dotted, 3) - grey).mean()
ndimage.maximum_filter(picture, 5)[::51, ::51]

# Turned, moved and resized by cubic splines.
ndimage.rotate(grey, 30, reshape=False)[::51, ::51]
ndimage.rotate(grey, 30).shape
ndimage.rotate(grey, 90)[::51, ::51]
[float(ndimage.rotate(grey, angle, order=1).sum()) for angle in (180, 270, 360, -90)]
ndimage.shift(grey, (10.5, -3.25))[::51, ::51]
ndimage.shift(grey, (10.5, -3.25), order=1, cval=255)[::51, ::51]
ndimage.zoom(grey, 0.5)[::32, ::32]
ndimage.zoom(grey, 1.5, order=1).shape


# Otsu: the threshold between the two most different groups of pixels.
def otsu(picture):
    share = np.bincount(picture.ravel(), minlength=256) / picture.size
    dark, level = share.cumsum(), (share * np.arange(256)).cumsum()
    with np.errstate(invalid="ignore"):
        between = (level[-1] * dark - level) ** 2 / (dark * (1 - dark))
    return int(np.nanargmax(between))


otsu(picture)
(picture > otsu(picture)).mean()

# NaN spreads as far as the kernel reaches; a running sum carries it on to the end.
grey[128, 128] = np.nan
int(np.isnan(ndimage.gaussian_filter(grey, 2)).sum())
int(np.isnan(ndimage.uniform_filter(grey, 3)).sum())

# A kernel that is wider than the picture, and no pixels at all.
ndimage.gaussian_filter(row, 3)
few = np.arange(6.0).reshape(2, 3) ** 2
ndimage.median_filter(few, 7)
ndimage.gaussian_filter(np.zeros((0, 4)), 2)

# What cannot be.
ndimage.gaussian_filter1d(grey, -1)
ndimage.gaussian_filter(grey, np.inf)
ndimage.gaussian_filter(grey, 1e300)
ndimage.rotate(grey, np.nan)
ndimage.zoom(grey, np.inf)
ndimage.zoom(grey, 1e300)
ndimage.median_filter(grey, 0)
ndimage.correlate1d(row, [])
otsu(np.zeros(4, dtype=np.uint8))
mpimg.imread(io.BytesIO(b"no picture"))
