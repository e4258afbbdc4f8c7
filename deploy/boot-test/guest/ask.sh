#!/usr/bin/env bash
# Asks the simulated PiOrchestrator behind the kiosk's back: `ask.sh PATH` prints its answer. In bash
# alone, which starts at once: it is called while somebody waits for an emulated processor.
set -euo pipefail
exec 3<>/dev/tcp/127.0.0.1/8081
printf 'GET %s HTTP/1.0\r\nX-API-Key: %s\r\n\r\n' "$1" "$(</root/api-key)" >&3
read -r _ status _ <&3
while IFS= read -r line && [[ $line != $'\r' ]]; do :; done <&3
cat <&3
[[ $status == 200 ]]
