import math

import numpy as np
import pandas as pd

# What apply is written for, and what says it without.
boxes = pd.DataFrame({"item": ["pen", "lamp", "desk"], "width": [1.0, 20.0, 120.0], "depth": [14.0, 20.0, 60.0]})
boxes.apply(lambda row: row["width"] * row["depth"], axis="columns")
boxes["width"] * boxes["depth"]
boxes["width"].map(lambda width: "large" if width > 100 else "small")
np.where(boxes["width"] > 100, "large", "small")
boxes["item"].map(lambda item: item[0].upper() + item[1:])
boxes["item"].map({"pen": "office", "desk": "furniture"})
boxes[["width", "depth"]].apply(lambda column: column.max() - column.min()).to_frame().T
boxes[["width", "depth"]].apply("max", axis="columns")
boxes[["width", "depth"]].map(lambda value: value / 100)


# A function that no expression has.
def collatz(n):
    steps = 0
    while n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


numbers = pd.DataFrame({"n": pd.array([1, 6, None, 27], dtype="Int64"), "m": [4, 9, 5, 18]})
numbers["m"].map(collatz)
numbers["n"].map(collatz, na_action="ignore")

# Of several columns.
numbers.dropna().apply(lambda row: math.gcd(row["n"], row["m"]), axis="columns")
numbers["m"].apply(lambda m: pd.Series(divmod(m, 4), index=["quotient", "rest"]))


# Of a whole group.
def longest_rise(values):
    longest = length = 0
    for before, after in zip(values, values[1:]):
        length = length + 1 if after > before else 0
        longest = max(longest, length)
    return longest


prices = pd.DataFrame({"share": list("aabbabba"), "price": [1, 2, 5, 4, 3, 6, 7, 2]})
prices.groupby("share")["price"].agg(lambda prices: longest_rise(prices.to_list()))
prices.groupby("share")["price"].transform(lambda prices: prices.iloc[0])

# An error inside is an error outside.
numbers["m"].map(lambda m: 8 // (m - 4))
8 // (numbers["m"].astype("Int64") - 4)
boxes["item"].map(int)
boxes["height"].map(math.sqrt)
