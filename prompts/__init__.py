"""From a question and passages to a checked Czech answer."""
