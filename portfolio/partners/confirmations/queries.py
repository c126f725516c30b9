"""What the holder of a link may see, and whether the holder is somebody else than the partner."""

from __future__ import annotations

from typing import Any

from portfolio.core.permissions import access
from portfolio.organizations.delegations.queries import has_assisted
from portfolio.partners import queries
from portfolio.partners.models import PartnerInWork, PartnerLink, Testimony
from portfolio.partners.permissions import PartnerPermission
from portfolio.partners.vocabulary import LinkPurpose

LONGEST_SECRET = 100


def asking(secret: str) -> PartnerLink | None:
    """The link that asks, alive or not."""
    return queries.link_of(secret, LinkPurpose.ASK) if len(secret) <= LONGEST_SECRET else None


def receipt(secret: str) -> Testimony | None:
    """What was answered, for the holder of the private link of the receipt."""
    if len(secret) > LONGEST_SECRET:
        return None
    link = queries.link_of(secret, LinkPurpose.RECEIPT)
    return link.in_work.testimony if link is not None and link.is_live else None


def asks_for_it(viewer: Any, in_work: PartnerInWork) -> bool:
    """Whether the person who looks is the one who asks, or edits or ever edited for them, and so must not answer."""
    if viewer is None:
        return False
    at_work = bool(access(PartnerPermission.READ, viewer, in_work))
    return at_work or bool(has_assisted(in_work.partner.owner_id, [viewer.id]))
