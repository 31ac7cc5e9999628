"""The repositories of one transaction. When it begins and ends is the unit of work's business."""

from engine.adapters.store.audit import SqlAuditLog
from engine.adapters.store.change_sets import SqlChangeSetMembers
from engine.adapters.store.decisions import SqlDecisions
from engine.adapters.store.journal import SqlJournal
from engine.adapters.store.locks import SqlBacklog, SqlProjectLocks
from engine.adapters.store.operations import SqlOperations
from engine.adapters.store.policies import SqlAttachments, SqlPolicies, SqlPolicyVersions
from engine.adapters.store.projects import SqlProjects
from engine.adapters.store.resources import SqlResources
from engine.adapters.store.samples import SqlSamples
from engine.adapters.store.statements import Statements
from engine.adapters.store.waivers import SqlWaivers


class SqlTransaction:
    """Implements `engine.ports.store.Transaction`."""

    def __init__(self, statements: Statements) -> None:
        self.projects = SqlProjects(statements)
        self.resources = SqlResources(statements)
        self.operations = SqlOperations(statements)
        self.journal = SqlJournal(statements)
        self.change_sets = SqlChangeSetMembers(statements)
        self.backlog = SqlBacklog(statements)
        self.locks = SqlProjectLocks(statements)
        self.decisions = SqlDecisions(statements)
        self.policies = SqlPolicies(statements)
        self.policy_versions = SqlPolicyVersions(statements)
        self.attachments = SqlAttachments(statements)
        self.waivers = SqlWaivers(statements)
        self.samples = SqlSamples(statements)
        self.audit = SqlAuditLog(statements)
