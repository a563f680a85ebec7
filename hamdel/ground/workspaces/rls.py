"""The second wall: row level security, turned on by the migration that makes a tenant table."""

from __future__ import annotations

from django.db.migrations.operations.base import Operation

# Asked in sub-selects, so once a statement and not once a row: a third more rows a second into the log.
POLICY = (
    "(SELECT current_setting('app.workspace', true)) = 'every'"
    " OR {column} = (SELECT nullif(nullif(current_setting('app.workspace', true), ''), 'every')::uuid)"
)


class IsolateRows(Operation):
    """Let a transaction see only the rows of the workspace it is bound to.

    `table` is the PostgreSQL name; `column` holds the workspace id ("id" for the workspaces themselves).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, column: str = "workspace_id") -> None:
        self.table = table
        self.column = column

    def state_forwards(self, app_label, state) -> None:
        """Change nothing that Django's model state knows of."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        rule = POLICY.format(column=self.column)
        schema_editor.execute(f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY')
        # FORCE binds the owner as well: on a server where one role does both, the wall still stands.
        schema_editor.execute(f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY')
        schema_editor.execute(
            f'CREATE POLICY own_workspace ON "{self.table}" USING ({rule}) WITH CHECK ({rule})'
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        schema_editor.execute(f'DROP POLICY own_workspace ON "{self.table}"')
        schema_editor.execute(f'ALTER TABLE "{self.table}" NO FORCE ROW LEVEL SECURITY')
        schema_editor.execute(f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Isolate the rows of {self.table} by workspace"
