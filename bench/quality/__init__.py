"""Quality from pictures: FID, KID, CLIP score, PSNR and LPIPS, each with the reference it belongs to.

Importing this package loads numpy, and torch only once a function needs it.
"""

from bench.quality.clip_score import ClipModel, clip_scores, load_clip
from bench.quality.extractor import INCEPTION, Extractor, extract, extractor_named, module_extractor
from bench.quality.fid import fid, fid_stderr, trace_root_product
from bench.quality.judge import Judgement, judge, judge_pairs, judge_prompts, require_pictures
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

__all__ = [
    "INCEPTION",
    "ClipModel",
    "Extractor",
    "Judgement",
    "Kid",
    "Moments",
    "Paired",
    "ReferenceSet",
    "clip_scores",
    "extract",
    "extractor_named",
    "fid",
    "fid_stderr",
    "judge",
    "judge_pairs",
    "judge_prompts",
    "kid",
    "load_clip",
    "lpips_measure",
    "merged",
    "module_extractor",
    "moments_of",
    "paired",
    "paired_psnr",
    "psnr",
    "read_pictures",
    "read_reference",
    "reference_from_folder",
    "require_pictures",
    "squared_mmd",
    "trace_root_product",
    "write_reference",
]
