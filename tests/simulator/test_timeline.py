from __future__ import annotations

from functools import partial

from kiosk.simulator.timeline import Timeline


def test_a_branch_that_is_held_does_later_what_it_had_planned() -> None:
    done: list[str] = []
    trunk = Timeline(now=0.0, speed=1.0)
    branch = trunk.branch()
    branch.after(10, partial(done.append, "held"))
    trunk.after(10, partial(done.append, "free"))
    trunk.advance(4)
    branch.hold()
    trunk.advance(100)
    assert done == ["free"]
    branch.go_on()
    trunk.advance(105.9)
    assert done == ["free"]
    trunk.advance(106)
    assert done == ["free", "held"]


def test_what_is_planned_while_it_is_held_is_due_after_the_rest_of_the_pause() -> None:
    done: list[str] = []
    trunk = Timeline(now=0.0, speed=1.0)
    branch = trunk.branch()
    branch.hold()
    trunk.advance(10)
    branch.after(5, partial(done.append, "x"))
    trunk.advance(20)
    branch.go_on()
    trunk.advance(24.9)
    assert done == []
    trunk.advance(25)
    assert done == ["x"]


def test_clearing_a_branch_leaves_the_rest() -> None:
    done: list[str] = []
    trunk = Timeline(now=0.0, speed=2.0)
    one, other = trunk.branch(), trunk.branch()
    one.after(2, partial(done.append, "one"))
    other.after(2, partial(done.append, "other"))
    one.clear()
    trunk.advance(1)
    assert done == ["other"]
