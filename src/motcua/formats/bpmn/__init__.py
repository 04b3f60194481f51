"""BPMN 2.0 (OMG formal/2011-01-03) of an internal process, with diagram interchange.

`graph` turns rows into flow nodes and flows, `layout` gives them places, `writing` writes the file that editors open.
`opening` opens a file with care, `reading` makes rows of it again.
"""

from motcua.formats.bpmn.graph import Row
from motcua.formats.bpmn.opening import BpmnError, Note, clean_name
from motcua.formats.bpmn.reading import Drawn, read
from motcua.formats.bpmn.writing import export

__all__ = ["BpmnError", "Drawn", "Note", "Row", "clean_name", "export", "read"]
