"""Makes users.csv and activity.jsonl: what 40 users did on a web site in a day."""

import json
import random
from pathlib import Path

random.seed(18)
FOLDER = Path(__file__).parent
MORNING = 1_740_987_000_000  # 2025-03-03, 07:30 UTC
MINUTE = 60_000
PAGES = ["/", "/pricing", "/docs", "/docs/install", "/blog", "/account"]
WORDS = ["kafka", "rust", "partition", "consumer lag", "offset"]

users = [(f"user-{number:02}", random.choices(["free", "trial", "paid"], [6, 1, 3])[0]) for number in range(1, 41)]
events = []
for user, _ in users:
    at = MORNING + random.randrange(120) * MINUTE
    for _ in range(random.randrange(1, 5)):
        for _ in range(random.randrange(1, 13)):
            kind = random.choices(["view", "search", "click"], [6, 1, 3])[0]
            what = random.choice(WORDS if kind == "search" else PAGES)
            events.append({"at": at, "user": user, "kind": kind, "what": what})
            at += random.randrange(5_000, 400_000)
        # Some are back within half an hour: that is the same session still.
        at = events[-1]["at"] + random.choice([29, 30, 31, 45, 90, 150]) * MINUTE
events.sort(key=lambda event: event["at"])

with open(FOLDER / "users.csv", "w", newline="\n") as file:
    file.writelines(f"{user},{segment}\n" for user, segment in users)
with open(FOLDER / "activity.jsonl", "w", newline="\n") as file:
    file.writelines(json.dumps(event, separators=(",", ":")) + "\n" for event in events)
