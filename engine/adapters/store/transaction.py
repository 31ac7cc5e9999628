"""The repositories of one transaction. When it begins and ends is the unit of work's business."""

from engine.adapters.store.audit import SqlAuditLog
from engine.adapters.store.decisions import SqlDecisions
from engine.adapters.store.operations import SqlOperations
from engine.adapters.store.policies import SqlAttachments, SqlPolicies
from engine.adapters.store.projects import SqlProjects
from engine.adapters.store.resources import SqlResources
from engine.adapters.store.statements import Statements


class SqlTransaction:
    """Implements `engine.ports.store.Transaction`."""

    def __init__(self, statements: Statements) -> None:
        self.projects = SqlProjects(statements)
        self.resources = SqlResources(statements)
        self.operations = SqlOperations(statements)
        self.decisions = SqlDecisions(statements)
        self.policies = SqlPolicies(statements)
        self.attachments = SqlAttachments(statements)
        self.audit = SqlAuditLog(statements)
