import numpy as np
from numpy.random import SeedSequence, default_rng


def fingerprint(numbers):
    """One number that each bit of each element and their order have a part in."""
    bits = numbers.view(f"u{numbers.itemsize}").astype(np.uint64)
    return np.bitwise_xor.reduce(bits * np.arange(1, 2 * len(bits), 2, dtype=np.uint64))


# A seed becomes the state of the generator.
seeds = SeedSequence(42)
seeds.generate_state(6)
SeedSequence([2**40, 7, 0, 1, 2, 3]).generate_state(4)
default_rng(42).bit_generator.random_raw(3)
[child.generate_state(2).tolist() for child in seeds.spawn(2) + seeds.spawn(1)]
[child.random() for child in default_rng(42).spawn(3)]
default_rng(np.arange(5)).random(2)

# From [0, 1) in double and in single precision, which takes half of the bits.
rng = default_rng(42)
rng.random((2, 3))
rng.random(5, dtype=np.float32)
fingerprint(rng.random(10_000))
fingerprint(rng.random(10_001, dtype=np.float32))
rng.uniform(-1.0, 1.0, 4)
rng.uniform(0.0, np.inf, 4)

# Normal and exponential numbers. Few are in the tails, which are drawn by another method.
rng.standard_normal(4)
rng.normal(170.0, 10.0, (2, 2))
rng.normal(170.0, -10.0)
normal = rng.standard_normal(100_000)
fingerprint(normal)
normal[np.abs(normal) > 3.6541528853610088]
rng.standard_exponential(4)
exponential = rng.standard_exponential(100_000)
fingerprint(exponential)
exponential[exponential > 7.6971174701310497]

# Whole numbers. What 32 bits can tell takes half of a draw; narrow types take their bits piece by piece.
rng.integers(0, 10, 8)
rng.integers(1, 6, 8, endpoint=True)
rng.integers(-100, 100, 5, dtype=np.int8)
rng.integers(0, 50_000, 5, dtype=np.uint16)
rng.integers(0, 2, 6, dtype=bool)
rng.integers(0, 2**32, 3, dtype=np.uint32)
rng.integers(0, 2**64, 2, dtype=np.uint64)
rng.integers(0, 10**15, 3)
fingerprint(rng.integers(0, 3 * 2**30, 10_000))
fingerprint(rng.integers(0, 3 * 2**61, 10_000))
fingerprint(rng.integers(0, 200, 10_001, dtype=np.uint8))
fingerprint(rng.integers(-30_000, 3_000, 10_001, dtype=np.int16))
fingerprint(rng.integers(0, 2, 10_001, dtype=bool))
rng.integers(5, 5)

# Choices, with and without replacement.
names = np.array(["Ada", "Bob", "Cleo", "Dan", "Eve"])
weights = [0.1, 0.2, 0.3, 0.2, 0.2]
rng.choice(names, 4)
rng.choice(names, 4, replace=False)
rng.choice(5, 6, p=weights)
rng.choice(5, 4, replace=False, p=weights)
fingerprint(rng.choice(100_000, 1_000, replace=False))
fingerprint(rng.choice(100_000, 5_000, replace=False))
rng.choice(5, 6, replace=False)
rng.choice(5, 2, p=[0.5, 0.5, 0.5, 0.0, 0.0])
rng.choice(0, 1)

# Another order, in place or as a copy.
_ = rng.shuffle(names)
names
table = np.arange(12).reshape(4, 3)
_ = rng.shuffle(table)
_ = rng.shuffle(table, axis=1)
table
rng.permutation(10)
rng.permutation(table)
fingerprint(rng.permutation(10_000))
list(rng.bytes(6))
