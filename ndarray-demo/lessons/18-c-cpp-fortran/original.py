import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.ctypeslib import ndpointer

# C, C++ and Fortran, compiled to a shared library.
folder = tempfile.TemporaryDirectory()
objects = []
for compiler, source in ("gcc", "signal.c"), ("g++", "values.cpp"), ("gfortran", "matrix.f90"):
    objects.append(Path(folder.name, source + ".o"))
    subprocess.run([compiler, "-O2", "-fPIC", "-ffp-contract=off", "-c", source, "-o", objects[-1]], check=True)
library = Path(folder.name, "lesson.so")
linked = subprocess.run(["g++", "-shared", *objects, "-o", library], check=True)
library = ctypes.CDLL(library)

double, size, stride = ctypes.c_double, ctypes.c_size_t, ctypes.c_ssize_t
vector = ndpointer(np.float64, ndim=1, flags="C")
columns = ndpointer(np.float64, ndim=2, flags="F")
library.moving_mean.argtypes = vector, size, size, vector
library.strided_sum.argtypes = ndpointer(np.float64), size, stride
library.strided_sum.restype = double
library.sort_unique.argtypes = ndpointer(np.int64, ndim=1, flags="C"), size
library.sort_unique.restype = size
library.median.argtypes = vector, size, ctypes.POINTER(double)
library.times_vector.argtypes = columns, size, size, vector, vector
library.scale_columns.argtypes = columns, size, size, vector


# C: memory in rows, or any strides.
def moving_mean(signal, window):
    means = np.empty(max(len(signal) - window + 1, 0))
    if library.moving_mean(signal, len(signal), window, means) != 0:
        raise ValueError(f"a window of {window} over {len(signal)} values")
    return means


def strided_sum(values):
    return library.strided_sum(values, len(values), values.strides[0] // values.itemsize)


signal = np.array([1.0, 4.0, 9.0, 16.0, 25.0, 36.0])
moving_mean(signal, 2)
moving_mean(signal, 6)
moving_mean(signal, 7)
moving_mean(signal, 0)
moving_mean(signal[::2], 2)
table = np.arange(12.0).reshape(3, 4)
strided_sum(table[1])
strided_sum(table[:, 1])
strided_sum(table[::-1, 3])
strided_sum(table[:0, 0])


# C++: an exception is caught where it is thrown.
def sort_unique(values):
    return values[: library.sort_unique(values, len(values))]


def median(values):
    result = double()
    if library.median(values, len(values), result) != 0:
        raise ValueError("the median of no values")
    return result.value


ids = np.array([5, 3, 5, 1, 3, 5])
sort_unique(ids)
median(signal)
median(signal[:5])
median(signal[:0])
median(np.array([1.0, np.nan, 3.0]))


# Fortran: memory in columns.
def times_vector(matrix, vector):
    if matrix.shape[1] != len(vector):
        raise ValueError(f"{matrix.shape[1]} columns and {len(vector)} values")
    product = np.empty(len(matrix))
    library.times_vector(matrix, *matrix.shape, vector, product)
    return product


def scale_columns(matrix, factors):
    library.scale_columns(matrix, *matrix.shape, factors)
    return matrix


matrix = np.asfortranarray(table)
times_vector(matrix, np.array([1.0, 0.5, 0.25, 2.0]))
times_vector(table.T, np.array([1.0, 10.0, 100.0]))
times_vector(matrix, np.ones(3))
times_vector(table, np.ones(4))
scale_columns(matrix, np.array([1.0, 2.0, 3.0, 0.0]))
