"""Names that ops engineers and other processes use: queue, workflow ids, search attributes, queries."""

from temporalio.common import SearchAttributeKey

TASK_QUEUE = "complaints"
COMPLAINT_CASE = "ComplaintCase"
OUTCOME_QUERY = "outcome"
VIEW_QUERY = "view"

_PREFIX = "complaint-"

NUMBER = SearchAttributeKey.for_keyword("ComplaintNumber")
POLICY = SearchAttributeKey.for_keyword("Policy")
STAGE = SearchAttributeKey.for_keyword("Stage")
GRADE = SearchAttributeKey.for_keyword("Grade")
OWNER_ROLE = SearchAttributeKey.for_keyword("OwnerRole")
DEPARTMENT = SearchAttributeKey.for_keyword("Department")
CHANNEL = SearchAttributeKey.for_keyword("Channel")
NEXT_DUE = SearchAttributeKey.for_datetime("NextDue")
ARRIVED_AT = SearchAttributeKey.for_datetime("ArrivedAt")
ESCALATION_LEVEL = SearchAttributeKey.for_int("EscalationLevel")
PLAN_ROUND = SearchAttributeKey.for_int("PlanRound")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
WAITING_FOR_CUSTOMER = SearchAttributeKey.for_bool("WaitingForCustomer")
NEEDS_HAND = SearchAttributeKey.for_bool("NeedsHand")

SEARCH_ATTRIBUTES = (
    NUMBER, POLICY, STAGE, GRADE, OWNER_ROLE, DEPARTMENT, CHANNEL, NEXT_DUE, ARRIVED_AT, ESCALATION_LEVEL,
    PLAN_ROUND, OVERDUE, WAITING_FOR_CUSTOMER, NEEDS_HAND,
)  # fmt: skip
"""All search attributes; none holds anything personal, for Temporal keeps them in clear text."""


def workflow_id(number: str) -> str:
    """The workflow of the complaint with this number."""
    return _PREFIX + number


def number_of(workflow_id: str) -> str:
    """The complaint number in a workflow id; ValueError for another kind of workflow."""
    if not workflow_id.startswith(_PREFIX):
        raise ValueError("not a complaint's workflow")
    return workflow_id.removeprefix(_PREFIX)
