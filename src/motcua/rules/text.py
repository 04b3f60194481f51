"""Vietnamese text: folding for search, keys for sorting. PostgreSQL's core has no collation for it."""

import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANK = {letter: index + 1 for index, letter in enumerate(LETTERS)}
# Order of tones in Vietnamese dictionaries: level, falling, asking, tumbling, sharp, heavy.
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def fold(text: str) -> str:
    """Return text in lower case without diacritics, `đ` as `d`, single spaces: what search compares."""
    lowered = text.casefold().replace("đ", "d")
    letters = (c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def sort_key_vi(text: str) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Return a key that sorts as Vietnamese dictionaries do: letter by letter of each word, then by tone."""
    return tuple(_word_key(word) for word in text.casefold().split())


def _word_key(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters: list[int] = []
    tones: list[int] = []
    for char in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", char)
        tone = next((TONES[c] for c in parts if c in TONES), 0)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        letters.append(RANK.get(base, 1_000 + ord(base[0])) if not base.isdigit() else -100 + int(base))
        tones.append(tone)
    return tuple(letters), tuple(tones)
