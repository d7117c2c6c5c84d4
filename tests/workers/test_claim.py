"""Who owns the embedded model of a service, and for whom it is kept."""

from pathlib import Path

from app.workers.claim import Address, Claim

ADDRESS = Address("http://127.0.0.1:9", "key")


def test_one_owns_it_until_it_gives_up(tmp_path: Path) -> None:
    first, second = Claim(tmp_path), Claim(tmp_path)
    assert [first.take(), second.take(), first.take()] == [True, False, True]
    first.publish(ADDRESS)
    assert second.published() == ADDRESS
    first.give_up()

    assert second.published() is None
    assert second.take()


def test_the_owner_knows_of_replies_that_others_make(tmp_path: Path) -> None:
    owner, other = Claim(tmp_path), Claim(tmp_path)
    owner.take()
    assert not owner.is_used_by_others()
    with other.used(), other.used():
        assert owner.is_used_by_others()
        assert not other.is_used_by_others(), "it is not the owner"
    assert not owner.is_used_by_others()


def test_an_owner_does_not_wait_for_itself(tmp_path: Path) -> None:
    owner = Claim(tmp_path)
    owner.take()
    with owner.used():
        assert not owner.is_used_by_others()


def test_alone_there_are_no_others() -> None:
    claim = Claim()
    assert claim.take()
    with claim.used():
        assert not claim.is_used_by_others()
