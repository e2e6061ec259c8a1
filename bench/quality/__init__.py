"""Quality from pictures: FID, KID, CLIP score, CMMD, PickScore and PSNR, each with the reference it belongs to.

Its modules load numpy, and torch only once a function needs it.
"""
