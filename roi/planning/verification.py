"""An answer judged anew from the raw documents: what is handed to `roi.verify`, and what that leaves out."""

from collections.abc import Sequence
from dataclasses import replace

from bench.profile import Profile
from roi.scenario.document import Scenario
from roi.verify.claim import Claim
from roi.verify.judge import review
from roi.verify.review import Review

OF_PLAN = ("baseline", "finance", "levers", "alternatives")
"""Parts of a plan's answer that are beside the plan itself: keys of `verify` in `roi.texts`."""
OF_RECOMMENDATION = ("alternatives",)


def judged_anew(
    scenario: Scenario, profiles: Sequence[Profile], claim: Claim, beside: Sequence[str]
) -> Review:
    """The claim against the documents; `beside` are parts of the answer that it does not hold."""
    documents = [profile.model_dump(mode="json") for profile in profiles]
    found = review(scenario.model_dump(mode="json"), documents, claim)
    return replace(found, not_rejudged=(*found.not_rejudged, *beside))
