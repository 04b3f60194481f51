"""Report forms as text: columns that are measures, row axes, and checks between columns."""

from motcua.formats.reportforms.form import Check, Column, Figure, Form, FormFault, parse_form, read_form

__all__ = ["Check", "Column", "Figure", "Form", "FormFault", "parse_form", "read_form"]
