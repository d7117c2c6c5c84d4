"""The door: caps, order, kept room, refusals, and that nothing leaks however somebody leaves."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import NoRoom
from app.workers.admission import Admission, Slot, kept_room
from app.workers.worker import Worker, Writer

pytestmark = pytest.mark.anyio
FOR_EVER = 1e9


def worker(name: str, cap: int | None = None) -> Worker:
    return Worker(name, cast(Writer, None), "ready", max_in_flight=cap)


def pick(*workers: Worker, urgent: bool = False) -> Callable[[], Worker | None]:
    """The first worker with room."""

    def first() -> Worker | None:
        for one in workers:
            cap = one.max_in_flight
            if cap is None or one.in_flight < cap + (kept_room(cap) if urgent else 0):
                return one
        return None

    return first


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def queue_up(door: Admission, model: str, one: Worker, *, urgent: bool = False) -> "asyncio.Task[Slot]":
    task = asyncio.create_task(door.enter(model, pick(one, urgent=urgent), FOR_EVER, urgent=urgent))
    await settle()
    return task


async def test_those_who_fit_go_in_the_others_wait_in_order_and_the_rest_is_refused() -> None:
    refused: list[str] = []
    door, one = Admission(2, 2, 60, refused.append), worker("one")
    inside = [await door.enter("m", pick(one), FOR_EVER) for _ in range(2)]
    waiting = [await queue_up(door, "m", one) for _ in range(2)]
    with pytest.raises(NoRoom):
        await door.enter("m", pick(one), FOR_EVER)

    assert (door.in_flight, door.queued, one.in_flight, refused) == (2, 2, 2, ["full"])
    inside[0].leave()
    await settle()
    assert [task.done() for task in waiting] == [True, False]
    inside[1].leave()
    await settle()
    for task in waiting:
        task.result().leave()
    assert (door.in_flight, door.queued, one.in_flight) == (0, 0, 0)


async def test_who_waits_too_long_is_refused_and_the_next_in_line_is_not() -> None:
    refused: list[str] = []
    door, one = Admission(1, 2, 0.05, refused.append), worker("one")
    slot = await door.enter("m", pick(one), FOR_EVER)
    late = await queue_up(door, "m", one)
    await asyncio.sleep(0.1)
    next_one = await queue_up(door, "m", one)
    slot.leave()
    (await next_one).leave()

    with pytest.raises(NoRoom):
        await late
    assert (refused, door.in_flight, door.queued) == (["late"], 0, 0)


async def test_the_drafts_own_deadline_ends_its_wait() -> None:
    door, one = Admission(1, 2, 60), worker("one")
    slot = await door.enter("m", pick(one), FOR_EVER)
    with pytest.raises(NoRoom):
        await door.enter("m", pick(one), asyncio.get_running_loop().time() + 0.02)
    slot.leave()
    assert (door.in_flight, door.queued) == (0, 0)


async def test_a_full_worker_holds_up_its_own_model_only() -> None:
    door, small, other = Admission(10, 10, 60), worker("small", cap=1), worker("other")
    first = await door.enter("small", pick(small), FOR_EVER)
    waiting = await queue_up(door, "small", small)
    second = await door.enter("other", pick(other), FOR_EVER)

    assert (door.queued, other.in_flight) == (1, 1)
    first.leave()
    for slot in (second, await waiting):
        slot.leave()
    assert (door.in_flight, small.in_flight, other.in_flight) == (0, 0, 0)


async def test_urgent_drafts_have_room_of_their_own_go_first_and_are_never_refused() -> None:
    door, one = Admission(4, 1, 0.02), worker("one", cap=4)
    inside = [await door.enter("m", pick(one), FOR_EVER) for _ in range(4)]
    kept = await door.enter("m", pick(one, urgent=True), FOR_EVER, urgent=True)
    ordinary = await queue_up(door, "m", one)
    urgent = [await queue_up(door, "m", one, urgent=True) for _ in range(5)]
    await asyncio.sleep(0.05)

    assert (door.in_flight, one.in_flight) == (5, 5)
    assert ordinary.done(), "the ordinary one was refused meanwhile"
    assert not any(task.done() for task in urgent)
    for slot in inside:
        slot.leave()
    await settle()
    assert [task.done() for task in urgent] == [True, True, True, True, False]
    kept.leave()
    for task in urgent:
        (await task).leave()
    with pytest.raises(NoRoom):
        await ordinary
    assert (door.in_flight, one.in_flight) == (0, 0)


async def test_an_urgent_draft_overtakes_those_in_line() -> None:
    door, one = Admission(1, 5, 60), worker("one")
    inside = [await door.enter("m", pick(one), FOR_EVER)]
    inside.append(await door.enter("m", pick(one), FOR_EVER, urgent=True))
    ordinary = await queue_up(door, "m", one)
    urgent = await queue_up(door, "m", one, urgent=True)
    inside[0].leave()
    await settle()

    assert (urgent.done(), ordinary.done()) == (True, False)
    inside[1].leave()
    urgent.result().leave()
    (await ordinary).leave()


async def test_a_retry_moves_to_another_worker_and_keeps_its_place() -> None:
    door, bad, good = Admission(1, 5, 60), worker("bad"), worker("good", cap=1)
    slot = await door.enter("m", pick(bad), FOR_EVER)
    waiting = await queue_up(door, "m", bad)
    await slot.move(pick(good), FOR_EVER)

    assert (door.in_flight, bad.in_flight, good.in_flight, waiting.done()) == (1, 0, 1, False)
    slot.leave()
    (await waiting).leave()
    assert (door.in_flight, bad.in_flight, good.in_flight) == (0, 0, 0)


@pytest.mark.parametrize("how", ["late", "cancelled", "granted and cancelled"])
async def test_a_retry_that_finds_no_room_gives_everything_back(how: str) -> None:
    door, bad, good = Admission(3, 5, 0.03 if how == "late" else 60), worker("bad"), worker("good", cap=1)
    other = await door.enter("m", pick(good), FOR_EVER)
    slot = await door.enter("m", pick(bad), FOR_EVER)
    moving = asyncio.create_task(slot.move(pick(good), FOR_EVER))
    await settle()
    if how == "granted and cancelled":
        other.leave()
    if how != "late":
        moving.cancel()
    with suppress(NoRoom, asyncio.CancelledError):
        await moving
    slot.leave()
    if how != "granted and cancelled":
        other.leave()

    assert (door.in_flight, door.queued, bad.in_flight, good.in_flight) == (0, 0, 0, 0)


async def test_a_place_that_was_granted_to_somebody_who_left_goes_to_the_next() -> None:
    door, one = Admission(1, 5, 60), worker("one")
    slot = await door.enter("m", pick(one), FOR_EVER)
    gone = await queue_up(door, "m", one)
    next_one = await queue_up(door, "m", one)
    slot.leave()
    gone.cancel()  # granted, and not yet told
    with suppress(asyncio.CancelledError):
        await gone

    (await next_one).leave()
    assert (door.in_flight, door.queued, one.in_flight) == (0, 0, 0)


async def test_somebody_who_left_the_queue_is_passed_over() -> None:
    door, one = Admission(1, 5, 60), worker("one")
    slot = await door.enter("m", pick(one), FOR_EVER)
    gone, next_one = await queue_up(door, "m", one), await queue_up(door, "m", one)
    gone.cancel()
    slot.leave()  # before the one who left has run

    (await next_one).leave()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (door.in_flight, door.queued, one.in_flight) == (0, 0, 0)


async def test_retry_after_is_when_the_queue_will_have_been_served() -> None:
    door, one = Admission(2, 4, 7), worker("one")
    inside = [await door.enter("m", pick(one), FOR_EVER) for _ in range(2)]
    waiting = [await queue_up(door, "m", one) for _ in range(4)]
    with pytest.raises(NoRoom) as before:
        await door.enter("m", pick(one), FOR_EVER)
    assert before.value.retry_after_s == 7, "nothing has completed yet: the queue's own deadline"

    await asyncio.sleep(0.4)
    for slot in inside:
        slot.leave()
    await settle()
    waiting += [await queue_up(door, "m", one) for _ in range(2)]
    with pytest.raises(NoRoom) as after:
        await door.enter("m", pick(one), FOR_EVER)
    # 4 before us and we, two at a time, 0.4 s and more each: 1 s, or 2 s where the machine was slow.
    assert after.value.retry_after_s in (1, 2)
    for task in waiting:
        (await task).leave()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    cap=st.integers(1, 4),
    queue=st.integers(0, 5),
    worker_cap=st.none() | st.integers(1, 3),
)
def test_whatever_comes_and_goes_caps_hold_order_holds_and_nothing_leaks(
    seed: int, cap: int, queue: int, worker_cap: int | None
) -> None:
    asyncio.run(_storm(random.Random(seed), cap, queue, worker_cap))


async def _storm(rng: random.Random, cap: int, queue: int, worker_cap: int | None) -> None:  # noqa: C901 - one storm
    door = Admission(cap, queue, 0.004)
    workers = [worker("a", worker_cap), worker("b", worker_cap)]
    arrived, granted = 0, list[int]()

    def check() -> None:
        assert 0 <= door.in_flight <= cap + kept_room(cap)
        for one in workers:
            assert one.in_flight >= 0
            if worker_cap:
                assert one.in_flight <= worker_cap + kept_room(worker_cap)

    async def come(*, urgent: bool, patient: bool) -> None:
        nonlocal arrived
        number = arrived = arrived + 1

        def noted() -> Worker | None:
            found = pick(*workers, urgent=urgent)()
            if found and not urgent:
                granted.append(number)
            return found

        try:
            slot = await door.enter("m", noted, FOR_EVER, urgent=urgent)
        except NoRoom:
            assert not urgent
            return
        try:
            check()
            await asyncio.sleep(rng.choice([0, 0.0005, 0.001]))
            if rng.random() < 0.3:
                with suppress(NoRoom):
                    await slot.move(pick(*reversed(workers), urgent=urgent), FOR_EVER)
            check()
        finally:
            slot.leave()

    tasks = []
    for _ in range(40):
        patient = rng.random() < 0.7
        task = asyncio.create_task(come(urgent=rng.random() < 0.2, patient=patient))
        if not patient:
            asyncio.get_running_loop().call_later(rng.choice([0, 0.0003, 0.001]), task.cancel)
        tasks.append(task)
        await asyncio.sleep(rng.choice([0, 0, 0, 0.0005]))
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert result is None or isinstance(result, asyncio.CancelledError)
    assert (door.in_flight, door.queued, [one.in_flight for one in workers]) == (0, 0, [0, 0])
    assert granted == sorted(granted), "first come, first served"
