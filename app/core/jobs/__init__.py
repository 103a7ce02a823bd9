"""Work that is done later, by a worker: jobs are rows, written in the transaction of the change that causes them.

@job("lead.remind")
def remind(session: Session, payload: Payload, at: datetime) -> None: ...      # commits together with the job's end

@every(3600)
def end_protections(session: Session, at: datetime) -> None: ...

enqueue(session, "lead.remind", {"lead_id": str(lead.id)}, run_at=at, once_key=f"lead.remind:{lead.id}")

Either takes `outside=True`: the function then gets `Tools` instead of a session and runs without a transaction, for
what is slow or talks to other machines. Such a job may take effect twice, and must bear it.
"""

from app.core.jobs import upkeep
from app.core.jobs.queue import count_by_state, dead_jobs, enqueue, revive
from app.core.jobs.registry import REGISTRY, Payload, Registry, Tools, every, job
from app.core.jobs.worker import Worker
from app.core.models.jobs import Job, JobState

upkeep.register(REGISTRY)

__all__ = [
    "REGISTRY",
    "Job",
    "JobState",
    "Payload",
    "Registry",
    "Tools",
    "Worker",
    "count_by_state",
    "dead_jobs",
    "enqueue",
    "every",
    "job",
    "revive",
]
