"""The second wall: row-level security on PostGIS, written as a migration operation.

`FORCE` binds the owner of a table too. A superuser or a role with `BYPASSRLS` is never bound,
so the application's role must be neither; `geomatch doctor` checks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

POLICY = "geomatch_same_network"
SAME_NETWORK = "network_id = nullif(current_setting('geomatch.network', true), '')::bigint"


class ProtectByNetwork(Operation):
    """Show and accept only rows of the network that the transaction entered.

    Parameters
    ----------
    model_names
        Models of the migrating app that have a `network` column.
    """

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, *model_names: str) -> None:
        self.model_names = model_names

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Describe the operation for the migration writer."""
        return (self.__class__.__qualname__, self.model_names, {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: a policy is no part of Django's picture of a model."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Switch the policy on."""
        for table in self._tables(app_label, schema_editor, to_state):
            schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            schema_editor.execute(
                f"CREATE POLICY {POLICY} ON {table}"
                f" USING ({SAME_NETWORK}) WITH CHECK ({SAME_NETWORK})"
            )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Switch the policy off again."""
        for table in self._tables(app_label, schema_editor, from_state):
            schema_editor.execute(f"DROP POLICY {POLICY} ON {table}")
            schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    def _tables(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> list[str]:
        if schema_editor.connection.vendor != "postgresql":
            return []
        return [
            schema_editor.quote_name(state.apps.get_model(app_label, name)._meta.db_table)
            for name in self.model_names
        ]

    def describe(self) -> str:
        """Say what the operation does, for `migrate --plan`."""
        return f"Protect by network: {', '.join(self.model_names)}"
