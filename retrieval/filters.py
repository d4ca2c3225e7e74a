"""What a caller may restrict a search to."""

from dataclasses import dataclass

from ingest.document import Passage, Source


@dataclass(frozen=True, slots=True)
class Filters:
    """Each filter that is set must hold; several values of one filter are alternatives.

    Attributes
    ----------
    docs, programmes, periods
        Ids, programmes and periods of documents, as the manifest writes them.
    kinds
        Kinds of passages (`measure`, `task`, `item` …).
    concepts
        Ids of concepts of the thesaurus, target groups among them; a passage must carry one of them.
    """

    docs: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()

    def admits(self, passage: Passage, source: Source) -> bool:
        """Tell whether a passage passes all filters but that of concepts, which the index answers."""
        return (
            (not self.docs or passage.doc in self.docs)
            and (not self.programmes or source.programme in self.programmes)
            and (not self.periods or source.period in self.periods)
            and (not self.kinds or passage.kind in self.kinds)
        )


NO_FILTERS = Filters()
