"""Every string that a person reads has its Vietnamese: collect them from the code, compare with the catalogue.

`python tests/check_translations.py` fails on a missing, fuzzy or unused entry, on placeholders that differ, and on
a compiled catalogue that is not the text's. `--collect` adds what is new to the text file and compiles it.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1] / "src" / "motcua"
CATALOGUE = SOURCE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
NAMES = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
TRANSLATE = re.compile(r"""\{%-?\s*trans(?:late)?\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
Key = tuple[str, str]


def of_python(path: Path) -> Iterator[tuple[Key, int]]:
    """Yield the strings that a module marks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in NAMES and texts:
            yield (texts[0], ""), node.lineno
        elif name in PLURAL and len(texts) >= 2:
            yield (texts[0], texts[1]), node.lineno


def of_template(path: Path) -> Iterator[tuple[Key, int]]:
    """Yield the strings that a template marks; variables become placeholders, as Django has them."""
    text = path.read_text(encoding="utf-8")
    for match in TRANSLATE.finditer(text):
        yield (match[1] if match[1] is not None else match[2], ""), text.count("\n", 0, match.start()) + 1
    for match in BLOCK.finditer(text):
        one, _tag, many = re.sub(r"\{%\s*plural\s*%\}", "\0", match[2]).partition("\0")
        parts = [re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", part.replace("%", "%%")) for part in (one, many)]
        yield (parts[0], parts[1]), text.count("\n", 0, match.start()) + 1


def collect() -> dict[Key, list[tuple[str, str]]]:
    """Return every marked string with its places."""
    found: dict[Key, list[tuple[str, str]]] = {}
    files = [(p, of_python) for p in sorted(SOURCE.rglob("*.py"))]
    files += [(p, of_template) for p in sorted(SOURCE.rglob("templates/**/*.html"))]
    for path, reader in files:
        for key, line in reader(path):
            found.setdefault(key, []).append((str(path.relative_to(SOURCE)), str(line)))
    return found


def problems(found: dict[Key, list[tuple[str, str]]], catalogue: polib.POFile) -> Iterator[str]:
    """Yield what is wrong, a line each."""
    entries = {(e.msgid, e.msgid_plural or ""): e for e in catalogue if not e.obsolete}
    for key, places in found.items():
        where = ":".join(places[0])
        entry = entries.get(key)
        if entry is None or not entry.translated():
            yield f"{where}: no Vietnamese for {key[0]!r}"
            continue
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            # Vietnamese has one form; where English has two, it says what the plural says.
            if text and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(key[1] or key[0])):
                yield f"{where}: other placeholders in the Vietnamese of {key[0]!r}"
    for key in entries.keys() - found.keys():
        yield f"unused: {key[0]!r}"
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        yield "django.mo is not compiled from django.po: make messages"


def update(found: dict[Key, list[tuple[str, str]]]) -> None:
    """Write the catalogue: what is known keeps its translation, what is unused goes, the rest waits."""
    known = {(e.msgid, e.msgid_plural or ""): e for e in polib.pofile(str(CATALOGUE))} if CATALOGUE.exists() else {}
    fresh = polib.POFile()
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "vi",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for (one, many), _places in sorted(found.items()):
        entry = known.get((one, many))
        if entry is None:
            entry = polib.POEntry(msgid=one, msgid_plural=many) if many else polib.POEntry(msgid=one)
            if many:
                entry.msgstr_plural = {0: ""}
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))
    fresh.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


def main() -> int:
    """Check, or collect with `--collect`; return the exit code."""
    found = collect()
    if "--collect" in sys.argv:
        update(found)
    faults = list(problems(found, polib.pofile(str(CATALOGUE))))
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"{len(found)} strings, {len(faults)} problems\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
