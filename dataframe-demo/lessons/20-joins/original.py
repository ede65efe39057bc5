import pandas as pd

orders = pd.DataFrame(
    {"order": [1, 2, 3, 4, 5], "customer": [20, 10, 20, 40, None], "amount": [5, 3, 8, 2, 7]}
).convert_dtypes()
customers = pd.DataFrame({"customer": [10, 20, 30], "name": ["Ann", "Ben", "Cat"]}).convert_dtypes()

# Of every kind.
orders.merge(customers, on="customer")
orders.merge(customers, on="customer", how="left")
orders.merge(customers, on="customer", how="right")[["customer", "name", "order", "amount"]]
orders.merge(customers, on="customer", how="outer")
orders.merge(customers, on="customer", how="outer", indicator=True)[["customer", "_merge"]]
orders[orders["customer"].isin(customers["customer"])]
orders.merge(customers, on="customer", how="left_anti").drop(columns="name")
pd.DataFrame({"size": ["S", "L"]}).merge(pd.DataFrame({"colour": ["red", "blue"]}), how="cross")

# Is nothing equal to nothing?
strangers = pd.DataFrame({"customer": [10, None], "name": ["Ann", "nobody"]}).convert_dtypes()
orders.merge(strangers, on="customer")
orders.merge(strangers.dropna(), on="customer")

# Keys of different names, and a lookup.
people = customers.rename(columns={"customer": "id"})
orders.merge(people, left_on="customer", right_on="id")
orders.join(people.set_index("id"), on="customer")
orders["customer"].map(people.set_index("id")["name"]).to_frame("name")

# The same name on both sides.
january = pd.DataFrame({"shop": ["a", "b"], "kind": ["tea", "tea"], "units": [3, 4]}).convert_dtypes()
february = pd.DataFrame({"shop": ["b", "a", "a"], "kind": ["tea", "tea", "mate"], "units": [6, 5, 1]})
february = february.convert_dtypes()
january.merge(february, on="shop", suffixes=("", "_right"))
january.merge(february, on=["shop", "kind"], suffixes=("_jan", "_feb"))
january.merge(february, on=["shop", "kind"], how="outer", suffixes=("_jan", "_feb")).fillna({"units_jan": 0})
january.set_index(["shop", "kind"]).combine_first(february.set_index(["shop", "kind"]))

# How many may match.
orders.merge(customers, on="customer", validate="many_to_one")[["order", "name"]]
january.merge(february, on="shop", validate="one_to_one")
january.merge(february, on="town")

# By an inequality.
rates = pd.DataFrame({"above": [0, 4, 7], "below": [4, 7, 100], "rate": [0.0, 0.1, 0.2]})
orders.merge(rates, how="cross").query("above <= amount < below")[["order", "amount", "rate"]]

# With itself.
staff = pd.DataFrame({"id": [1, 2, 3, 4], "name": ["Eva", "Max", "Zoe", "Jan"], "boss": [None, 1, 1, 2]})
staff = staff.convert_dtypes()
staff.merge(staff, left_on="boss", right_on="id", suffixes=("", "_boss"))[["name", "name_boss"]]
staff.merge(staff, how="cross", suffixes=("", "_other")).query("id < id_other")[["name", "name_other"]]
