"""All inputs of one decision: the figures, the documents that hold them, and the files they are read from."""
