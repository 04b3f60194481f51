"""What is stored: one counter for each series and period."""

from django.db import models


class Counter(models.Model):
    """The last number given in a series' period."""

    kind = models.CharField(max_length=30)
    owner = models.CharField(max_length=40)
    period = models.CharField(max_length=10)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "owner", "period"], name="one_counter_a_period")]
