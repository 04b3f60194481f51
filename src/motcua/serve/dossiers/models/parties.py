"""Who stands behind a dossier: owner, submitter and authorised person are three."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.serve.dossiers.models.dossier import Dossier


class Party(Recorded):
    """A person or an organisation in one of three parts. Numbers are stored normalised, phones in E.164."""

    LEDGER_NAME = "party"
    LEDGER_CHAIN = "dossier_id"
    LEDGER_FIELDS = ("dossier_id", "part", "kind", "authenticated")
    DIGEST_FIELDS = ("name", "identity_number", "tax_code", "born_on", "sex", "phone", "email", "address")

    class Part(models.TextChoices):
        """Whose part."""

        OWNER = "owner", _("owner")
        SUBMITTER = "submitter", _("submitter")
        AUTHORISED = "authorised", _("authorised person")

    class Kind(models.TextChoices):
        """What they are."""

        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")
        HOUSEHOLD = "household", _("household business")

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="parties")
    part = models.CharField(max_length=10, choices=Part)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("full name"), max_length=500)
    folded_name = models.CharField(max_length=500)
    identity_kind = models.CharField(max_length=10, blank=True, help_text="cccd, cmnd, passport")
    identity_number = models.CharField(_("identity number"), max_length=20, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=14, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    authenticated = models.BooleanField(default=False, help_text="identity read from the card or VNeID")

    class Meta:
        verbose_name = _("party")
        constraints = [models.UniqueConstraint(fields=["dossier", "part"], name="one_party_a_part")]
        indexes = [
            models.Index(fields=["identity_number"], name="party_identity", condition=~Q(identity_number="")),
            models.Index(fields=["tax_code"], name="party_tax_code", condition=~Q(tax_code="")),
            models.Index(fields=["phone"], name="party_phone", condition=~Q(phone="")),
        ]
