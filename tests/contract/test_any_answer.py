"""No answer, however wrong, comes out of a call as anything but its data or the client's errors."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.cli import operations
from kiosk.services.client.errors import ApiError, raise_problem
from kiosk.services.client.http import Http, Request
from kiosk.services.wire.envelope import Answer, decode
from kiosk.services.wire.problem import Problem
from tests.contract.catalogue import Case, calls
from tests.contract.playing import configured, words
from tests.services.wire.mutations import ANY_JSON, mutated
from tests.support.clock import FakeClock

# The first success of each operation that has an answer to be spoilt.
CASES: dict[str, Case] = {}
for _case in calls():
    if "data" in _case.expect and "body" in (_case.response or {}):
        CASES.setdefault(_case.operation, _case)
STATUSES = st.sampled_from((200, 201, 202, 302, 400, 401, 404, 409, 429, 500, 503))


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_any_json_is_data_or_an_error_of_the_client(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.services.client.api.SystemClock", lambda: FakeClock(auto=True))
    arguments = words(case, tmp_path)
    kiosk = configured(case, "http://127.0.0.1:1", tmp_path)
    assert case.response is not None
    documented = case.response["body"]

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(document=mutated(documented) | ANY_JSON, status=STATUSES)
    def try_it(document: Any, status: int) -> None:
        body = json.dumps(document).encode("utf-8", "surrogatepass")

        async def send(_http: Http, _request: Request) -> Answer:
            outcome = decode(status, {"content-type": "application/json"}, body, key_sent=True)
            if isinstance(outcome, Problem):
                raise_problem(outcome)
            return outcome

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Http, "send", send)
            try:
                data, _ = asyncio.run(operations.call(arguments, kiosk))
            except ApiError:
                return
        assert json.loads(json.dumps(data, allow_nan=False)) == data

    try_it()
