"""Numbers that prove themselves by a check digit or by what their parts may be."""

# Card issuers by their first digits: (first, last, lengths), ISO/IEC 7812.
_ISSUERS = (
    ("34", "34", (15,)),
    ("37", "37", (15,)),  # American Express
    ("300", "305", (14,)),
    ("36", "36", (14,)),
    ("38", "39", (14,)),  # Diners Club
    ("3528", "3589", (16,)),  # JCB
    ("4", "4", (16, 19)),  # Visa
    ("51", "55", (16,)),
    ("2221", "2720", (16,)),  # Mastercard
    ("50", "50", (16, 17, 18, 19)),
    ("56", "58", (16, 17, 18, 19)),
    ("60", "69", (16, 17, 18, 19)),  # Maestro, Discover, UnionPay
)
# Published in advertisements, so nobody's.
_NOBODYS = frozenset({("078", "05", "1120"), ("219", "09", "9999")})


def is_card(digits: str) -> bool:
    """An issuer's first digits, one of its lengths, and Luhn's check digit (ISO/IEC 7812-1)."""
    for first, last, lengths in _ISSUERS:
        if len(digits) in lengths and first <= digits[: len(first)] <= last:
            return passes_luhn(digits) and len(set(digits)) > 1
    return False


def passes_luhn(digits: str) -> bool:
    """Luhn's check: every second digit from the right counts twice, as the sum of its digits.

    >>> passes_luhn("4539148803436467"), passes_luhn("4539148803436468")
    (True, False)
    """
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(number - 9 if number > 9 else number for number in doubled)
    return total % 10 == 0


def passes_mod_97(iban: str) -> bool:
    """The check of ISO 13616: the first four characters moved to the end, letters as 10 to 35, remainder 1.

    >>> passes_mod_97("GB82WEST12345698765432"), passes_mod_97("GB82WEST12345698765431")
    (True, False)
    """
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def is_ssn(area: str, group: str, serial: str) -> bool:
    """A US social security number that could have been given out (the rules of 2011)."""
    if area in ("000", "666") or area >= "900" or group == "00" or serial == "0000":
        return False
    return (area, group, serial) not in _NOBODYS
