"""Message steps that name a design: what they say, in the draft as the design is now, in a version as it was published.

{"design": {"uid": "0198a1e2-…"}}                    a draft
{"design": {"uid": …, "name", "kind", "language", "contents"}}    as `written_out` gives it, and a version keeps it
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from campaigns.designs import queries
from campaigns.designs.compiling import source, speaking
from campaigns.designs.look import Look
from campaigns.journeys.definition import Design, Named
from engage.lib import sql

type Json = dict[str, Any]
PARTS = ("uid", "name", "kind", "language", "contents", "words")


def written_out(draft: Any) -> Any:
    """The draft with the contents of the designs that its steps name; those that nobody knows are left as they are. One
    query, none where none is named."""
    named = dict(_named(draft))
    if not named:
        return draft
    known = {str(one.uid): one for one in queries.designs_of(named.values())}
    steps = dict(draft["steps"])
    for name, uid in named.items():
        said = steps[name]["design"]
        words = {"words": said["words"]} if "words" in said else {}
        design: Json = {"uid": said["uid"]} | words
        if one := known.get(str(uid)):
            design |= {"name": one.name, "kind": one.kind, "language": one.language, "contents": one.contents}
        steps[name] = steps[name] | {"design": design}
    return draft | {"steps": steps}


def design_of(data: Mapping[str, Any], words: str) -> Design:
    """What a step with these written-out contents says. Of its languages the subject is that for all others; the body
    holds what any of them asks and cites."""
    kind, language, contents = data["kind"], data["language"], data["contents"]
    named = Named(data["uid"], data["name"], kind, language, sql.document(contents))
    return Design(contents[language]["subject"], "\n".join(_sources(kind, contents)), "mjml", words, named)


def _sources(kind: str, contents: Mapping[str, Json]) -> Iterator[str]:
    for language, content in contents.items():
        with speaking(language):
            yield source(kind, content, Look(), language=language, unsubscribable=True)[0]
        yield content["subject"]


def _named(draft: Any) -> Iterator[tuple[str, UUID]]:
    steps = draft.get("steps") if isinstance(draft, dict) else None
    for name, step in steps.items() if isinstance(steps, dict) else ():
        design = step.get("design") if isinstance(step, dict) else None
        if isinstance(design, dict) and "uid" in design:
            try:
                yield name, UUID(str(design["uid"]))
            except ValueError:
                continue
