"""Stores the questions that other systems ask, where the installation has that switched on."""

import logging

from ingest.errors import OporaError
from ingest.settings import Settings
from prompts.answer import Answer
from prompts.question_log import keep_question

log = logging.getLogger(__name__)


def keep(answer: Answer) -> None:
    """Store the question of an answer, redacted; a full disk is told to the log, never to whoever asked."""
    try:
        keep_question(Settings.from_env(), answer)
    except OporaError as error:
        log.error("a question could not be stored: %s", error)
