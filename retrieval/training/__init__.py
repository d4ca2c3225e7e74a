"""How the encoder that ships with the project is made; nothing here is imported when a question is answered."""
