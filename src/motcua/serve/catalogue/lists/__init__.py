"""Lists of procedures in force, for anyone: by agency, at the Centre, online, on the national portal; posting at desks.

The same rows are a page, a workbook and the API's `GET /procedures`; a field's rows are posted (niêm yết) as a paper
and as a screen.
"""
