"""Tables of deals (签约项目): terms in versions, stages, notes, funds, credit, lists and evidence."""

from app.deals.models.around import Evidence, ListedDeal, Occasion, ProjectList
from app.deals.models.deals import Credit, Deal, DealNote, DealReader, DealStageChange, PaidIn
from app.deals.models.terms import DealTerms, TermsExclusion, TermsInvestor

__all__ = [
    "Credit",
    "Deal",
    "DealNote",
    "DealReader",
    "DealStageChange",
    "DealTerms",
    "Evidence",
    "ListedDeal",
    "Occasion",
    "PaidIn",
    "ProjectList",
    "TermsExclusion",
    "TermsInvestor",
]
