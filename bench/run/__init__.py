"""One point from settings to a profile on disk: meter, pipeline, protocol, pictures, quality.

`plan` says what is to be measured, `work` is the pipeline as the protocol sees it, `process` measures in one
process, `host` estimates processor and memory beside it, `point` puts a profile together from one or several
processes, `random_weights` says what they leave unknown.
"""
