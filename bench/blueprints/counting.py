"""Counting one call of a component on the meta device: arithmetic, values moved, operations. No memory, no weights.

Conventions
- One multiply-add is 2 FLOP. Matrix products, convolutions and attention count, after the formulas of
  torch.utils.flop_counter; norms, activations, sums and softmax do not, as in published figures.
- Attention counts in full, 2 * heads * queries * keys * (width of keys + width of values): neither a causal nor
  a padding mask takes anything off. A fused kernel is one operation that reads queries, keys and values and
  writes the result; the matrix of scores is not moved.
- Values moved are those that operations read and write, weights apart, each operation for itself: an upper
  estimate, since caches and fusion save traffic.
- An operation is one call below autograd that is not a view: nearly one kernel launch.
"""

import math
from dataclasses import dataclass
from typing import Any

from bench.blueprints.build import quiet
from bench.blueprints.inputs import call
from bench.blueprints.parts import Component
from bench.blueprints.shape import Shape

FLOP_PER_MULTIPLY_ADD = 2


@dataclass(frozen=True)
class CallCount:
    """One call of one component."""

    flop: int
    """Arithmetic [FLOP]."""
    values_moved: int
    """Values read and written, weights apart [1]."""
    weights_read: int
    """Weights that operations read; of a table that is looked up none, of an encoder left idle none [1]."""
    operations: int
    """Operations dispatched [1]."""


def count_module(module: Any, component: Component, shape: Shape) -> CallCount:
    """One call of a component at a size; it stands built on the meta device."""
    return counted(module, lambda: call(component, module, shape))


def counted(module: Any, run: Any) -> CallCount:
    """What `run` does with a module on the meta device."""
    import torch

    weights = {_place(tensor): tensor.numel() for tensor in module.parameters()}
    counter, attention = _modes(set(weights))
    with quiet(), torch.no_grad(), counter, attention:
        run()
    read = sum(weights[place] for place in counter.read)
    return CallCount(counter.flop, counter.values_moved, read, counter.operations)


def attention_flop(query: tuple[int, ...], key: tuple[int, ...], value: tuple[int, ...]) -> int:
    """Arithmetic of attention from the shapes (..., tokens, width); heads of keys may be fewer, each used often."""
    *many, queries, width = query
    return FLOP_PER_MULTIPLY_ADD * math.prod(many) * queries * key[-2] * (width + value[-1])


def _modes(weights: set[int]) -> tuple[Any, Any]:
    """A mode that counts operations, and one that keeps attention in one piece.

    On the meta device attention would fall apart into products, a softmax and their temporaries.
    """
    import torch
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    class Counter(TorchDispatchMode):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.flop = self.values_moved = self.operations = 0
            self.read: set[int] = set()

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = func(*args, **(kwargs or {}))
            if func.is_view or func._overloadpacket in _moves_nothing():
                return result
            self.operations += 1
            self.values_moved += _values((args, kwargs), weights) + _values(result, weights)
            if func._overloadpacket is not torch.ops.aten.embedding:
                self.read |= {_place(one) for one in _tensors((args, kwargs))} & weights
            formula = flop_registry.get(func._overloadpacket)
            if formula is not None:
                self.flop += formula(*args, **(kwargs or {}), out_val=result)
            return result

        def attend(self, query: Any, key: Any, value: Any) -> Any:
            result = query.new_empty((*query.shape[:-1], value.shape[-1]))
            self.operations += 1
            self.flop += attention_flop(query.shape, key.shape, value.shape)
            self.values_moved += _values((query, key, value, result), weights)
            return result

    class Attention(TorchFunctionMode):  # type: ignore[misc]
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if func is not torch.nn.functional.scaled_dot_product_attention:
                return func(*args, **(kwargs or {}))
            named = dict(zip(("query", "key", "value"), args[:3], strict=False)) | (kwargs or {})
            return counter.attend(named["query"], named["key"], named["value"])

    counter = Counter()
    return counter, Attention()


def _values(tree: Any, weights: set[int]) -> int:
    """Values of the tensors in arguments or results, weights left out."""
    return sum(one.numel() for one in _tensors(tree) if _place(one) not in weights)


def _tensors(tree: Any) -> list[Any]:
    import torch

    return [leaf for leaf in torch.utils._pytree.tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _place(tensor: Any) -> int:
    """What a tensor and its views have in common; on the meta device there is no address."""
    return int(tensor.untyped_storage()._cdata)


def _moves_nothing() -> set[Any]:
    import torch

    aten = torch.ops.aten
    return {aten._unsafe_view, aten.empty, aten.empty_like, aten.new_empty, aten.empty_strided}
