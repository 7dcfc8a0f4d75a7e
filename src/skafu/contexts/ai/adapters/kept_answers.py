"""Answers of agents in documents and contents of the tenant."""

import msgspec

from skafu.contexts.ai.ports import AgentAnswer
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import TenantId
from skafu.storage.blobs import BlobId, Blobs
from skafu.storage.documents import Collection, Documents

ANSWERS = Collection("ai_answers")


class KeptAnswers:
    """Remembers answers for as long as their contents are there."""

    def __init__(self, documents: Documents, blobs: Blobs) -> None:
        """Keep them here."""
        self._documents = documents
        self._blobs = blobs

    async def find(self, tenant: TenantId, question: str) -> AgentAnswer | None:
        """See the port."""
        found = (await self._documents.get(tenant, ANSWERS, [question])).get(question)
        if found is None:
            return None
        try:
            content = await self._blobs.get(tenant, BlobId(str(found.body["answer"])))
        except NotFound:
            return None
        return msgspec.json.decode(content, type=AgentAnswer)

    async def keep(self, tenant: TenantId, question: str, answer: AgentAnswer) -> None:
        """See the port."""
        blob = await self._blobs.put(tenant, msgspec.json.encode(answer))
        await self._documents.put(tenant, ANSWERS, question, {"answer": blob})
