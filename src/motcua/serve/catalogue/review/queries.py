"""Reads of reviews."""

import uuid

from django.db.models import Prefetch, QuerySet

from motcua.serve.catalogue.review.models import DroppedPaper, Review


def reviews() -> QuerySet[Review]:
    """Return the reviews, the latest first, with what their lists show."""
    found = Review.objects.select_related("version__procedure", "agency").prefetch_related("lines")
    return found.order_by("-opened_at")


def review_with_parts(review_id: uuid.UUID) -> Review | None:
    """Return a review with its version, papers, lines and proposals."""
    dropped = DroppedPaper.objects.select_related("component")
    found = Review.objects.select_related("version__procedure__field", "agency", "draft")
    parts = ("lines", "version__components", Prefetch("dropped", dropped))
    return found.prefetch_related(*parts).filter(pk=review_id).first()
