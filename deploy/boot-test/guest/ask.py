"""Asks the simulated PiOrchestrator behind the kiosk's back: ``ask.py PATH`` prints its answer."""

import sys
import urllib.request
from pathlib import Path

key = Path("/root/api-key").read_text().strip()
request = urllib.request.Request(f"http://127.0.0.1:8081{sys.argv[1]}", headers={"X-API-Key": key})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(request, timeout=10) as answer:
    print(answer.read().decode())
