"""The API over the organisation: people, posts, agencies, decisions, calendars, tables (`organisation:read`, `:write`).

It stands here because tokens belong to accounts. What a program may change is what its post may change.
"""

from motcua.record.accounts.organisation_api.agencies import router as agency_router
from motcua.record.accounts.organisation_api.calendars import router as calendar_router
from motcua.record.accounts.organisation_api.decisions import router as decision_router
from motcua.record.accounts.organisation_api.people import absence_router, post_router
from motcua.record.accounts.organisation_api.people import router as people_router
from motcua.record.accounts.organisation_api.tables import router as table_router

ROUTERS = (
    ("/people", people_router),
    ("/posts", post_router),
    ("/absences", absence_router),
    ("/agencies", agency_router),
    ("/agency-decisions", decision_router),
    ("/calendars", calendar_router),
    ("/organisation-tables", table_router),
)

__all__ = ["ROUTERS"]
