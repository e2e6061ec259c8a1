"""Real diffusers pipelines with a few thousand random weights, on the CPU, with nothing downloaded."""

import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import gguf
import numpy as np
import pytest
from safetensors.numpy import load_file

from bench.errors import PipelineError
from bench.pipelines import LoadedPipeline, PipelineMemoryError, Settings, backbone_of, config_of, load
from bench.pipelines.device import GIB, require_memory
from bench.pipelines.folder import read_folder, weight_bytes
from bench.prompts import bundled_prompts, read_prompts
from tests.bench.tiny_pipeline import IMAGE_PIXELS, save_tiny_flux, save_tiny_mmdit, save_tiny_unet

PROMPTS = ("a red apple", "a blue boat", "a cat")
STEPS = 3


@pytest.fixture(scope="module")
def unet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_unet(tmp_path_factory.mktemp("models") / "tiny-unet")


@pytest.fixture(scope="module")
def mmdit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_mmdit(tmp_path_factory.mktemp("models") / "tiny-mmdit")


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_flux(tmp_path_factory.mktemp("models") / "tiny-flux")


def settings(folder: Path | str, **changes: object) -> Settings:
    given = {
        "device": "cpu",
        "dtype": "float32",
        "width": IMAGE_PIXELS,
        "height": IMAGE_PIXELS,
        "num_inference_steps": STEPS,
        "batch_size": 2,
    }
    return Settings(str(folder), **{**given, **changes})


def loaded(folder: Path | str, **changes: object) -> LoadedPipeline:
    return load(settings(folder, **changes))


def refusal(folder: Path | str, **changes: object) -> str:
    with pytest.raises(PipelineError) as refused:
        loaded(folder, **changes).generate(PROMPTS[:1], 0)
    return str(refused.value)


def arrays(pictures: Sequence[object]) -> np.ndarray:
    return np.stack([np.asarray(picture, dtype=np.int16) for picture in pictures])


def test_three_prompts_in_batches_of_two_give_three_pictures_of_the_asked_size(unet: Path) -> None:
    pictures = loaded(unet).generate(PROMPTS, seed=5)
    assert [picture.size for picture in pictures] == [(32, 32)] * 3


def test_pictures_are_those_that_diffusers_makes(unet: Path) -> None:
    import torch
    from diffusers import AutoPipelineForText2Image

    pipeline = AutoPipelineForText2Image.from_pretrained(unet, dtype=torch.float32)
    generators = [torch.Generator("cpu").manual_seed(seed) for seed in (5, 6)]
    theirs = pipeline(
        prompt=list(PROMPTS[:2]), num_inference_steps=STEPS, width=32, height=32, generator=generators
    ).images
    ours = loaded(unet).generate(PROMPTS[:2], seed=5)
    assert np.abs(arrays(ours) - arrays(theirs)).max() == 0


def test_a_picture_depends_on_its_seed_and_not_on_its_batch(unet: Path) -> None:
    together = loaded(unet).generate(PROMPTS[:2], seed=5)
    alone = loaded(unet, batch_size=1).generate(PROMPTS[1:2], seed=6)
    assert np.abs(arrays(together)[1] - arrays(alone)[0]).max() <= 1


@pytest.mark.parametrize(("guidance", "calls"), [(5.0, 2 * STEPS), (1.0, STEPS)])
@pytest.mark.parametrize("model", ["unet", "mmdit"])
def test_guidance_doubles_the_denoiser_calls(
    model: str, guidance: float, calls: int, request: pytest.FixtureRequest
) -> None:
    pipeline = loaded(request.getfixturevalue(model), guidance_scale=guidance)
    pipeline.generate(PROMPTS, seed=0)
    assert pipeline.denoiser_calls_per_image == calls


def test_guidance_built_into_the_weights_doubles_nothing(flux: Path) -> None:
    pipeline = loaded(flux, guidance_scale=5.0)
    pipeline.generate(PROMPTS, seed=0)
    assert pipeline.denoiser_calls_per_image == STEPS


def test_a_reset_forgets_earlier_calls(unet: Path) -> None:
    pipeline = loaded(unet)
    pipeline.generate(PROMPTS, seed=0)
    pipeline.reset_counts()
    assert pipeline.denoiser_calls_per_image is None
    pipeline.generate(PROMPTS[:1], seed=0)
    assert (pipeline.images, pipeline.counter.evaluations) == (1, 2 * STEPS)


def test_the_config_names_what_ran(mmdit: Path) -> None:
    pipeline = loaded(mmdit, guidance_scale=5.0)
    pipeline.generate(PROMPTS, seed=0)
    config = config_of(pipeline, prompt_set="mine", prompt_tokens=pipeline.prompt_tokens(["abc", "abcde"]))
    weights = sum(one.numel() for one in pipeline.pipeline.transformer.parameters())
    assert (config.pipeline_class, config.scheduler) == (
        "StableDiffusion3Pipeline",
        "FlowMatchEulerDiscreteScheduler",
    )
    assert (config.backbone, config.denoiser_calls, config.guidance_scale) == ("mmdit", 2 * STEPS, 5.0)
    # The position table is a buffer in the file and no parameter of the module.
    table = pipeline.pipeline.transformer.pos_embed.pos_embed.numel()
    assert config.parameters == weights + table
    assert config.prompt_tokens == 6.0


def test_guidance_left_open_is_recorded_as_the_default_of_the_pipeline(unet: Path, flux: Path) -> None:
    assert (config_of(loaded(unet)).guidance_scale, config_of(loaded(flux)).guidance_scale) == (7.5, 3.5)


@pytest.mark.parametrize(
    ("denoiser", "family"),
    [
        ("UNet2DConditionModel", "unet"),
        ("PixArtTransformer2DModel", "dit"),
        ("SD3Transformer2DModel", "mmdit"),
        ("SanaTransformer2DModel", "linear_dit"),
        ("Lumina2Transformer2DModel", "next_dit"),
        ("Kandinsky9", "other"),
    ],
)
def test_the_family_is_read_off_the_class_of_the_denoiser(denoiser: str, family: str) -> None:
    assert backbone_of(denoiser) == family


def test_stages_are_told_in_their_order_and_once_each(unet: Path) -> None:
    told: list[str] = []
    pictures = loaded(unet).on_stages(PROMPTS[:2], 0, told.append)
    assert told == ["text_encoding", "denoising", "vae_decoding"]
    assert len(pictures) == 2


def test_watching_the_stages_changes_no_picture_and_leaves_nothing_behind(unet: Path) -> None:
    pipeline = loaded(unet)
    watched = pipeline.on_stages(PROMPTS[:2], 0, lambda _: None)
    assert "decode" not in vars(pipeline.pipeline.vae)
    assert np.abs(arrays(watched) - arrays(pipeline.generate(PROMPTS[:2], 0))).max() == 0


def test_denoising_takes_the_most_of_the_stages_and_all_have_seconds(unet: Path) -> None:
    seconds = loaded(unet, num_inference_steps=12).stage_seconds(PROMPTS[:2], 0)
    assert max(seconds, key=lambda stage: seconds[stage]) == "denoising"
    assert len(seconds) == 3


@pytest.mark.parametrize(
    "scheme", ["torchao-int8-weight-only", "torchao-int8-dynamic", "torchao-fp8-weight-only"]
)
def test_torchao_runs_on_a_cpu_and_is_recorded(mmdit: Path, scheme: str) -> None:
    plain = loaded(mmdit, dtype="bfloat16").generate(PROMPTS[:2], seed=1)
    pipeline = loaded(mmdit, dtype="bfloat16", quantization={"denoiser": scheme})
    pictures = pipeline.generate(PROMPTS[:2], seed=1)
    assert config_of(pipeline).quantization == {"transformer": scheme}
    assert 0 < np.abs(arrays(pictures) - arrays(plain)).mean() < 25


def test_text_encoder_and_denoiser_take_schemes_of_their_own(unet: Path) -> None:
    schemes = {"unet": "torchao-int8-dynamic", "text_encoder": "torchao-int8-weight-only"}
    pipeline = loaded(unet, dtype="bfloat16", quantization=schemes)
    kinds = {
        name: {type(one.data).__name__ for one in getattr(pipeline.pipeline, name).parameters()}
        for name in ("unet", "text_encoder", "vae")
    }
    assert kinds == {
        "unet": {"Tensor", "Int8Tensor"},
        "text_encoder": {"Tensor", "Int8Tensor"},
        "vae": {"Tensor"},
    }


def test_a_gguf_file_gives_the_denoisers_weights_and_its_name_is_recorded(flux: Path, tmp_path: Path) -> None:
    weights = flux / "transformer" / "diffusion_pytorch_model.safetensors"
    file = write_gguf(weights, tmp_path / "tiny-q8_0.gguf")
    plain = loaded(flux, dtype="bfloat16").generate(PROMPTS[:2], seed=1)
    pipeline = loaded(flux, dtype="bfloat16", quantization={"denoiser": f"gguf:{file}"})
    assert config_of(pipeline).quantization == {"transformer": "gguf:tiny-q8_0.gguf"}
    assert 0 < np.abs(arrays(pipeline.generate(PROMPTS[:2], seed=1)) - arrays(plain)).mean() < 25


def write_gguf(weights: Path, file: Path) -> Path:
    """The weights with their matrices in Q8_0: blocks of 32 integers of 8 bits and a scale."""
    q8_0 = gguf.GGMLQuantizationType.Q8_0
    writer = gguf.GGUFWriter(file, "flux")
    for name, tensor in load_file(weights).items():
        if tensor.ndim == 2 and tensor.shape[1] % 32 == 0:
            writer.add_tensor(name, gguf.quants.quantize(tensor, q8_0), raw_dtype=q8_0)
        else:
            writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


@pytest.mark.parametrize("scheme", ["bitsandbytes-int8", "bitsandbytes-nf4", "torchao-fp8-dynamic"])
def test_a_quantization_the_device_cannot_do_says_what_it_needs(unet: Path, scheme: str) -> None:
    message = refusal(unet, quantization={"denoiser": scheme})
    assert f"{scheme} of unet needs CUDA" in message
    assert "the device is cpu; choose torchao-int8" in message


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        (
            {"quantization": {"denoiser": "int3"}},
            "quantization 'int3' of denoiser is unknown; choose one of torchao",
        ),
        (
            {"quantization": {"prior": "torchao-int8-dynamic"}},
            "StableDiffusionPipeline has no such component",
        ),
        ({"quantization": {"vae": "gguf:x.gguf"}}, "GGUF files are read for unet alone"),
        ({"quantization": {"denoiser": "gguf:none.gguf"}}, "no such file; name the GGUF file"),
        ({"device": "cuda"}, "does not see one; check the driver"),
        ({"device": "tpu"}, "device 'tpu' is unknown; choose one of cpu, cuda"),
        ({"dtype": "int8"}, "dtype 'int8' is unknown"),
        ({"num_inference_steps": 0}, "num_inference_steps is 0; it must be 1 or more"),
        ({"guidance_scale": -1.0}, "guidance_scale is -1"),
        (
            {"scheduler": "FlowMatchEulerDiscreteScheduler"},
            "does not fit StableDiffusionPipeline; choose one of DDIM",
        ),
        ({"attention_backend": "native"}, "UNet2DConditionModel takes none"),
        ({"cache": "first-block"}, "UNet2DConditionModel has no enable_cache"),
        ({"offload": "model"}, "with device cpu leave it out"),
        ({"width": 33}, "the pipeline stopped: `height` and `width` have to be divisible by"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_a_sentence(
    unet: Path, changes: dict[str, object], part: str
) -> None:
    assert part in refusal(unet, **changes)


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_compatible_scheduler_takes_the_place_of_the_own_one(unet: Path) -> None:
    pipeline = loaded(unet, scheduler="EulerDiscreteScheduler")
    assert len(pipeline.generate(PROMPTS[:1], 0)) == 1
    assert config_of(pipeline).scheduler == "EulerDiscreteScheduler"


def test_a_size_that_a_pipeline_rounds_in_silence_is_refused(flux: Path) -> None:
    assert "made 32 x 32 pixels instead of 33 x 32" in refusal(flux, width=33)


@pytest.mark.parametrize("cache", ["first-block", "taylorseer", "pyramid-attention"])
def test_a_step_cache_runs_and_is_recorded(flux: Path, cache: str) -> None:
    pipeline = loaded(flux, cache=cache)
    assert len(pipeline.generate(PROMPTS[:2], 0)) == 2
    assert config_of(pipeline).cache == cache


def test_an_attention_kernel_is_set_or_refused_with_its_reason(flux: Path) -> None:
    assert config_of(loaded(flux, attention_backend="_native_math")).attention_backend == "_native_math"
    assert "`backend='none'` must be one of" in refusal(flux, attention_backend="none")


def test_weights_that_overflow_give_pictures_reported_as_not_finite(unet: Path) -> None:
    import torch

    pipeline = loaded(unet)
    with torch.no_grad():
        pipeline.pipeline.vae.decoder.conv_out.weight.fill_(float("nan"))
    pictures = pipeline.generate(PROMPTS[:2], seed=8)
    assert [(fault.index, fault.seed, fault.kind) for fault in pipeline.faults] == [
        (0, 8, "not finite"),
        (1, 9, "not finite"),
    ]
    assert (
        "image 1 (seed 9, prompt 'a blue boat') is not finite; run it in bfloat16"
        in pipeline.faults[1].sentence()
    )
    assert arrays(pictures).max() == 0


def test_black_pictures_are_reported_as_black(unet: Path) -> None:
    import torch

    pipeline = loaded(unet)
    with torch.no_grad():
        pipeline.pipeline.vae.decoder.conv_out.weight.zero_()
        pipeline.pipeline.vae.decoder.conv_out.bias.fill_(-9.0)
    pipeline.generate(PROMPTS, seed=0)
    assert [fault.kind for fault in pipeline.faults] == ["black"] * 3


def test_sound_pictures_have_no_fault(unet: Path) -> None:
    pipeline = loaded(unet)
    pipeline.generate(PROMPTS, seed=0)
    assert pipeline.faults == []


def test_out_of_memory_is_an_error_of_its_own_kind(mmdit: Path) -> None:
    pipeline = loaded(mmdit, width=999424, height=999424)
    with pytest.raises(PipelineMemoryError, match=r"999424 x 999424, batch 2: cpu is out of memory"):
        pipeline.generate(PROMPTS[:1], 0)


def test_the_memory_of_the_weights_is_known_from_their_headers(unet: Path) -> None:
    folder = read_folder(unet)
    in_full = weight_bytes(folder, {}, "float32")
    assert in_full["text_encoder"] == 4 * sum(
        one.numel() for one in loaded(unet).pipeline.text_encoder.parameters()
    )
    assert weight_bytes(folder, {}, "bfloat16")["unet"] == in_full["unet"] / 2
    halved = weight_bytes(folder, {"unet": "torchao-int8-weight-only"}, "bfloat16")["unet"]
    assert in_full["unet"] / 4 < halved < in_full["unet"] / 2


def test_weights_that_cannot_fit_are_refused_before_they_are_read(tmp_path: Path) -> None:
    folder = save_tiny_unet(tmp_path / "huge")
    header = json.dumps({"w": {"dtype": "F32", "shape": [2**21, 2**21], "data_offsets": [0, 2**44]}}).encode()
    (folder / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(
        struct.pack("<Q", len(header)) + header
    )
    assert "the weights need at least 16384.0 GiB" in refusal(folder)


def test_weights_that_just_fit_pass() -> None:
    require_memory(GIB, GIB, "here")
    with pytest.raises(
        PipelineError, match=r"here: the weights need at least 1\.0 GiB and 0\.5 GiB are free"
    ):
        require_memory(GIB, GIB // 2, "here")


@pytest.mark.parametrize(
    ("index", "part"),
    [
        (None, "holds no model_index.json"),
        ("{", "cannot be read"),
        (
            '{"_class_name": "StableVideoDiffusionPipeline", "unet": ["diffusers", "X"]}',
            "is no text-to-image pipeline",
        ),
        ('{"_class_name": "Nothing", "unet": ["diffusers", "X"]}', "diffusers knows no such pipeline"),
        (
            '{"_class_name": "FluxPipeline", "vae": ["diffusers", "X"]}',
            "has none of the components transformer, unet",
        ),
    ],
)
def test_a_folder_that_holds_no_pipeline_is_refused(tmp_path: Path, index: str | None, part: str) -> None:
    if index is not None:
        (tmp_path / "model_index.json").write_text(index, encoding="utf-8")
    assert part in refusal(tmp_path)


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    assert "no such folder" in refusal(tmp_path / "none")
    assert "somebody/nothing: is not in the local cache and the hub cannot be reached" in refusal(
        "somebody/nothing"
    )


class GatedHub(BaseHTTPRequestHandler):
    """Answers as the hub does for a model whose licence was not accepted."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("X-Error-Code", "GatedRepo")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


def test_a_licence_that_must_be_accepted_is_named_with_its_page(tmp_path: Path) -> None:
    hub = ThreadingHTTPServer(("127.0.0.1", 0), GatedHub)
    Thread(target=hub.serve_forever, daemon=True).start()
    code = (
        "from bench.pipelines import Settings, load\n"
        "from bench.errors import PipelineError\n"
        "try:\n    load(Settings('owner/gated', device='cpu'))\n"
        "except PipelineError as fault:\n    print(fault)"
    )
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "0",
        "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}",
        "HF_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    hub.shutdown()
    hub.server_close()
    assert (
        "owner/gated: its licence must be accepted first; open https://huggingface.co/owner/gated"
        in done.stdout
    )


def test_the_bundled_prompts_are_64_and_their_lengths_rise(unet: Path) -> None:
    sets = [bundled_prompts(length) for length in ("short", "medium", "long")]
    assert [one.name for one in sets] == ["bundled-64-short", "bundled-64-medium", "bundled-64-long"]
    assert [len(one.prompts) for one in sets] == [64, 64, 64]
    assert len(set(sets[1].prompts)) == 64
    tokens = [loaded(unet).prompt_tokens(one.prompts) for one in sets]
    assert tokens == sorted(tokens)


def test_more_prompts_than_a_set_holds_begin_again() -> None:
    chosen = bundled_prompts().take(3, start=63)
    assert chosen[1:] == bundled_prompts().prompts[:2]


def test_prompts_of_a_file_carry_its_name(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("\ufeffa cat\n\n  桜の木  \n", encoding="utf-8")
    found = read_prompts(tmp_path / "mine.txt")
    assert (found.name, found.prompts) == ("mine", ("a cat", "桜の木"))


@pytest.mark.parametrize(
    ("content", "part"), [(b"\n \n", "holds no prompt"), (b"\xff\xfe", "is text in UTF-16; save it as UTF-8")]
)
def test_a_prompts_file_that_says_nothing_is_refused(tmp_path: Path, content: bytes, part: str) -> None:
    (tmp_path / "mine.txt").write_bytes(content)
    with pytest.raises(PipelineError, match=part):
        read_prompts(tmp_path / "mine.txt")


def test_importing_the_pipelines_loads_no_torch() -> None:
    code = "import sys, bench.pipelines, bench.prompts; print('torch' in sys.modules, 'diffusers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
