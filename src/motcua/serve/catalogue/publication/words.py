"""How pages speak of publication: what a share means, the parts of a procedure, what each stage waits for."""

from django.utils.translation import gettext_lazy as _

SHARES = {
    "published": _("Published on time"),
    "updated": _("Made public on time"),
    "complete": _("Complete in content"),
}
MEANING = {
    "published": _("Procedures whose decision was signed in time, of those with a decision signed in the period."),
    "updated": _("Procedures made public in time, of those made public in the period or still to be."),
    "complete": _("Procedures with all constituent parts, of those in force on the last day of the period."),
}
# Codes and points of the index, as Decision 766/QĐ-TTg has them.
INDICATORS = {"published": ("1.1", 6), "updated": ("1.2", 4), "complete": ("1.3", 2)}
PARTS = {
    "name": _("name"),
    "order": _("order of work"),
    "channels": _("ways to hand in"),
    "papers": _("papers and their number"),
    "limit": _("time limit"),
    "subjects": _("who may ask"),
    "agency": _("agency that decides"),
}
EVENTS = {
    "publication.opened": _("Draft opened"),
    "publication.item_added": _("Procedure added"),
    "publication.item_removed": _("Procedure taken off"),
    "publication.check_asked": _("Sent to the quality check"),
    "publication.checked": _("Passed the check"),
    "publication.returned": _("Returned to the draft"),
    "publication.signed": _("Signed"),
    "publication.published": _("Published"),
}
