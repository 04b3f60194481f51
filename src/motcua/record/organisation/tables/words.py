"""Faults of tables in words, in the language of the page; other rooms that read tables use them too."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.formats.tables import CellFault

WORDS = {
    "large": gettext_lazy("The file is larger than %(most)s MB."),
    "ending": gettext_lazy("The file's name must end in .xlsx or .csv."),
    "workbook": gettext_lazy("The file is no XLSX workbook, or it is damaged."),
    "encrypted": gettext_lazy("The workbook has a password or is an old .xls file. Save it as .xlsx without password."),
    "old_workbook": gettext_lazy("Old .xls files are not read. Save it as .xlsx."),
    "macro": gettext_lazy("The workbook has macros. Save it as .xlsx without macros."),
    "bomb": gettext_lazy("The workbook is far larger inside than a table can be; it is not opened."),
    "encoding": gettext_lazy("The text is neither UTF-8 nor Windows-1258. Save it as “CSV UTF-8”."),
    "csv": gettext_lazy("The CSV file is damaged: a cell does not end."),
    "empty": gettext_lazy("There is nothing in the file."),
    "sheet": gettext_lazy("This sheet is not known. Known ones: %(known)s."),
    "sheet_twice": gettext_lazy("There are two sheets of this kind."),
    "head": gettext_lazy("The column “%(value)s” is not known. Known ones: %(known)s."),
    "head_twice": gettext_lazy("The column “%(value)s” stands there twice."),
    "head_missing": gettext_lazy("A column is missing: %(value)s."),
    "rows": gettext_lazy("There are more than %(most)s rows. Part the file."),
    "required": gettext_lazy("This cell must be filled in."),
    "integer": gettext_lazy("“%(value)s” is not a whole number."),
    "date": gettext_lazy("“%(value)s” is not a date. Write it like 31/01/2026."),
    "boolean": gettext_lazy("“%(value)s” is neither yes nor no."),
    "choice": gettext_lazy("“%(value)s” is not known here. Known ones: %(known)s."),
    "long": gettext_lazy("This is longer than %(most)s characters."),
    "character": gettext_lazy("There is a character that no text may hold."),
    "surplus": gettext_lazy("“%(value)s” stands under no head."),
    "row_twice": gettext_lazy("This row stands there already, in row %(other)s."),
    "decision": gettext_lazy("Agencies are renamed, moved and ended by a decision, not by a table."),
    "fixed": gettext_lazy("This cannot be changed. Close the row and add another one."),
    "far": gettext_lazy("“%(value)s” is too far from today."),
    "order": gettext_lazy("The last day comes before the first."),
    "agency_code": gettext_lazy("“%(value)s” is no identity code; one looks like H15.14."),
    "no_agency": gettext_lazy("There is no agency “%(value)s” on that day, neither here nor in the file."),
    "code_taken": gettext_lazy("Another agency has the code “%(value)s” on that day."),
    "loop": gettext_lazy("The agency would stand above itself."),
    "unit_key": gettext_lazy("“%(value)s” is no key; one has small letters, digits and hyphens."),
    "key_taken": gettext_lazy("The agency has a unit “%(value)s” on that day already."),
    "staff_code": gettext_lazy("“%(value)s” is no staff code: up to thirty letters, digits, dots and hyphens."),
    "email": gettext_lazy("“%(value)s” is not an e-mail address."),
    "own_post": gettext_lazy("You cannot end your own post. Ask another administrator."),
    "no_person": gettext_lazy("There is no person “%(value)s”, neither here nor in the file."),
    "no_unit": gettext_lazy("The agency %(agency)s has no unit “%(value)s” on that day."),
    "acting_ends": gettext_lazy("An acting post needs a last day."),
    "no_position": gettext_lazy("No scheme of the agency has the job position “%(value)s”."),
    "held": gettext_lazy("The person holds this post on that day already."),
}


def say(fault: CellFault) -> str:
    """Return why a cell is wrong."""
    sentence = str(WORDS.get(fault.code, fault.code))
    return sentence % {"value": fault.value, **fault.params}


def place_of(fault: CellFault) -> str:
    """Return where a fault is: `Nhân sự!B7`, or row and column of a CSV file; "" for the file as a whole."""
    if fault.sheet or not fault.row:
        return fault.place
    if not fault.letter:
        return _("row %(row)d") % {"row": fault.row}
    return _("row %(row)d, column %(letter)s") % {"row": fault.row, "letter": fault.letter}
