import json

import numpy as np

planet = np.dtype([("name", "U8"), ("moons", "i8"), ("mass", "f8"), ("ringed", "?")])
planets = np.array(
    [
        ("Earth", 1, 5.97, False),
        ("Jupiter", 95, 1898.0, True),
        ("Mars", 2, 0.642, False),
        ("Saturn", 146, 568.0, True),
        ("Venus", 0, 4.87, False),
    ],
    dtype=planet,
)

planets[1]
planets["mass"]
planets["mass"].sum()
planets[7]

# A mask of one field chooses records, and with `&` of two.
planets["name"][planets["ringed"]]
planets[(planets["mass"] < 5) & (planets["moons"] > 0)]
np.count_nonzero(planets["moons"] > 100)

# Sorted by a field; by a field and then another; from the largest.
np.sort(planets, order="mass")["name"]
planets[np.argsort(-planets["moons"])]["name"]
np.sort(planets, order=["ringed", "mass"])["name"]
planets["name"][np.argmax(planets["mass"])]

# A field is a view: what is written into it is in the records.
planets["moons"][2] += 1
planets[2]

# A text that is too long for its field is cut off.
planets["name"][4] = "Venus, the evening star"
planets["name"]

# Computed from two fields, then by group.
planets["mass"] / np.maximum(planets["moons"], 1)
[float(planets["mass"][planets["ringed"] == ringed].mean()) for ringed in (False, True)]

# How the records lie in memory, as C would lay them out.
[int(planet.fields[name][1]) for name in ("moons", "mass", "ringed")]
np.dtype(planet.descr, align=True).itemsize

# Records from text.
text = '[{"name": "Io", "moons": 0, "mass": 0.0893, "ringed": false}]'
np.array([tuple(record.values()) for record in json.loads(text)], dtype=planet)
wrong = text.replace("0,", '"none",')
np.array([tuple(record.values()) for record in json.loads(wrong)], dtype=planet)
