"""Does it need an answer, what about, how hard, how urgent: keyword rules and a small model, each verdict with reasons."""
