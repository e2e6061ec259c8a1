"""How long a prompt is where it comes to a part of a pipeline: as written, filled up, cut, attended to.

A length of None is the longest that a part takes; a negative prompt may have lengths of its own.
"""

from bench.blueprints.denoisers import TOKENS_MULTIPLE
from bench.blueprints.parts import BlueprintPart, Context


def tokens_of(
    part: BlueprintPart, parts: tuple[BlueprintPart, ...], prompt_tokens: int | None, negative: bool
) -> int:
    """Tokens that a part is called with: an encoder's own, or those of all parts that reach the denoiser."""
    if part.tokens_max:
        return _filled_up(part, prompt_tokens, negative)
    tokens = sum(_reaching(one, prompt_tokens, negative) for one in parts)
    multiple = TOKENS_MULTIPLE.get(part.component.class_name, 1)
    return -(-tokens // multiple) * multiple


def _reaching(part: BlueprintPart, prompt_tokens: int | None, negative: bool) -> int:
    """Tokens of an encoder that the denoiser attends to."""
    if not isinstance(part.context, Context):
        return _filled_up(part, prompt_tokens, negative) if part.context else 0
    length = _filled_up if part.context.padding else _written
    tokens = length(part, prompt_tokens, negative)
    return min(max(0, tokens - part.context.dropped), part.context.tokens_max or tokens)


def _longest(part: BlueprintPart, negative: bool) -> int:
    return (part.negative_tokens_max if negative else None) or part.tokens_max or 0


def _filled_up(part: BlueprintPart, prompt_tokens: int | None, negative: bool) -> int:
    """Tokens that an encoder is really called with."""
    longest = _longest(part, negative)
    if part.padding == "max":
        return longest
    multiple = part.padding_multiple
    return min(longest, -(-_written(part, prompt_tokens, negative) // multiple) * multiple)


def _written(part: BlueprintPart, prompt_tokens: int | None, negative: bool) -> int:
    """Tokens of a prompt with what stands around it."""
    longest = _longest(part, negative)
    if negative and part.negative_tokens:
        return min(longest, part.negative_tokens)
    return longest if prompt_tokens is None else min(longest, prompt_tokens + part.template_tokens)
