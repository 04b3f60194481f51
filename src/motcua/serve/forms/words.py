"""What is wrong with a definition or an answer, in sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.rules.answers import Fault, Wrong

FAULTS: Mapping[str, Lazy] = {
    "shape": gettext_lazy("This is not in the form of a definition."),
    "too_many": gettext_lazy("At most %(most)s."),
    "too_long": gettext_lazy("At most %(most)s characters."),
    "nothing_asked": gettext_lazy("The form asks for nothing. Add a field."),
    "key": gettext_lazy("A key begins with a small letter; then letters without marks, digits and _, at most 40."),
    "key_twice": gettext_lazy("The key “%(key)s” stands twice; each key stands once."),
    "kind": gettext_lazy("Choose a kind of field."),
    "label": gettext_lazy("Give the question in Vietnamese."),
    "no_bounds": gettext_lazy("This kind of field has no smallest or largest."),
    "bound": gettext_lazy("This is not a number that can be a limit."),
    "bound_date": gettext_lazy("Write a date as 2026-11-21, or “today”."),
    "bounds_turned": gettext_lazy("The largest is below the smallest."),
    "choices_missing": gettext_lazy("Give the answers to choose from."),
    "choices_unused": gettext_lazy("Only a choice has answers to choose from."),
    "choice_twice": gettext_lazy("The answer “%(value)s” stands twice."),
    "choice": gettext_lazy("Write “value = words”; a value is small letters without marks, digits, - and _."),
    "columns_missing": gettext_lazy("Give the columns of the table."),
    "columns_unused": gettext_lazy("Only a table has columns."),
    "column_kind": gettext_lazy("A column cannot be a heading, a table or an address."),
    "column_condition": gettext_lazy("A column has no condition of its own."),
    "table_in_table": gettext_lazy("A table cannot stand in a table."),
    "match": gettext_lazy("Choose whether all or any conditions are needed."),
    "condition_line": gettext_lazy("Write a condition as “key operator value”, one a line."),
    "no_table": gettext_lazy("No table has the key “%(key)s”."),
    "condition_missing": gettext_lazy("The condition refers to “%(key)s”, and no field has this key."),
    "condition_later": gettext_lazy("The condition refers to “%(key)s”, which comes later; it may only look upwards."),
    "condition_circle": gettext_lazy("The conditions go in a circle through “%(key)s”."),
    "operator": gettext_lazy("“%(key)s” cannot be compared in this way."),
    "condition_value": gettext_lazy("“%(key)s” can never be “%(value)s”."),
}
KIND_WORDS: Mapping[str, Lazy] = {
    "text": gettext_lazy("short text"),
    "long_text": gettext_lazy("long text"),
    "number": gettext_lazy("number"),
    "money": gettext_lazy("amount in đồng"),
    "date": gettext_lazy("date"),
    "yes_no": gettext_lazy("yes or no"),
    "choice": gettext_lazy("one of several answers"),
    "choices": gettext_lazy("several answers"),
    "citizen_id": gettext_lazy("identity number"),
    "tax_code": gettext_lazy("tax code"),
    "phone": gettext_lazy("phone number"),
    "email": gettext_lazy("e-mail address"),
    "address": gettext_lazy("address"),
    "unit_code": gettext_lazy("commune's code"),
    "rows": gettext_lazy("table"),
    "heading": gettext_lazy("heading"),
}
OP_WORDS: Mapping[str, Lazy] = {
    "is": gettext_lazy("is this answer"),
    "is_not": gettext_lazy("is not this answer"),
    "has": gettext_lazy("has this among its answers"),
    "lt": gettext_lazy("is less or earlier"),
    "le": gettext_lazy("is at most"),
    "gt": gettext_lazy("is more or later"),
    "ge": gettext_lazy("is at least"),
    "filled": gettext_lazy("is answered"),
    "empty": gettext_lazy("is not answered"),
}
WRONG: Mapping[str, Lazy] = {
    "required": gettext_lazy("Please answer this."),
    "shape": gettext_lazy("This is not an answer to this question."),
    "longer": gettext_lazy("At most %(most)s characters."),
    "shorter": gettext_lazy("At least %(least)s characters."),
    "number": gettext_lazy("Write a number, such as 12 or 1,5."),
    "money": gettext_lazy("Write an amount in đồng, such as 1.250.000."),
    "less": gettext_lazy("At least %(least)s."),
    "more": gettext_lazy("At most %(most)s."),
    "date": gettext_lazy("Write a date that exists, such as 21/11/2026."),
    "before": gettext_lazy("Not before %(least)s."),
    "after": gettext_lazy("Not after %(most)s."),
    "yes_no": gettext_lazy("Choose yes or no."),
    "choice": gettext_lazy("Choose one of the answers."),
    "fewer_choices": gettext_lazy("Choose at least %(least)s."),
    "more_choices": gettext_lazy("Choose at most %(most)s."),
    "fewer_rows": gettext_lazy("Fill in at least %(least)s rows."),
    "more_rows": gettext_lazy("Fill in at most %(most)s rows."),
    "email": gettext_lazy("Write an e-mail address, such as an@example.vn."),
    "unit_code": gettext_lazy("A commune's code has 5 digits."),
    "address": gettext_lazy("Write the house number, street or village."),
    "citizen_id_letters": gettext_lazy("An identity number has digits only."),
    "citizen_id_length": gettext_lazy("An identity number has 12 digits (or 9, the old card)."),
    "tax_code_form": gettext_lazy("A tax code has 10 digits, 13 for a branch, or 12 for a person."),
    "tax_code_check_digit": gettext_lazy("This tax code has a wrong check digit; please compare."),
    "phone": gettext_lazy("Write a Vietnamese phone number, such as 0905 123 456."),
}


def fault_words(fault: Fault) -> str:
    """Return what is wrong at a place of a definition, in the language of the moment."""
    return str(FAULTS[fault.code]) % fault.params


def fault_with_place(fault: Fault) -> str:
    """Return the sentence with the number of its field before it."""
    number = fault.place.split(".")[0]
    if not number.isdigit():
        return fault_words(fault)
    return _("Field %(number)s: %(words)s") % {"number": number, "words": fault_words(fault)}


def wrong_words(wrong: Wrong) -> str:
    """Return what is wrong with an answer, in the language of the moment."""
    return str(WRONG.get(wrong.code, WRONG["shape"])) % wrong.params
