"""Makes commands.csv: what the holders of three bank accounts asked for. Amounts in cents."""

import random
from pathlib import Path

random.seed(21)
ACCOUNTS = ["alice", "bob", "zoë"]

with open(Path(__file__).parent / "commands.csv", "w", encoding="utf-8", newline="\n") as file:
    file.writelines(f"open,{account},0\n" for account in ACCOUNTS)
    for _ in range(997):
        what = random.choices(["deposit", "withdraw"], [48, 52])[0]
        file.write(f"{what},{random.choice(ACCOUNTS)},{random.randrange(100, 50_000)}\n")
