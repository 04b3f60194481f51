"""Forms: what a definition may say, which fields are shown, and what answers are right.

A definition is an ordered list of typed fields. A field may be shown only if earlier answers fulfil its condition;
what is hidden is neither asked nor kept. The same definition serves intake, online filing and surveys (NĐ
45/2020/NĐ-CP art. 10: an electronic form is checked by the system that receives it).
"""

from motcua.rules.answers.checking import check_definition
from motcua.rules.answers.fields import CONDITION_OPS, KINDS, Choice, Condition, Fault, Field, as_data, read_definition
from motcua.rules.answers.validating import shown_fields, validate
from motcua.rules.answers.values import Wrong

__all__ = [
    "CONDITION_OPS",
    "KINDS",
    "Choice",
    "Condition",
    "Fault",
    "Field",
    "Wrong",
    "as_data",
    "check_definition",
    "read_definition",
    "shown_fields",
    "validate",
]
