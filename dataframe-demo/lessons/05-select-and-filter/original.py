import pandas as pd

animals = pd.DataFrame(
    {
        "name": ["ape", "bee", "cat", "dog", "emu"],
        "legs": [2, 6, 4, 4, 2],
        "weight": [65.5, 0.5, 4.25, 30.0, None],
        "weight_max": [90.0, 1.0, 6.0, 80.0, 60.0],
    }
)

# Columns: by name, by position, by type, by pattern.
animals[["name", "legs"]]
animals["height"]
animals[["name", "height"]]
animals.iloc[:, :2]
animals.select_dtypes("number")
animals.filter(regex="^weight")
animals.drop(columns="name")
animals.rename(columns={"legs": "feet"})
animals[["weight", "name"]].rename(columns=str.upper)

# Rows: by position, by label, by condition.
animals.iloc[1:3]
animals.iloc[::2]
animals.set_index("name").loc["cat", "weight"]
animals.set_index("name").loc["yak", "weight"]
animals.set_index("name").loc[["dog", "ape"]]
animals[animals["weight"] > 5]
animals[animals["weight"].between(1, 50) & (animals["legs"] == 4)]
animals[~(animals["weight"] > 5)]
animals[animals["name"].isin(["bee", "yak"])]
animals.query("legs == 4 and weight < weight_max / 2")
animals.loc[animals["legs"] > 2, ["name", "legs"]]
animals.dropna()

# New columns.
animals.assign(share=lambda table: table["weight"] / table["weight_max"], kingdom="animals")
animals["legs"] / 4


def with_pairs(table):
    table = table[["name", "legs"]].copy()
    table.insert(1, "pairs", table["legs"] // 2)
    return table


with_pairs(animals)

# Conditional values.
animals["weight"].where(animals["legs"] == 4)
animals["weight_max"].mask(animals["weight_max"] < 5, 5.0)
animals["legs"].case_when([(animals["legs"] == 2, 20), (animals["legs"] > 4, 60)])
changed = animals[["name", "weight"]].copy()
changed.loc[changed["name"] == "emu", "weight"] = 45.0
changed
animals["legs"].map({2: "biped", 4: "quadruped"})
