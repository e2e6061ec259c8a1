"""The findings of "The Hidden Cost of an Image" as tests on one's own results.

Bertazzini et al., arXiv 2506.17016 (2025): 17 models on one RTX 4090 workstation through CodeCarbon.

What is compared. Results stand in one test only when they share board, number of boards, power limit,
boundary of the joules, kind of evidence and tool: each such group is answered by itself and boards are never
pooled. Models are the unit: results of one model that agree in everything are repeats, and every model counts
once. Where a setting is the question (size, quantization, prompt) only pairs of results enter that agree in
every other setting, in host, driver and software; a model's effect is the mean of the log ratios of its pairs.
Where models are the question, they are compared within the block of settings (size, batch, number format,
quantization, prompts, accelerations) that holds most of them; steps and guidance belong to the model. Effects
are ratios of geometric means with t intervals on logarithms.

How a verdict falls. For each claim `bench.study.claims` states, before any data are seen, which values of its
effect confirm it and which refute it. `confirmed`: the 95 % interval lies wholly among those that confirm.
`not confirmed`: wholly among those that refute. `cannot tell`: anything else, or too few models. That an
effect is not significant never confirms that there is none: for that the interval must lie within a margin
stated here (two one-sided tests). Since many tests are made, their two-sided p-values are adjusted after Holm
over all tests of a report, and a verdict needs an adjusted p of at most 0.05; printed intervals are not widened.

What it cannot do. A study tells what differs, not why: U-Net and Transformer models also differ in size,
steps and year. The intervals speak for models like those at hand, as if drawn at random from their like.
"""
