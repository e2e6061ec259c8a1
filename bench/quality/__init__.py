"""Quality from pictures: FID, KID, CLIP score, PSNR and LPIPS, each with the reference it belongs to.

Importing this package loads numpy, and torch only once a function needs it.
"""

from bench.quality.clip_score import ClipModel, clip_scores, load_clip
from bench.quality.extractor import INCEPTION, Extractor, extract, extractor_named, module_extractor
from bench.quality.fid import fid, fid_stderr, trace_root_product
from bench.quality.judge import (
    Judgement,
    judge,
    judge_cmmd,
    judge_pairs,
    judge_prompts,
    judge_scores,
    require_pictures,
)
from bench.quality.kid import Kid, kid, squared_mmd
from bench.quality.moments import Moments, merged, moments_of
from bench.quality.paired import Paired, lpips_measure, paired, paired_psnr, psnr
from bench.quality.pictures import read_pictures
from bench.quality.reference import (
    ReferenceSet,
    read_reference,
    reference_from_folder,
    write_reference,
)
from bench.quality.scores import (
    PerPicture,
    Wanted,
    cmmd,
    load_score_model,
    pick_scores,
    picture_features,
    score_pictures,
    wanted_scores,
    write_scores,
)

__all__ = [
    "INCEPTION",
    "ClipModel",
    "Extractor",
    "Judgement",
    "Kid",
    "Moments",
    "Paired",
    "PerPicture",
    "ReferenceSet",
    "Wanted",
    "clip_scores",
    "cmmd",
    "extract",
    "extractor_named",
    "fid",
    "fid_stderr",
    "judge",
    "judge_cmmd",
    "judge_pairs",
    "judge_prompts",
    "judge_scores",
    "kid",
    "load_clip",
    "load_score_model",
    "lpips_measure",
    "merged",
    "module_extractor",
    "moments_of",
    "paired",
    "paired_psnr",
    "pick_scores",
    "picture_features",
    "psnr",
    "read_pictures",
    "read_reference",
    "reference_from_folder",
    "require_pictures",
    "score_pictures",
    "squared_mmd",
    "trace_root_product",
    "wanted_scores",
    "write_reference",
    "write_scores",
]
