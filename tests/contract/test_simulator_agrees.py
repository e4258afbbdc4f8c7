"""The simulator answers in the shapes of the documents, in each of its dialects.

Kiosk and simulator know nothing of each other's code; the examples are what they have in common.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from websockets.sync.client import connect

from tests.contract.bench import ALLOWLIST, BATCH, DIALECTS, Bench
from tests.contract.catalogue import Case, Json, calls, read
from tests.contract.shapes import differences
from tests.simulator.streams import open_stream
from tests.support.canary import KEY

CAMERA, CONTAINER = "espcam-b0f7f1", "kitchen-fridge-001"

SHOWN = [
    (dialect, case)
    for dialect in DIALECTS
    for case in calls()
    if dialect in case.simulator and "data" in case.expect
]


def _session_of(case: Case, bench: Bench) -> str:
    """Return the session that the operation needs."""
    if case.operation in {"resume", "discard"}:
        interrupted = bench.interrupted()
        bench.session_id = interrupted if case.operation == "resume" else ""
        return interrupted
    if case.operation == "unpause":
        bench.ask("POST", f"{BATCH}/{bench.running()}/pause").raise_for_status()
    elif case.operation == "history" or (case.operation == "start" and bench.session_id):
        bench.stopped()
    elif case.operation not in {"start", "history-clear"}:
        bench.running()
    return bench.session_id


def _device_of(case: Case, bench: Bench) -> str:
    if case.operation == "allowlist-remove":
        return str(bench.ask("GET", ALLOWLIST).json()["data"]["entries"][-1]["mac"])
    is_failed = case.operation == "retry" or "failed" in case.argv
    return bench.device("failed" if is_failed else "discovered")


def _prepared(case: Case, bench: Bench) -> Json:
    """Return the case's request with sessions, devices and cameras that there really are."""
    assert case.request is not None
    path = case.request["path"]
    if "/provisioning/" in path:
        if "/devices/" in path or f"{ALLOWLIST}/" in path or "failed" in case.argv:
            device = quote(_device_of(case, bench), safe="")
            path = re.sub(r"AA%3A[0-9A-F%]+", device, path)
        session = _session_of(case, bench)
        path = re.sub(r"sess_7kq2m9|0b61a3d4-[0-9a-f-]+", session, path)
    camera, container = _placed(bench) if CAMERA in str(case.request) else ("", "")
    path = path.replace(CAMERA, camera).replace(CONTAINER, container)
    if case.operation == "camera-assign":
        bench.ask("DELETE", f"{path}/{camera}").raise_for_status()
    if case.operation == "espcam-discovered":
        bench.scanned()
    body = json.dumps(case.request.get("body")).replace(CAMERA, camera)
    return {**case.request, "path": path, "body": json.loads(body)}


def _placed(bench: Bench) -> tuple[str, str]:
    """Return the second camera of the first container, and that container."""
    (container, *_) = bench.ask("GET", "/api/v1/containers").json()["data"]["containers"]
    return container["cameras"][1]["device_id"], container["id"]


@pytest.mark.parametrize(
    ("bench", "case"),
    [pytest.param(dialect, case, id=f"{dialect}-{case}") for dialect, case in SHOWN],
    indirect=["bench"],
)
def test_an_answer_has_the_documented_shape(bench: Bench, case: Case) -> None:
    request = _prepared(case, bench)
    answer = bench.ask(
        request["method"], request["path"], params=request.get("query"), json=request["body"]
    )
    assert answer.is_success, answer.text
    if case.operation == "start":
        bench.session_id = answer.json()["data"]["session"]["id"]
    elif case.operation == "stop":
        bench.session_id = ""
    elif case.operation == "pause":
        bench.stopped()
    assert case.response is not None
    if "body" not in case.response:
        assert answer.status_code == case.response["status"]
        assert answer.headers.get("content-type") == case.response.get("content_type")
    else:
        assert not list(differences(case.response["body"], answer.json()))


def test_every_event_has_the_shape_of_its_example(bench: Bench) -> None:
    """A whole session is told in the dialect's own words and no others."""
    examples: dict[str, list[Json]] = {}
    for case in read("events"):
        if case.get("dialect") == bench.dialect:
            event = json.loads(re.findall(r"^data: ?(.*)$", case["stream"], re.MULTILINE)[0])
            examples.setdefault(event["type"], []).append(event)
    if bench.session_id:
        bench.stopped()
    with open_stream(bench.simulator, api_key=KEY) as stream:
        path = f"{BATCH}/{bench.running()}/devices/{bench.device('failed')}/retry"
        bench.ask("POST", path).raise_for_status()
        bench.device("verified")
        bench.stopped()
        told = stream.until(_is_the_end)
    assert {"device.discovered", "device.state_changed"} <= {event["type"] for event in told}
    for event in told:
        reasons = [list(differences(one, event)) for one in examples[event["type"]]]
        assert not min(reasons, key=len), event


def test_the_log_is_streamed_as_documented(bench: Bench) -> None:
    streams = [case["stream"] for case in read("logs") if bench.dialect in case.get("dialects", [])]
    (example,) = re.findall(r"^event: log\ndata: (.*)$", streams[0], re.MULTILINE)
    with httpx.stream(
        "GET", f"{bench.simulator.url}/api/v1/system/logs/stream", trust_env=False
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        bench.ask("POST", "/api/v1/espcam/scan").raise_for_status()
        frame = next(frame for frame in _frames(answer) if frame["event"] == "log")
    assert frame["id"]
    assert not list(differences(json.loads(example), json.loads(frame["data"])))


def _frames(answer: httpx.Response) -> Iterator[dict[str, str]]:
    frame: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(":")
        if name:
            frame[name] = value.removeprefix(" ")
        elif frame:
            yield frame
            frame = {}


def test_the_socket_tells_everything_first(bench: Bench) -> None:
    (example, *_) = read("monitoring")
    url = f"{bench.simulator.url}/ws/monitor".replace("http", "ws", 1)
    with connect(url, proxy=None) as socket:
        told = json.loads(socket.recv(timeout=10))
    assert not list(differences(_by_camera(json.loads(example["messages"][0])), _by_camera(told)))


def _by_camera(message: Json) -> Json:
    """Return the message with its map of cameras as a list: their ids are no names of members."""
    cameras = list(message["data"]["camera_status"].values())
    return {**message, "data": {**message["data"], "camera_status": cameras}}


def _is_the_end(event: Json) -> bool:
    session = (event["payload"] or {}).get("session", {})
    return session.get("state") in {"closed", "completed", "cancelled", "failed"}
