"""Waits that are broken off: by one timer for many of them, by a cancellation of somebody else, by nobody."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from app.reply.waiting import Broken, Countdown, Wait

pytestmark = pytest.mark.anyio


async def _after(seconds: float, what: str = "here") -> str:
    await asyncio.sleep(seconds)
    return what


async def _ready() -> str:
    return "here"


def _soon() -> float:
    return asyncio.get_running_loop().time() + 0.05


async def test_what_comes_in_time_comes_however_often() -> None:
    countdown = Countdown(asyncio.get_running_loop().time() + 60)

    assert [await countdown.wait(_after(0)) for _ in range(50)] == ["here"] * 50
    countdown.stop()


async def test_a_deadline_ends_the_wait_under_way_and_leaves_the_task_uncancelled() -> None:
    countdown = Countdown(_soon())
    await countdown.wait(_ready())

    with pytest.raises(TimeoutError):
        await countdown.wait(_after(60))

    task = asyncio.current_task()
    assert task
    assert task.cancelling() == 0
    assert await _after(0) == "here"


async def test_a_deadline_that_moves_away_lets_the_wait_go_on_and_one_that_comes_near_ends_it() -> None:
    loop = asyncio.get_running_loop()
    countdown = Countdown(_soon())
    await countdown.wait(_ready())
    countdown.move(loop.time() + 60)
    assert await countdown.wait(_after(0.15)) == "here"

    countdown.move(_soon())
    with pytest.raises(TimeoutError):
        await countdown.wait(_after(60))


async def test_after_the_deadline_only_what_is_there_already_is_taken() -> None:
    countdown = Countdown(_soon())
    await countdown.wait(_ready())
    await asyncio.sleep(0.1)  # the deadline passes while nobody waits

    assert await countdown.wait(_ready()) == "here"
    with pytest.raises(TimeoutError):
        await countdown.wait(_after(60))


async def test_a_deadline_holds_for_a_generator_that_is_asked_by_several_tasks() -> None:
    countdown = Countdown(asyncio.get_running_loop().time() + 60)

    async def pieces() -> AsyncGenerator[str]:
        yield await countdown.wait(_after(0.01))
        countdown.move(_soon())
        yield await countdown.wait(_after(60))

    async def ask(generator: AsyncGenerator[str]) -> str:
        return await anext(generator)

    generator = pieces()
    assert await asyncio.create_task(ask(generator)) == "here"
    second = asyncio.create_task(ask(generator))
    with pytest.raises(TimeoutError):
        await second
    assert not second.cancelled()


async def test_of_two_deadlines_at_once_both_hold() -> None:
    inner, outer = Countdown(_soon()), Countdown(_soon())

    with pytest.raises(TimeoutError):
        await outer.wait(inner.wait(_after(60)))

    task = asyncio.current_task()
    assert task
    assert task.cancelling() == 0


async def test_a_cancellation_from_elsewhere_is_a_cancellation() -> None:
    countdown = Countdown(asyncio.get_running_loop().time() + 60)
    task = asyncio.create_task(countdown.wait(_after(60)))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_wait_that_is_broken_off_while_its_task_is_cancelled_is_a_cancellation() -> None:
    wait = Wait()
    task = asyncio.create_task(wait.wait(_after(60)))
    await asyncio.sleep(0)
    wait.break_off()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_breaking_off_between_waits_does_nothing() -> None:
    wait = Wait()
    wait.break_off()

    assert await wait.wait(_after(0)) == "here"
    breaking = asyncio.get_running_loop().call_soon(wait.break_off)
    with pytest.raises(Broken):
        await wait.wait(_after(60))
    assert not breaking.cancelled()
