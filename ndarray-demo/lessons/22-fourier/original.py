import numpy as np
import scipy.fft

x = np.array([1.0, 2.0, 0.0, -1.0, 1.5, 0.0, 3.0, -2.0])

np.fft.fft(x)
np.fft.ifft(np.fft.fft(x)).real
# The length is padded with zeros, or cut.
np.fft.fft(x, 12)
np.fft.fft(x, 5)
# A prime length.
np.fft.fft(np.arange(13.0))
np.fft.fft(x.astype(np.float32))

# Of a real signal half the spectrum says all.
np.fft.rfft(x)
np.fft.irfft(np.fft.rfft(x))
# It does not say whether the length was odd.
np.fft.irfft(np.fft.rfft(x[:7]))
np.fft.irfft(np.fft.rfft(x[:7]), 7)

np.fft.fft(x, norm="ortho")
np.fft.fft(x, norm="forward")
np.fft.ifft(x, norm="forward")

np.fft.fftfreq(8, d=0.1)
np.fft.fftfreq(7)
np.fft.rfftfreq(8, d=0.1)
np.fft.fftshift(np.fft.fftfreq(7))
np.fft.ifftshift(np.fft.fftshift(np.arange(7)))

image = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.0, 1.0], [5.0, 5.0, 0.0, 2.0]])
np.fft.fft(image, axis=0)
np.fft.fft2(image)
# In place, as far as the type allows.
wide = np.arange(24.0).reshape(2, 12)
scipy.fft.fft2(wide, overwrite_x=True)
np.fft.ifft2(np.fft.fft2(image)).real
np.fft.rfft2(image)
np.fft.fftshift(image)
np.fft.fftn(np.arange(24.0).reshape(2, 3, 4))

# A product of spectra is a convolution that wraps around.
np.fft.irfft(np.fft.rfft(x) * np.fft.rfft([0.5, 0.25, 0.25], 8))

np.fft.fft(np.array([]))
np.fft.fft(x, 0)
np.fft.irfft(np.array([]))
np.fft.fft(x, axis=1)
# One value that is none makes all of them none.
np.isnan(np.fft.fft(np.array([1.0, np.nan, 2.0]))).all()
