"""Joules and seconds of an image that nobody measured, from arithmetic, bytes, calls and the library's rows.

    energy  = e1 F TDP / peak + e2 F + e3 W TDP / bandwidth + e4 A TDP / bandwidth + e5 N
    seconds = s1 F / peak + s2 F + s3 W / bandwidth + s4 A / bandwidth + s5 N

F TFLOP, W bytes of weights, A bytes of activations, N operations of an image (`bench.blueprints`); peak, bandwidth
and TDP of the board from its datasheet. The coefficients are not negative and are fitted in relative error on every
row of the bundled library (157 rows, 15 models, H100, A100 and B200, 16 bits, one board). F without the board and N
stand for what clocks, power limits and launches do to a board's peak. On top stand two factors, each a median of
the library's rows over the fit: of the board, and of the model, where the library has them.

What is known decides how far an estimate is to be trusted: both (another setting of a measured pair), the model
alone (a new board), the board alone (a new model), or neither. The error of each kind is measured by leaving out
and predicting what it would not have known; `python -m bench estimate --errors` prints it. As of the bundled
library, median absolute error of energy 5, 9, 7 and 11 %, of seconds 9, 17, 11 and 18 %. The interval of an
estimate is the 90 % quantile of that error; it covers 88 to 90 % of rows that it has not seen. Where a quantity
lies outside the fitted range by at most a factor of two the interval is twice as wide and the estimate is marked
`extrapolated`; beyond it is refused.

Limits: 16 bits without quantization, one board, whole pipelines on the board, eager execution. Offload,
compilation, caches and other kernels are not in the library and not in the fit. Three boards are few: a board of
another build than these server boards may lie outside the interval more often than it says. A board whose speed
lies too far outside gets joules alone.
"""
