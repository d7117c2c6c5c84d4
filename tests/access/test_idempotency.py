"""Replies made once: kept, joined, taken over, bounded; on a clock of the test's own."""

import asyncio

import pytest

from app.access.idempotency import KEPT_S, Claim, Idempotency, is_idempotency_key
from app.errors import IdempotencyConflict, WorkerUnavailable
from tests.access.clock import Clock

pytestmark = pytest.mark.anyio

BODY = b"the body"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True),
        ('"8e03978e-40d5-43dd-bc93-6894a57f9324"', True),
        ("a key with blanks ~", True),
        ("x" * 255, True),
        ("x" * 256, False),
        ("", False),
        ("tab\t", False),
        ("line\n", False),
        ("é", False),
        ("\x7f", False),
        ("\x00", False),
    ],
)
def test_a_key_has_1_to_255_printable_ascii_characters(text: str, good: bool) -> None:
    assert is_idempotency_key(text) is good


async def test_the_first_leads_and_the_next_finds_its_reply_for_ten_minutes() -> None:
    clock = Clock()
    store = Idempotency(clock)
    first = store.claim("app", "k", BODY)
    assert first.leads
    first.finish(b"reply")
    first.leave()

    clock.pass_s(KEPT_S - 1)
    replay = store.claim("app", "k", BODY)
    assert (replay.leads, await replay.wait()) == (False, b"reply")
    clock.pass_s(1)
    assert store.claim("app", "k", BODY).leads
    assert (store.kept, store.size) == (0, 0)


@pytest.mark.parametrize("finished", [False, True], ids=["being made", "kept"])
async def test_another_body_is_refused_and_harms_nobody(finished: bool) -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    if finished:
        first.finish(b"reply")
    with pytest.raises(IdempotencyConflict):
        store.claim("app", "k", BODY + b" and more")

    assert store.claim("app", "k", BODY).leads is False


async def test_keys_belong_to_the_api_key_that_sent_them() -> None:
    store = Idempotency()
    claims = [store.claim(owner, key, BODY) for owner, key in (("one", "k"), ("two", "k"), ("", "k"), ("", "one\nk"))]

    assert all(claim.leads for claim in claims)


async def test_those_who_join_get_the_leaders_reply() -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    joined = [asyncio.create_task(store.claim("app", "k", BODY).wait()) for _ in range(5)]
    await asyncio.sleep(0)
    first.finish(b"reply")

    assert await asyncio.gather(*joined) == [b"reply"] * 5
    assert (store.made, store.kept) == (0, 1)


async def test_those_who_join_fail_with_the_leader_and_nothing_is_kept() -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    joined = [asyncio.create_task(store.claim("app", "k", BODY).wait()) for _ in range(3)]
    await asyncio.sleep(0)
    error = WorkerUnavailable("Nobody is there.")
    first.fail(error)
    first.leave()

    assert await asyncio.gather(*joined, return_exceptions=True) == [error] * 3
    assert (store.made, store.kept) == (0, 0)
    assert store.claim("app", "k", BODY).leads


async def test_when_the_leader_leaves_the_first_who_is_still_there_leads() -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    claims = [store.claim("app", "k", BODY) for _ in range(4)]
    waits = [asyncio.create_task(_wait_and_leave(claim)) for claim in claims]
    await asyncio.sleep(0)
    waits[0].cancel()
    await asyncio.sleep(0)
    first.leave()
    first.leave()

    assert await waits[1] == "leads"
    assert await waits[2] == "leads"  # each leaves without a reply, so the next one leads
    assert await waits[3] == "leads"
    assert store.made == 0


async def _wait_and_leave(claim: Claim) -> str:
    try:
        return "leads" if await claim.wait() is None and claim.leads else "got it"
    finally:
        claim.leave()


async def test_an_heir_who_leaves_before_it_hears_of_it_hands_the_lead_on() -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    heir, next_one = (asyncio.create_task(_wait_and_leave(store.claim("app", "k", BODY))) for _ in range(2))
    await asyncio.sleep(0)
    first.leave()
    heir.cancel()  # chosen, but not yet awake

    assert await next_one == "leads"
    assert store.made == 0


async def test_an_heirs_reply_reaches_those_who_went_on_waiting() -> None:
    store = Idempotency()
    first = store.claim("app", "k", BODY)
    heir, other = store.claim("app", "k", BODY), store.claim("app", "k", BODY)
    waiting = asyncio.create_task(other.wait())
    first.leave()
    assert await heir.wait() is None
    heir.finish(b"reply")

    assert await waiting == b"reply"
    first.finish(b"too late")
    assert await store.claim("app", "k", BODY).wait() == b"reply"


async def test_the_oldest_go_first_when_there_are_too_many_but_none_that_is_being_made() -> None:
    store = Idempotency(max_entries=5)
    made = [store.claim("app", f"made-{number}", BODY) for number in range(3)]
    for number in range(10):
        store.claim("app", f"{number}", BODY).finish(b"reply")

    assert (store.made, store.kept) == (3, 2)
    assert not store.claim("app", "9", BODY).leads
    assert store.claim("app", "7", BODY).leads
    assert not store.claim("app", "made-0", BODY).leads
    assert all(claim.leads for claim in made)


async def test_bytes_are_bounded_too_and_a_reply_beyond_all_bounds_still_reaches_who_waits() -> None:
    store = Idempotency(max_bytes=10_000)
    for number in range(20):
        store.claim("app", f"{number}", BODY).finish(b"x" * 1_000)
        assert store.size <= 10_000
    assert store.kept == 6
    big = store.claim("app", "big", BODY)
    joined = store.claim("app", "big", BODY)
    big.finish(b"x" * 20_000)

    assert len(await joined.wait() or b"") == 20_000
    assert (store.kept, store.size) == (0, 0)


async def test_nothing_of_a_request_is_kept_and_no_two_processes_name_it_alike() -> None:
    stores = Idempotency(), Idempotency()
    for store in stores:
        store.claim("app", "quokkalantern", b"vermilionspoon").finish(b"reply")
    places = [next(iter(store._kept.items())) for store in stores]

    assert places[0][0] != places[1][0]
    for place, entry in places:
        assert b"quokka" not in place
        assert b"vermilion" not in entry.fingerprint
        assert len(place) == len(entry.fingerprint) == 32


async def test_what_is_kept_is_forgotten_in_time_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.access.idempotency.SWEEP_EVERY_S", 0.01)
    clock = Clock()
    store = Idempotency(clock)
    store.claim("app", "k", BODY).finish(b"reply")
    async with store.swept(), asyncio.timeout(5):
        await asyncio.sleep(0.05)
        assert store.kept == 1
        clock.pass_s(KEPT_S)
        while store.kept:  # noqa: ASYNC110 - a sweep is no event
            await asyncio.sleep(0.01)
