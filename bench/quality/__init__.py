"""Quality from pictures: FID, KID, CLIP score, PSNR and LPIPS, each with the reference it belongs to.

Its modules load numpy, and torch only once a function needs it.
"""
