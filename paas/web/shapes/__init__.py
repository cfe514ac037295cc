"""Plain objects of the domain turned into what a page or a message shows; they decide words, never permissions."""
