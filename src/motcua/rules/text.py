"""Vietnamese text: folding for search, keys for sorting. PostgreSQL's core has no collation for it."""

import re
import unicodedata

# Each letter in the order of the alphabet, with f, j, w, z where they stand in dictionaries.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANKS = {letter: chr(ord("A") + index) for index, letter in enumerate(LETTERS)}
# Order of tones in Vietnamese dictionaries: level, falling, asking, tumbling, sharp, heavy.
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# The Icelandic letter looks the same in capitals and is often typed for Đ; telephones bend the apostrophe of H'Hen.
ETH = str.maketrans("ðđ’‘ʼ", "dd'''")
WORDS = re.compile(r"[^\W_]+")
# A folded word, or a code with its dots.
SEARCHED = re.compile(r"[^\W_]+(?:\.[^\W_]+)*")


def fold(text: str) -> str:
    """Return text in lower case without diacritics, `đ` as `d`, apostrophes straight, single spaces: for search."""
    lowered = text.casefold().translate(ETH)
    letters = (c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def search_words(text: str) -> str:
    """Return the words of a text, folded, each once, in order, parted by single spaces; codes keep their dots."""
    return " ".join(dict.fromkeys(SEARCHED.findall(fold(text))))


def sort_key_vi(text: str) -> str:
    """Return a key that sorts as Vietnamese dictionaries do: word by word, by letters, then by tones.

    The key is plain ASCII: stored in a column it sorts the same in PostgreSQL under the collation "C". Case and
    punctuation do not count; digits come before letters, other alphabets after them.
    """
    plain = unicodedata.normalize("NFC", text.casefold().replace("ð", "đ"))
    return " ".join(_word_key(word) for word in WORDS.findall(plain))


def _word_key(word: str) -> str:
    """Return a word's letters, a mark that comes before any letter, and its tones."""
    letters, tones = "", ""
    for char in word:
        parts = unicodedata.normalize("NFD", char)
        base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
        letters += base if base in "0123456789" else RANKS.get(base, f"~{ord(base[0]):06x}" if base else "")
        tones += next((TONES[c] for c in parts if c in TONES), "0")
    return f"{letters}!{tones}"
