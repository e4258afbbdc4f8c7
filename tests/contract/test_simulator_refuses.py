"""The simulator refuses with the codes, statuses and shapes of the documents."""

from collections.abc import Callable

import httpx
import pytest

from tests.contract.bench import ALLOWLIST, BATCH, SESSIONS, Bench
from tests.contract.catalogue import Case, Json, calls
from tests.contract.shapes import differences


def _provision_a_stranger(bench: Bench) -> httpx.Response:
    return bench.ask("POST", f"{BATCH}/{bench.running()}/devices/AA:BB:CC:DD:EE:FF/provision")


def _provision_one_that_is_not_approved(bench: Bench) -> httpx.Response:
    mac = bench.device("discovered")
    bench.ask("DELETE", f"{ALLOWLIST}/{mac}")
    answer = bench.ask("POST", f"{BATCH}/{bench.session_id}/devices/{mac}/provision")
    bench.ask("POST", ALLOWLIST, json={"mac": mac})
    return answer


def _provision_twice(bench: Bench) -> httpx.Response:
    """Provision one device twice; on a slow machine it may be done before the second request."""
    for _ in range(6):
        path = f"{BATCH}/{bench.running()}/devices/{bench.device('discovered')}/provision"
        bench.ask("POST", path).raise_for_status()
        answer = bench.ask("POST", path)
        if answer.json()["error"]["code"] != "DEVICE_INVALID_STATE":
            break
    return answer


def _retry_one_that_has_not_failed(bench: Bench) -> httpx.Response:
    mac = bench.device("discovered")
    return bench.ask("POST", f"{BATCH}/{bench.session_id}/devices/{mac}/retry")


def _without_a_key(bench: Bench) -> httpx.Response:
    return httpx.get(bench.simulator.url + ALLOWLIST, trust_env=False)


# What can be had by really doing it (S3 §10.2, §10.4, contract.md §8 F3-F6, F12).
PROVOKED: dict[str, Callable[[Bench], httpx.Response]] = {
    "SESSION_NOT_FOUND": lambda bench: bench.ask("GET", f"{BATCH}/invalid"),
    "SESSION_ALREADY_ACTIVE": lambda bench: (bench.running(), bench.start())[1],
    "SESSION_ALREADY_CLOSED": lambda bench: bench.ask("POST", f"{BATCH}/{bench.stopped()}/stop"),
    "SESSION_NOT_RECOVERABLE": lambda bench: bench.ask(
        "POST", f"{SESSIONS}/{bench.stopped()}/resume"
    ),
    "DEVICE_NOT_FOUND": _provision_a_stranger,
    "DEVICE_NOT_IN_ALLOWLIST": _provision_one_that_is_not_approved,
    "DEVICE_ALREADY_PROVISIONING": _provision_twice,
    "DEVICE_INVALID_STATE": _retry_one_that_has_not_failed,
    "VALIDATION_FAILED": lambda bench: bench.ask("POST", ALLOWLIST, json={"mac": "zz"}),
    "INVALID_REQUEST": lambda bench: bench.ask("POST", ALLOWLIST, content=b"{"),
    "MISSING_PARAMETER": lambda bench: bench.ask("POST", ALLOWLIST, json={}),
}
ERRORS = {case.registry: case for case in calls("errors") if case.registry}


@pytest.mark.parametrize("code", PROVOKED)
def test_a_refusal_has_the_documented_code_status_and_shape(bench: Bench, code: str) -> None:
    _check_refusal(ERRORS[code], PROVOKED[code](bench))


@pytest.mark.parametrize("bench", ["handoff"], indirect=True)
@pytest.mark.parametrize("code", ERRORS)
def test_a_staged_failure_has_the_documented_code_status_and_shape(bench: Bench, code: str) -> None:
    bench.simulator.fault("/api/v1/health", code=code)
    _check_refusal(ERRORS[code], bench.ask("GET", "/api/v1/health"))


def _check_refusal(case: Case, answer: httpx.Response) -> None:
    assert case.response is not None
    example = case.response["body"]
    assert answer.status_code == case.response["status"]
    assert not list(differences(example, answer.json()))
    told = answer.json()["error"]
    assert (told["code"], told["retryable"]) == (case.registry, example["error"]["retryable"])
    assert ("retry_after_seconds" in told) == told["retryable"]


def _named(name: str, area: str = "errors") -> Json:
    (case,) = (case for case in calls(area) if case.name == name)
    assert case.response is not None
    return case.response


def test_a_missing_key_is_told_by_the_flat_401(bench: Bench) -> None:
    example, answer = _named("the flat 401"), _without_a_key(bench)
    assert answer.status_code == example["status"]
    assert not list(differences(example["body"], answer.json()))


def test_a_second_scan_is_refused_with_its_delay(bench: Bench) -> None:
    example = _named("a scan that comes too early is not repeated", "wifi")
    bench.ask("GET", "/api/v1/wifi/scan")
    answer = bench.ask("GET", "/api/v1/wifi/scan")
    assert answer.status_code == example["status"]
    assert not list(differences(example["body"], answer.json()))
    assert 0 < int(answer.headers["Retry-After"]) <= 10


def test_a_route_that_does_not_exist_is_told_in_both_ways(bench: Bench) -> None:
    example = _named("the JSON 404 of a route that does not exist")
    below = bench.ask("GET", "/api/v1/nothing/of/the/kind")
    assert below.status_code == example["status"]
    assert not list(differences(example["body"], below.json()))
    page, beside = _named("the web page with 200"), bench.ask("GET", "/nothing")
    assert (beside.status_code, beside.headers["content-type"]) == (200, page["content_type"])
    assert beside.text.lower().startswith("<!doctype html>")
