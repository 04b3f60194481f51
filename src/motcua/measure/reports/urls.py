"""Routes of reports."""

from django.urls import path

from motcua.measure.reports.views import cells, counts, entering, issues, making

app_name = "reports"
urlpatterns = [
    path("reports/", issues.reports, name="reports"),
    path("reports/make/<str:form>/", making.live, name="live"),
    path("reports/forms/<str:form>/", making.definition, name="definition"),
    path("reports/enter/<str:form>/", entering.enter, name="enter"),
    path("reports/draft/<str:form>/", issues.draft, name="draft"),
    path("reports/issues/<uuid:issue_id>/", issues.issue, name="issue"),
    path("reports/issues/<uuid:issue_id>/differences/", issues.differences, name="differences"),
    path("reports/issues/<uuid:issue_id>/<slug:name>/", issues.act, name="act"),
    path("reports/counts/", counts.counts, name="counts"),
    path("reports/counts/<int:count_id>/", counts.count, name="count"),
    path("reports/cell/", cells.cell, name="cell"),
    path("reports/check/", cells.check, name="check"),
]
