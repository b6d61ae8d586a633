"""Who asks, and for which region: tokens and the NGSILD-Tenant header (6.3.14)."""

from __future__ import annotations

from dataclasses import dataclass

from simpul.context.errors import BadRequestData, NonexistentTenant
from simpul.context.model import STRANGER, Grant
from simpul.context.store import EntityReader, GrantReader
from simpul.kernel.errors import NotSignedIn
from simpul.kernel.http import Request
from simpul.kernel.ids import is_region_code

TENANT = "ngsild-tenant"


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Knows callers. default_region: what a request is meant for that names no region."""

    entities: EntityReader
    grants: GrantReader
    default_region: str = ""

    def grant(self, request: Request) -> Grant:
        """What the caller may do; a request without a token is a stranger's.

        Raises:
            NotSignedIn: a token that is not known, or no longer.
        """
        header = request.headers.get("authorization")
        if header is None:
            return STRANGER
        scheme, _, token = header.partition(" ")
        known = self.grants.grant(token.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            raise NotSignedIn("this token is not known, or no longer valid")
        return known

    def region(self, request: Request, grant: Grant, *, reading: bool) -> str:
        """Code of the region the request is for: the one it names, that of its token, the
        installation's default, or the only one with data.

        Raises:
            NonexistentTenant: reading a region that holds no data. BadRequestData: none is named
            and there are several, or the name is not a region's code.
        """
        named = request.headers.get(TENANT)
        region = named or grant.region or self.default_region or self._only()
        if not is_region_code(region):
            raise BadRequestData(f"NGSILD-Tenant: {region!r} is not the code of a region")
        if reading and region not in self.entities.regions():
            raise NonexistentTenant(f"region {region} holds no data here")
        return region

    def _only(self) -> str:
        regions = self.entities.regions()
        if not regions:
            raise NonexistentTenant("no region holds data here")
        if len(regions) > 1:
            raise BadRequestData("name the region in the header NGSILD-Tenant")
        return regions[0]
