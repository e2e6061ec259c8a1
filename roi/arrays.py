"""The three kinds of numpy array that the calculations pass around; a shape is said where an array is named."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def column(number: float | FloatArray | IntArray, axes: int = 1) -> FloatArray:
    """A number, or one of each draw, before so many further axes [D or 1 x 1 ...]."""
    return np.reshape(np.asarray(number, dtype=np.float64), (-1, *[1] * axes))
