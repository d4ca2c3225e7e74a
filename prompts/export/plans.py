"""From the draft of a local plan to a report with its sources."""

from collections.abc import Callable
from datetime import datetime

from ingest.document import Document
from prompts.export.report import Block, Numbering, Report, heading, without_source
from prompts.locality import Matches
from prompts.locality_plan import Block as PlanBlock
from prompts.locality_plan import local_plan
from prompts.locality_profile import Profile


def plan_report(profile: Profile, matches: Matches, documents: Callable[[str], Document], when: datetime) -> Report:
    """Return the draft of a local plan; its sources are numbered in the order of the plan.

    `documents` and the errors are those of `prompts.export.answers.answer_report`.
    """
    numbering = Numbering(documents)
    citations = matches.citations
    title, *parts = local_plan(profile, matches)

    def block(planned: PlanBlock) -> Block:
        if unknown := [n for n in planned.citations if n not in citations]:
            raise without_source(unknown[0], planned.text)
        marks = tuple(numbering.number(citations[n]) for n in planned.citations)
        return Block(planned.kind, planned.text, "verbatim" if planned.kind == "quote" else None, marks)

    blocks = [block(planned) for planned in title.blocks]
    for part in parts:
        blocks += [heading(part.heading, part.level - 1), *map(block, part.blocks)]
    return Report(title.heading, when, tuple(blocks), numbering.sources)
