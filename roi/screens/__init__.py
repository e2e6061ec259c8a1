"""The proposal in a browser: a scenario is edited, decided, drawn and taken away. No arithmetic stands here."""
