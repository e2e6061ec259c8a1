"""Joules and seconds of an image that nobody measured, from arithmetic, bytes, calls and the library's rows.

    energy  = e1 F TDP / peak + e2 F + e3 W TDP / bandwidth + e4 A TDP / bandwidth + e5 N
    seconds = s1 F / peak + s2 F + s3 W / bandwidth + s4 A / bandwidth + s5 N, and no less than
              energy / (0.985 TDP)

F TFLOP, W bytes of weights, A bytes of activations, N operations of an image (`bench.blueprints`); peak, bandwidth
and TDP of the board from its datasheet. The coefficients are not negative and are fitted in relative error on every
row of the bundled library at 16 bits on one board (173 rows, 17 models, H100, A100 and B200; joules of random
weights are brought to those of trained ones by what pairs of rows say, `bench.pairs`). F without the board and N
stand for what clocks, power limits and launches do to a board's peak. On top stand two factors, each a median of
the library's rows over the fit: of the board, and of the model, where the library has them. Energy over seconds
never passes the board's power limit, and no time lies below that of its peak arithmetic (`physics`).

What is known decides how far an estimate is to be trusted: both (another setting of a measured pair), the model
alone (a new board), the board alone (a new model), or neither. The error of each kind is measured by leaving out
and predicting what it would not have known; `python -m bench estimate --errors` prints it, also by family. As of
the bundled library, median absolute error of energy 5, 10, 8 and 13 %, of seconds 9, 17, 12 and 18 %. The interval
of an estimate is the 90 % quantile of that error; it covers 88 to 91 % of rows that it has not seen. Where a
quantity of the work or of the board lies outside the fitted range the interval is twice as wide, and wider by once
more at each doubling beyond a factor of two (our judgement), and the estimate is marked `extrapolated`; beyond a
factor of eight it is refused.

Quantized, compiled and cached settings take what pairs of rows say that change does; one that was measured for one
model counts as doubtful by the whole of what it does, by twice that on a board without a pair, and is then marked
`extrapolated`. Numbers that a board has no units for are refused. Limits: one board, whole pipelines on the board.
Three boards are few: one of another build than these server boards may lie outside the interval more often than it
says.
"""
