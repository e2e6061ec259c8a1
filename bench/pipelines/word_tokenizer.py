"""A tokenizer without a vocabulary: one token a word or punctuation mark, numbered by a hash of its letters.

A model without weights has no vocabulary either. What its text encoder does depends on how many tokens a prompt
has, hardly on which: a common English word and a punctuation mark are one token each in the vocabularies of CLIP,
T5, Gemma and Qwen, rarer words are more. Marks, filling up and cutting off are those of the encoder's own
tokenizer; where prompts are turns of a conversation, the marks of a turn and the ends of its lines are tokens too.
"""

import functools
import re
import zlib
from dataclasses import dataclass
from typing import Any, Literal

from bench.blueprints import BlueprintPart
from bench.errors import PipelineError

MARKS_MAX = 3
"""Numbers at either end of a vocabulary that no word gets."""

TOKEN = re.compile(r"\w+|[^\w\s]")

TOKEN_OF_A_TURN = re.compile(r"<\|\w+\|>|</?s>|\[/?[a-z_]+\]|\n| +(?=<\|)|\w+|[^\w\s]")
"""With marks such as <|im_end|> and [INST], line ends, and blanks that end a turn."""

CHATML = (
    "{% for turn in messages %}<|im_start|>{{ turn['role'] }}\n{{ turn['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""A conversation as Qwen writes it."""

MISTRAL = (
    "<s>{% for turn in messages %}{% set mark = {'system': 'SYSTEM_PROMPT', 'user': 'INST'}[turn['role']] %}"
    "[{{ mark }}]{{ turn['content'][0]['text'] }}[/{{ mark }}]{% endfor %}"
)
"""A conversation of a system prompt and a user's as Mistral writes it."""


@dataclass(frozen=True)
class Marks:
    """The tokens around a prompt: a negative number counts from the end of the vocabulary."""

    around: Literal["bos_eos", "eos", "bos", "cls_sep", "prefix_suffix", "none"]
    """Which stand before and after it, in the names of transformers."""
    begin: int
    end: int
    padding: int
    conversation: str | None = None
    """How turns are written, as a template of transformers."""


MARKS = {
    "CLIPTextModel": Marks("bos_eos", -2, -1, -1),
    "CLIPTextModelWithProjection": Marks("bos_eos", -2, -1, -1),
    "T5EncoderModel": Marks("eos", 2, 1, 0),
    "BertModel": Marks("cls_sep", 1, 2, 0),
    "GemmaModel": Marks("bos", 2, 1, 0),
    "Gemma2Model": Marks("bos", 2, 1, 0),
    "GlmModel": Marks("prefix_suffix", -3, -2, -1),
    "LlamaForCausalLM": Marks("bos", -3, -2, -2),
    "Mistral3ForConditionalGeneration": Marks("none", 1, 2, 0, MISTRAL),
    "Qwen3ForCausalLM": Marks("none", -3, -2, -1, CHATML),
    "Qwen3Model": Marks("none", -3, -2, -1, CHATML),
    "Qwen2_5_VLForConditionalGeneration": Marks("none", -3, -2, -1, CHATML),
}
"""By class of encoder. The numbers matter to CLIP alone, which pools at its largest, the mark of the end."""


def tokenizer_of(part: BlueprintPart) -> Any:
    """A transformers tokenizer that gives a text encoder as many tokens as it would have.

    Raises
    ------
    PipelineError
        For a class of encoder whose marks are not known.
    """
    component = part.component
    if component.class_name not in MARKS:
        raise PipelineError(
            f"{component.class_name}: how it marks a prompt is not known; known: {', '.join(MARKS)}"
        )
    vocabulary = int(component.config.get("text_config", component.config)["vocab_size"])
    return _class()(MARKS[component.class_name], vocabulary, model_max_length=part.tokens_max)


@functools.cache
def _class() -> Any:
    from transformers import PreTrainedTokenizer

    class WordTokenizer(PreTrainedTokenizer):  # type: ignore[misc]
        def __init__(self, marks: Marks, vocabulary: int, **more: Any) -> None:
            self._vocabulary = vocabulary
            numbers = {"<begin>": marks.begin, "<end>": marks.end}
            padding = "<end>" if marks.padding == marks.end else "<padding>"
            self._marks = {
                name: one % vocabulary for name, one in {**numbers, padding: marks.padding}.items()
            }
            self._words = range(vocabulary)[MARKS_MAX:-MARKS_MAX]
            self._token = TOKEN_OF_A_TURN if marks.conversation else TOKEN
            special = {"bos_token": "<begin>", "eos_token": "<end>", "pad_token": padding}
            if marks.around == "cls_sep":
                special |= {"cls_token": "<begin>", "sep_token": "<end>"}
            super().__init__(
                special_tokens_pattern=marks.around, chat_template=marks.conversation, **special, **more
            )
            if marks.around == "prefix_suffix":
                self.prefix_tokens = [self.bos_token_id, self.eos_token_id]

        @property
        def vocab_size(self) -> int:
            return self._vocabulary

        def get_vocab(self) -> dict[str, int]:
            return dict(self._marks)

        def _tokenize(self, text: str, **_more: Any) -> list[str]:
            return self._token.findall(text.lower())

        def _convert_token_to_id(self, token: str) -> int:
            if token in self._marks:
                return self._marks[token]
            return self._words[zlib.crc32(token.encode()) % len(self._words)]

        def _convert_id_to_token(self, index: int) -> str:
            return f"<{index}>"

    return WordTokenizer
