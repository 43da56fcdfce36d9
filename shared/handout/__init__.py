"""What the operator sees: the page, the cards, the files, and their words, in Indonesian."""
