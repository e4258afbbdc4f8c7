"""The session's screen: how it is going at one glance, and only what is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Notice, Shown, State
from kiosk.services.views.devices import QUEUE_PATIENCE_SECONDS
from kiosk.services.views.order import failed, waiting
from kiosk.services.views.parts import NO_BANNER, BannerView, ButtonView
from kiosk.services.views.provision import ProvisionView, view_of
from kiosk.services.wire.events import NetworkUpdated
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus
from tests.services.state.build import MAC, after, event, in_states, live, mac, opened, snapshot

NOT_APPROVED = Problem(
    Kind.DOMAIN, "DEVICE_NOT_IN_ALLOWLIST", http_status=403, surely_not_done=True
)
LOST = Problem(Kind.TRANSPORT, retryable=True, correlation_id="c-1")


def numbers(view: ProvisionView) -> dict[str, str]:
    return {count.word: count.number for count in view.counts}


def button(banner: BannerView, name: str) -> ButtonView:
    return next(b for b in banner.buttons if b.name == name)


def names(banner: BannerView) -> list[str]:
    return [b.name for b in banner.buttons]


@pytest.mark.parametrize(
    ("state", "word", "tone"),
    [
        ("discovered", "Waiting", "waiting"),
        ("provisioning", "Sending", "moving"),
        ("provisioned", "Sent", "moving"),
        ("verifying", "Checking", "moving"),
        ("verified", "Ready", "good"),
        ("failed", "Failed", "bad"),
        ("skipped", "Skipped", "quiet"),
        ("melting", "melting", "waiting"),
    ],
)
def test_every_state_has_a_word_and_an_icon_beside_its_colour(
    state: str, word: str, tone: str
) -> None:
    [row] = view_of(live(event(state=state)), 60.0).rows
    assert (row.word, row.tone) == (word, tone)
    assert row.icon


def test_credentials_that_were_sent_are_not_shown_as_ready() -> None:
    view = view_of(live(event(state="provisioned")), 60.0)
    assert numbers(view)["Ready"] == "0"
    assert view.ready == 0.0


def test_devices_stand_in_the_order_of_who_needs_a_person() -> None:
    happened = in_states(["verified", "verifying", "discovered", "failed", "failed", "discovered"])
    rows = view_of(live(*happened), 60.0).rows
    assert [row.word for row in rows] == [
        "Failed",
        "Failed",
        "Waiting",
        "Waiting",
        "Checking",
        "Ready",
    ]
    assert [row.mac for row in rows[:4]] == [mac(4), mac(5), mac(3), mac(6)]


def test_a_device_is_told_apart_by_the_last_two_bytes_of_its_mac() -> None:
    [row] = view_of(live(event(mac(0x1A2B), "discovered", name="cam")), 60.0).rows
    assert (row.tail, row.title) == ("1A:2B", "cam")


def test_devices_that_share_a_name_are_two_rows() -> None:
    view = view_of(live(event(mac(1), name="cam"), event(mac(2), name="cam")), 60.0)
    assert len(view.rows) == 2


def test_counts_and_bar_add_up() -> None:
    happened = in_states(["failed", "discovered", "verifying", "melting", "verified"])
    view = view_of(live(*happened), 60.0)
    assert list(numbers(view).values()) == ["1", "1", "2", "1"]
    assert (view.ready, view.failed) == (0.2, 0.2)


def test_nothing_is_claimed_of_a_batch_without_devices() -> None:
    view = view_of(live(), 60.0)
    assert (view.ready, view.failed, view.progress, view.rows) == (0.0, 0.0, "", ())
    assert not view.provision.enabled
    assert not view.retry.enabled


def test_a_batch_that_was_not_read_yet_is_not_shown_as_empty() -> None:
    assert "Reading" in view_of(opened(), 1.0).empty
    assert "No camera yet" in view_of(live(), 1.0).empty
    assert view_of(live(event()), 1.0).empty == ""


def test_an_unknown_signal_is_a_dash() -> None:
    view = view_of(live(event(mac(1)), event(mac(2), rssi=-61)), 60.0)
    assert [row.signal for row in view.rows] == ["–", "-61 dBm"]


def test_the_buttons_say_how_many_they_are_about() -> None:
    view = view_of(live(*in_states(["discovered", "discovered", "failed", "verified"])), 60.0)
    assert (view.provision.text, view.provision.enabled) == ("Provision all (2)", True)
    assert (view.retry.text, view.retry.enabled) == ("Retry failed (1)", True)
    assert (view.provision.intent, view.retry.intent) == ("provision_all", "retry_failed")


def test_a_button_that_was_tapped_waits_for_its_answer() -> None:
    state = live(*in_states(["discovered", "failed"]))
    view = view_of(after(state, a.CommandStarted("provision_all"), a.CommandStarted("stop")), 60.0)
    assert (view.provision.text, view.provision.enabled) == ("Asking …", False)
    assert view.retry.enabled
    assert not view.can_stop


@pytest.mark.parametrize("by", ["the service's list", "a refusal"])
def test_a_device_that_is_not_approved_is_blocked_and_not_asked_for(by: str) -> None:
    state = live(event(state="discovered", in_allowlist=False if by != "a refusal" else None))
    if by == "a refusal":
        state = after(state, a.DeviceRefused(MAC, NOT_APPROVED))
    view = view_of(state, 60.0)
    [row] = view.rows
    assert (row.word, row.tone) == ("Blocked", "bad")
    assert "not approved" in row.detail
    assert not view.provision.enabled
    assert waiting(state.open_batch(), 60.0) == ()


def test_a_device_whose_approval_nobody_told_may_be_asked_for() -> None:
    assert waiting(live(event(state="discovered")).open_batch(), 60.0) == (MAC,)


def test_what_was_asked_for_stands_in_line_while_the_service_is_at_work() -> None:
    state = live(*in_states(["discovered", "failed", "provisioning"]))
    state = after(state, a.DevicesAsked(60.0, (mac(1), mac(2))))
    view = view_of(state, 600.0)
    assert [row.word for row in view.rows] == ["In line", "In line", "Sending"]
    assert not view.provision.enabled
    assert not view.retry.enabled
    assert failed(state.open_batch(), 600.0) == ()


def test_what_was_asked_for_in_vain_waits_for_a_person_again() -> None:
    state = live(event(state="discovered"), a.DevicesAsked(60.0, (MAC,)))
    before = view_of(state, 60.0 + QUEUE_PATIENCE_SECONDS - 1)
    afterwards = view_of(state, 60.0 + QUEUE_PATIENCE_SECONDS)
    assert before.rows[0].word == "In line"
    assert afterwards.rows[0].word == "Waiting"
    assert afterwards.provision.enabled


def test_the_reason_of_a_failure_is_told_in_a_technicians_words() -> None:
    [row] = view_of(live(event(state="failed", error="DEVICE_UNREACHABLE: i/o timeout")), 60.0).rows
    assert row.detail == "Cannot reach the device."


def test_the_code_is_found_wherever_it_stands_in_the_text() -> None:
    [row] = view_of(
        live(event(state="failed", error="ERROR on ESPCAM: DEVICE_REJECTED")), 60.0
    ).rows
    assert row.detail == "The device refused the settings."


def test_a_reason_that_has_no_words_of_ours_is_shown_as_the_service_gave_it() -> None:
    [row] = view_of(live(event(state="failed", error="lens fell off")), 60.0).rows
    assert row.detail == "lens fell off"


def test_an_old_reason_does_not_stay_after_a_retry() -> None:
    state = live(event(state="failed", error="DEVICE_TIMEOUT"), a.DevicesAsked(59.0, (MAC,)))
    assert view_of(state, 60.0).rows[0].detail == ""
    begun = after(state, event(state="provisioning"))
    assert view_of(begun, 60.0).rows[0].detail == ""


# How long it takes


def under_way(ready: int, moving: int, *, asked_at: float = 100.0) -> State:
    total = ready + moving
    state = live(*in_states(["discovered"] * total))
    state = after(state, a.DevicesAsked(asked_at, tuple(mac(n) for n in range(1, total + 1))))
    return after(state, *in_states(["verified"] * ready + ["provisioning"] * moving))


def test_the_estimate_follows_the_pace() -> None:
    assert "about 2 min left" in view_of(under_way(5, 5), 220.0).progress
    assert "under 1 min left" in view_of(under_way(5, 1), 110.0).progress


def test_there_is_no_estimate_without_a_pace() -> None:
    assert "left" not in view_of(under_way(2, 8), 220.0).progress


def test_there_is_no_estimate_when_nobody_is_at_work() -> None:
    state = live(*in_states(["verified"] * 5 + ["failed"] * 3 + ["skipped"]))
    assert "left" not in view_of(state, 220.0).progress


def test_there_is_no_estimate_when_not_live() -> None:
    state = after(under_way(5, 5), ConnectionChanged("stale", LOST))
    assert "left" not in view_of(state, 220.0).progress


def test_what_was_ready_before_makes_no_pace() -> None:
    before = live(*in_states(["verified"] * 20 + ["discovered"] * 10))
    state = after(before, a.DevicesAsked(100.0, tuple(mac(n) for n in range(21, 31))))
    state = after(state, *in_states(["verified"] * 22 + ["provisioning"] * 8))
    assert "left" not in view_of(state, 110.0).progress


def test_failures_are_no_work_that_is_left() -> None:
    state = after(under_way(5, 5), *(event(mac(n), "failed") for n in range(7, 11)))
    assert "under 1 min left" in view_of(state, 220.0).progress


def test_the_elapsed_time_stands_still_once_the_session_has_ended() -> None:
    state = live(event(state="discovered"), a.SessionStopped(None, "stopped", 125.0))
    assert view_of(state, 999.0).progress.startswith("0/1 · 2:05")


def test_when_all_are_ready_it_says_so() -> None:
    assert "All ready" in view_of(live(*in_states(["verified"] * 3)), 60.0).progress
    assert "All ready" not in view_of(live(*in_states(["verified", "failed"])), 60.0).progress


# What is not live is not shown as live


@pytest.mark.parametrize("state", ["connecting", "stale", "reconnecting", "stopped"])
def test_rows_are_live_only_while_the_stream_is(state: str) -> None:
    view = view_of(live(event()), 60.0)
    assert view.rows[0].live
    assert [count.tone for count in view.counts] == ["bad", "waiting", "moving", "good"]
    view = view_of(live(event(), ConnectionChanged(state)), 60.0)
    assert not view.live
    assert not view.rows[0].live
    assert {count.tone for count in view.counts} == {"quiet"}
    assert view.banner.text


def test_the_age_of_what_is_shown_and_the_next_try_are_told() -> None:
    state = live(a.Heard(40.0), ConnectionChanged("reconnecting", LOST, 109.5))
    banner = view_of(state, 105.0).banner
    assert "1:05 ago" in banner.text
    assert banner.text.endswith("broke off.")
    again = button(banner, "retry-now")
    assert (again.text, again.intent, again.enabled) == ("Try now (5)", "retry_now", True)
    assert button(view_of(state, 110.0).banner, "retry-now").text == "Try now"


def test_a_session_that_was_never_read_has_no_age() -> None:
    banner = view_of(opened(ConnectionChanged("reconnecting", LOST, 9.0)), 5.0).banner
    assert "ago" not in banner.text
    assert "retry-now" in names(banner)


def test_the_first_connection_is_no_loss() -> None:
    assert view_of(opened(), 1.0).banner == NO_BANNER


def test_a_refused_key_asks_for_another_one_and_counts_nothing_down() -> None:
    refused = Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401, key_sent=True)
    banner = view_of(live(ConnectionChanged("stopped", refused)), 60.0).banner
    assert "refused" in banner.text
    assert button(banner, "key").intent == "edit_api_key"
    assert "retry-now" not in names(banner)


def test_the_technical_part_is_shown_when_it_was_opened_and_only_then() -> None:
    state = live(ConnectionChanged("reconnecting", replace(LOST, http_status=502), 70.0))
    assert view_of(state, 60.0).banner.details == ""
    opened_up = view_of(after(state, a.DetailsToggled()), 60.0).banner.details
    assert opened_up.startswith("Wait a moment; if it stays, check that the service is running. ")
    assert "HTTP 502" in opened_up
    assert "c-1" in opened_up


def test_news_do_not_hide_that_the_stream_is_lost_but_a_failure_is_told_first() -> None:
    lost = live(ConnectionChanged("reconnecting", LOST, 70.0))
    news = after(lost, a.CommandEnded("retry_failed", Notice("retry_failed", text="news")))
    assert "ago" in view_of(news, 60.0).banner.text
    outage = after(lost, a.CommandEnded("stop", Notice("stop", Problem(Kind.TIMEOUT))))
    assert "ago" in view_of(outage, 60.0).banner.text
    refusal = Problem(Kind.DOMAIN, code="DATABASE_ERROR")
    failure = after(lost, a.CommandEnded("stop", Notice("stop", refusal)))
    assert "could not save" in view_of(failure, 60.0).banner.text
    back = after(news, ConnectionChanged("live"))
    assert view_of(back, 60.0).banner.text == "news"


def test_a_setup_network_that_is_off_is_told_and_an_unknown_one_is_not() -> None:
    off = live(NetworkUpdated(status=NetworkStatus(ssid="x", is_active=False)))
    assert "setup network is off" in view_of(off, 60.0).banner.text
    unknown = live(NetworkUpdated(status=NetworkStatus(ssid="x")))
    assert view_of(unknown, 60.0).banner == NO_BANNER


# All fail for the same reason


def failures(*errors: str) -> tuple[a.Action, ...]:
    return tuple(event(mac(n), "failed", error=error) for n, error in enumerate(errors, start=1))


def test_a_wrong_password_is_suspected_when_none_came_online() -> None:
    banner = view_of(live(*failures(*["VERIFICATION_TIMEOUT: no MQTT"] * 3)), 60.0).banner
    assert "password of Hall may be wrong" in banner.text


@pytest.mark.parametrize(
    "happened",
    [
        failures("VERIFICATION_TIMEOUT", "VERIFICATION_TIMEOUT"),
        failures("VERIFICATION_TIMEOUT", "VERIFICATION_TIMEOUT", "DEVICE_UNREACHABLE"),
        (*failures(*["VERIFICATION_TIMEOUT"] * 3), event(mac(9), "verified")),
    ],
    ids=["too few", "other reasons too", "one came online"],
)
def test_it_is_not_suspected_without_a_pattern(happened: tuple[a.Action, ...]) -> None:
    assert view_of(live(*happened), 60.0).banner == NO_BANNER


def test_a_snapshot_is_shown_as_it_is() -> None:
    state = live(*in_states(["verified"] * 3))
    view = view_of(after(state, snapshot({"mac": mac(2), "state": "failed"})), 60.0)
    assert [row.mac for row in view.rows] == [mac(2)]


# Only some of them are in sight


def test_a_filter_hides_devices_but_counts_them_all() -> None:
    state = live(*in_states(["failed", "discovered", "discovered", "verified"]))
    view = view_of(after(state, a.DevicesFiltered("waiting")), 60.0)
    assert [row.mac for row in view.rows] == [mac(2), mac(3)]
    assert list(numbers(view).values()) == ["1", "2", "0", "1"]
    assert [count.word for count in view.counts if count.selected] == ["Waiting"]
    assert (view.retry.text, view.retry.enabled) == ("Retry failed (1)", True)


def test_one_tap_takes_the_filter_away() -> None:
    state = live(*in_states(["failed", "discovered"]))
    assert not view_of(state, 60.0).show_all.name
    chip = view_of(after(state, a.DevicesFiltered("waiting")), 60.0).show_all
    assert (chip.intent, chip.arguments, chip.enabled) == ("show_devices", ("all",), True)


def test_a_filter_that_nothing_passes_does_not_look_like_an_empty_session() -> None:
    state = live(event(state="discovered"), a.DevicesFiltered("ready"))
    view = view_of(state, 60.0)
    assert (view.rows, view.empty) == ((), "No camera is in this state now.")


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("problems", ["Failed", "Blocked"]),
        ("busy", ["Sending"]),
        ("all", ["Failed", "Blocked", "Sending", "Ready", "Skipped"]),
    ],
)
def test_each_filter_shows_its_states(shown: Shown, words: list[str]) -> None:
    state = live(
        *in_states(["failed", "discovered", "provisioning", "verified", "skipped"]),
        event(mac(2), "discovered", in_allowlist=False),
        a.DevicesFiltered(shown),
    )
    assert [row.word for row in view_of(state, 60.0).rows] == words


def test_what_was_left_out_is_no_work_that_is_left() -> None:
    view = view_of(live(*in_states(["verified", "skipped"])), 60.0)
    assert view.progress.startswith("1/1")
    assert "All ready" in view.progress
    assert view.ready == 1.0


# On hold


def paused(*devices: str) -> State:
    listed = ({"mac": mac(n), "state": state} for n, state in enumerate(devices, start=1))
    return live(snapshot(*listed, session={"state": "paused"}))


def test_a_paused_session_says_what_is_on_hold_and_offers_to_go_on() -> None:
    view = view_of(paused("discovered", "provisioning", "verified", "failed"), 60.0)
    assert view.banner.text == "Paused: no camera is set up until you continue. 2 wait."
    assert button(view.banner, "unpause").intent == "unpause"
    assert view.progress.endswith("Paused")


def test_nothing_is_asked_for_that_a_paused_session_refuses() -> None:
    view = view_of(paused("discovered", "failed"), 60.0)
    assert not view.provision.enabled
    assert not view.retry.enabled
    assert view.can_stop


def test_a_failure_and_a_lost_stream_are_told_before_the_pause() -> None:
    state = paused("discovered")
    lost = after(state, ConnectionChanged("reconnecting", LOST, 70.0))
    assert "ago" in view_of(lost, 60.0).banner.text
    refusal = Problem(Kind.DOMAIN, code="DATABASE_ERROR")
    failure = after(state, a.CommandEnded("unpause", Notice("unpause", refusal)))
    assert "could not save" in view_of(failure, 60.0).banner.text


def test_going_on_is_not_offered_where_the_service_cannot() -> None:
    absent = Problem(Kind.ENDPOINT_ABSENT, http_status=404, is_page=True)
    told = a.CommandEnded("unpause", Notice("unpause", absent))
    state = after(paused("discovered"), told, a.NoticeDismissed())
    assert view_of(state, 60.0).banner.buttons == ()


def test_what_was_not_read_yet_has_no_numbers() -> None:
    view = view_of(opened(), 1.0)
    assert set(numbers(view).values()) == {"–"}
    assert view.empty == "Reading the session …"
