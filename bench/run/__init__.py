"""One point from settings to a profile on disk: meter, pipeline, protocol, pictures, quality.

`command` is `bench run`, `plan` says what is to be measured and `variations` at which points, `work` is the
pipeline as the protocol sees it, `process` measures in one process, `same_board` looks whether it is the board that
computes, `host` estimates processor and memory beside it, `point` puts a profile together from one or several
processes, `random_weights` says what they leave unknown.
"""
