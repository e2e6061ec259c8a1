"""After the decision: what may be used, how much of it, and what to watch, derived from a plan."""

from roi.policy.document import Policy, policy_of_text, policy_text, read_policy
from roi.policy.make import policy_of

__all__ = ["Policy", "policy_of", "policy_of_text", "policy_text", "read_policy"]
