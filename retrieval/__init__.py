"""From a question to ranked passages: Czech analysis, encoder, dense and lexical index, fusion."""
