"""Forms with which people answer questions: of a waiting turn, and the parameters of a new chat."""
