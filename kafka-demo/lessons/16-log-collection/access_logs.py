"""Makes web-1.log and web-2.log: what two web servers wrote in an hour."""

import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

random.seed(16)
FOLDER = Path(__file__).parent
PAGES = ["/", "/pricing", "/docs", "/docs/install", "/blog", "/login", "/api/orders", "/café"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0", "curl/8.12.1", "Googlebot/2.1"]

for server in ["web-1", "web-2"]:
    time = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    with open(FOLDER / f"{server}.log", "w", encoding="utf-8", newline="\n") as log:
        for _ in range(400):
            time += timedelta(seconds=random.randrange(1, 18))
            address = f"203.0.113.{random.randrange(1, 255)}"
            status = random.choices([200, 304, 404, 500, 503], [80, 10, 6, 3, 1])[0]
            size = 0 if status == 304 else random.randrange(200, 40_000)
            request = f"GET {random.choice(PAGES)} HTTP/1.1"
            log.write(f'{address} - - [{time:%d/%b/%Y:%H:%M:%S %z}] "{request}" {status} {size} "-" "{random.choice(AGENTS)}"\n')
