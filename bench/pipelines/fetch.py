"""From a folder or a hub id to a folder on this machine, and what the hub's refusals mean."""

import importlib
import warnings
from importlib.util import find_spec
from pathlib import Path

from bench.errors import PipelineError
from bench.pipelines.folder import INDEX
from bench.pipelines.settings import Settings

PACKAGES = ("torch", "diffusers", "transformers", "accelerate")


def require_extra() -> None:
    """Import diffusers, or stop when a package of the extra `bench` is missing."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise PipelineError(
            f"{', '.join(missing)} is not installed, and pipelines need it; "
            "install it with pip install 'image-roi[bench]'"
        )
    with warnings.catch_warnings():
        # diffusers 0.42 compiles a function while it is imported, by a call that torch 2.13 calls deprecated.
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated", DeprecationWarning)
        importlib.import_module("diffusers.pipelines.auto_pipeline")


def local_folder(settings: Settings) -> Path:
    """The pipeline's folder; a hub id is fetched into the hub's own cache.

    Raises
    ------
    PipelineError
        When there is no such folder or hub id, its licence must be accepted first, or the hub cannot be reached.
    """
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        return folder
    if settings.model.startswith((".", "/", "~")) or settings.model.count("/") != 1:
        raise PipelineError(
            f"{settings.model}: no such folder; name a folder or a hub id such as owner/model"
        )
    return _fetched(settings)


def _fetched(settings: Settings) -> Path:
    from diffusers import DiffusionPipeline
    from huggingface_hub import errors, hf_hub_download

    model = settings.model
    chosen = {"variant": settings.variant} if settings.variant else {}
    try:
        # DiffusionPipeline.download hides why the hub refuses; the index alone tells it.
        hf_hub_download(model, INDEX, revision=settings.revision)
        return Path(DiffusionPipeline.download(model, revision=settings.revision, **chosen))
    except errors.GatedRepoError:
        raise PipelineError(
            f"{model}: its licence must be accepted first; open https://huggingface.co/{model}, accept it there "
            "and log in here with hf auth login"
        ) from None
    except errors.RepositoryNotFoundError:
        raise PipelineError(
            f"{model}: the hub has no such model, or it is private; check the id, or log in with hf auth login"
        ) from None
    except errors.RevisionNotFoundError:
        raise PipelineError(
            f"{model}: has no revision {settings.revision!r}; check the commit or tag"
        ) from None
    except errors.RemoteEntryNotFoundError:
        raise PipelineError(f"{model}: has no {INDEX}; name a diffusers pipeline") from None
    except OSError as fault:
        raise PipelineError(
            f"{model}: is not in the local cache and the hub cannot be reached ({type(fault).__name__}); "
            "connect, or name a folder"
        ) from None
